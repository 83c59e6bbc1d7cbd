"""The nouns of the house, declared for the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from django.db.models import Count
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.core.money import known_currencies
from counterfoil.crm.catalogue import Group, ObjectType, Property, object_types
from counterfoil.crm.models import (
    Company,
    Contact,
    Deal,
    Invoice,
    InvoiceStage,
    LineItem,
    Payment,
    PostingState,
    Product,
    ProductKind,
    Quote,
    QuoteStatus,
    Record,
    Stage,
)
from counterfoil.crm.property_types.base import PropertyType
from counterfoil.crm.property_types.boolean import Boolean
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.date_time import DateTime
from counterfoil.crm.property_types.email import Email
from counterfoil.crm.property_types.number import Number
from counterfoil.crm.property_types.owner import Owner
from counterfoil.crm.property_types.phone import Phone
from counterfoil.crm.property_types.reference import Reference
from counterfoil.crm.property_types.text import Text
from counterfoil.crm.property_types.url import Url
from counterfoil.workspaces.models import Workspace

CURRENCIES = Choice([(code, code) for code in sorted(known_currencies())])

ABOUT = Group("about", gettext_lazy("About"))
ADDRESS = Group("address", gettext_lazy("Address"))
INVOICES = Group("invoices", gettext_lazy("Invoices"))
BOOKS = Group("books", gettext_lazy("In the books"))
CUSTOM = Group("custom", gettext_lazy("More"))
RECORD = Group("record", gettext_lazy("Record"))

SHARED = (
    Property("owner", Owner(), gettext_lazy("Owner"), "record"),
    Property(
        "created_at", DateTime(), gettext_lazy("Created"), "record", read_only=True
    ),
    Property(
        "updated_at", DateTime(), gettext_lazy("Last changed"), "record", read_only=True
    ),
)
POSTAL = (
    Property("street", Text(max_length=500), gettext_lazy("Street"), "address"),
    Property("city", Text(max_length=255), gettext_lazy("City"), "address"),
    Property(
        "region", Text(max_length=255), gettext_lazy("State or region"), "address"
    ),
    Property(
        "postal_code", Text(max_length=30), gettext_lazy("Postal code"), "address"
    ),
    Property("country", Text(max_length=255), gettext_lazy("Country"), "address"),
)


def said(
    name: str, kind: PropertyType, label: object, group: str = "about"
) -> Property:
    """A property that the books or the system fill in, and people only read."""
    return Property(name, kind, label, group, read_only=True)


def kept(name: str, kind: PropertyType, label: object) -> Property:
    """Bookkeeping of ours that no page shows."""
    return Property(name, kind, label, "books", read_only=True, internal=True)


BOOKED = (
    said(
        "connection",
        Reference("connections.Connection"),
        gettext_lazy("QuickBooks company"),
        "books",
    ),
    said(
        "posting_state",
        Choice(PostingState.choices),
        gettext_lazy("In the books"),
        "books",
    ),
    said("posting_message", Text(is_long=True), gettext_lazy("What is wrong"), "books"),
    said("voided", Boolean(), gettext_lazy("Voided"), "books"),
    said("deleted_remotely", Boolean(), gettext_lazy("Deleted in QuickBooks"), "books"),
    said(
        "exchange_rate",
        Number(places=9, digits=19),
        gettext_lazy("Exchange rate"),
        "books",
    ),
    kept("customer_remote_id", Text(max_length=64), gettext_lazy("Customer number")),
    kept("remote_updated_at", DateTime(), gettext_lazy("Changed in QuickBooks")),
)


@object_types.register
class ContactType(ObjectType):
    """People."""

    key = "contact"
    slug = "contacts"
    model = Contact
    label = (gettext_lazy("Contact"), gettext_lazy("Contacts"))
    groups = (ABOUT, ADDRESS, CUSTOM, RECORD)
    properties = (
        Property("first_name", Text(max_length=100), gettext_lazy("First name")),
        Property("last_name", Text(max_length=100), gettext_lazy("Last name")),
        Property("email", Email(), gettext_lazy("E-mail")),
        Property("phone", Phone(), gettext_lazy("Phone")),
        Property("job_title", Text(max_length=200), gettext_lazy("Job title")),
        Property("website", Url(), gettext_lazy("Website")),
        *POSTAL,
        *SHARED,
    )
    columns = ("email", "phone", "job_title", "owner", "updated_at")
    associated = ("company", "deal", "quote", "invoice", "payment")

    def title_of(self, record: Record) -> str:
        contact = cast("Contact", record)
        name = f"{contact.first_name} {contact.last_name}".strip()
        return name or contact.email or contact.phone

    def check(self, record: Record) -> Mapping[str, str]:
        if self.title_of(record):
            return {}
        return {"first_name": _("Give the contact a name or an e-mail address.")}


@object_types.register
class CompanyType(ObjectType):
    """Organisations."""

    key = "company"
    slug = "companies"
    model = Company
    label = (gettext_lazy("Company"), gettext_lazy("Companies"))
    groups = (ABOUT, ADDRESS, CUSTOM, RECORD)
    properties = (
        Property("name", Text(max_length=500), gettext_lazy("Name"), required=True),
        Property("domain", Text(max_length=255), gettext_lazy("Domain")),
        Property("email", Email(), gettext_lazy("E-mail")),
        Property("phone", Phone(), gettext_lazy("Phone")),
        Property("industry", Text(max_length=200), gettext_lazy("Industry")),
        *POSTAL,
        *SHARED,
    )
    columns = ("domain", "phone", "industry", "owner", "updated_at")
    associated = ("contact", "deal", "quote", "invoice", "payment")


@object_types.register
class DealType(ObjectType):
    """Sales in the making."""

    key = "deal"
    slug = "deals"
    model = Deal
    label = (gettext_lazy("Deal"), gettext_lazy("Deals"))
    groups = (ABOUT, INVOICES, CUSTOM, RECORD)
    properties = (
        Property("name", Text(max_length=500), gettext_lazy("Name"), required=True),
        Property("pipeline", Reference("crm.Pipeline"), gettext_lazy("Pipeline")),
        Property(
            "stage",
            Reference("crm.Stage", through="pipeline__workspace"),
            gettext_lazy("Stage"),
        ),
        Property("amount", Currency(), gettext_lazy("Amount")),
        Property("currency", CURRENCIES, gettext_lazy("Currency"), required=True),
        Property("closes_on", Date(), gettext_lazy("Close date")),
        Property("source", Text(max_length=200), gettext_lazy("Source")),
        Property("description", Text(is_long=True), gettext_lazy("Description")),
        said(
            "invoiced_amount", Currency(), gettext_lazy("Invoiced amount"), "invoices"
        ),
        said(
            "invoice_recipient",
            Text(max_length=500),
            gettext_lazy("Invoice recipient"),
            "invoices",
        ),
        said(
            "invoice_number",
            Text(max_length=40),
            gettext_lazy("Invoice number"),
            "invoices",
        ),
        said(
            "invoice_status",
            Choice(InvoiceStage.choices),
            gettext_lazy("Invoice status"),
            "invoices",
        ),
        said("invoice_due_on", Date(), gettext_lazy("Invoice due date"), "invoices"),
        *SHARED,
    )
    columns = ("stage", "amount", "closes_on", "invoice_status", "owner", "updated_at")
    associated = ("contact", "company", "quote", "invoice", "payment")

    def complete(self, workspace: Workspace, records: Sequence[Record]) -> None:
        super().complete(workspace, records)
        deals = [cast("Deal", record) for record in records]
        if all(deal.stage_id and deal.pipeline_id for deal in deals):
            return
        stages = _stages(workspace)
        for deal in deals:
            _place(deal, stages)

    def check(self, record: Record) -> Mapping[str, str]:
        deal = cast("Deal", record)
        if not deal.stage_id:
            return {"stage": _("Make a pipeline with a stage first.")}
        if deal.stage.pipeline_id != deal.pipeline_id:
            return {"stage": _("This stage belongs to another pipeline.")}
        return {}


def _stages(workspace: Workspace) -> list[Stage]:
    return list(
        Stage.objects.filter(pipeline__workspace=workspace)
        .select_related("pipeline")
        .order_by("pipeline__position", "pipeline_id", "position", "id")
    )


def _place(deal: Deal, stages: Sequence[Stage]) -> None:
    """Put a deal on the first stage of its pipeline, or of the first pipeline."""
    if deal.stage_id:
        fitting = [stage for stage in stages if stage.pk == deal.stage_id]
    else:
        wanted = deal.pipeline_id
        fitting = [s for s in stages if wanted in {None, s.pipeline_id}]
    if fitting:
        deal.stage = fitting[0]
        deal.pipeline_id = deal.pipeline_id or fitting[0].pipeline_id


@object_types.register
class QuoteType(ObjectType):
    """Offers."""

    key = "quote"
    slug = "quotes"
    model = Quote
    label = (gettext_lazy("Quote"), gettext_lazy("Quotes"))
    groups = (ABOUT, CUSTOM, RECORD)
    properties = (
        Property("number", Text(max_length=40), gettext_lazy("Number")),
        Property("name", Text(max_length=500), gettext_lazy("Name")),
        said("status", Choice(QuoteStatus.choices), gettext_lazy("Status")),
        Property("currency", CURRENCIES, gettext_lazy("Currency"), required=True),
        Property("expires_on", Date(), gettext_lazy("Expiration date")),
        said("total", Currency(), gettext_lazy("Total")),
        said("signed_at", DateTime(), gettext_lazy("Signed")),
        said("signed_by", Text(max_length=200), gettext_lazy("Signed by")),
        Property("message", Text(is_long=True), gettext_lazy("Message")),
        *SHARED,
    )
    columns = ("status", "total", "expires_on", "owner", "updated_at")
    associated = ("deal", "contact", "company", "invoice")

    def title_of(self, record: Record) -> str:
        quote = cast("Quote", record)
        return f"{quote.number} {quote.name}".strip()

    def complete(self, workspace: Workspace, records: Sequence[Record]) -> None:
        super().complete(workspace, records)
        unnumbered = [
            quote
            for quote in (cast("Quote", record) for record in records)
            if not quote.number
        ]
        if not unnumbered:
            return
        found = Quote.objects.filter(workspace=workspace).aggregate(count=Count("id"))
        for number, quote in enumerate(unnumbered, start=found["count"] + 1):
            quote.number = f"Q-{number:04}"


@object_types.register
class ProductType(ObjectType):
    """What is sold."""

    key = "product"
    slug = "products"
    model = Product
    label = (gettext_lazy("Product"), gettext_lazy("Products"))
    groups = (ABOUT, CUSTOM, RECORD)
    properties = (
        Property("name", Text(max_length=500), gettext_lazy("Name"), required=True),
        Property("sku", Text(max_length=100), gettext_lazy("SKU")),
        Property("description", Text(is_long=True), gettext_lazy("Description")),
        Property(
            "kind", Choice(ProductKind.choices), gettext_lazy("Kind"), required=True
        ),
        Property(
            "unit_price",
            Currency(places=7, is_unit_price=True),
            gettext_lazy("Unit price"),
        ),
        Property("currency", CURRENCIES, gettext_lazy("Currency"), required=True),
        Property("taxable", Boolean(), gettext_lazy("Taxable"), required=True),
        Property("active", Boolean(), gettext_lazy("Active"), required=True),
        *SHARED,
    )
    columns = ("sku", "kind", "unit_price", "active", "updated_at")


@object_types.register
class LineItemType(ObjectType):
    """Products in a deal or a quote."""

    key = "line_item"
    slug = "line-items"
    model = LineItem
    label = (gettext_lazy("Line item"), gettext_lazy("Line items"))
    groups = (ABOUT, CUSTOM, RECORD)
    has_timeline = False
    properties = (
        Property("name", Text(max_length=500), gettext_lazy("Name"), required=True),
        Property("product", Reference("crm.Product"), gettext_lazy("Product")),
        Property("sku", Text(max_length=100), gettext_lazy("SKU")),
        Property("description", Text(is_long=True), gettext_lazy("Description")),
        Property(
            "quantity",
            Number(places=5, digits=17),
            gettext_lazy("Quantity"),
            required=True,
        ),
        Property(
            "unit_price",
            Currency(places=7, is_unit_price=True),
            gettext_lazy("Unit price"),
            required=True,
        ),
        Property(
            "discount_percent",
            Number(places=4, digits=7),
            gettext_lazy("Discount (%)"),
            required=True,
        ),
        Property("currency", CURRENCIES, gettext_lazy("Currency"), required=True),
        Property("taxable", Boolean(), gettext_lazy("Taxable"), required=True),
        Property(
            "position",
            Number(places=0, digits=9),
            gettext_lazy("Position"),
            internal=True,
        ),
        Property("parent_type", Text(max_length=32), gettext_lazy("In"), internal=True),
        Property(
            "parent_id", Number(places=0, digits=18), gettext_lazy("In"), internal=True
        ),
        *SHARED,
    )
    columns = ("sku", "quantity", "unit_price", "discount_percent")


@object_types.register
class InvoiceType(ObjectType):
    """Invoices, as the books have them."""

    key = "invoice"
    slug = "invoices"
    model = Invoice
    label = (gettext_lazy("Invoice"), gettext_lazy("Invoices"))
    groups = (ABOUT, BOOKS, CUSTOM, RECORD)
    properties = (
        said("number", Text(max_length=40), gettext_lazy("Number")),
        said("stage", Choice(InvoiceStage.choices), gettext_lazy("Stage")),
        said("customer_name", Text(max_length=600), gettext_lazy("Customer")),
        said("total", Currency(), gettext_lazy("Total")),
        said("balance", Currency(), gettext_lazy("Balance")),
        said("subtotal", Currency(), gettext_lazy("Subtotal")),
        said("tax", Currency(), gettext_lazy("Tax")),
        said("currency", CURRENCIES, gettext_lazy("Currency")),
        said("issued_on", Date(), gettext_lazy("Invoice date")),
        said("due_on", Date(), gettext_lazy("Due date")),
        said("terms", Text(max_length=100), gettext_lazy("Terms")),
        said("recipient", Text(max_length=500), gettext_lazy("Recipient")),
        said("message", Text(is_long=True), gettext_lazy("Message")),
        said("email_status", Text(max_length=20), gettext_lazy("E-mail status")),
        said("sent_at", DateTime(), gettext_lazy("Sent")),
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "stage", "total", "balance", "issued_on", "due_on")
    associated = ("deal", "contact", "company", "payment")

    def title_of(self, record: Record) -> str:
        invoice = cast("Invoice", record)
        return invoice.number or invoice.customer_name


@object_types.register
class PaymentType(ObjectType):
    """Money received."""

    key = "payment"
    slug = "payments"
    model = Payment
    label = (gettext_lazy("Payment"), gettext_lazy("Payments"))
    groups = (ABOUT, BOOKS, CUSTOM, RECORD)
    properties = (
        said("number", Text(max_length=40), gettext_lazy("Number")),
        said("customer_name", Text(max_length=600), gettext_lazy("Customer")),
        said("amount", Currency(), gettext_lazy("Amount")),
        said("unapplied", Currency(), gettext_lazy("Not applied")),
        said("currency", CURRENCIES, gettext_lazy("Currency")),
        said("paid_on", Date(), gettext_lazy("Date")),
        said("method", Text(max_length=100), gettext_lazy("Method")),
        said("reference", Text(max_length=100), gettext_lazy("Reference")),
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "amount", "paid_on", "method", "reference")
    associated = ("invoice", "deal", "contact", "company")

    def title_of(self, record: Record) -> str:
        payment = cast("Payment", record)
        return payment.number or payment.reference or payment.customer_name

"""Deals, quotes, products and line items, declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.core.pricing import HUNDRED
from counterfoil.crm import line_items
from counterfoil.crm.catalogue import ObjectType, Property, object_types
from counterfoil.crm.models import (
    Deal,
    InvoiceStage,
    LineItem,
    Product,
    ProductKind,
    Quote,
    QuoteStatus,
    Record,
    Stage,
)
from counterfoil.crm.nouns.shared import (
    ABOUT,
    CURRENCIES,
    CUSTOM,
    INVOICES,
    RECORD,
    SHARED,
    said,
)
from counterfoil.crm.property_types.boolean import Boolean
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.date_time import DateTime
from counterfoil.crm.property_types.number import Number
from counterfoil.crm.property_types.reference import Reference
from counterfoil.crm.property_types.text import Text
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor
from counterfoil.workspaces.models import Workspace


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
    associated = (
        "contact",
        "company",
        "quote",
        "invoice",
        "payment",
        "estimate",
        "sales_receipt",
        "credit_memo",
        "refund_receipt",
        "expense",
    )

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

    def follow(
        self, record: Record, changed: Collection[str], *, actor: Actor, now: datetime
    ) -> None:
        if "currency" in changed:
            line_items.follow_currency(record, actor=actor, now=now)


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
    associated = (
        "deal",
        "contact",
        "company",
        "invoice",
        "payment",
        "estimate",
        "sales_receipt",
    )

    def title_of(self, record: Record) -> str:
        quote = cast("Quote", record)
        return f"{quote.number} {quote.name}".strip()

    def complete(self, workspace: Workspace, records: Sequence[Record]) -> None:
        super().complete(workspace, records)
        quotes = [cast("Quote", record) for record in records]
        if all(quote.number for quote in quotes):
            return
        taken = [_counted(quote.number) for quote in quotes]
        number = max(_last_number(workspace), *taken)
        for quote in quotes:
            if not quote.number:
                number += 1
                quote.number = f"Q-{number:04}"

    def follow(
        self, record: Record, changed: Collection[str], *, actor: Actor, now: datetime
    ) -> None:
        if "currency" in changed:
            line_items.follow_currency(record, actor=actor, now=now)


# Numbers of ours; longer ones were typed by people and are not counted on from.
_NUMBERED = re.compile(r"Q-([0-9]{1,9})")


def _counted(number: str) -> int:
    found = _NUMBERED.fullmatch(number)
    return int(found[1]) if found else 0


def _last_number(workspace: Workspace) -> int:
    """The highest number so far; nobody else counts on until our transaction ends."""
    take_turn(f"quote number|{workspace.pk}")
    numbered = Quote.objects.filter(
        workspace=workspace, number__regex=f"^{_NUMBERED.pattern}$"
    )
    counted = Cast(Substr("number", 3), BigIntegerField())
    last = numbered.aggregate(last=Max(counted))["last"]
    return int(last or 0)


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
    """Products in a deal, a quote or a payment."""

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
        Property(
            "discount_amount",
            Currency(),
            gettext_lazy("Discount as an amount"),
            required=True,
        ),
        Property("currency", CURRENCIES, gettext_lazy("Currency"), required=True),
        Property("taxable", Boolean(), gettext_lazy("Taxable"), required=True),
        Property("tax_code", Text(max_length=100), gettext_lazy("Tax code")),
        Property("class_name", Text(max_length=500), gettext_lazy("Class")),
        Property("service_date", Date(), gettext_lazy("Date of the service")),
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

    def check(self, record: Record) -> Mapping[str, str]:
        line = cast("LineItem", record)
        found = {}
        if line.quantity < 0:
            found["quantity"] = _("Enter a quantity of zero or more.")
        if not 0 <= line.discount_percent <= HUNDRED:
            found["discount_percent"] = _("Enter a discount from 0 to 100 %%.") % {}
        if line.discount_amount < 0:
            found["discount_amount"] = _("Enter the discount as a number.")
        elif line.discount_amount and line.discount_percent:
            found["discount_amount"] = _(
                "Enter the discount in per cent or as an amount, not both."
            )
        elif line.discount_amount > abs(line.quantity * line.unit_price):
            found["discount_amount"] = _("The discount is larger than the line.")
        return found

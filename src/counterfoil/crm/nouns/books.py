"""Invoices, payments and expenses, declared."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy

from counterfoil.crm.catalogue import ObjectType, object_types
from counterfoil.crm.models import (
    Expense,
    Invoice,
    InvoiceStage,
    Payment,
    PaymentSource,
    PaymentType as PaidWith,
    Record,
)
from counterfoil.crm.nouns.shared import (
    ABOUT,
    BOOKED,
    BOOKS,
    CURRENCIES,
    CUSTOM,
    DEPOSITED,
    RECORD,
    SHARED,
    kept,
    received,
    said,
)
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.date_time import DateTime
from counterfoil.crm.property_types.mailing import Mailing
from counterfoil.crm.property_types.text import Text


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
        said("email_status", Mailing(), gettext_lazy("E-mail status")),
        said("sent_at", DateTime(), gettext_lazy("Sent")),
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "stage", "total", "balance", "issued_on", "due_on")
    associated = ("deal", "contact", "company", "quote", "estimate", "payment")

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
        said("source", Choice(PaymentSource.choices), gettext_lazy("Source")),
        said("fee", Currency(), gettext_lazy("Fee")),
        said("refunded", Currency(), gettext_lazy("Refunded")),
        said("refunded_on", Date(), gettext_lazy("Refunded on")),
        *received(gettext_lazy("Put on")),
        *DEPOSITED,
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "amount", "paid_on", "source", "method")
    associated = (
        "invoice",
        "credit_memo",
        "deal",
        "contact",
        "company",
        "quote",
        "sales_receipt",
        "refund_receipt",
        "expense",
    )

    def title_of(self, record: Record) -> str:
        payment = cast("Payment", record)
        return payment.number or payment.reference or payment.customer_name


@object_types.register
class ExpenseType(ObjectType):
    """Money spent."""

    key = "expense"
    slug = "expenses"
    model = Expense
    label = (gettext_lazy("Expense"), gettext_lazy("Expenses"))
    groups = (ABOUT, BOOKS, CUSTOM, RECORD)
    properties = (
        said("number", Text(max_length=40), gettext_lazy("Number")),
        said("vendor_name", Text(max_length=600), gettext_lazy("Vendor")),
        said("total", Currency(), gettext_lazy("Total")),
        said("tax", Currency(), gettext_lazy("Tax")),
        said("currency", CURRENCIES, gettext_lazy("Currency")),
        said("spent_on", Date(), gettext_lazy("Date")),
        said("category", Text(max_length=500), gettext_lazy("Category")),
        said("account", Text(max_length=500), gettext_lazy("Paid from")),
        said("payment_type", Choice(PaidWith.choices), gettext_lazy("Paid with")),
        said("note", Text(is_long=True), gettext_lazy("Note")),
        kept("vendor_remote_id", Text(max_length=64), gettext_lazy("Vendor number")),
        *BOOKED,
        *SHARED,
    )
    columns = ("vendor_name", "total", "spent_on", "category", "account")
    associated = ("payment", "deal", "contact", "company")

    def title_of(self, record: Record) -> str:
        expense = cast("Expense", record)
        return expense.number or expense.vendor_name

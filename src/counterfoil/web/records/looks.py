"""How each noun looks: its icon, and what its pages say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Look:
    """``new`` is the label of its create button; empty where nobody creates it here."""

    icon: str
    new: Any
    empty: Any
    about: Any


LOOKS: dict[str, Look] = {
    "contact": Look(
        "users",
        _("New contact"),
        _("No contacts yet"),
        _("A contact is a person you sell to. Create one, or connect QuickBooks."),
    ),
    "company": Look(
        "building-2",
        _("New company"),
        _("No companies yet"),
        _("A company is an organisation you sell to. It may have several contacts."),
    ),
    "deal": Look(
        "handshake",
        _("New deal"),
        _("No deals yet"),
        _("A deal is a sale in the making. Its invoices are created from its page."),
    ),
    "quote": Look(
        "file-text",
        _("New quote"),
        _("No quotes yet"),
        _("A quote is an offer with line items. A published one becomes an invoice."),
    ),
    "product": Look(
        "package",
        _("New product"),
        _("No products yet"),
        _("A product is what you sell. Quotes and invoices are made of products."),
    ),
    "invoice": Look(
        "receipt",
        "",
        _("No invoices yet"),
        _(
            "Invoices come in from QuickBooks. New ones are created from a deal, a"
            " quote, a company or a contact."
        ),
    ),
    "payment": Look(
        "hand-coins",
        "",
        _("No payments yet"),
        _(
            "Payments come in from QuickBooks with the invoices that they pay. Others"
            " are recorded on a deal, a quote, a contact or a company."
        ),
    ),
    "estimate": Look(
        "calculator",
        "",
        _("No estimates yet"),
        _("Estimates come in from QuickBooks, with the invoices made of them."),
    ),
    "sales_receipt": Look(
        "shopping-bag",
        "",
        _("No sales receipts yet"),
        _("Sales receipts come in from QuickBooks: sales that were paid at once."),
    ),
    "credit_memo": Look(
        "ticket-percent",
        "",
        _("No credit memos yet"),
        _("Credit memos come in from QuickBooks, with what remains of them."),
    ),
    "refund_receipt": Look(
        "undo-2",
        "",
        _("No refund receipts yet"),
        _("Refund receipts come in from QuickBooks: money that was given back."),
    ),
    "expense": Look(
        "wallet",
        "",
        _("No expenses yet"),
        _("Expenses are created for the fees of payments that you receive."),
    ),
    "line_item": Look("list", "", "", ""),
}
INVOICE_STAGES = {
    "sent": "info",
    "partially_paid": "warn outline",
    "paid": "good",
    "overdue": "bad",
    "voided": "plain struck",
}
POSTING_STATES = {
    "pending": "info",
    "confirmed": "good",
    "rejected": "bad",
    "attention": "warn",
    "cancelled": "plain struck",
}
ESTIMATE_STATES = {
    "accepted": "good",
    "closed": "plain",
    "rejected": "bad",
    "converted": "good",
}
QUOTE_STATES = {"published": "info", "expired": "warn", "signed": "good"}
# The colour of a choice's chip, by object type and property.
CHIPS: dict[tuple[str, str], dict[str, str]] = {
    ("invoice", "stage"): INVOICE_STAGES,
    ("deal", "invoice_status"): INVOICE_STAGES,
    ("invoice", "posting_state"): POSTING_STATES,
    **{
        (noun, "posting_state"): POSTING_STATES
        for noun in (
            "payment",
            "estimate",
            "sales_receipt",
            "credit_memo",
            "refund_receipt",
            "expense",
        )
    },
    ("payment", "source"): {},
    ("quote", "status"): QUOTE_STATES,
    ("estimate", "status"): ESTIMATE_STATES,
    ("product", "kind"): {},
}

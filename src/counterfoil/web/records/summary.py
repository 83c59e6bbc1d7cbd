"""What stands at the top of a record's page: its name, and a line about it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Booked, Payment, PostingState, Record
from counterfoil.crm.payments import is_only_here
from counterfoil.web import formats


def heading_of(record: Record) -> str:
    """What the page is called: a bare number gets its noun."""
    if isinstance(record, Booked):
        return f"{object_types[record.object_type].label[0]} {record}"
    return str(record)


def summary_of(record: Record) -> list[str]:
    """The line under the title: money, the date that counts, who looks after it."""
    parts: list[str] = []
    currency = getattr(record, "currency", "")
    figure = getattr(record, _FIGURE.get(record.object_type, ""), None)
    if figure is not None and currency:
        parts.append(formats.money(figure, currency))
    for name, sentence in _DATES.get(record.object_type, ()):
        value = getattr(record, name)
        if value:
            parts.append(sentence() % {"day": formats.day(value)})
    words = (*_WORDS.get(record.object_type, ()), "owner")
    parts += [str(getattr(record, name)) for name in words if getattr(record, name)]
    return parts


def instead_of_editing(record: Record) -> str:
    """What to do about a payment that was entered wrongly: nobody edits it here."""
    if not isinstance(record, Payment) or record.archived_at is not None:
        return ""
    if is_only_here(record):
        return _(
            "A payment is not edited. If this one was entered wrongly, void what was made"
            " of it in QuickBooks, archive it, and record it anew."
        )
    if record.voided or record.deleted_remotely or record.posting_state not in DONE:
        return ""
    return _(
        "A payment is not edited here. If this one was entered wrongly, change it in"
        " QuickBooks, or void it and record it anew."
    )


DONE = ("", PostingState.CONFIRMED)
_ISSUED = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")
_FIGURE = {
    "deal": "amount",
    "quote": "total",
    "payment": "amount",
    "expense": "total",
    **dict.fromkeys(_ISSUED, "total"),
}
_DATES: dict[str, tuple[tuple[str, Callable[[], str]], ...]] = {
    "deal": (("closes_on", lambda: _("closes %(day)s")),),
    "quote": (("expires_on", lambda: _("valid until %(day)s")),),
    "invoice": (("due_on", lambda: _("due %(day)s")),),
    "payment": (("paid_on", lambda: _("received %(day)s")),),
    "estimate": (("expires_on", lambda: _("valid until %(day)s")),),
    "sales_receipt": (("issued_on", lambda: _("received %(day)s")),),
    "refund_receipt": (("issued_on", lambda: _("given back %(day)s")),),
    "expense": (("spent_on", lambda: _("spent %(day)s")),),
}
_WORDS = {
    "contact": ("job_title", "email"),
    "company": ("industry", "domain"),
    "product": ("sku",),
    **dict.fromkeys(_ISSUED, ("customer_name", "connection")),
    "payment": ("customer_name", "method", "connection"),
    "expense": ("vendor_name", "category", "connection"),
}

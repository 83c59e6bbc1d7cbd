"""Cards and sentences of the nouns themselves: lines, allocations, payments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.crm import line_items, payments
from counterfoil.crm.models import Payment, PaymentAllocation, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.web import formats
from counterfoil.web.cards import Card, cards
from counterfoil.web.stories import MONEY, Story, stories
from counterfoil.workspaces.access import Access, Permission


def _items(access: Access, record: Any) -> Mapping[str, object] | None:
    """The products in a quote or a payment; a deal's come with its other ties.

    A payment that the books brought says in them what it was for.
    """
    found = line_items.of(access.workspace, Ref.of(record))
    is_payment = isinstance(record, Payment)
    if is_payment and not found and not payments.is_only_here(record):
        return None
    is_open = is_payment or record.status == "draft"
    total = line_items.total(found, record.currency).amount
    return {
        "lines": [(line, line_items.amount(line).amount) for line in found],
        "total": total,
        "paid": record.amount if is_payment and found else None,
        "about": _("Receipts and paid invoices are made of a payment's line items.")
        if is_payment
        else _("A quote needs at least one before it can be published."),
        "currency": record.currency,
        "may_edit": access.may(Permission.EDIT_RECORDS)
        and is_open
        and not record.archived_at,
    }


def _paid_for(access: Access, record: Any) -> Mapping[str, object] | None:
    """The documents that a payment went to, each with its part."""
    rows = PaymentAllocation.objects.filter(
        payment=record, payment__workspace=access.workspace
    )
    found = list(rows.select_related("invoice", "credit_memo").order_by("id"))
    if not found and payments.is_only_here(record):
        return None
    return {"payment": record, "allocations": found}


def _lines(access: Access, record: Any) -> Mapping[str, object]:
    """What a document of the books is about."""
    return {"document": record, "lines": list(record.lines.order_by("position"))}


for _card in (
    Card(
        "quote_items",
        ("quote", "payment"),
        10,
        "records/items_table.html",
        _items,
        place="middle",
    ),
    Card(
        "paid_for",
        ("payment",),
        10,
        "records/paid_for.html",
        _paid_for,
        place="middle",
    ),
    Card(
        "expense_lines",
        ("expense",),
        10,
        "records/expense_lines.html",
        _lines,
        place="middle",
    ),
):
    cards.add(_card)


def _sentence(entry: TimelineEntry, said: str) -> str:
    """What happened to a payment: how much, how, and on which day."""
    content = entry.content
    currency = str(content.get("currency") or "USD")
    amount = formats.money(Decimal(str(content.get("amount") or 0)), currency)
    parts = [f"{content.get('method', '')} {content.get('reference', '')}".strip()]
    if content.get("day"):
        parts.append(formats.day(date.fromisoformat(str(content["day"]))))
    return " · ".join([said % {"amount": amount}, *filter(None, parts)])


stories.add(
    Story(
        "payment_recorded",
        "hand-coins",
        MONEY,
        lambda entry: _sentence(entry, _("Payment of %(amount)s recorded")),
        "good",
    )
)
stories.add(
    Story(
        "payment_refunded",
        "undo-2",
        MONEY,
        lambda entry: _sentence(entry, _("%(amount)s of the payment given back")),
        "bad",
    )
)

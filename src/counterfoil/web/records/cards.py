"""Cards of the pages that belong to the nouns themselves: lines and allocations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil.crm import line_items
from counterfoil.crm.models import PaymentAllocation
from counterfoil.crm.refs import Ref
from counterfoil.web.cards import Card, cards
from counterfoil.workspaces.access import Access, Permission


def _items(access: Access, record: Any) -> Mapping[str, object]:
    """The products in a quote; a deal's come with its other ties."""
    found = line_items.of(access.workspace, Ref.of(record))
    is_open = record.status == "draft"
    return {
        "lines": [(line, line_items.amount(line).amount) for line in found],
        "total": line_items.total(found, record.currency).amount,
        "currency": record.currency,
        "may_edit": access.may(Permission.EDIT_RECORDS)
        and is_open
        and not record.archived_at,
    }


def _paid_for(access: Access, record: Any) -> Mapping[str, object]:
    """The documents that a payment went to, each with its part."""
    rows = PaymentAllocation.objects.filter(
        payment=record, payment__workspace=access.workspace
    )
    return {
        "payment": record,
        "allocations": list(
            rows.select_related("invoice", "credit_memo").order_by("id")
        ),
    }


def _lines(access: Access, record: Any) -> Mapping[str, object]:
    """What a document of the books is about."""
    return {"document": record, "lines": list(record.lines.order_by("position"))}


for _card in (
    Card(
        "quote_items",
        ("quote",),
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
        "document_lines",
        ("estimate", "sales_receipt", "credit_memo", "refund_receipt"),
        10,
        "records/document_lines.html",
        _lines,
        place="middle",
    ),
):
    cards.add(_card)

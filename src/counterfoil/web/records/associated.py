"""What a record is tied to, of every noun, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    Expression,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy

from counterfoil.crm import line_items
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import (
    Association,
    Deal,
    EstimateStatus,
    InvoiceStage,
    LineItem,
    Quote,
    QuoteStatus,
    Record,
)
from counterfoil.crm.refs import Ref
from counterfoil.web import formats
from counterfoil.web.records.cells import status_of
from counterfoil.web.records.looks import CHIPS, LOOKS
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Tie:
    """One associated record: its title, a line about it, and a chip."""

    ref: Ref
    title: str
    label: str
    detail: str
    amount: str
    chip: str
    chip_look: str
    address: str


@dataclass(frozen=True)
class TieCard:
    """The associated records of one noun."""

    object_type: str
    slug: str
    label: str
    icon: str
    ties: Sequence[Tie]
    may_add: bool


def _text(field: str) -> Expression:
    return Coalesce(Cast(field, CharField()), Value(""))


# What a card says about a record: (detail, amount, currency, state).
_COLUMNS: dict[str, tuple[str, str, str, str]] = {
    "contact": ("email", "", "", ""),
    "company": ("domain", "", "", ""),
    "deal": ("stage__name", "amount", "currency", ""),
    "quote": ("expires_on", "total", "currency", "status"),
    "invoice": ("due_on", "balance", "currency", "stage"),
    "payment": ("paid_on", "amount", "currency", ""),
    "estimate": ("issued_on", "total", "currency", "status"),
    "sales_receipt": ("issued_on", "total", "currency", ""),
    "credit_memo": ("issued_on", "remaining", "currency", ""),
    "refund_receipt": ("issued_on", "total", "currency", ""),
    "expense": ("spent_on", "total", "currency", ""),
}
_STATES = {
    "quote": ("status", dict(QuoteStatus.choices)),
    "invoice": ("stage", dict(InvoiceStage.choices)),
    "estimate": ("status", dict(EstimateStatus.choices)),
}
# What the books alone bring, and few customers have: no card where there is none.
_RARE = frozenset(
    {"estimate", "sales_receipt", "credit_memo", "refund_receipt", "expense"}
)
# What a record is to the one whose page it stands on.
_KIN = {"parent": gettext_lazy("Parent"), "child": gettext_lazy("Sub-customer")}
# What the books tie among themselves; people tie these to whom they concern.
_BOOKS = frozenset({"invoice", "payment", *_RARE})
_MADE_OF = frozenset({"quote", "invoice", "payment"})


def _arm(workspace: Workspace, ref: Ref, to_type: str) -> QuerySet[Any, Any]:
    """The associated rows of one noun, with the same columns as every other."""
    ties = Association.objects.filter(
        workspace=workspace,
        from_type=ref.object_type,
        from_id=ref.record_id,
        to_type=to_type,
    )
    columns = {
        name: _text(column) if column else Value("", CharField())
        for name, column in zip(
            ("detail", "figure", "code", "state"), _COLUMNS[to_type], strict=True
        )
    }
    tie = ties.filter(to_id=OuterRef("pk")).order_by("position", "id")
    return (
        object_types[to_type]
        .model._default_manager.filter(
            workspace=workspace, archived_at=None, pk__in=ties.values("to_id")
        )
        .annotate(
            noun=Value(to_type, CharField()),
            place=Subquery(tie.values("position")[:1], IntegerField()),
            tie=Subquery(tie.values("label")[:1], CharField()),
            **columns,
        )
        .order_by()
        .values_list(
            "noun", "pk", "title", "place", "tie", "detail", "figure", "code", "state"
        )
    )


def _items_arm(workspace: Workspace, ref: Ref) -> QuerySet[Any, Any]:
    """The line items of a deal, as one more kind of row."""
    return (
        LineItem.objects.filter(
            workspace=workspace,
            parent_type=ref.object_type,
            parent_id=ref.record_id,
            archived_at=None,
        )
        .annotate(
            noun=Value("line_item", CharField()),
            place=Cast("position", IntegerField()),
            tie=_text("discount_amount"),
            detail=_text("quantity"),
            figure=_text("unit_price"),
            code=_text("currency"),
            state=_text("discount_percent"),
        )
        .order_by()
        .values_list(
            "noun", "pk", "name", "place", "tie", "detail", "figure", "code", "state"
        )
    )


def rows_of(
    workspace: Workspace, record: Record, to_types: Sequence[str]
) -> dict[str, list[Sequence[Any]]]:
    """What is tied to a record by noun, in order, and a deal's line items."""
    ref = Ref.of(record)
    arms = [_arm(workspace, ref, to_type) for to_type in to_types]
    if record.object_type == "deal":
        arms.append(_items_arm(workspace, ref))
    if not arms:
        return {}
    first, *others = arms
    rows = first.union(*others, all=True) if others else first
    found: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row[3] or 0, row[1])):
        found[row[0]].append(row)
    return found


@dataclass(frozen=True)
class Item:
    """One line item of a deal."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    discount_amount: Decimal
    amount: Decimal


@dataclass(frozen=True)
class ItemCard:
    """The line items of a deal and what they come to."""

    lines: Sequence[Item]
    total: Decimal
    currency: str
    may_edit: bool


def _item(row: Sequence[Any]) -> Item:
    _noun, pk, name, _place, off, quantity, price, currency, discount = row
    line = LineItem(
        pk=pk,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discount_percent=Decimal(discount),
        discount_amount=Decimal(off),
        currency=currency,
    )
    return Item(
        name,
        line.quantity,
        line.unit_price,
        line.discount_percent,
        line.discount_amount,
        line_items.amount(line).amount,
    )


def _tie(workspace: Workspace, row: Sequence[Any]) -> Tie:
    noun, pk, title, _place, label, detail, figure, code, state = row
    amount = formats.money(figure, code) if figure and code else ""
    key, words = _STATES.get(noun, ("", {}))
    if noun == "quote":
        expires_on = date.fromisoformat(detail) if detail else None
        state = status_of(Quote(status=state, expires_on=expires_on)).value
    is_day = _COLUMNS[noun][0].endswith("_on")
    slug = object_types[noun].slug
    return Tie(
        Ref(noun, pk),
        title or f"#{pk}",
        str(_KIN.get(label, label)),
        formats.day(detail) if is_day and detail else detail,
        amount,
        str(words.get(state, state)),
        CHIPS.get((noun, key), {}).get(state, "") if key else "",
        reverse("record", args=[workspace.pk, slug, pk]),
    )


def cards_of(
    workspace: Workspace, record: Record, *, without: Sequence[str], may_edit: bool
) -> tuple[list[TieCard], ItemCard | None]:
    """A card per noun that this noun is associated with, except ``without``.

    With them, in the same query, the line items of a deal.
    """
    wanted = [
        key
        for key in object_types[record.object_type].associated
        if key not in without and key in _COLUMNS
    ]
    rows = rows_of(workspace, record, wanted)
    ties = [
        TieCard(
            key,
            object_types[key].slug,
            str(object_types[key].label[1]),
            LOOKS[key].icon,
            [_tie(workspace, row) for row in rows.get(key, ())],
            may_edit and is_hand_made(record.object_type, key),
        )
        for key in wanted
        if rows.get(key) or key not in _hidden_when_empty(record.object_type)
    ]
    if not isinstance(record, Deal):
        return ties, None
    items = [_item(row) for row in rows.get("line_item", ())]
    total = sum((item.amount for item in items), Decimal(0))
    return ties, ItemCard(items, total, record.currency, may_edit)


def _hidden_when_empty(object_type: str) -> frozenset[str]:
    """What few records have; documents are mostly made of nothing but line items."""
    return _RARE | {object_type} | (_MADE_OF if object_type in _BOOKS else frozenset())


def is_hand_made(object_type: str, other: str) -> bool:
    """Whether people tie these two themselves; the books tie their own documents."""
    return not {object_type, other} <= _BOOKS

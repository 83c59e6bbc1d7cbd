"""What a record is tied to, of every noun, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
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

from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Association, InvoiceStage, QuoteStatus, Record
from counterfoil.crm.refs import Ref
from counterfoil.web import formats
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
}
_STATES = {
    "quote": ("status", dict(QuoteStatus.choices)),
    "invoice": ("stage", dict(InvoiceStage.choices)),
}


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


def ties_of(
    workspace: Workspace, record: Record, to_types: Sequence[str]
) -> dict[str, list[Tie]]:
    """The ties by noun, in their order; the archived are left out."""
    ref = Ref.of(record)
    arms = [_arm(workspace, ref, to_type) for to_type in to_types]
    if not arms:
        return {}
    first, *others = arms
    rows = first.union(*others, all=True) if others else first
    found: dict[str, list[Tie]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row[3] or 0, row[1])):
        found[row[0]].append(_tie(workspace, row))
    return found


def _tie(workspace: Workspace, row: Sequence[Any]) -> Tie:
    noun, pk, title, _place, label, detail, figure, code, state = row
    amount = formats.money(figure, code) if figure and code else ""
    key, words = _STATES.get(noun, ("", {}))
    is_day = _COLUMNS[noun][0].endswith("_on")
    slug = object_types[noun].slug
    return Tie(
        Ref(noun, pk),
        title or f"#{pk}",
        label,
        formats.day(detail) if is_day and detail else detail,
        amount,
        str(words.get(state, state)),
        CHIPS.get((noun, key), {}).get(state, "") if key else "",
        reverse("record", args=[workspace.pk, slug, pk]),
    )


def cards_of(
    workspace: Workspace, record: Record, *, without: Sequence[str], may_edit: bool
) -> list[TieCard]:
    """A card per noun that this noun is associated with, except ``without``."""
    wanted = [
        key
        for key in object_types[record.object_type].associated
        if key not in without and key in _COLUMNS
    ]
    ties = ties_of(workspace, record, wanted)
    return [
        TieCard(
            key,
            object_types[key].slug,
            str(object_types[key].label[1]),
            LOOKS[key].icon,
            ties.get(key, []),
            may_edit and is_hand_made(record.object_type, key),
        )
        for key in wanted
    ]


def is_hand_made(object_type: str, other: str) -> bool:
    """Whether people tie these two themselves; the books tie payments to invoices."""
    return not {object_type, other} >= {"invoice", "payment"}

"""Keyset paging, both ways: a page costs the same wherever it is.

Rows are ordered by one property and then by their number. Those whose value is not
known come last in either direction; they are a second run of rows, asked for only when
the first has ended, so that an index serves both.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import Property
from counterfoil.crm.filters import comparable
from counterfoil.crm.models import Record


@dataclass(frozen=True)
class Order:
    """By which property, known to the query as ``path``."""

    prop: Property
    path: str
    is_descending: bool


@dataclass(frozen=True)
class Cursor:
    """A row's place: go on behind it, or back before it."""

    is_back: bool
    value: Any
    record_id: int


@dataclass(frozen=True)
class Window:
    """The rows of a page and the cursors of its neighbours."""

    rows: list[Any]
    next: str
    previous: str


def window(
    rows: QuerySet[Any], order: Order, *, after: str = "", size: int = 50
) -> Window:
    """The page that the cursor ``after`` points to; the first one without."""
    cursor = decode(after, order)
    is_back = cursor is not None and cursor.is_back
    found = _run(rows, order, cursor, size + 1)
    has_more = len(found) > size
    found = found[:size]
    if is_back:
        found.reverse()
    if not found:
        return Window([], "", "")
    has_next = is_back or has_more
    has_previous = has_more if is_back else cursor is not None
    return Window(
        found,
        encode(found[-1], order, is_back=False) if has_next else "",
        encode(found[0], order, is_back=True) if has_previous else "",
    )


def _run(
    rows: QuerySet[Any], order: Order, cursor: Cursor | None, wanted: int
) -> list[Any]:
    """Up to ``wanted`` rows in the direction of the cursor, from both runs."""
    is_back = cursor is not None and cursor.is_back
    runs = [True, False] if _can_be_null(order, rows) else [True]
    if is_back:
        runs.reverse()
    if cursor is not None and (cursor.value is not None) in runs:
        runs = runs[runs.index(cursor.value is not None) :]
    found: list[Any] = []
    for position, has_value in enumerate(runs):
        if len(found) < wanted:
            run = rows
            if len(runs) > 1 or not has_value or order.prop.custom:
                run = rows.filter(**{f"{order.path}__isnull": not has_value})
            place = cursor if position == 0 else None
            run = _ordered(run, order, place, is_back=is_back, has_value=has_value)
            found += run[: wanted - len(found)]
    return found


def _ordered(
    run: QuerySet[Any],
    order: Order,
    cursor: Cursor | None,
    *,
    is_back: bool,
    has_value: bool,
) -> QuerySet[Any]:
    is_down = order.is_descending is not is_back
    sign, beyond = ("-", "lt") if is_down else ("", "gt")
    if cursor is not None:
        past_id = Q(**{f"pk__{beyond}": cursor.record_id})
        value = comparable(order.prop, cursor.value)
        if has_value:
            # The first condition is implied by the second, and is what the index takes.
            run = run.filter(
                Q(**{f"{order.path}__{beyond}e": value}),
                Q(**{f"{order.path}__{beyond}": value}) | past_id,
            )
        else:
            run = run.filter(past_id)
    keys = [f"{sign}{order.path}", f"{sign}pk"] if has_value else [f"{sign}pk"]
    return run.order_by(*keys)


def _can_be_null(order: Order, rows: QuerySet[Any]) -> bool:
    if order.prop.custom:
        return True
    return bool(rows.model._meta.get_field(order.prop.name).null)


def encode(record: Record, order: Order, *, is_back: bool) -> str:
    """A row's place as text for an address."""
    prop = order.prop
    # The column's own value: a blank text stands where the database sorts it.
    value = prop.of(record) if prop.custom else getattr(record, prop.column)
    stored = None if value is None else prop.type.serialise(value)
    text = json.dumps([int(is_back), prop.name, stored, record.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, order: Order) -> Cursor | None:
    """The place that the text names; ``None`` when it is not of this order."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        is_back, name, stored, record_id = json.loads(raw)
        if name != order.prop.name:
            return None
        value = None if stored is None else order.prop.type.deserialise(stored)
        return Cursor(bool(is_back), value, int(record_id))
    except (binascii.Error, ValueError, TypeError, ArithmeticError, Invalid):
        return None

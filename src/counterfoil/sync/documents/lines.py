"""The lines of documents, replaced in two statements for a whole page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from counterfoil.core import rows
from counterfoil.crm.models import DocumentLine
from counterfoil.sync.documents.reading import decimal, fitting
from counterfoil.sync.ports import Observed

_COLUMNS = (
    "position",
    "item_remote_id",
    "name",
    "description",
    "quantity",
    "unit_price",
    "amount",
    "tax_code",
    "kind",
)


def replace(
    model: type[DocumentLine],
    applied: Mapping[int, Observed],
    *,
    fresh: Collection[int],
) -> None:
    """The books have the last word on the lines of what they hold.

    ``applied`` is by the key of the record; ``fresh`` ones have no lines yet.
    """
    old = [key for key in applied if key not in fresh]
    if old:
        model._default_manager.filter(**{f"{model.owner}__in": old}).delete()
    lines = [
        (key, position, *_line(line))
        for key, observed in applied.items()
        for position, line in enumerate(_held(observed))
    ]
    if lines:
        rows.insert(model, (model.owner, *_COLUMNS), lines)


def _held(observed: Observed) -> Iterator[Mapping[str, Any]]:
    held: Sequence[Mapping[str, Any]] = observed.content.get("lines") or ()  # type: ignore[assignment]
    yield from held


def _line(held: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        held.get("item_id", ""),
        str(held.get("name", ""))[:500],
        held.get("description", ""),
        fitting(held.get("quantity"), places=5),
        fitting(held.get("unit_price"), places=7),
        decimal(held["amount"]) or Decimal(0),
        held.get("tax_code", ""),
        held["kind"],
    )

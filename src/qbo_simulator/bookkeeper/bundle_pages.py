"""The form that makes a bundle, which only a person in QuickBooks can."""

from __future__ import annotations

from starlette.responses import Response

from qbo_simulator.bookkeeper.desk import Visit, back_to
from qbo_simulator.bookkeeper.reading import (
    Body,
    LineRow,
    UnreadableError,
    amount_in,
    problem_of,
    typed_rows,
)
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.bundles import ADMINISTRATOR

ROWS = 5


def new(visit: Visit, error: Exception | None = None) -> Response:
    """Show the form for a new bundle."""
    room = visit.room
    rows = [row for row in typed_rows(visit.form) if not row.is_blank]
    return visit.show(
        "bundle_new.html",
        "items",
        problem=problem_of(error) if error else None,
        rows=[*rows, *[LineRow()] * max(1, ROWS - len(rows))],
        items=room.names("Item"),
        typed=visit.all_typed,
    )


def create(visit: Visit) -> Response:
    """Create the bundle that was typed."""
    room = visit.room
    if visit.typed("decision") == "more":
        return new(visit)
    try:
        kept = room.company.create(
            "Item", _body(visit), now=room.now, include=frozenset({ADMINISTRATOR})
        )
    except (Fault, UnreadableError) as error:
        return new(visit, error)
    return back_to(room.path("items", kept["Id"]), "created")


def _body(visit: Visit) -> Body:
    parts = []
    for number, row in enumerate(typed_rows(visit.form), 1):
        if row.is_blank:
            continue
        item = visit.room.named("Item", row.item)
        if item is None:
            raise UnreadableError(
                f"Line {number}: there is no active product or service named {row.item}."
            )
        quantity = amount_in(row.quantity, label=f"The quantity of line {number}")
        parts.append({"ItemRef": {"value": item}, "Qty": quantity or 1})
    if not parts:
        raise UnreadableError("Say what the bundle is made of.")
    body: Body = {
        "Name": visit.typed("name"),
        "Type": "Group",
        "ItemGroupDetail": {"ItemGroupLine": parts},
    }
    text = visit.typed("description")
    return {**body, "Description": text} if text else body

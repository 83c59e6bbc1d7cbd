"""The lines of a sales form between its editor and the API, discount and shipping too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qbo_simulator.bookkeeper import heads
from qbo_simulator.bookkeeper.reading import (
    SHIPPING,
    Body,
    LineRow,
    UnreadableError,
    amount_in,
    at,
    held_items,
    is_shipping,
    kept_lines,
    line_body,
    shown_rows,
)

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Room, Visit

DETAIL = "SalesItemLineDetail"
COPIED = {
    "memo": "CustomerMemo.value",
    "email": "BillEmail.Address",
    "mode": "GlobalTaxCalculation",
}


def written(visit: Visit, rows: Sequence[LineRow], form: Body) -> list[Body]:
    """Write the lines that were typed as lines of the API; raises UnreadableError."""
    held, old = (
        held_items(form),
        {str(line.get("Id")): line for line in form.get("Line", [])},
    )
    lines = []
    for number, row in enumerate(rows, 1):
        item = _item(visit.room, row, number, held)
        if item and visit.room.read("Item", item)["Type"] == "Group":
            lines.append(_bundle(row, item, number))
            continue
        line = line_body(row, item=item, number=number)
        lines.append(_with_untouched(line, old.get(row.id, {})))
    return [*lines, *kept_lines(form), *_extras(visit, form)]


def _item(room: Room, row: LineRow, number: int, held: Mapping[str, str]) -> str | None:
    """Find the id of the item that was typed; one the form holds stays."""
    name = row.item.strip()
    if not name:
        return None
    found = held.get(name) or room.named("Item", name)
    if found is None:
        raise UnreadableError(
            f"Line {number}: there is no active product or service named {row.item}."
        )
    return found


def _bundle(row: LineRow, item: str, number: int) -> Body:
    quantity = amount_in(row.quantity, label=f"The quantity of line {number}")
    detail: Body = {"GroupItemRef": {"value": item}, "Quantity": quantity or 1}
    line: Body = {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}
    return {**line, "Description": row.description} if row.description else line


def _with_untouched(line: Body, old: Body) -> Body:
    """Keep of a line what the editor does not show."""
    if "LinkedTxn" in old:
        line["LinkedTxn"] = old["LinkedTxn"]
    before = old.get(DETAIL, {})
    if DETAIL in line:
        for name in ("ServiceDate", "ClassRef"):
            if name in before:
                line[DETAIL].setdefault(name, before[name])
    return line


def shown_extras(form: Body) -> dict[str, str]:
    """Show discount and shipping as the editor's own fields."""
    typed = {"discount": "", "discount_kind": "percent", "shipping": ""}
    for line in form.get("Line", []):
        if line.get("DetailType") == "DiscountLineDetail":
            detail = line.get("DiscountLineDetail", {})
            percent = detail.get("PercentBased")
            value = detail.get("DiscountPercent") if percent else line.get("Amount")
            typed["discount"] = "" if value is None else str(value)
            typed["discount_kind"] = "percent" if percent else "amount"
        elif is_shipping(line):
            typed["shipping"] = str(line.get("Amount", ""))
    return typed


def _extras(visit: Visit, form: Body) -> list[Body]:
    """Write discount and shipping; what was not changed stays as it was."""
    shown = shown_extras(form)
    held = {
        "discount": [
            each
            for each in form.get("Line", [])
            if each.get("DetailType") == "DiscountLineDetail"
        ],
        "shipping": [each for each in form.get("Line", []) if is_shipping(each)],
    }
    found = []
    for name, write in (("shipping", _shipping), ("discount", _discount)):
        typed = visit.typed(name) if name in visit.form else shown[name]
        kind = visit.typed("discount_kind") or shown["discount_kind"]
        same = typed == shown[name] and (
            name != "discount" or kind == shown["discount_kind"]
        )
        if same:
            found += held[name]
        elif typed:
            found.append(write(typed, kind))
    return found


def _shipping(typed: str, _kind: str) -> Body:
    amount = amount_in(typed, label="The charge for shipping")
    return {
        "Amount": amount,
        "DetailType": DETAIL,
        DETAIL: {"ItemRef": {"value": SHIPPING}},
    }


def _discount(typed: str, kind: str) -> Body:
    value = amount_in(typed.rstrip("%"), label="The discount")
    line: Body = {"DetailType": "DiscountLineDetail"}
    if kind == "percent":
        return {
            **line,
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": value},
        }
    return {**line, "Amount": value, "DiscountLineDetail": {"PercentBased": False}}


def copied_rows(room: Room, origin: Body) -> list[LineRow]:
    """Lay the lines of a form out for a new one: without their ids, bundles by name."""
    bundles = [
        LineRow(
            item=str(line["GroupLineDetail"].get("GroupItemRef", {}).get("name", "")),
            quantity=str(line["GroupLineDetail"].get("Quantity", "")),
        )
        for line in kept_lines(origin)
        if "GroupLineDetail" in line
    ]
    full = {
        name: str(room.read("Item", number)["FullyQualifiedName"])
        for name, number in held_items(origin).items()
        if number.isdecimal()
    }
    rows = [
        replace(row, id="", item=full.get(row.item, row.item))
        for row in shown_rows(origin)
    ]
    return [*rows, *bundles]


def copied_head(room: Room, origin: Body) -> dict[str, Any]:
    """Take over whom a form is for, its message, its tax, its discount."""
    tax = origin.get("TxnTaxDetail", {}).get("TxnTaxCodeRef", {}).get("value", "")
    found: dict[str, Any] = {
        name: at(origin, path) or "" for name, path in COPIED.items()
    }
    if "CustomerRef" in origin:
        found["customer"] = heads.full_name_of(room, "Customer", origin["CustomerRef"])
    return {**found, **shown_extras(origin), "tax_code": tax}

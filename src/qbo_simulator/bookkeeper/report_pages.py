"""The reports as readable tables, and what recurs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.responses import Response

from qbo_simulator import recurring, reports
from qbo_simulator.bookkeeper.desk import GoneError, Room, Visit, back_to
from qbo_simulator.bookkeeper.papers import BY_ENTITY
from qbo_simulator.bookkeeper.reading import Body, at, problem_of
from qbo_simulator.bookkeeper.showing import as_json
from qbo_simulator.faults import Fault
from qbo_simulator.html.templating import day
from qbo_simulator.kinds.recurring import is_due, type_of
from qbo_simulator.reports.catalogue import REPORTS

PARAMETERS = (
    "date_macro",
    "start_date",
    "end_date",
    "accounting_method",
    "summarize_column_by",
)
PERIODS = (
    "Today",
    "This Month",
    "This Month-to-date",
    "Last Month",
    "This Fiscal Quarter",
    "This Calendar Year",
    "This Calendar Year-to-date",
    "Last Calendar Year",
    "All",
)
CUTS = ("Total", "Month", "Quarter", "Year", "Customers", "Vendors", "Classes")
LINKED = {
    "account": "accounts",
    "account_name": "accounts",
    "other_account": "accounts",
    "customer": "customers",
    "cust_name": "customers",
    "vendor": "vendors",
    "vend_name": "vendors",
    "item": "items",
    "item_name": "items",
    "txn_type": "transactions",
}
"""The page an id in a column of that type leads to; names may be of several kinds."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONEY = re.compile(r"-?\d+\.\d{2}")


def title_of(name: str) -> str:
    """Write a report's name in words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).split()
    return " ".join([words[0], *(word.lower() for word in words[1:])])


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, where it leads, whether it is a number."""

    text: str
    address: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a report; `tone` is head, sum or nothing."""

    cells: list[Cell]
    depth: int
    tone: str = ""


def index(visit: Visit) -> Response:
    """List the reports."""
    rows = [(name, title_of(name)) for name in REPORTS]
    return visit.show("reports.html", "reports", rows=rows)


def show(visit: Visit) -> Response:
    """Show one report as a table."""
    room = visit.room
    name = visit.request.path_params["report"]
    if name not in REPORTS:
        raise GoneError(f"There is no report {name} here.")
    asked = {key: visit.asked(key) for key in PARAMETERS if visit.asked(key)}
    if "start_date" in asked or "end_date" in asked:
        asked.pop("date_macro", None)
    problem, made = None, None
    try:
        made = reports.run(room.company, name, asked, now=room.now)
    except Fault as fault:
        problem = problem_of(fault)
    columns = made["Columns"]["Column"] if made else []
    types = [str(column.get("ColType", "")) for column in columns]
    rows = list(laid_out(room, made["Rows"], types)) if made else []
    return visit.show(
        "report.html",
        "reports",
        problem=problem,
        name=name,
        title=title_of(name),
        parts=REPORTS[name].parts,
        head=made["Header"] if made else {},
        columns=list(zip(columns, numeric(rows, len(columns)), strict=True)),
        rows=rows,
        typed=asked,
        periods=PERIODS,
        cuts=CUTS,
        json=as_json(made) if made else "",
    )


def laid_out(
    room: Room, held: Body, types: Sequence[str], depth: int = 0
) -> Iterator[ReportRow]:
    """Walk the nested rows of a report from top to bottom."""
    for row in held.get("Row", []):
        if "Header" in row:
            yield ReportRow(_cells(room, row["Header"], types), depth, "head")
        if "Rows" in row:
            yield from laid_out(room, row["Rows"], types, depth + 1)
        if "ColData" in row:
            yield ReportRow(_cells(room, row, types), depth)
        if "Summary" in row:
            yield ReportRow(_cells(room, row["Summary"], types), depth, "sum")


def _cells(room: Room, row: Body, types: Sequence[str]) -> list[Cell]:
    return [
        _cell(room, cell, types[place] if place < len(types) else "")
        for place, cell in enumerate(row.get("ColData", []))
    ]


def _cell(room: Room, cell: Body, type_: str) -> Cell:
    text, number = str(cell.get("value", "")), str(cell.get("id", ""))
    if MONEY.fullmatch(text):
        return Cell(_grouped(text), is_number=True)
    if DAY.fullmatch(text):
        return Cell(day(text))
    slug = LINKED.get(type_.lower(), "")
    address = room.path(slug, number) if slug and number.isdecimal() else ""
    return Cell(text, address)


def _grouped(text: str) -> str:
    try:
        return f"{Decimal(text):,.2f}"
    except InvalidOperation:
        return text


def numeric(rows: Sequence[ReportRow], count: int) -> list[bool]:
    """Say which columns hold numbers, so that their heads stand over them."""
    return [
        any(place < len(row.cells) and row.cells[place].is_number for row in rows)
        for place in range(count)
    ]


def recurring_list(visit: Visit) -> Response:
    """List the templates of what recurs, and whether they are due."""
    room = visit.room
    rows = []
    for body in room.rows("RecurringTransaction", "maxresults 1000"):
        entity = type_of(body) or ""
        held: Any = body.get(entity, body)
        info = held.get("RecurringInfo", {})
        rows.append(
            {
                "id": held.get("Id", body.get("Id")),
                "name": info.get("Name", ""),
                "label": BY_ENTITY[entity].label if entity in BY_ENTITY else entity,
                "type": info.get("RecurType", ""),
                "active": info.get("Active"),
                "next": at(info, "ScheduleInfo.NextDate"),
                "every": at(info, "ScheduleInfo.IntervalType"),
                "amount": held.get("TotalAmt", held.get("Amount")),
                "is_due": is_due(held, room.today.isoformat()),
                "json": as_json(body),
            }
        )
    return visit.show("recurring.html", "recurring", rows=rows)


def make_due(visit: Visit) -> Response:
    """Make every transaction that is due."""
    room = visit.room
    made = recurring.run(room.company, now=room.now)
    return back_to(room.path("recurring"), "made" if made else "nothing")

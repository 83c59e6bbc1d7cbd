"""Reports as the service writes them: cells, rows, sections, columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.wire import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from qbo_simulator.reports.request import Request

Json = dict[str, Any]


def cell(value: str, id: int | str | None = None) -> Json:  # noqa: A002
    """One value of a row, with the id of what it names."""
    return {"value": value} if id is None else {"value": value, "id": str(id)}


def money(cents: int) -> str:
    """An amount as reports write it: `1234.50`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def shown(cents: int) -> str:
    """An amount, or nothing where there is none."""
    return money(cents) if cents else ""


def amounts(values: Iterable[int]) -> list[Json]:
    """Cells of a total: zeros are written."""
    return [cell(money(cents)) for cents in values]


def some(values: Iterable[int]) -> list[Json]:
    """Cells of a row: zeros stay empty."""
    return [cell(shown(cents)) for cents in values]


def data(cells: Sequence[Json], *, group: str | None = None) -> Json:
    """A leaf of the report."""
    row: Json = {"ColData": list(cells), "type": "Data"}
    return row if group is None else {**row, "group": group}


def section(
    header: Sequence[Json] | None,
    rows: Sequence[Json] | None,
    summary: Sequence[Json] | None,
    group: str | None = None,
) -> Json:
    """Rows under a header and above their sum; each part may be missing."""
    row: Json = {}
    if header is not None:
        row["Header"] = {"ColData": list(header)}
    if rows is not None:
        row["Rows"] = {"Row": list(rows)} if rows else {}
    if summary is not None:
        row["Summary"] = {"ColData": list(summary)}
    row["type"] = "Section"
    return row if group is None else {**row, "group": group}


def total(title: str, values: Iterable[int], group: str) -> Json:
    """A sum that stands by itself, such as the gross profit or the grand total."""
    return section(None, None, [cell(title), *amounts(values)], group)


def column(
    title: str, kind: str, key: str | None = None, meta: Iterable[tuple[str, str]] = ()
) -> Json:
    """What stands above a column."""
    found: Json = {"ColTitle": title, "ColType": kind}
    pairs = [*meta, *([("ColKey", key)] if key is not None else [])]
    if pairs:
        found["MetaData"] = [{"Name": name, "Value": value} for name, value in pairs]
    return found


def header(
    request: Request,
    currency: str,
    now: datetime,
    *,
    parts: frozenset[str],
    options: Iterable[tuple[str, str]],
) -> Json:
    """The head of a report; `parts` are those beyond what every report says."""
    found: Json = {"Time": stamp(now), "ReportName": request.report}
    if request.macro is not None and "dates" in parts:
        found["DateMacro"] = request.macro
    if "basis" in parts:
        found["ReportBasis"] = request.basis
    if "dates" in parts and request.start is not None and request.end is not None:
        found["StartPeriod"] = request.start.isoformat()
        found["EndPeriod"] = request.end.isoformat()
    if "by" in parts or "summarize_column_by" in request.params:
        found["SummarizeColumnsBy"] = request.by
    found["Currency"] = currency
    for name in ("Customer", "Vendor", "Employee", "Item", "Class", "Department"):
        if name.lower() in request.params:
            found[name] = request.params[name.lower()]
    found["Option"] = [{"Name": name, "Value": value} for name, value in options]
    return found

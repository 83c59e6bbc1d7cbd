"""Reports of a company, and the figures that stand in them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from qbo_simulator import reports
from qbo_simulator.company import Company
from support.random_business import NOW

Json = dict[str, Any]


def run(books: Company, name: str, **params: str) -> Json:
    return reports.run(books, name, params, now=NOW)


def summaries(report: Json) -> dict[str, list[Decimal]]:
    """The figures below every section, by title."""
    found: dict[str, list[Decimal]] = {}

    def look(rows: Json) -> None:
        for row in rows.get("Row", []):
            look(row.get("Rows", {}))
            for cells in (row.get("Summary"), row if "group" in row else None):
                if cells and "ColData" in cells:
                    title, *rest = [cell["value"] for cell in cells["ColData"]]
                    found[title] = [Decimal(value or 0) for value in rest]

    look(report["Rows"])
    return found


def figure(report: Json, title: str, place: int = -1) -> Decimal:
    return summaries(report).get(title, [Decimal(0)])[place]


def held(report: Json, title: str) -> Decimal:
    """The figure of a line."""

    def look(rows: Json) -> Decimal:
        total = Decimal(0)
        for row in rows.get("Row", []):
            total += look(row.get("Rows", {}))
            cells = row.get("ColData", [])
            if cells and cells[0]["value"] == title:
                total += Decimal(cells[-1]["value"] or 0)
        return total

    return look(report["Rows"])

"""A shop whose reports are read: its sales and payments in short, the lines as values."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from qbo_simulator import reports
from qbo_simulator.company import Company

Json = dict[str, Any]
YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}


class Shop:
    """A company, and short words for what is done in it."""

    def __init__(self, books: Company, now: datetime) -> None:
        self.books, self.now = books, now

    def make(self, entity: str, **body: Any) -> str:
        return str(self.books.create(entity, body, now=self.now)["Id"])

    def invoice(self, customer: str, on: str, *amounts: float, **more: Any) -> str:
        lines = [
            {
                "Amount": Decimal(str(amount)),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": str(1 + index % 2)}},
            }
            for index, amount in enumerate(amounts)
        ]
        ref = {"value": customer}
        return self.make("Invoice", CustomerRef=ref, TxnDate=on, Line=lines, **more)

    def pay(self, customer: str, on: str, amount: float, invoice: str = "") -> str:
        link = [{"TxnId": invoice, "TxnType": "Invoice"}]
        lines = [{"Amount": amount, "LinkedTxn": link}] if invoice else []
        ref = {"value": customer}
        return self.make(
            "Payment", CustomerRef=ref, TxnDate=on, TotalAmt=amount, Line=lines
        )

    def report(self, name: str, **params: str) -> Json:
        return reports.run(self.books, name, params, now=self.now)

    def lines(self, name: str, **params: str) -> list[list[str]]:
        """The values of every leaf, and of every total."""
        return flat(self.report(name, **params)["Rows"])


def flat(rows: Json) -> list[list[str]]:
    """The values of each line from top to bottom."""
    found = []
    for row in rows.get("Row", []):
        parts = (row, row.get("Header", {}))
        found += [_values(part) for part in parts if "ColData" in part]
        found += flat(row.get("Rows", {}))
        if "Summary" in row:
            found.append(_values(row["Summary"]))
    return found


def _values(part: Json) -> list[str]:
    return [cell["value"] for cell in part["ColData"]]


def prefer(books: Company, name: str, value: str) -> None:
    """Set a preference that no client can set."""
    with books.store.write() as db:
        db.execute(
            "UPDATE entity SET body = json_set(body, ?, json(?)) "
            "WHERE kind = 'Preferences' AND realm = ?",
            (f"$.{name}", value, books.realm),
        )

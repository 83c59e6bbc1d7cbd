"""Links from a figure to the postings it is made of, where `qzurl` asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.tree import Json

BY = {
    "ProfitAndLoss": "account",
    "BalanceSheet": "account",
    "TrialBalance": "account",
    "CashFlow": "account",
    "CustomerSales": "customer",
    "CustomerIncome": "customer",
    "CustomerBalance": "customer",
    "AgedReceivables": "customer",
    "VendorBalance": "vendor",
    "VendorExpenses": "vendor",
    "AgedPayables": "vendor",
}
"""What the first cell of a report's rows names."""


def zoom(rows: Iterable[Json], request: Request, realm: str) -> None:
    """Give every figure beside a name the address of its transactions."""
    by = BY.get(request.report)
    if by is None:
        return
    for row in rows:
        zoom(row.get("Rows", {}).get("Row", ()), request, realm)
        cells = row.get("ColData") or row.get("Header", {}).get("ColData", ())
        if not cells or not cells[0].get("id"):
            continue
        for cell in cells[1:]:
            if cell["value"]:
                cell["href"] = _address(by, cells[0]["id"], request, realm)


def _address(by: str, number: str, request: Request, realm: str) -> str:
    report = "GeneralLedger" if by == "account" else "TransactionList"
    query = {by: number, "accounting_method": request.basis}
    if request.start is not None and request.end is not None:
        query["start_date"] = request.start.isoformat()
        query["end_date"] = request.end.isoformat()
    else:
        query["date_macro"] = "all"
    return f"/v3/company/{realm}/reports/{report}?{urlencode(query)}"

"""The reports of QuickBooks Online, read from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.faults import Fault
from qbo_simulator.reports.books import Books
from qbo_simulator.reports.catalogue import REPORTS
from qbo_simulator.reports.request import read
from qbo_simulator.reports.tree import header
from qbo_simulator.reports.zoom import zoom
from qbo_simulator.wire import today

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from qbo_simulator.company import Company


def run(
    company: Company, name: str, params: Mapping[str, str], *, now: datetime
) -> dict[str, Any]:
    """A report as served: `Header`, `Columns` and `Rows`.

    `params` are the query parameters of its address; those it does not know are left
    alone. An unknown report is refused as the service does: the feature is denied.
    """
    report = REPORTS.get(name)
    if report is None:
        raise Fault(
            5020,
            "Permission Denied Error",
            "Permission Denied Error : You do not have the access rights to use this "
            "feature.",
            "ReportName",
        )
    with company.store.read() as db:
        books = Books(db, company.realm)
        request = read(
            name,
            params,
            today=today(now),
            first_month=books.first_month,
            default_macro=report.usual_dates(books.first_month),
            default_basis=books.preferences.get("ReportPrefs", {}).get(
                "ReportBasis", "Accrual"
            ),
        )
        columns, rows, has_data = report.make(books, request)
        options = [("AccountingStandard", "GAAP")] if "standard" in report.parts else []
        if "report_date" in report.parts:
            options.append(("report_date", request.as_of.isoformat()))
        options.append(("NoReportData", "false" if has_data else "true"))
        head = header(request, books.currency, now, parts=report.parts, options=options)
    if request.text("qzurl") == "true":
        zoom(rows, request, company.realm)
    return {
        "Header": head,
        "Columns": {"Column": columns},
        "Rows": {"Row": rows} if rows else {},
    }

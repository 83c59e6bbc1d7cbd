"""Which reports there are, under which names, and what each says at its head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_simulator.reports.cash_flow import cash_flow
from qbo_simulator.reports.statements import (
    balance_sheet,
    profit_and_loss,
    trial_balance,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbo_simulator.reports.books import Books
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table

YEAR = "this calendar year-to-date"
MONTH = "this month-to-date"


@dataclass(frozen=True)
class Report:
    """A report: who makes it, its dates unless others are asked for, its head.

    `parts` are those of the head beside what every report has: `dates`, `basis`, `by`
    (how columns are cut), `standard` (of accounting) and `report_date`.
    """

    make: Callable[[Books, Request], Table]
    macro: str
    parts: frozenset[str]


def _report(make: Callable[[Books, Request], Table], macro: str, parts: str) -> Report:
    return Report(make, macro, frozenset(parts.split()))


REPORTS = {
    "ProfitAndLoss": _report(profit_and_loss, YEAR, "dates basis by standard"),
    "BalanceSheet": _report(balance_sheet, YEAR, "dates basis by standard"),
    "CashFlow": _report(cash_flow, YEAR, "dates by"),
    "TrialBalance": _report(trial_balance, MONTH, "dates basis"),
}

"""Which reports there are, under which names, and what each says at its head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_simulator.reports.cash_flow import cash_flow
from qbo_simulator.reports.details import (
    general_ledger,
    journal,
    profit_and_loss_detail,
)
from qbo_simulator.reports.inventory import valuation_detail, valuation_summary
from qbo_simulator.reports.lists import account_list, tax_summary
from qbo_simulator.reports.open_items import (
    aged_payable_detail,
    aged_payables,
    aged_receivable_detail,
    aged_receivables,
    customer_balance,
    customer_balance_detail,
    vendor_balance,
    vendor_balance_detail,
)
from qbo_simulator.reports.sales import (
    class_sales,
    customer_income,
    customer_sales,
    department_sales,
    item_sales,
    vendor_expenses,
)
from qbo_simulator.reports.statements import (
    balance_sheet,
    profit_and_loss,
    trial_balance,
)
from qbo_simulator.reports.transaction_lists import (
    transaction_list,
    transaction_list_by_customer,
    transaction_list_by_vendor,
    transaction_list_with_splits,
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

    def usual_dates(self, first_month: int) -> str:
        """The dates of a company whose fiscal years begin with that month."""
        if first_month == 1:
            return self.macro
        return self.macro.replace("calendar", "fiscal")


def _report(make: Callable[[Books, Request], Table], macro: str, parts: str) -> Report:
    return Report(make, macro, frozenset(parts.split()))


SALES = "dates basis by"
OWED = "dates report_date"
REPORTS = {
    "ProfitAndLoss": _report(profit_and_loss, YEAR, "dates basis by standard"),
    "ProfitAndLossDetail": _report(profit_and_loss_detail, YEAR, "dates basis"),
    "BalanceSheet": _report(balance_sheet, YEAR, "dates basis by standard"),
    "CashFlow": _report(cash_flow, YEAR, "dates by"),
    "TrialBalance": _report(trial_balance, MONTH, "dates basis"),
    "GeneralLedger": _report(general_ledger, MONTH, "dates basis"),
    "JournalReport": _report(journal, MONTH, "dates"),
    "AgedReceivables": _report(aged_receivables, "today", OWED),
    "AgedReceivableDetail": _report(aged_receivable_detail, "today", OWED),
    "AgedPayables": _report(aged_payables, "today", OWED),
    "AgedPayableDetail": _report(aged_payable_detail, "today", OWED),
    "CustomerBalance": _report(customer_balance, "all", OWED),
    "CustomerBalanceDetail": _report(customer_balance_detail, "all", OWED),
    "VendorBalance": _report(vendor_balance, "all", OWED),
    "VendorBalanceDetail": _report(vendor_balance_detail, "all", OWED),
    "CustomerIncome": _report(customer_income, YEAR, "dates basis"),
    "CustomerSales": _report(customer_sales, MONTH, SALES),
    "ItemSales": _report(item_sales, MONTH, SALES),
    "ClassSales": _report(class_sales, MONTH, SALES),
    "DepartmentSales": _report(department_sales, MONTH, SALES),
    "VendorExpenses": _report(vendor_expenses, YEAR, SALES),
    "TransactionList": _report(transaction_list, MONTH, "dates"),
    "TransactionListByCustomer": _report(transaction_list_by_customer, MONTH, "dates"),
    "TransactionListByVendor": _report(transaction_list_by_vendor, MONTH, "dates"),
    "TransactionListWithSplits": _report(
        transaction_list_with_splits, "this fiscal quarter", "dates"
    ),
    "InventoryValuationSummary": _report(valuation_summary, "today", OWED),
    "InventoryValuationDetail": _report(valuation_detail, MONTH, "dates"),
    "AccountList": _report(account_list, "all", ""),
    "TaxSummary": _report(tax_summary, MONTH, "dates"),
}

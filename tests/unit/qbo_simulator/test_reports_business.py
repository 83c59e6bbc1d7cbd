"""Random business over a year: the reports agree with the books and with each other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.random_business import ACTS, FIRST, Bookkeeper, act, company, days
from support.reports_read import figure, held, run, summaries

from qbo_simulator.company import Company

Json = dict[str, Any]


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(act, min_size=1, max_size=14), on=days)
def test_whatever_happened_all_reports_agree(
    acts: list[tuple[str, str, list[Decimal], int]], on: str
) -> None:
    with company() as books:
        keeper = Bookkeeper(books)
        for what, day, values, pick in acts:
            keeper.do(what, day, values, pick)
        check_all(books, on)


@pytest.mark.parametrize("chance", range(8))
def test_after_much_business_all_reports_agree(chance: int) -> None:
    random = Random(chance)  # noqa: S311 - the same business each time
    with company() as books:
        keeper = Bookkeeper(books)
        for _ in range(60):
            day = (FIRST + timedelta(random.randrange(540))).isoformat()
            values = [Decimal(random.randrange(1, 99999)) / 100 for _ in range(2)]
            keeper.do(random.choice(ACTS), day, values, random.randrange(100))
        assert keeper.linked >= {"Invoice", "Bill"}
        for _ in range(3):
            day = (FIRST + timedelta(random.randrange(540))).isoformat()
            check_all(books, day)


def check_all(books: Company, on: str) -> None:
    for basis in ("Accrual", "Cash"):
        check_statements(books, on, basis)
        check_columns(books, on, basis)
        check_ledger(books, on, basis)
    check_what_is_owed(books, on)
    check_balances(books)


def check_statements(books: Company, on: str, basis: str) -> None:
    asked = {
        "start_date": f"{on[:4]}-01-01",
        "end_date": on,
        "accounting_method": basis,
    }
    debit, credit = summaries(run(books, "TrialBalance", **asked)).get("TOTAL", [0, 0])
    assert debit == credit
    sheet = run(books, "BalanceSheet", **asked)
    assert figure(sheet, "TOTAL ASSETS") == figure(
        sheet, "TOTAL LIABILITIES AND EQUITY"
    )
    earned = run(books, "ProfitAndLoss", **asked)
    assert figure(earned, "Net Income") == figure(sheet, "Net Income")
    detail = run(books, "ProfitAndLossDetail", **asked)
    assert summaries(detail).get("Net Income", [0, 0])[-2] == figure(
        earned, "Net Income"
    )
    flow = summaries(run(books, "CashFlow", **asked))
    cash = figure(sheet, "Total Bank Accounts") + held(sheet, "Undeposited Funds")
    assert flow["Cash at end of period"] == [cash]


def check_columns(books: Company, on: str, basis: str) -> None:
    asked = {"start_date": "2025-07-01", "end_date": max(on, "2025-07-01")}
    asked["accounting_method"] = basis
    whole = figure(run(books, "ProfitAndLoss", **asked), "Net Income")
    for by in ("Days", "Week", "Month", "Quarter", "Year", "Customers", "Vendors"):
        if by == "Days" and on > "2025-12-01":
            continue
        report = run(books, "ProfitAndLoss", **asked, summarize_column_by=by)
        *parts, total = summaries(report)["Net Income"]
        assert sum(parts) == total == whole
        assert len(report["Columns"]["Column"]) == len(parts) + 2


def check_ledger(books: Company, on: str, basis: str) -> None:
    asked = {"end_date": on, "accounting_method": basis}
    ledger = (
        run(books, "GeneralLedger", **asked, start_date="2025-09-01")
        if (on >= "2025-09-01")
        else run(books, "GeneralLedger", **asked, start_date="2025-07-01")
    )
    sheet = run(books, "BalanceSheet", **asked)
    for section in ledger["Rows"].get("Row", []):
        name = section["Header"]["ColData"][0]["value"]
        if name in ("Checking", "Accounts Receivable (A/R)", "Undeposited Funds"):
            rows = section["Rows"]["Row"]
            assert Decimal(rows[-1]["ColData"][-1]["value"]) == held(sheet, name)


def check_what_is_owed(books: Company, on: str) -> None:
    sheet = run(books, "BalanceSheet", start_date="2025-01-01", end_date=on)
    for side, account in (
        (("AgedReceivables", "AgedReceivableDetail", "CustomerBalance"), "A/R"),
        (("AgedPayables", "AgedPayableDetail", "VendorBalance"), "A/P"),
    ):
        title = (
            f"Accounts {'Receivable' if account == 'A/R' else 'Payable'} ({account})"
        )
        owed = held(sheet, title)
        for name in side:
            report = run(books, name, report_date=on)
            assert figure(report, "TOTAL") == owed, name
        *parts, total = summaries(run(books, side[0], report_date=on)).get("TOTAL", [0])
        assert sum(parts) == total


def check_balances(books: Company) -> None:
    for entity, name in (("Customer", "CustomerBalance"), ("Vendor", "VendorBalance")):
        found = books.query(f"select * from {entity} maxresults 100")  # noqa: S608
        owed = sum(Decimal(each["Balance"]) for each in found.get(entity, []))
        assert figure(run(books, name, report_date="2027-12-31"), "TOTAL") == owed

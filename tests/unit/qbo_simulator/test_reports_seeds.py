"""Reports of the companies that come with the simulator, whatever their country."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qbo_simulator import reports
from qbo_simulator.company import Company
from qbo_simulator.reports.catalogue import REPORTS
from qbo_simulator.seeds import companies as seeds
from qbo_simulator.storage.store import Store

Json = dict[str, Any]
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
BASES = ("Accrual", "Cash")
SIGN = {"Asset": 1, "Expense": 1}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Company]]:
    folder: Path = tmp_path_factory.mktemp("seeds")
    store = Store(folder / "simulator.sqlite3")
    yield seeds.seed(store, now=NOW, profiles=tuple(seeds.PROFILES))
    store.close()


def run(books: Company, name: str, **params: str) -> Json:
    return reports.run(books, name, params, now=NOW)


def summaries(rows: Json) -> dict[str, list[str]]:
    """The figures below every section, by title."""
    found: dict[str, list[str]] = {}
    for row in rows.get("Row", []):
        found |= summaries(row.get("Rows", {}))
        if "Summary" in row:
            title, *rest = [cell["value"] for cell in row["Summary"]["ColData"]]
            found[title] = rest
    return found


def leaves(rows: Json) -> list[list[Json]]:
    """The cells of every line and every header."""
    found = []
    for row in rows.get("Row", []):
        parts = (row, row.get("Header", {}))
        found += [part["ColData"] for part in parts if "ColData" in part]
        found += leaves(row.get("Rows", {}))
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_can_be_made_on_either_basis_in_any_columns(
    seeded: list[Company], name: str
) -> None:
    for books in seeded:
        for basis in BASES:
            for by in ("Total", "Quarter", "Customers", "ProductsAndServices"):
                asked = {"accounting_method": basis, "summarize_column_by": by}
                served = run(books, name, date_macro="This Fiscal Year", **asked)
                assert served["Header"]["ReportName"] == name


def test_debits_are_credits_and_assets_are_what_is_owed_and_owned(
    seeded: list[Company],
) -> None:
    for books in seeded:
        for basis in BASES:
            asked = {"accounting_method": basis, "date_macro": "This Calendar Year"}
            debit, credit = summaries(run(books, "TrialBalance", **asked)["Rows"])[
                "TOTAL"
            ]
            assert debit == credit
            sheet = summaries(run(books, "BalanceSheet", **asked)["Rows"])
            assert sheet["TOTAL ASSETS"] == sheet["TOTAL LIABILITIES AND EQUITY"]


def test_the_trial_balance_is_what_the_ledger_holds(seeded: list[Company]) -> None:
    for books in seeded:
        ledger = {k: v for k, v in books.trial_balance().items() if v}
        rows = run(books, "TrialBalance", end_date="2199-12-31")["Rows"]
        shown: dict[int, Decimal] = {}
        for name, debit, credit in leaves(rows):
            shown[int(name["id"])] = Decimal(debit["value"] or 0) - Decimal(
                credit["value"] or 0
            )
        accounts = {
            int(each["Id"]): each["Classification"]
            for each in books.query("select * from Account maxresults 1000")["Account"]
        }
        for number, amount in ledger.items():
            if accounts[number] not in ("Revenue", "Expense", "Equity"):
                assert shown[number] == amount
        assert sum(shown.values()) == 0


def test_what_is_owed_is_the_same_by_age_by_name_and_on_the_account(
    seeded: list[Company],
) -> None:
    for books in seeded:
        sheet = summaries(run(books, "BalanceSheet", end_date="2199-12-31")["Rows"])
        for names, title in (
            (("AgedReceivables", "CustomerBalance"), "Total Accounts Receivable"),
            (("AgedPayables", "VendorBalance"), "Total Accounts Payable"),
        ):
            for name in (*names, f"{names[1]}Detail", f"{names[0][:-1]}Detail"):
                rows = run(books, name, report_date="2199-12-31")["Rows"]
                total = summaries(rows).get("TOTAL", ["0.00"])
                assert any(each == sheet.get(title, ["0.00"])[0] for each in total), (
                    name
                )


def test_the_general_ledger_ends_each_account_with_its_balance(
    seeded: list[Company],
) -> None:
    for books in seeded:
        wanted = books.query("select * from Account where Active in (true, false)")
        kept = {
            each["Id"]: each
            for each in wanted["Account"]
            if each["Classification"] in ("Asset", "Liability")
        }
        ledger = books.trial_balance()
        rows = run(
            books, "GeneralLedger", start_date="2026-06-01", end_date="2199-12-31"
        )
        for section in rows["Rows"]["Row"]:
            number = section["Header"]["ColData"][0].get("id", "")
            data = section["Rows"]["Row"]
            if number in kept and "ColData" in data[-1]:
                sign = SIGN.get(kept[number]["Classification"], -1)
                last = Decimal(data[-1]["ColData"][-1]["value"])
                assert last == sign * ledger[int(number)]

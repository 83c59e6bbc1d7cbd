"""The seeded companies: alive, in balance, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

Body = dict[str, Any]


@pytest.fixture
def seeded(tmp_path: Path, now: datetime) -> Iterator[list[Company]]:
    store = Store(tmp_path / "seeded.sqlite3")
    yield seed(store, now=now)
    store.close()


def every(company: Company, entity: str) -> list[Body]:
    statement = f"select * from {entity} orderby Id maxresults 1000"  # noqa: S608
    return list(company.query(statement)[entity])


def test_the_books_of_both_companies_balance(seeded: list[Company]) -> None:
    for company in seeded:
        balances = company.trial_balance()
        assert sum(balances.values()) == 0
        owed = sum(Decimal(each["Balance"]) for each in every(company, "Invoice"))
        assert balances[84] == owed > 0


def test_invoices_stand_in_every_stage(seeded: list[Company], now: datetime) -> None:
    day = now.date().isoformat()
    for company in seeded:
        invoices = every(company, "Invoice")
        open_ones = [each for each in invoices if each["Balance"]]
        part = [each for each in open_ones if each["Balance"] < each["TotalAmt"]]
        paid = [each for each in invoices if each["TotalAmt"] and not each["Balance"]]
        overdue = [each for each in open_ones if each["DueDate"] < day]
        unsent = [each for each in open_ones if each["EmailStatus"] == "NotSet"]
        assert all((part, paid, overdue, unsent))
    voided = [each for each in every(seeded[0], "Invoice") if not each["TotalAmt"]]
    assert [each["PrivateNote"] for each in voided] == ["Voided"] * len(voided)
    assert voided


def test_the_seed_holds_what_tries_a_client(seeded: list[Company]) -> None:
    us, uk = seeded
    counts = {
        entity: len(every(us, entity)) for entity in ("Customer", "Vendor", "Item")
    }
    assert counts == {"Customer": 40, "Vendor": 12, "Item": 26}
    jobs = [each for each in every(us, "Customer") if each["Job"]]
    assert len(jobs) == 7
    for company, name in ((us, "Wedding cake tasting"), (uk, "Rowing lesson")):
        gone = company.query("select Name from Item where Active = false")["Item"]
        assert [each["Name"] for each in gone] == [f"{name} (deleted)"]
    assert us.query("select Id from Vendor where DisplayName = 'Mission Street Market'")
    codes = {each["Name"] for each in every(uk, "TaxCode")}
    usual = {"20.0% S", "5.0% R", "0.0% Z", "Exempt"}
    assert codes == usual | {"20.0% RC SG", "No VAT"}
    assert {each["GlobalTaxCalculation"] for each in every(uk, "Invoice")} == {
        "TaxExcluded"
    }


def test_the_same_day_gives_the_same_books(
    seeded: list[Company], tmp_path: Path, now: datetime
) -> None:
    store = Store(tmp_path / "again.sqlite3")
    for first, second in zip(seeded, seed(store, now=now), strict=True):
        for entity in ("Customer", "Invoice", "Payment"):
            assert every(first, entity) == every(second, entity)
    store.close()


def test_the_oracle_and_the_change_log_begin_empty(seeded: list[Company]) -> None:
    with seeded[0].store.read() as db:
        for table in ("accepted", "change", "mail"):
            row = db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
            assert row[0] == 0

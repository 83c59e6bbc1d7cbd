"""What is served of banking has the names and types of what QuickBooks answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from support.shapes import differences, entity_shape

from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.kinds import budgets
from qbo_simulator.work import Work

Body = dict[str, Any]
CHECKING, SAVINGS, SALES, RENT = "35", "36", "79", "17"
COMMON = ("domain", "sparse", "CurrencyRef")
"""In every recorded answer, though not in the samples of the documentation."""
BESIDES: dict[str, tuple[str, ...]] = {
    "Deposit": COMMON,
    "Transfer": COMMON,
    # The recorded ones are of a company that deals in several currencies.
    "JournalEntry": ("ExchangeRate",),
    "TimeActivity": (),
    "Budget": (),
    "ReimburseCharge": (),
}


@pytest.fixture
def books(us: Company, now: datetime) -> Company:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    us.create("Vendor", {"DisplayName": "Mill"}, now=now)
    us.create("Employee", {"GivenName": "Emily", "FamilyName": "Platt"}, now=now)
    us.create("Department", {"Name": "Pier"}, now=now)
    return us


def deposit(books: Company, now: datetime) -> Body:
    detail = {
        "AccountRef": {"value": SALES},
        "Entity": {"value": "1", "type": "CUSTOMER"},
    }
    line = {
        "Amount": 20,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": detail,
    }
    body = {
        "DepositToAccountRef": {"value": CHECKING},
        "PrivateNote": "Market day",
        "Line": [line],
    }
    return books.create("Deposit", body, now=now)


def transfer(books: Company, now: datetime) -> Body:
    body = {
        "FromAccountRef": {"value": CHECKING},
        "ToAccountRef": {"value": SAVINGS},
        "Amount": 120,
        "PrivateNote": "Rainy day",
    }
    return books.create("Transfer", body, now=now)


def journal_entry(books: Company, now: datetime) -> Body:
    entity = {"Type": "Vendor", "EntityRef": {"value": "2"}}
    lines = [
        {
            "Description": "Four sprinkler heads",
            "Amount": 100,
            "DetailType": "JournalEntryLineDetail",
            "ProjectRef": {"value": "39298034"},
            "JournalEntryLineDetail": {
                "PostingType": posting,
                "AccountRef": {"value": account},
                "Entity": entity,
                "DepartmentRef": {"value": "1"},
            },
        }
        for posting, account in (("Debit", RENT), ("Credit", CHECKING))
    ]
    body = {"DocNumber": "1", "PrivateNote": "Month's end", "Line": lines}
    return books.create("JournalEntry", body, now=now)


def time_activity(books: Company, now: datetime) -> Body:
    body = {
        "NameOf": "Employee",
        "EmployeeRef": {"value": "3"},
        "CustomerRef": {"value": "1"},
        "ItemRef": {"value": "1"},
        "ProjectRef": {"value": "39298034"},
        "Description": "Garden lighting",
        "Hours": 3,
    }
    return books.create("TimeActivity", body, now=now)


def budget(books: Company, now: datetime) -> Body:
    with books.store.write():
        work = Work(books.store, KINDS, books.realm, now)
        return budgets.enter(work, "Plan", 2026, {(int(RENT), 1): Decimal(900)})


def reimburse_charge(books: Company, now: datetime) -> Body:
    line = {
        "Description": "Yeast",
        "Amount": 10,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": yeast(books, now)},
            "Qty": 1,
            "UnitPrice": 10,
            "CustomerRef": {"value": "1"},
            "BillableStatus": "Billable",
            "MarkupInfo": {"Percent": 900},
        },
    }
    books.create("Bill", {"VendorRef": {"value": "2"}, "Line": [line]}, now=now)
    charge = books.query("select * from ReimburseCharge")["ReimburseCharge"][0]
    link = {"TxnId": charge["Id"], "TxnType": "ReimburseCharge"}
    sold = {
        "Amount": 100,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    body = {"CustomerRef": {"value": "1"}, "Line": [sold], "LinkedTxn": [link]}
    books.create("Invoice", body, now=now)
    return books.read("ReimburseCharge", charge["Id"])


def yeast(books: Company, now: datetime) -> str:
    body = {
        "Name": "Yeast",
        "Type": "NonInventory",
        "IncomeAccountRef": {"value": SALES},
        "ExpenseAccountRef": {"value": "80"},
    }
    return str(books.create("Item", body, now=now)["Id"])


MADE = {
    "Deposit": deposit,
    "Transfer": transfer,
    "JournalEntry": journal_entry,
    "TimeActivity": time_activity,
    "Budget": budget,
    "ReimburseCharge": reimburse_charge,
}


@pytest.mark.parametrize("entity", MADE)
def test_an_answer_has_the_recorded_shape(
    books: Company, now: datetime, entity: str
) -> None:
    served = MADE[entity](books, now)
    assert differences(served, entity_shape(entity), besides=BESIDES[entity]) == []

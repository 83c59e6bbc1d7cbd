"""Transfers, and budgets as they are read."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.kinds import budgets

Body = dict[str, Any]
CHECKING, SAVINGS, SALES, RENT, RECEIVABLE = "35", "36", "79", "17", "84"


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def transfer(us: Company, now: datetime, **more: Any) -> Body:
    body = {
        "FromAccountRef": {"value": CHECKING},
        "ToAccountRef": {"value": SAVINGS},
        "Amount": 120,
        **more,
    }
    return us.create("Transfer", body, now=now)


def balances(us: Company) -> list[Any]:
    return [us.read("Account", each)["CurrentBalance"] for each in (CHECKING, SAVINGS)]


def test_a_transfer_moves_money_between_accounts(us: Company, now: datetime) -> None:
    body = transfer(us, now, PrivateNote="Rainy day")
    assert {name: body[name] for name in list(body)[:3]} == {
        "FromAccountRef": {"value": CHECKING, "name": "Checking"},
        "ToAccountRef": {"value": SAVINGS, "name": "Savings"},
        "Amount": 120,
    }
    assert body["TxnDate"] == "2026-03-10"
    assert balances(us) == [-120, 120]
    changed = {"Id": body["Id"], "SyncToken": "0", "sparse": True, "Amount": 20}
    body = us.update("Transfer", changed, now=now)
    assert (body["SyncToken"], balances(us)) == ("1", [-20, 20])
    us.delete("Transfer", body, now=now)
    assert balances(us) == [0, 0]


def test_a_transfer_is_between_two_accounts_of_the_balance_sheet(
    us: Company, now: datetime
) -> None:
    for account in (SALES, RENT, RECEIVABLE):
        with refused("6430"):
            transfer(us, now, ToAccountRef={"value": account})
    with refused("6000"):
        transfer(us, now, ToAccountRef={"value": CHECKING})
    with refused("2290"):
        transfer(us, now, Amount=-1)
    for missing in ("FromAccountRef", "ToAccountRef", "Amount"):
        with refused("2020"):
            transfer(us, now, **{missing: None})


def test_a_transfer_is_voided_by_the_bookkeeper_only(
    us: Company, now: datetime
) -> None:
    body = transfer(us, now, PrivateNote="Rainy day")
    with refused("500"):
        us.void("Transfer", body, now=now)
    voided = us.void("Transfer", body, now=now, by_hand=True)
    assert (voided["Amount"], voided["SyncToken"]) == (0, "1")
    assert voided["PrivateNote"] == "Voided - Rainy day"
    assert balances(us) == [0, 0]
    assert us.void("Transfer", voided, now=now, by_hand=True) == voided


def test_a_budget_is_read_and_queried_but_never_written(
    us: Company, now: datetime
) -> None:
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        amounts = {(int(RENT), 1): Decimal(900), (int(RENT), 2): Decimal("950.5")}
        budgets.enter(work, "Plan 2026", 2026, amounts)
    found = us.query("select * from Budget where Name = 'Plan 2026'")["Budget"][0]
    assert found == us.read("Budget", "1")
    assert found["BudgetDetail"][1] == {
        "BudgetDate": "2026-02-01",
        "Amount": Decimal("950.5"),
        "AccountRef": {"value": RENT, "name": "Rent or Lease"},
    }
    for verb in (us.create, us.update, us.delete):
        with refused("500"):
            verb("Budget", found, now=now)

"""The accounts that the books open for themselves when they first need them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company

Body = dict[str, Any]


def accounts(us: Company, name: str) -> list[Body]:
    """The accounts whose name begins so."""
    asked = f"select * from Account where Name like '{name}%' orderby Id"  # noqa: S608 - no SQL
    found: list[Body] = us.query(asked).get("Account", [])
    return found


def test_an_account_that_is_needed_takes_no_name_that_is_in_use(
    us: Company, now: datetime
) -> None:
    wish = {"Name": "Exchange Gain or Loss", "AccountType": "Income"}
    mine = us.create("Account", wish, now=now)
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        opened = work.open_account(
            "ExchangeGainOrLoss", "Other Expense", "Exchange Gain or Loss"
        )
        again = work.open_account(
            "ExchangeGainOrLoss", "Other Expense", "Exchange Gain or Loss"
        )
    assert opened == again != int(mine["Id"])
    names = [each["Name"] for each in accounts(us, "Exchange Gain or Loss")]
    assert names == ["Exchange Gain or Loss", "Exchange Gain or Loss - 1"]


def test_each_agency_has_an_account_of_its_own(us: Company, now: datetime) -> None:
    us.create("Account", {"Name": "Vermont Payable", "AccountType": "Expense"}, now=now)
    for name in ("Vermont", "Maine"):
        us.create("TaxAgency", {"DisplayName": name}, now=now)
    (maine,) = accounts(us, "Maine Payable")
    assert maine["AccountType"] == "Other Current Liability"
    assert [each["Name"] for each in accounts(us, "Vermont Payable")] == [
        "Vermont Payable",
        "Vermont Payable - 1",
    ]

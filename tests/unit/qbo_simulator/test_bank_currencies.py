"""Banking in several currencies: rates at which money comes in and goes out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
FUNDS, CHECKING, SALES, RENT = "4", "35", "79", "17"
EUROS = {"CurrencyRef": {"value": "EUR"}}


def refused(code: str, words: str = "") -> Any:
    return pytest.raises(Fault, match=rf"(?s)^{code} .*{words}")


@pytest.fixture
def world(us: Company, now: datetime) -> Company:
    """A company that deals in euros, with a customer who pays in them."""
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)
    us.create("CompanyCurrency", {"Code": "EUR"}, now=now)
    us.create("Customer", {"DisplayName": "Pierre", **EUROS}, now=now)
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    return us


@pytest.fixture
def paris(world: Company, now: datetime) -> str:
    """A bank account kept in euros."""
    body = {"Name": "Paris", "AccountType": "Bank", **EUROS}
    return str(world.create("Account", body, now=now)["Id"])


def paid(us: Company, now: datetime, amount: Any, rate: Any) -> Body:
    body = {
        "CustomerRef": {"value": "1"},
        "TotalAmt": amount,
        "ExchangeRate": rate,
        **EUROS,
    }
    made = us.create("Payment", body, now=now)
    return {
        "Amount": amount,
        "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Payment"}],
    }


def home(us: Company, account: str) -> Any:
    return us.trial_balance().get(int(account), Decimal(0))


def gain(us: Company) -> Any:
    rows = us.query("select * from Account where AccountSubType = 'ExchangeGainOrLoss'")
    found = rows.get("Account")
    return home(us, found[0]["Id"]) if found else 0


def deposit(us: Company, now: datetime, bank: str, *lines: Body, **more: Any) -> Body:
    body = {"DepositToAccountRef": {"value": bank}, "Line": list(lines), **more}
    return us.create("Deposit", body, now=now)


def test_a_foreign_payment_leaves_undeposited_funds_at_the_rate_it_came_in(
    world: Company, now: datetime, paris: str
) -> None:
    line = paid(world, now, 100, "1.1")
    assert home(world, FUNDS) == 110
    body = deposit(world, now, paris, line, ExchangeRate="1.25")
    assert body["CurrencyRef"]["value"] == "EUR"
    assert (body["TotalAmt"], body["HomeTotalAmt"]) == (100, 125)
    assert (home(world, FUNDS), home(world, paris), gain(world)) == (0, 125, -15)
    assert world.read("Account", paris)["CurrentBalance"] == 100
    assert sum(world.trial_balance().values()) == 0
    world.delete("Deposit", body, now=now)
    assert (home(world, FUNDS), home(world, paris), gain(world)) == (110, 0, 0)


def test_a_home_bank_takes_foreign_payments_of_one_currency(
    world: Company, now: datetime
) -> None:
    line = paid(world, now, 100, "1.1")
    dollars = world.create(
        "Payment", {"CustomerRef": {"value": "2"}, "TotalAmt": 5}, now=now
    )
    other = {"Amount": 5, "LinkedTxn": [{"TxnId": dollars["Id"], "TxnType": "Payment"}]}
    with refused("6000", "same currency"):
        deposit(world, now, CHECKING, line, other)
    body = deposit(world, now, CHECKING, line, ExchangeRate="1.1")
    assert (body["TotalAmt"], home(world, CHECKING)) == (100, 110)


def test_a_foreign_bank_takes_only_its_own_currency(
    world: Company, now: datetime, paris: str
) -> None:
    direct = {
        "Amount": 5,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": {"value": SALES}},
    }
    with refused("6000", "currency"):
        dollars = {"CurrencyRef": {"value": "USD"}}
        deposit(world, now, paris, direct, **dollars)
    body = deposit(world, now, paris, direct, ExchangeRate="1.2")
    assert body["CurrencyRef"]["value"] == "EUR"
    assert home(world, SALES) == -6


def test_a_transfer_is_in_the_foreign_currency_of_its_account(
    world: Company, now: datetime, paris: str
) -> None:
    body = world.create(
        "Transfer",
        {
            "FromAccountRef": {"value": CHECKING},
            "ToAccountRef": {"value": paris},
            "Amount": 50,
            "ExchangeRate": "1.2",
            **EUROS,
        },
        now=now,
    )
    assert body["CurrencyRef"]["value"] == "EUR"
    assert (home(world, CHECKING), home(world, paris)) == (-60, 60)
    assert world.read("Account", paris)["CurrentBalance"] == 50


def test_a_journal_entry_in_a_foreign_currency_moves_its_customer(
    world: Company, now: datetime
) -> None:
    accounts = world.query(
        "select * from Account where AccountType = 'Accounts Receivable'"
    )["Account"]
    dollars = next(each["Id"] for each in accounts if each["Id"] == "84")

    def entry(receivable: str) -> Body:
        owed = {
            "PostingType": "Debit",
            "AccountRef": {"value": receivable},
            "Entity": {"Type": "Customer", "EntityRef": {"value": "1"}},
        }
        sold = {"PostingType": "Credit", "AccountRef": {"value": SALES}}
        lines = [
            {
                "Amount": 40,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": detail,
            }
            for detail in (owed, sold)
        ]
        return {"Line": lines, "ExchangeRate": "1.5", **EUROS}

    with refused("6000", "currency"):
        world.create("JournalEntry", entry(dollars), now=now)
    with world.store.write():
        work = Work(world.store, KINDS, world.realm, now)
        euros = str(work.receivable("EUR"))
    body = world.create("JournalEntry", entry(euros), now=now)
    assert body["ExchangeRate"] == Decimal("1.5")
    assert world.read("Customer", "1")["Balance"] == 40
    assert (home(world, euros), home(world, SALES)) == (60, -60)

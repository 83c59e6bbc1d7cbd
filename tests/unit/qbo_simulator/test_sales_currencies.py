"""Sales in several currencies: what is open in each, and what exchange gains or loses."""

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


def enable_currencies(company: Company, now: datetime) -> None:
    """What only Intuit can do: have a company deal in several currencies."""
    with company.store.write():
        work = Work(company.store, KINDS, company.realm, now)
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)


@pytest.fixture
def world(us: Company, now: datetime) -> Company:
    enable_currencies(us, now)
    for code in ("EUR", "GBP"):
        us.create("CompanyCurrency", {"Code": code}, now=now)
    body = {"DisplayName": "Pierre", "CurrencyRef": {"value": "EUR"}}
    us.create("Customer", body, now=now)
    return us


def make(
    company: Company, now: datetime, kind: str, amount: Any, rate: Any, **more: Any
) -> Body:
    line = {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    body = {
        "CustomerRef": {"value": "1"},
        "CurrencyRef": {"value": "EUR"},
        "ExchangeRate": rate,
        "Line": [line],
        **more,
    }
    return company.create(kind, body, now=now)


def pay(company: Company, now: datetime, total: Any, rate: Any, *parts: Any) -> Body:
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": form["Id"], "TxnType": kind}]}
        for kind, form, amount in parts
    ]
    return make(company, now, "Payment", 0, rate, TotalAmt=total, Line=lines)


def owed(company: Company) -> Any:
    """What the euro receivable holds, in dollars."""
    rows = company.query(
        "select * from Account where AccountType = 'Accounts Receivable'"
    )
    books = company.trial_balance()
    return sum(
        (
            books.get(int(row["Id"]), Decimal(0))
            for row in rows["Account"]
            if row["CurrencyRef"]["value"] == "EUR"
        ),
        start=Decimal(0),
    )


def gained(company: Company) -> Any:
    """What exchange has gained, as the credit of its account."""
    found = company.query("select * from Account where Name = 'Exchange Gain or Loss'")
    rows = found.get("Account", [])
    books = company.trial_balance()
    return -sum((books.get(int(row["Id"]), Decimal(0)) for row in rows), Decimal(0))


def test_a_form_in_euros_shows_what_it_is_at_home(
    world: Company, now: datetime
) -> None:
    invoice = make(world, now, "Invoice", 100, Decimal("1.1"))
    assert (invoice["TotalAmt"], invoice["Balance"]) == (100, 100)
    assert (invoice["HomeTotalAmt"], invoice["HomeBalance"]) == (110, 110)
    assert invoice["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert owed(world) == 110


def test_a_payment_at_another_rate_gains(world: Company, now: datetime) -> None:
    invoice = make(world, now, "Invoice", 100, Decimal("1.1"))
    pay(world, now, 100, Decimal("1.2"), ("Invoice", invoice, 100))
    assert owed(world) == 0
    assert gained(world) == 10
    paid = world.read("Invoice", invoice["Id"])
    assert (paid["Balance"], paid["HomeBalance"]) == (0, 0)


def test_payments_in_parts_clear_a_foreign_invoice_to_the_cent(
    world: Company, now: datetime
) -> None:
    rate = Decimal("1.23456")
    invoice = make(world, now, "Invoice", Decimal("100.01"), rate)
    first = pay(world, now, 33, rate, ("Invoice", invoice, 33))
    pay(world, now, 33, rate, ("Invoice", invoice, 33))
    pay(world, now, "34.01", rate, ("Invoice", invoice, "34.01"))
    assert owed(world) == 0
    world.delete("Payment", first, now=now)
    pay(world, now, 33, rate, ("Invoice", invoice, 33))
    assert owed(world) == 0


def test_a_credit_memo_at_another_rate_gains_when_it_is_used(
    world: Company, now: datetime
) -> None:
    invoice = make(world, now, "Invoice", 100, Decimal("1.1"))
    credit = make(world, now, "CreditMemo", 100, Decimal("1.3"))
    assert owed(world) == -20
    pay(
        world,
        now,
        0,
        Decimal("1.2"),
        ("Invoice", invoice, 100),
        ("CreditMemo", credit, 100),
    )
    assert owed(world) == 0
    assert gained(world) == 20


def test_a_new_rate_on_an_invoice_changes_what_its_payment_gained(
    world: Company, now: datetime
) -> None:
    invoice = make(world, now, "Invoice", 100, Decimal("1.1"))
    pay(world, now, 100, Decimal("1.2"), ("Invoice", invoice, 100))
    current = world.read("Invoice", invoice["Id"])
    wish = {"Id": invoice["Id"], "SyncToken": current["SyncToken"], "sparse": True}
    world.update("Invoice", {**wish, "ExchangeRate": Decimal("1.2")}, now=now)
    assert (owed(world), gained(world)) == (0, 0)


def test_money_of_one_currency_is_not_put_into_an_account_of_a_third(
    world: Company, now: datetime
) -> None:
    pounds = world.create(
        "Account",
        {"Name": "London", "AccountType": "Bank", "CurrencyRef": {"value": "GBP"}},
        now=now,
    )
    with pytest.raises(Fault, match="currency of the transaction is invalid"):
        make(
            world,
            now,
            "SalesReceipt",
            5,
            1,
            DepositToAccountRef={"value": pounds["Id"]},
        )


def test_a_payment_in_dollars_does_not_pay_an_invoice_in_euros(
    world: Company, now: datetime
) -> None:
    ada = world.create("Customer", {"DisplayName": "Ada"}, now=now)
    job = world.create(
        "Customer",
        {
            "DisplayName": "Job",
            "ParentRef": {"value": ada["Id"]},
            "CurrencyRef": {"value": "USD"},
        },
        now=now,
    )
    invoice = make(world, now, "Invoice", 100, Decimal("1.1"))
    body = {
        "CustomerRef": {"value": job["Id"]},
        "TotalAmt": 100,
        "Line": [
            {
                "Amount": 100,
                "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}],
            }
        ],
    }
    with pytest.raises(Fault, match=r"^6000 "):
        world.create("Payment", body, now=now)

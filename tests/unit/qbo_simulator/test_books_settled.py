"""What has been paid stays settled in the books when what it belongs to is edited."""

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
EURO = {"CurrencyRef": {"value": "EUR"}}


@pytest.fixture
def abroad(us: Company, now: datetime) -> str:
    """A customer who deals in euros."""
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)
    us.create("CompanyCurrency", {"Code": "EUR"}, now=now)
    body = {"DisplayName": "Pierre", **EURO}
    return str(us.create("Customer", body, now=now)["Id"])


def sell(
    us: Company, now: datetime, kind: str, customer: str, amount: Any, **more: Any
) -> Body:
    line = {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    body = {"CustomerRef": {"value": customer}, "Line": [line], **more}
    return us.create(kind, body, now=now)


def pay(
    us: Company, now: datetime, customer: str, total: Any, *parts: Any, **more: Any
) -> Body:
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": form["Id"], "TxnType": kind}]}
        for kind, form, amount in parts
    ]
    body = {"CustomerRef": {"value": customer}, "TotalAmt": total, "Line": lines}
    return us.create("Payment", {**body, **more}, now=now)


def receivable(us: Company) -> Body:
    """The account on which euros are owed."""
    rows = us.query("select * from Account where AccountType = 'Accounts Receivable'")
    found: list[Body] = rows["Account"]
    return next(row for row in found if row["CurrencyRef"]["value"] == "EUR")


def at_home(us: Company) -> Decimal:
    return us.trial_balance().get(int(receivable(us)["Id"]), Decimal(0))


def test_another_rate_of_a_journal_entry_is_that_of_what_paid_it(
    us: Company, now: datetime, abroad: str
) -> None:
    sell(us, now, "Invoice", abroad, 1, ExchangeRate=1)
    owes = {"Type": "Customer", "EntityRef": {"value": abroad}}
    sides: list[Body] = [
        {
            "PostingType": "Debit",
            "AccountRef": {"value": receivable(us)["Id"]},
            "Entity": owes,
        },
        {"PostingType": "Credit", "AccountRef": {"value": "79"}},
    ]
    lines = [
        {
            "Amount": 100,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": side,
        }
        for side in sides
    ]
    journal = us.create(
        "JournalEntry", {"Line": lines, "ExchangeRate": 1.1, **EURO}, now=now
    )
    pay(us, now, abroad, 100, ("JournalEntry", journal, 100), ExchangeRate=1)
    assert at_home(us) == 1

    held = us.read("JournalEntry", journal["Id"])
    us.update("JournalEntry", {**held, "ExchangeRate": 1.5}, now=now)
    assert at_home(us) == 1


def test_the_parts_of_a_used_credit_add_up_after_one_use_was_taken_back(
    us: Company, now: datetime, abroad: str
) -> None:
    memo = sell(us, now, "CreditMemo", abroad, 3, ExchangeRate="1.005")
    invoices = [sell(us, now, "Invoice", abroad, 1, ExchangeRate=1) for _ in range(3)]
    for invoice in invoices:
        parts = (("Invoice", invoice, 1), ("CreditMemo", memo, 1))
        pay(us, now, abroad, 0, *parts, ExchangeRate=1)
    assert at_home(us) == 0

    us.void("Invoice", us.read("Invoice", invoices[0]["Id"]), now=now)
    left = us.read("CreditMemo", memo["Id"])
    assert left["RemainingCredit"] == 1
    paid = pay(us, now, abroad, 0, ExchangeRate=1)
    new = sell(us, now, "Invoice", abroad, 1, ExchangeRate=1)
    links = [
        {"Amount": 1, "LinkedTxn": [{"TxnId": form["Id"], "TxnType": kind}]}
        for kind, form in (("Invoice", new), ("CreditMemo", memo))
    ]
    us.update("Payment", {**paid, "Line": links}, now=now)
    assert at_home(us) == 0


@pytest.mark.parametrize("kind", ["Invoice", "CreditMemo"])
def test_what_is_settled_stays_on_its_receivable_account(
    us: Company, now: datetime, kind: str
) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    other = us.create(
        "Account",
        {
            "Name": "Retainers",
            "AccountType": "Accounts Receivable",
            "AccountSubType": "AccountsReceivable",
        },
        now=now,
    )
    forms = {each: sell(us, now, each, "1", 50) for each in ("Invoice", "CreditMemo")}
    pay(us, now, "1", 0, *((each, form, 50) for each, form in forms.items()))
    held = us.read(kind, forms[kind]["Id"])
    with pytest.raises(Fault, match="receivable account"):
        us.update(kind, {**held, "ARAccountRef": {"value": other["Id"]}}, now=now)
    assert us.trial_balance().get(int(other["Id"]), 0) == 0

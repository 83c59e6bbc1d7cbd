"""Closed books stay as they were, whatever is done to what lies outside of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.books import stock
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
CHECKING, SALES, COGS, STOCK = "35", "79", "80", "81"
JANUARY, FEBRUARY = "2026-01-15", "2026-02-15"


@pytest.fixture
def pump(us: Company, now: datetime) -> str:
    """An item of which nothing is there yet, thought to cost 10."""
    body = {
        "Name": "Pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 0,
        "InvStartDate": "2026-01-01",
        "PurchaseCost": 10,
        "IncomeAccountRef": {"value": SALES},
        "ExpenseAccountRef": {"value": COGS},
        "AssetAccountRef": {"value": STOCK},
    }
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    us.create("Vendor", {"DisplayName": "Bert"}, now=now)
    return str(us.create("Item", body, now=now)["Id"])


def sell(us: Company, now: datetime, item: str, quantity: int, on: str) -> Body:
    detail = {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": 20}
    line = {
        "Amount": 20 * quantity,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    body = {"CustomerRef": {"value": "1"}, "TxnDate": on, "Line": [line]}
    return us.create("Invoice", body, now=now)


def buy(us: Company, now: datetime, item: str, quantity: int, price: int) -> Body:
    detail = {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price}
    line = {
        "Amount": price * quantity,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": detail,
    }
    vendor = us.query("select * from Vendor")["Vendor"][0]["Id"]
    body = {"VendorRef": {"value": vendor}, "TxnDate": FEBRUARY, "Line": [line]}
    return us.create("Bill", body, now=now)


def close(us: Company, now: datetime, on: str) -> None:
    held = us.query("select * from Preferences")["Preferences"][0]
    prefs = {**held["AccountingInfoPrefs"], "BookCloseDate": on}
    body = {"Id": "1", "SyncToken": held["SyncToken"], "sparse": True}
    us.update("Preferences", {**body, "AccountingInfoPrefs": prefs}, now=now)


def cost_until(us: Company, on: str) -> Decimal:
    with us.store.read() as db:
        row = db.execute(
            "SELECT COALESCE(SUM(home), 0) FROM posting "
            "WHERE realm = ? AND account = ? AND on_date <= ? AND stands = 1",
            (us.realm, int(COGS), on),
        ).fetchone()
    return Decimal(row[0]) / 100


def test_goods_that_arrive_after_the_books_were_closed_leave_their_cost_there(
    us: Company, now: datetime, pump: str
) -> None:
    sell(us, now, pump, 3, JANUARY)
    close(us, now, "2026-01-31")
    bought = buy(us, now, pump, 5, 12)
    assert cost_until(us, "2026-01-31") == 30
    assert cost_until(us, FEBRUARY) == 36
    assert us.trial_balance()[int(STOCK)] == 24

    sell(us, now, pump, 2, "2026-03-01")
    assert us.trial_balance()[int(STOCK)] == 0
    us.delete("Bill", bought, now=now)
    assert cost_until(us, "2026-01-31") == 30
    assert us.trial_balance()[int(STOCK)] == -50


def test_opened_books_take_the_true_cost(us: Company, now: datetime, pump: str) -> None:
    sell(us, now, pump, 3, JANUARY)
    close(us, now, "2026-01-31")
    buy(us, now, pump, 5, 12)
    close(us, now, "")
    assert cost_until(us, "2026-01-31") == 36
    assert us.trial_balance()[int(STOCK)] == 24
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        assert stock.on_hand(work, int(pump)) == (Decimal(2), 2400)


def test_no_edit_outside_of_closed_books_changes_what_exchange_gained_in_them(
    us: Company, now: datetime
) -> None:
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)
    us.create("CompanyCurrency", {"Code": "EUR"}, now=now)
    euro = {"CurrencyRef": {"value": "EUR"}}
    payer = us.create("Customer", {"DisplayName": "Pierre", **euro}, now=now)
    line = {
        "Amount": 100,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    body: Body = {"CustomerRef": {"value": payer["Id"]}, "ExchangeRate": 1.2}
    invoice = us.create(
        "Invoice", {**body, "TxnDate": FEBRUARY, "Line": [line]}, now=now
    )
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    paid = {
        **body,
        "ExchangeRate": 1.1,
        "TxnDate": JANUARY,
        "TotalAmt": 100,
        "Line": [{"Amount": 100, "LinkedTxn": [link]}],
    }
    us.create("Payment", paid, now=now)
    close(us, now, "2026-01-31")
    before = us.trial_balance()
    held = us.read("Invoice", invoice["Id"])
    with pytest.raises(Fault) as refused:
        us.void("Invoice", held, now=now)
    assert refused.value.code == "6210"
    with pytest.raises(Fault) as refused:
        us.update("Invoice", {**held, "ExchangeRate": 1.3}, now=now)
    assert refused.value.code == "6210"
    assert us.trial_balance() == before

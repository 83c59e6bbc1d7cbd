"""What an invoice is numbered, discounted and made by, and in which order it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.books import applications
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def line(amount: Any = 100) -> Body:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }


def discount(percent: Any) -> Body:
    return {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": percent},
    }


def prefer(company: Company, now: datetime, **preferences: Any) -> None:
    held = company.read("Preferences", "1")
    body = {
        "Id": "1",
        "SyncToken": held["SyncToken"],
        "sparse": True,
        "SalesFormsPrefs": preferences,
    }
    company.update("Preferences", body, now=now)


@pytest.fixture
def customer(us: Company, now: datetime) -> Body:
    found = us.create("Customer", {"DisplayName": "Ada"}, now=now)
    return {"value": found["Id"]}


def test_a_client_may_ask_for_a_number_where_numbers_are_custom(
    us: Company, now: datetime, customer: Body
) -> None:
    wish: Body = {"CustomerRef": customer, "Line": [line()]}
    first = us.create("Invoice", {**wish, "DocNumber": "A-7"}, now=now)
    prefer(us, now, CustomTxnNumbers=True)
    assert "DocNumber" not in us.create("Invoice", wish, now=now)
    asked = us.create("Invoice", {**wish, "AutoDocNumber": True}, now=now)
    assert (first["DocNumber"], asked["DocNumber"]) == ("A-7", "A-8")
    assert "AutoDocNumber" not in asked


@pytest.mark.parametrize("percent", [-10, "100.1"])
def test_a_discount_is_a_part_of_the_whole(
    us: Company, now: datetime, customer: Body, percent: Any
) -> None:
    wish = {"CustomerRef": customer, "Line": [line(), discount(percent)]}
    with pytest.raises(Fault, match=r"^2150 "):
        us.create("Invoice", wish, now=now)


def test_what_is_created_is_told_of_before_what_that_leads_to(
    us: Company, now: datetime, customer: Body
) -> None:
    prefer(us, now, AutoApplyCredit=True)
    wish: Body = {"CustomerRef": customer, "Line": [line()]}
    us.create("CreditMemo", wish, now=now)
    invoice = us.create("Invoice", wish, now=now)
    assert invoice["Balance"] == 0
    rows = us.store.connection.execute(
        "SELECT operation FROM change WHERE entity = 'Invoice' AND id = ? ORDER BY seq",
        (invoice["Id"],),
    )
    assert [row["operation"] for row in rows] == ["Create", "Update"]


def test_links_to_a_form_are_found_without_reading_those_to_others(
    us: Company, now: datetime
) -> None:
    asked: list[str] = []
    us.store.connection.set_trace_callback(asked.append)
    applications.links_to(Work(us.store, KINDS, us.realm, now), "Invoice", 1)
    us.store.connection.set_trace_callback(None)
    plan = us.store.connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}").fetchall()
    assert "application_txn (realm=? AND kind=? AND txn=?)" in plan[0]["detail"]


def test_an_invoice_made_of_an_estimate_stays_with_its_customer(
    us: Company, now: datetime, customer: Body
) -> None:
    wish: Body = {"CustomerRef": customer, "Line": [line()]}
    estimate = us.create("Estimate", wish, now=now)
    made_of = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    invoice = us.create("Invoice", {**wish, "LinkedTxn": made_of}, now=now)
    other = us.create("Customer", {"DisplayName": "Bob"}, now=now)
    change: Body = {
        "Id": invoice["Id"],
        "SyncToken": invoice["SyncToken"],
        "sparse": True,
        "CustomerRef": {"value": other["Id"]},
    }
    with pytest.raises(Fault, match=r"^6000 .*another customer"):
        us.update("Invoice", change, now=now)
    moved = us.update("Invoice", {**change, "LinkedTxn": []}, now=now)
    assert moved["CustomerRef"]["value"] == other["Id"]
    assert us.read("Estimate", estimate["Id"])["TxnStatus"] == "Pending"

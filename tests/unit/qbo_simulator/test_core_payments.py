"""Payments: over several invoices, in part, too much, voided and deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


@pytest.fixture
def owed(us: Company, now: datetime) -> list[str]:
    """Two invoices of customer 1, over 100 and over 50."""
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    return [
        us.create(
            "Invoice", {"CustomerRef": {"value": "1"}, "Line": [sold(amount)]}, now=now
        )["Id"]
        for amount in (100, 50)
    ]


def sold(amount: Any) -> Body:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }


def pay(
    company: Company, now: datetime, total: Any, *parts: tuple[str, Any], **more: Any
) -> Body:
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
        for invoice, amount in parts
    ]
    body = {"TotalAmt": total, "CustomerRef": {"value": "1"}, **more}
    if lines:
        body["Line"] = lines
    return company.create("Payment", body, now=now)


def balances(company: Company, ids: list[str]) -> list[Any]:
    return [company.read("Invoice", each)["Balance"] for each in ids]


def test_a_payment_over_two_invoices_is_split_between_them(
    us: Company, now: datetime, owed: list[str]
) -> None:
    later = now + timedelta(minutes=1)
    body = pay(us, later, 120, (owed[0], 100), (owed[1], 20))
    assert body["UnappliedAmt"] == 0
    assert body["DepositToAccountRef"] == {"value": "4"}
    assert balances(us, owed) == [0, 30]
    paid = us.read("Invoice", owed[0])
    assert paid["SyncToken"] == "1"
    assert paid["LinkedTxn"] == [{"TxnId": body["Id"], "TxnType": "Payment"}]
    assert paid["MetaData"]["LastUpdatedTime"].startswith("2026-03-10T11:31")
    assert us.read("Customer", "1")["Balance"] == 30


def test_a_payment_without_lines_is_unapplied(
    us: Company, now: datetime, owed: list[str]
) -> None:
    body = pay(us, now, 25)
    assert (body["UnappliedAmt"], body["Line"]) == (25, [])
    assert us.read("Customer", "1")["Balance"] == 125
    assert balances(us, owed) == [100, 50]


def test_the_newest_payment_is_named_first(
    us: Company, now: datetime, owed: list[str]
) -> None:
    first = pay(us, now, 10, (owed[0], 10))
    second = pay(us, now, 20, (owed[0], 20))
    held = us.read("Invoice", owed[0])
    assert [each["TxnId"] for each in held["LinkedTxn"]] == [second["Id"], first["Id"]]
    assert held["SyncToken"] == "2"
    names = {
        each["value"]["Name"]: each["value"]["Value"]
        for each in second["Line"][0]["LineEx"]["any"]
    }
    assert names["txnOpenBalance"] == "90.00"


@pytest.mark.parametrize(
    ("total", "applied"), [(100, Decimal("100.01")), (500, 101), (10, 50), (-1, 0)]
)
def test_more_cannot_be_applied_than_is_paid_or_owed(
    us: Company, now: datetime, owed: list[str], total: Any, applied: Any
) -> None:
    with refused("6000"):
        pay(us, now, total, (owed[0], applied))
    assert balances(us, owed) == [100, 50]


def test_the_same_invoice_twice_counts_once_more(
    us: Company, now: datetime, owed: list[str]
) -> None:
    with refused("6000"):
        pay(us, now, 150, (owed[0], 75), (owed[0], 75))


def test_a_payment_belongs_to_the_invoices_customer_or_its_parent(
    us: Company, now: datetime, owed: list[str]
) -> None:
    us.create("Customer", {"DisplayName": "Bo"}, now=now)
    job = us.create(
        "Customer", {"DisplayName": "Job", "ParentRef": {"value": "1"}}, now=now
    )
    body = {"CustomerRef": {"value": job["Id"]}, "Line": [sold(30)]}
    invoice = us.create("Invoice", body, now=now)
    with refused("6000"):
        pay(us, now, 10, (owed[0], 10), CustomerRef={"value": "2"})
    pay(us, now, 30, (invoice["Id"], 30))
    assert us.read("Customer", job["Id"])["Balance"] == 0
    top = us.read("Customer", "1")
    assert (top["Balance"], top["BalanceWithJobs"]) == (150, 150)


def test_links_to_nothing_are_refused(
    us: Company, now: datetime, owed: list[str]
) -> None:
    with pytest.raises(Fault) as missing:
        pay(us, now, 10, ("75", 10))
    assert (
        "The entity Invoice 75 that you are trying to link does not exist"
        in missing.value.detail
    )
    with refused("6000"):
        us.create("Payment", {"CustomerRef": {"value": "1"}}, now=now)
    with refused("620"):
        body = {
            "TotalAmt": 5,
            "CustomerRef": {"value": "1"},
            "Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Bill"}]}],
        }
        us.create("Payment", body, now=now)


def test_voiding_a_payment_reopens_its_invoices(
    us: Company, now: datetime, owed: list[str]
) -> None:
    body = pay(us, now, 150, (owed[0], 100), (owed[1], 50))
    voided = us.void("Payment", body, now=now)
    assert (voided["TotalAmt"], voided["UnappliedAmt"], voided["Line"]) == (0, 0, [])
    assert voided["PrivateNote"] == "Voided"
    assert balances(us, owed) == [100, 50]
    assert us.read("Invoice", owed[0])["LinkedTxn"] == []
    assert us.read("Customer", "1")["Balance"] == 150


def test_deleting_a_payment_reopens_its_invoices(
    us: Company, now: datetime, owed: list[str]
) -> None:
    us.delete("Payment", pay(us, now, 50, (owed[1], 50)), now=now)
    assert balances(us, owed) == [100, 50]


def test_a_sparse_update_without_lines_keeps_them_and_an_empty_line_removes_them(
    us: Company, now: datetime, owed: list[str]
) -> None:
    body = pay(us, now, 50, (owed[1], 50))
    head = {"Id": body["Id"], "sparse": True}
    noted = us.update(
        "Payment", {**head, "SyncToken": "0", "PrivateNote": "cash"}, now=now
    )
    assert noted["Line"][0]["Amount"] == 50
    assert us.read("Invoice", owed[1])["SyncToken"] == "1"
    freed = us.update("Payment", {**head, "SyncToken": "1", "Line": []}, now=now)
    assert (freed["UnappliedAmt"], balances(us, owed)) == (50, [100, 50])


def test_an_invoice_made_smaller_than_what_is_paid_gives_the_rest_back(
    us: Company, now: datetime, owed: list[str]
) -> None:
    body = pay(us, now, 100, (owed[0], 100))
    held = us.read("Invoice", owed[0])
    wish = {
        "Id": owed[0],
        "SyncToken": held["SyncToken"],
        "sparse": True,
        "Line": [sold(60)],
    }
    assert us.update("Invoice", wish, now=now)["Balance"] == 0
    assert us.read("Payment", body["Id"])["UnappliedAmt"] == 40
    assert us.read("Customer", "1")["Balance"] == 10


def test_voiding_a_paid_invoice_frees_the_payment_and_deleting_it_is_refused(
    us: Company, now: datetime, owed: list[str]
) -> None:
    body = pay(us, now, 100, (owed[0], 100))
    held = us.read("Invoice", owed[0])
    with refused("6000"):
        us.delete("Invoice", held, now=now)
    us.void("Invoice", held, now=now)
    assert us.read("Payment", body["Id"])["UnappliedAmt"] == 100
    assert us.read("Customer", "1")["Balance"] == -50


def test_payments_tell_of_themselves_and_of_their_invoices(
    us: Company, now: datetime, owed: list[str]
) -> None:
    db = us.store.connection
    db.execute("DELETE FROM change")
    body = pay(us, now, 100, (owed[0], 100))
    with refused("6000"):
        pay(us, now, 1000, (owed[1], 1000))
    told = db.execute(
        "SELECT entity, id, operation FROM change ORDER BY seq"
    ).fetchall()
    assert [tuple(row) for row in told] == [
        ("Payment", body["Id"], "Create"),
        ("Invoice", owed[0], "Update"),
    ]

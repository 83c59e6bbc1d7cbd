"""Merges: everything that refers to the loser refers to the winner afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
SERVICE: Body = {"Type": "Service", "IncomeAccountRef": {"value": "79"}}


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def bill(company: Company, now: datetime, vendor: str, **detail: Any) -> Body:
    line = {
        "Amount": 30,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}, **detail},
    }
    return company.create(
        "Bill", {"VendorRef": {"value": vendor}, "Line": [line]}, now=now
    )


def sale(company: Company, now: datetime, customer: str, item: str = "1") -> Body:
    line = {
        "Amount": 40,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, "Qty": 1},
    }
    wish = {"CustomerRef": {"value": customer}, "Line": [line]}
    return company.create("Invoice", wish, now=now)


def two(company: Company, now: datetime, kind: str, **more: Any) -> tuple[str, str]:
    name = "DisplayName" if kind in ("Customer", "Vendor") else "Name"
    made = [
        company.create(kind, {name: each, **more}, now=now) for each in ("Old", "New")
    ]
    return made[0]["Id"], made[1]["Id"]


def test_a_merged_customer_leaves_nothing_behind(us: Company, now: datetime) -> None:
    old, new = two(us, now, "Customer")
    job = us.create(
        "Customer", {"DisplayName": "Job", "ParentRef": {"value": old}}, now=now
    )
    vendor = us.create("Vendor", {"DisplayName": "V"}, now=now)
    invoice = sale(us, now, old)
    billed = bill(us, now, vendor["Id"], CustomerRef={"value": old})
    later = now + timedelta(minutes=1)
    winner = us.merge("Customer", old, new, now=later)
    assert winner["Balance"] == 40
    assert us.read("Invoice", invoice["Id"])["CustomerRef"]["name"] == "New"
    detail = us.read("Bill", billed["Id"])["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["CustomerRef"] == {"value": new, "name": "New"}
    held = us.read("Customer", job["Id"])
    assert (held["ParentRef"]["value"], held["FullyQualifiedName"]) == (new, "New:Job")
    with refused("610"):
        us.read("Customer", old)
    changes = us.changes(["Customer"], now)["QueryResponse"][0]["Customer"]
    assert {"domain": "QBO", "status": "Deleted", "Id": old}.items() <= next(
        each for each in changes if each["Id"] == old
    ).items()
    with us.store.read() as db:
        told = db.execute(
            "SELECT entity, id, deleted_id FROM change WHERE operation = 'Merge'"
        ).fetchall()
    assert [tuple(each) for each in told] == [("Customer", new, old)]
    assert sum(us.trial_balance().values()) == 0


def test_a_merged_vendors_bills_are_owed_to_the_winner(
    us: Company, now: datetime
) -> None:
    old, new = two(us, now, "Vendor")
    bill(us, now, old)
    bill(us, now, new)
    assert us.merge("Vendor", old, new, now=now)["Balance"] == 60
    bills = us.query("select * from Bill")["Bill"]
    assert {each["VendorRef"]["value"] for each in bills} == {new}


def test_a_merged_accounts_postings_are_the_winners(us: Company, now: datetime) -> None:
    old, new = two(us, now, "Account", AccountType="Income")
    item = us.create(
        "Item",
        {"Name": "Walk", "Type": "Service", "IncomeAccountRef": {"value": old}},
        now=now,
    )
    buyer = us.create("Customer", {"DisplayName": "B"}, now=now)
    sale(us, now, buyer["Id"], item["Id"])
    merged = us.merge("Account", old, new, now=now)
    assert merged["CurrentBalance"] == 40
    held = us.read("Item", item["Id"])["IncomeAccountRef"]
    assert held == {"value": new, "name": "New"}
    assert us.trial_balance()[int(old)] == 0


def test_a_merged_items_goods_are_the_winners(us: Company, now: datetime) -> None:
    old, new = two(
        us,
        now,
        "Item",
        Type="Inventory",
        TrackQtyOnHand=True,
        QtyOnHand=5,
        InvStartDate="2026-01-01",
        PurchaseCost=2,
        IncomeAccountRef={"value": "79"},
        ExpenseAccountRef={"value": "80"},
        AssetAccountRef={"value": "81"},
    )
    buyer = us.create("Customer", {"DisplayName": "B"}, now=now)
    invoice = sale(us, now, buyer["Id"], old)
    assert us.merge("Item", old, new, now=now)["QtyOnHand"] == 10 - 1
    detail = us.read("Invoice", invoice["Id"])["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": new, "name": "New"}
    assert us.trial_balance()[81] == 18


@pytest.mark.parametrize("kind", ["Class", "Department"])
def test_a_merged_class_takes_what_stands_below_it(
    us: Company, now: datetime, kind: str
) -> None:
    old, new = two(us, now, kind)
    low = us.create(kind, {"Name": "Low", "ParentRef": {"value": old}}, now=now)
    us.merge(kind, old, new, now=now)
    assert us.read(kind, low["Id"])["FullyQualifiedName"] == "New:Low"


def test_what_differs_too_much_is_not_merged(us: Company, now: datetime) -> None:
    old, new = two(us, now, "Customer")
    low = us.create(
        "Customer", {"DisplayName": "Low", "ParentRef": {"value": new}}, now=now
    )
    for loser, winner in ((old, old), (old, low["Id"])):
        with refused("6000"):
            us.merge("Customer", loser, winner, now=now)
    bank = us.create("Account", {"Name": "Till", "AccountType": "Bank"}, now=now)
    with refused("6000"):
        us.merge("Account", bank["Id"], "79", now=now)
    with refused("500"):
        us.merge("Term", "1", "2", now=now)
    goods = us.create("Item", {"Name": "Cat", "Type": "Category"}, now=now)
    with refused("6000"):
        us.merge("Item", goods["Id"], "1", now=now)


def test_merged_payment_methods_are_one_on_payments_and_customers(
    us: Company, now: datetime
) -> None:
    old, new = two(us, now, "PaymentMethod")
    method = {"PaymentMethodRef": {"value": old}}
    customer = us.create("Customer", {"DisplayName": "A", **method}, now=now)
    payment = us.create(
        "Payment",
        {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 5, **method},
        now=now,
    )
    winner = us.merge("PaymentMethod", old, new, now=now)
    assert (winner["Id"], winner["Name"], winner["SyncToken"]) == (new, "New", "1")
    for entity, id_ in (("Customer", customer["Id"]), ("Payment", payment["Id"])):
        assert us.read(entity, id_)["PaymentMethodRef"]["value"] == new
    with refused("610"):
        us.read("PaymentMethod", old)
    told = us.store.connection.execute(
        "SELECT entity, id, operation, deleted_id FROM change ORDER BY seq DESC"
    ).fetchone()
    assert tuple(told) == ("PaymentMethod", new, "Merge", old)

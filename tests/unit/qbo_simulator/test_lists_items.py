"""Items and their stock: what is on hand, what it cost, where they stand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
PUMP: Body = {
    "Name": "Pump",
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 10,
    "InvStartDate": "2026-01-01",
    "PurchaseCost": 2.5,
    "UnitPrice": 5,
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": "80"},
    "AssetAccountRef": {"value": "81"},
}
SERVICE: Body = {"Type": "Service", "IncomeAccountRef": {"value": "79"}}


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def change(company: Company, now: datetime, body: Body, **more: Any) -> Body:
    head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
    return company.update("Item", {**head, **more}, now=now)


def books(company: Company) -> dict[int, Decimal]:
    return {account: held for account, held in company.trial_balance().items() if held}


def sell(company: Company, now: datetime, item: Body, count: int, on: str) -> Body:
    buyer = company.create("Customer", {"DisplayName": f"Buyer of {on}"}, now=now)
    detail = {"ItemRef": {"value": item["Id"]}, "Qty": count, "UnitPrice": 5}
    line = {
        "Amount": 5 * count,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    wish = {"CustomerRef": {"value": buyer["Id"]}, "TxnDate": on, "Line": [line]}
    return company.create("Invoice", wish, now=now)


def buy(
    company: Company, now: datetime, item: Body, count: int, amount: int, on: str
) -> Body:
    vendor = company.create("Vendor", {"DisplayName": f"Seller of {on}"}, now=now)
    line = {
        "Amount": amount,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": item["Id"]},
            "Qty": count,
            "UnitPrice": amount / count,
        },
    }
    wish = {"VendorRef": {"value": vendor["Id"]}, "TxnDate": on, "Line": [line]}
    return company.create("Bill", wish, now=now)


def test_the_goods_an_item_begins_with_are_an_asset(us: Company, now: datetime) -> None:
    item = us.create("Item", PUMP, now=now)
    assert (item["QtyOnHand"], item["SyncToken"]) == (10, "0")
    assert books(us) == {34: -25, 81: 25}
    found = us.query("select * from InventoryAdjustment")["InventoryAdjustment"]
    assert [(each["DocNumber"], each["TxnDate"]) for each in found] == [
        ("START", "2026-01-01")
    ]


def test_a_quantity_changed_on_the_item_is_an_adjustment_of_that_day(
    us: Company, now: datetime
) -> None:
    item = us.create("Item", PUMP, now=now)
    less = change(us, now, item, QtyOnHand=7, InvStartDate="2026-02-01")
    assert (less["QtyOnHand"], less["SyncToken"]) == (7, "1")
    assert less["InvStartDate"] == "2026-01-01"
    newest = us.query("select * from InventoryAdjustment orderby Id desc")
    adjustment = newest["InventoryAdjustment"][0]
    assert adjustment["TxnDate"] == "2026-02-01"
    assert adjustment["Line"][0]["ItemAdjustmentLineDetail"]["QtyDiff"] == -3
    shrinkage = int(adjustment["AdjustAccountRef"]["value"])
    assert books(us) == {34: -25, 81: Decimal("17.5"), shrinkage: Decimal("7.5")}


def test_what_is_sold_costs_what_was_bought_first(us: Company, now: datetime) -> None:
    item = us.create("Item", PUMP, now=now)
    buy(us, now, item, 10, 40, "2026-02-01")
    sell(us, now, item, 12, "2026-02-02")
    held = us.read("Item", item["Id"])
    assert held["QtyOnHand"] == 8
    assert int(held["SyncToken"]) == 2
    assert books(us)[80] == 33
    assert books(us)[81] == 32


def test_a_sale_is_costed_anew_when_its_goods_turn_out_dearer(
    us: Company, now: datetime
) -> None:
    item = us.create("Item", {**PUMP, "QtyOnHand": 1}, now=now)
    invoice = sell(us, now, item, 3, "2026-02-02")
    assert us.read("Item", item["Id"])["QtyOnHand"] == -2
    assert books(us)[80] == Decimal("7.5")
    buy(us, now, item, 5, 50, "2026-02-10")
    assert books(us)[80] == Decimal("22.5")
    assert books(us)[81] == 30
    head = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"]}
    us.delete("Invoice", head, now=now)
    assert us.read("Item", item["Id"])["QtyOnHand"] == 6
    assert 80 not in books(us)


def test_nothing_is_sold_before_the_inventory_begins(
    us: Company, now: datetime
) -> None:
    item = us.create("Item", PUMP, now=now)
    with refused("6270"):
        sell(us, now, item, 1, "2025-12-31")


def test_an_inventory_adjustment_is_made_changed_and_deleted(
    us: Company, now: datetime
) -> None:
    item = us.create("Item", PUMP, now=now)

    def line(count: float) -> Body:
        detail = {"ItemRef": {"value": item["Id"]}, "QtyDiff": count}
        return {
            "DetailType": "ItemAdjustmentLineDetail",
            "ItemAdjustmentLineDetail": detail,
        }

    made = us.create(
        "InventoryAdjustment",
        {"AdjustAccountRef": {"value": "80"}, "Line": [line(-4)]},
        now=now,
    )
    assert us.read("Item", item["Id"])["QtyOnHand"] == 6
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    us.update("InventoryAdjustment", {**head, "Line": [line(2.5)]}, now=now)
    assert us.read("Item", item["Id"])["QtyOnHand"] == 12.5
    assert books(us)[81] == Decimal("31.25")
    us.delete("InventoryAdjustment", {"Id": made["Id"], "SyncToken": "1"}, now=now)
    assert us.read("Item", item["Id"])["QtyOnHand"] == 10
    assert books(us) == {34: -25, 81: 25}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"AdjustAccountRef": None}, "2020"),
        ({"Line": []}, "2020"),
        ({"Line": [{"DetailType": "ItemAdjustmentLineDetail"}]}, "2020"),
        ({"Line": [{"ItemAdjustmentLineDetail": {"QtyDiff": 1}}]}, "2020"),
        (
            {
                "Line": [
                    {
                        "ItemAdjustmentLineDetail": {
                            "ItemRef": {"value": "1"},
                            "QtyDiff": 1,
                        }
                    }
                ]
            },
            "6000",
        ),
    ],
)
def test_an_inventory_adjustment_that_says_too_little_is_refused(
    us: Company, now: datetime, wish: Body, code: str
) -> None:
    whole: Body = {"AdjustAccountRef": {"value": "80"}, "Line": [{}]}
    with refused(code):
        us.create("InventoryAdjustment", {**whole, **wish}, now=now)


def test_an_items_quantity_stays_tracked(us: Company, now: datetime) -> None:
    item = us.create("Item", PUMP, now=now)
    for wish in ({"TrackQtyOnHand": False}, {"Type": "Service"}):
        with refused("6000"):
            change(us, now, item, **wish)


def test_goods_of_an_item_made_inactive_are_written_off(
    us: Company, now: datetime
) -> None:
    item = us.create("Item", PUMP, now=now)
    gone = change(us, now, item, Active=False)
    assert (gone["Name"], gone["QtyOnHand"]) == ("Pump (deleted)", 0)
    assert 81 not in books(us)


@pytest.mark.parametrize(
    "name", ["IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef"]
)
def test_an_inventory_item_needs_accounts_of_the_right_types(
    us: Company, now: datetime, name: str
) -> None:
    with refused("2020"):
        us.create("Item", {k: v for k, v in PUMP.items() if k != name}, now=now)
    with refused("6430"):
        us.create("Item", {**PUMP, name: {"value": "35"}}, now=now)


def test_items_stand_in_categories_four_deep(us: Company, now: datetime) -> None:
    body = us.create("Item", {"Name": "Level 0", "Type": "Category"}, now=now)
    assert not {"UnitPrice", "Taxable", "TrackQtyOnHand"} & set(body)
    for level in range(1, 5):
        wish = {
            "Name": f"Level {level}",
            "Type": "Category",
            "SubItem": True,
            "ParentRef": {"value": body["Id"]},
        }
        body = us.create("Item", wish, now=now)
    assert (body["Level"], body["SubItem"]) == (4, True)
    with refused("6180"):
        wish = {**SERVICE, "Name": "Low", "ParentRef": {"value": body["Id"]}}
        us.create("Item", wish, now=now)
    with refused("6000"):
        change(us, now, body, Active=False)


def test_a_sub_item_needs_a_parent_of_its_type_or_a_category(
    us: Company, now: datetime
) -> None:
    with refused("6150"):
        us.create("Item", {**SERVICE, "Name": "Low", "SubItem": True}, now=now)
    pump = us.create("Item", PUMP, now=now)
    with refused("6000"):
        wish = {**SERVICE, "Name": "Low", "ParentRef": {"value": pump["Id"]}}
        us.create("Item", wish, now=now)


def test_renaming_a_category_renames_what_stands_in_it(
    us: Company, now: datetime
) -> None:
    top = us.create("Item", {"Name": "Garden", "Type": "Category"}, now=now)
    wish = {**SERVICE, "Name": "Mowing", "ParentRef": {"value": top["Id"]}}
    item = us.create("Item", wish, now=now)
    change(us, now, top, Name="Lawn")
    held = us.read("Item", item["Id"])
    assert held["FullyQualifiedName"] == "Lawn:Mowing"
    assert held["ParentRef"]["name"] == "Lawn"
    assert held["SyncToken"] == "0"


def test_lines_show_an_items_new_name_and_items_their_accounts(
    us: Company, now: datetime
) -> None:
    item = us.create("Item", {**SERVICE, "Name": "Mowing"}, now=now)
    invoice = sell(us, now, item, 1, "2026-03-01")
    change(us, now, item, Name="Cutting")
    detail = us.read("Invoice", invoice["Id"])["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"]["name"] == "Cutting"
    account = us.read("Account", "79")
    head = {"Id": "79", "SyncToken": account["SyncToken"], "sparse": True}
    us.update("Account", {**head, "Name": "Sales"}, now=now)
    assert us.read("Item", item["Id"])["IncomeAccountRef"]["name"] == "Sales"


def test_bundles_are_made_by_administrators_only(us: Company, now: datetime) -> None:
    line = {"ItemRef": {"value": "1"}, "Qty": 2}
    wish = {
        "Name": "Bundle",
        "Type": "Group",
        "ItemGroupDetail": {"ItemGroupLine": [line]},
    }
    with refused("6000"):
        us.create("Item", wish, now=now)
    made = us.create("Item", wish, now=now, include=frozenset({"bundles"}))
    assert made["ItemGroupDetail"]["ItemGroupLine"][0]["ItemRef"]["name"] == "Services"
    with refused("6000"):
        change(us, now, made, Name="Other")


def test_the_goods_an_item_begins_with_say_so(us: Company, now: datetime) -> None:
    us.create("Item", PUMP, now=now)
    (started,) = us.query("select * from InventoryAdjustment")["InventoryAdjustment"]
    assert started["DocNumber"] == "START"
    assert started["PrivateNote"] == "Pump - Opening inventory and value"


def test_an_inventory_item_has_its_quantity_tracked(us: Company, now: datetime) -> None:
    with refused("6000") as fault:
        us.create("Item", {**PUMP, "TrackQtyOnHand": False}, now=now)
    assert "if Track quantity on hand is turned off" in fault.value.detail

"""The lines of sales forms: bundles, shipping, subtotals, discounts, classes, goods."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
INVENTORY, COGS = 81, 80


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def sold(amount: Any, **detail: Any) -> Body:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, **detail},
    }


def text(words: str) -> Body:
    return {"Description": words, "DetailType": "DescriptionOnly"}


def item(company: Company, now: datetime, name: str, **more: Any) -> Body:
    body = {
        "Name": name,
        "Type": "Service",
        "IncomeAccountRef": {"value": "1"},
        **more,
    }
    return company.create("Item", body, now=now)


def prefer(company: Company, now: datetime, group: str, **preferences: Any) -> None:
    held = company.read("Preferences", "1")
    wish = {"Id": "1", "SyncToken": held["SyncToken"], "sparse": True}
    company.update("Preferences", {**wish, group: preferences}, now=now)


def allow_tips(company: Company, now: datetime) -> None:
    pair = {"Name": "SalesFormsPrefs.AllowGratuity", "Value": "true"}
    prefer(company, now, "OtherPrefs", NameValue=[pair])


@pytest.fixture
def make(us: Company, now: datetime) -> Any:
    customer = us.create("Customer", {"DisplayName": "Ada"}, now=now)

    def make(*lines: Body, kind: str = "Invoice", **more: Any) -> Body:
        body = {"CustomerRef": {"value": customer["Id"]}, "Line": list(lines), **more}
        return us.create(kind, body, now=now)

    return make


@pytest.fixture
def bundle(us: Company, now: datetime) -> Body:
    berry = item(us, now, "Berries", UnitPrice=Decimal("0.53"), Description="Sweet")
    cookie = item(us, now, "Cookies", UnitPrice=Decimal("0.11"))
    parts = [
        {"Qty": 5, "ItemRef": {"value": berry["Id"]}},
        {"Qty": 8, "ItemRef": {"value": cookie["Id"]}},
    ]
    body = {
        "Name": "Assorted sweets",
        "Type": "Group",
        "Description": "chocolate and other sweets",
        "ItemGroupDetail": {"ItemGroupLine": parts},
    }
    return us.create("Item", body, now=now, include=frozenset({"bundles"}))


def group(item: Body, quantity: Any, *lines: Body) -> Body:
    detail: Body = {"GroupItemRef": {"value": item["Id"]}, "Quantity": quantity}
    if lines:
        detail["Line"] = list(lines)
    return {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}


def test_a_bundle_is_filled_from_its_item(make: Any, bundle: Body) -> None:
    served = make(group(bundle, 3), sold(1))["Line"]
    whole, after, subtotal = served
    assert (whole["Id"], whole["LineNum"], whole["Amount"]) == ("1", 1, 0)
    assert whole["Description"] == "chocolate and other sweets"
    detail = whole["GroupLineDetail"]
    assert detail["GroupItemRef"]["name"] == "Assorted sweets"
    assert [each["Amount"] for each in detail["Line"]] == [
        Decimal("7.95"),
        Decimal("2.64"),
    ]
    assert [each["SalesItemLineDetail"]["Qty"] for each in detail["Line"]] == [15, 24]
    assert [each["LineNum"] for each in detail["Line"]] == [2, 3]
    assert detail["Line"][0]["Description"] == "Sweet"
    assert (after["Id"], after["LineNum"]) == ("4", 4)
    assert subtotal["Amount"] == Decimal("11.59")


def test_the_lines_of_a_bundle_may_be_given(make: Any, bundle: Body) -> None:
    price = Decimal("0.5306667")
    form = make(group(bundle, 3, sold("7.96", UnitPrice=price, Qty=15)))
    inner = form["Line"][0]["GroupLineDetail"]["Line"]
    assert inner[0]["SalesItemLineDetail"]["UnitPrice"] == price
    assert form["TotalAmt"] == Decimal("7.96")
    with refused("6070"):
        make(group(bundle, 3, sold("8.96", UnitPrice=price, Qty=15)))
    with refused("2170"):
        make(group(bundle, 3, text("no")))


def test_an_echoed_bundle_keeps_its_ids(
    us: Company, now: datetime, make: Any, bundle: Body
) -> None:
    form = make(group(bundle, 1), sold(5))
    same = us.update("Invoice", form, now=now)
    assert same["SyncToken"] == "0"
    assert same["Line"] == form["Line"]


def test_a_bundle_is_posted_by_what_is_in_it(
    us: Company, make: Any, bundle: Body
) -> None:
    form = make(group(bundle, 1))
    rows = us.ledger_of("Invoice", form["Id"])
    assert {row["item"] for row in rows} == {
        None,
        *(
            int(each["SalesItemLineDetail"]["ItemRef"]["value"])
            for each in form["Line"][0]["GroupLineDetail"]["Line"]
        ),
    }


def test_only_a_bundle_is_sold_as_a_bundle(make: Any, bundle: Body) -> None:
    with refused("2500"):
        make(group({"Id": "1"}, 1))
    with refused("2500"):
        make(sold(1, ItemRef={"value": bundle["Id"]}))


def test_shipping_stands_after_the_subtotal_and_is_not_discounted(
    us: Company, make: Any
) -> None:
    off = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    form = make(sold(12, ItemRef={"value": "SHIPPING_ITEM_ID"}), sold(100), off)
    first, subtotal, discount, shipping = form["Line"]
    assert (first["LineNum"], subtotal["Amount"], discount["Amount"]) == (1, 100, 10)
    detail = shipping["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": "SHIPPING_ITEM_ID"}
    assert detail["ItemAccountRef"]["name"] == "Shipping Income"
    assert not {"Id", "LineNum"} & set(shipping)
    assert form["TotalAmt"] == 102
    income = int(detail["ItemAccountRef"]["value"])
    assert us.trial_balance()[income] == -12


def test_the_discount_item_is_a_discount(make: Any) -> None:
    form = make(sold(100), sold(-15, ItemRef={"value": "DISCOUNT_ITEM_ID"}))
    assert form["TotalAmt"] == 85
    assert form["Line"][-1]["DetailType"] == "DiscountLineDetail"
    assert form["Line"][-1]["Amount"] == 15


def test_a_line_of_text_may_tell_the_subtotal_so_far(make: Any) -> None:
    form = make(
        sold(10),
        sold(2),
        text("Subtotal: 0"),
        sold(5),
        text("Subtotal:"),
        text("Subtotal: see below"),
    )
    told = [each["Description"] for each in form["Line"] if "Description" in each]
    assert told == ["Subtotal: 12.00", "Subtotal: 5.00", "Subtotal: see below"]
    assert all(
        "Amount" not in each
        for each in form["Line"]
        if each["DetailType"] == "DescriptionOnly"
    )


def test_subtotals_that_are_sent_are_computed_anew(make: Any) -> None:
    subtotal = {
        "Amount": 999,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    form = make(sold(10), subtotal, sold(2), subtotal)
    amounts = [each["Amount"] for each in form["Line"]]
    assert amounts == [10, 2, 12]


def test_tips_are_owed_on_and_bear_no_tax(
    us: Company, now: datetime, make: Any
) -> None:
    tip = {"Amount": 3, "DetailType": "TipLineDetail", "TipLineDetail": {}}
    with refused("5030"):
        make(sold(10), tip)
    allow_tips(us, now)
    taxed = sold(10, TaxCodeRef={"value": "TAX"})
    detail = {"TxnTaxCodeRef": {"value": "2"}}
    form = make(taxed, tip, kind="SalesReceipt", TxnTaxDetail=detail)
    assert form["TxnTaxDetail"]["TotalTax"] == Decimal("0.8")
    assert form["TotalAmt"] == Decimal("13.8")
    assert form["Line"][-1] == tip


def test_lines_may_be_negative_but_their_sum_may_not(make: Any) -> None:
    assert make(sold(10), sold(-4))["TotalAmt"] == 6
    with refused("6000"):
        make(sold(10), sold(-11))


def test_classes_are_kept_where_the_company_uses_them(
    us: Company, now: datetime, make: Any
) -> None:
    retail = us.create("Class", {"Name": "Retail"}, now=now)
    ref = {"value": retail["Id"]}
    plain = make(sold(5, ClassRef=ref), ClassRef=ref)
    assert "ClassRef" not in plain
    assert "ClassRef" not in plain["Line"][0]["SalesItemLineDetail"]
    prefer(us, now, "AccountingInfoPrefs", ClassTrackingPerTxnLine=True)
    form = make(sold(5, ClassRef=ref), sold(7))
    detail = form["Line"][0]["SalesItemLineDetail"]
    assert detail["ClassRef"] == {"value": retail["Id"], "name": "Retail"}
    rows = {row["cents"]: row for row in us.ledger_of("Invoice", form["Id"])}
    assert rows[-500]["tracking_class"] == int(retail["Id"])
    assert rows[-700]["tracking_class"] is None
    with refused("2500"):
        make(sold(5, ClassRef={"value": "77"}))


def test_a_class_and_a_place_of_the_whole_form_are_posted_with_each_line(
    us: Company, now: datetime, make: Any
) -> None:
    retail = us.create("Class", {"Name": "Retail"}, now=now)
    harbour = us.create("Department", {"Name": "Harbour"}, now=now)
    prefer(
        us, now, "AccountingInfoPrefs", ClassTrackingPerTxn=True, TrackDepartments=True
    )
    form = make(
        sold(5),
        ClassRef={"value": retail["Id"]},
        DepartmentRef={"value": harbour["Id"]},
    )
    assert form["ClassRef"]["name"] == "Retail"
    assert form["DepartmentRef"]["name"] == "Harbour"
    row = next(
        each for each in us.ledger_of("Invoice", form["Id"]) if each["cents"] == -500
    )
    assert row["tracking_class"] == int(retail["Id"])
    assert row["department"] == int(harbour["Id"])


def test_no_more_than_750_lines_bear_tax(make: Any) -> None:
    taxed = sold(1, TaxCodeRef={"value": "TAX"})
    assert make(*[taxed] * 750)["TotalAmt"] == 750
    with refused("6000"):
        make(*[taxed] * 751)


def test_what_is_inactive_stays_on_a_form_but_is_not_sold_anew(
    us: Company, now: datetime, make: Any
) -> None:
    loaf = item(us, now, "Loaf")
    form = make(sold(5, ItemRef={"value": loaf["Id"]}))
    gone = {"Id": loaf["Id"], "SyncToken": loaf["SyncToken"], "sparse": True}
    us.update("Item", {**gone, "Active": False}, now=now)
    us.update("Invoice", {**form, "PrivateNote": "kept"}, now=now)
    with refused("610"):
        make(sold(5, ItemRef={"value": loaf["Id"]}))


@pytest.fixture
def goods(us: Company, now: datetime) -> Body:
    return item(
        us,
        now,
        "Pump",
        Type="Inventory",
        TrackQtyOnHand=True,
        QtyOnHand=10,
        InvStartDate="2026-01-01",
        PurchaseCost=4,
        IncomeAccountRef={"value": "79"},
        ExpenseAccountRef={"value": str(COGS)},
        AssetAccountRef={"value": str(INVENTORY)},
    )


def pumps(goods: Body, count: Any) -> Body:
    return sold(
        Decimal(count) * 9, ItemRef={"value": goods["Id"]}, Qty=count, UnitPrice=9
    )


def stock(us: Company, goods: Body) -> tuple[Any, Any, Any]:
    books = us.trial_balance()
    return (
        us.read("Item", goods["Id"])["QtyOnHand"],
        books.get(INVENTORY, Decimal(0)),
        books.get(COGS, Decimal(0)),
    )


def test_goods_leave_with_an_invoice_and_come_back_with_its_end(
    us: Company, now: datetime, make: Any, goods: Body
) -> None:
    form = make(pumps(goods, 3))
    assert stock(us, goods) == (7, 28, 12)
    wish = {"Id": form["Id"], "SyncToken": "0", "sparse": True}
    edited = us.update("Invoice", {**wish, "Line": [pumps(goods, 5)]}, now=now)
    assert stock(us, goods) == (5, 20, 20)
    us.void("Invoice", edited, now=now)
    assert stock(us, goods) == (10, 40, 0)
    other = make(pumps(goods, 1), kind="SalesReceipt")
    assert stock(us, goods) == (9, 36, 4)
    us.delete("SalesReceipt", other, now=now)
    assert stock(us, goods) == (10, 40, 0)


def test_goods_that_are_credited_or_refunded_are_in_stock_again(
    us: Company, make: Any, goods: Body
) -> None:
    make(pumps(goods, 4))
    make(pumps(goods, 1), kind="CreditMemo")
    make(pumps(goods, 2), kind="RefundReceipt", DepositToAccountRef={"value": "35"})
    assert stock(us, goods) == (9, 36, 4)
    assert sum(us.trial_balance().values()) == 0


def test_an_estimate_takes_nothing_out_of_stock(
    us: Company, make: Any, goods: Body
) -> None:
    make(pumps(goods, 4), kind="Estimate")
    assert stock(us, goods) == (10, 40, 0)


def test_goods_are_not_sold_before_there_were_any(make: Any, goods: Body) -> None:
    with refused("6270"):
        make(pumps(goods, 1), TxnDate="2025-12-31")


def test_a_detail_of_another_kind_of_line_is_passed_over(make: Any) -> None:
    odd = {**text("Hello"), "SalesItemLineDetail": {"Qty": 2, "UnitPrice": 5}}
    form = make(sold(10), odd)
    assert form["Line"][1] == {
        "Id": "2",
        "LineNum": 2,
        "Description": "Hello",
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": {},
    }
    with refused("2060"):
        make(sold(10), {**text("Hello"), "DescriptionLineDetail": {"ServiceDate": []}})


@pytest.mark.parametrize("kind", ["Invoice", "Estimate", "SalesReceipt", "CreditMemo"])
def test_a_form_with_every_kind_of_line_is_unchanged_by_its_echo(
    us: Company, now: datetime, make: Any, bundle: Body, kind: str
) -> None:
    allow_tips(us, now)
    form = make(
        sold(10, TaxCodeRef={"value": "TAX"}, ServiceDate="2026-03-01"),
        group(bundle, 2),
        text("Subtotal:"),
        sold(12, ItemRef={"value": "SHIPPING_ITEM_ID"}),
        {"Amount": 3, "DetailType": "TipLineDetail", "TipLineDetail": {}},
        {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        },
        kind=kind,
        TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
    )
    for more in ({}, {"sparse": True}):
        assert us.update(kind, {**form, **more}, now=now) == form
    wish = {"Id": form["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    noted = us.update(kind, wish, now=now)
    assert noted["Line"] == form["Line"]
    assert noted["TotalAmt"] == form["TotalAmt"]

"""Expenses, checks, card charges and refunds, and the goods that come with them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from support.buying import (
    ADVERTISING,
    CHECKING,
    VISA,
    Body,
    Buying,
    goods,
    refusal,
    spent,
)

from qbo_simulator.company import Company

SUPPLIES = "20"
ASSET, COST, SALES = "81", "80", "79"
FROM = {"Cash": CHECKING, "Check": CHECKING, "CreditCard": VISA}


class Buyer(Buying):
    """Buys things, and pays at once."""

    def buy(self, *lines: Body, paid: str = "Cash", **more: Any) -> Body:
        body = {
            "PaymentType": paid,
            "AccountRef": {"value": FROM[paid]},
            "Line": list(lines),
            **more,
        }
        return self.enter("Purchase", **body)

    def stocked(self, quantity: int = 0, cost: int = 0) -> str:
        body = self.enter(
            "Item",
            Name="Bricks",
            Type="Inventory",
            TrackQtyOnHand=True,
            QtyOnHand=quantity,
            InvStartDate="2026-01-01",
            PurchaseCost=cost,
            AssetAccountRef={"value": ASSET},
            ExpenseAccountRef={"value": COST},
            IncomeAccountRef={"value": SALES},
        )
        return str(body["Id"])

    def on_hand(self, item: str) -> Decimal | int:
        return Decimal(self.books.read("Item", item)["QtyOnHand"])


@pytest.fixture
def buyer(us: Company, now: datetime) -> Buyer:
    return Buyer(us, now)


@pytest.mark.parametrize(
    ("paid", "type_", "more"),
    [
        ("Cash", "54", {}),
        ("Check", "3", {"PrintStatus": "NotSet"}),
        ("CreditCard", "1", {"Credit": False}),
    ],
)
def test_an_expense_says_how_it_was_paid(
    buyer: Buyer, paid: str, type_: str, more: Body
) -> None:
    expense = buyer.buy(spent(42), paid=paid)
    pair = expense["PurchaseEx"]["any"][0]
    assert pair["value"] == {"Name": "TxnType", "Value": type_}
    assert pair["declaredType"] == "com.intuit.schema.finance.v3.NameValue"
    shown = {
        name: expense[name] for name in expense if name in {"PrintStatus", "Credit"}
    }
    assert shown == more
    assert "DocNumber" not in expense
    assert "LineNum" not in expense["Line"][0]
    assert buyer.balance(FROM[paid]) == -42
    assert buyer.balance(ADVERTISING) == 42


def test_a_refund_to_a_card_gives_the_expense_back(buyer: Buyer) -> None:
    refund = buyer.buy(spent(30), paid="CreditCard", Credit=True)
    assert refund["PurchaseEx"]["any"][0]["value"]["Value"] == "11"
    assert refund["TotalAmt"] == 30
    assert (buyer.balance(VISA), buyer.balance(ADVERTISING)) == (30, -30)
    assert refusal(buyer.buy, spent(30), Credit=True)[0] == "6000"


def test_a_full_update_loses_that_a_card_charge_was_a_credit(buyer: Buyer) -> None:
    refund = buyer.buy(spent(30), paid="CreditCard", Credit=True)
    names = ("Id", "SyncToken", "PaymentType", "AccountRef", "Line")
    whole = {name: refund[name] for name in names}
    after = buyer.books.update("Purchase", whole, now=buyer.now)
    assert after["Credit"] is False
    assert buyer.balance(VISA) == -30


@pytest.mark.parametrize("entity", ["Vendor", "Customer", "Employee"])
def test_an_expense_is_paid_to_a_vendor_a_customer_or_an_employee(
    buyer: Buyer, entity: str
) -> None:
    name = {"GivenName": "Emily", "FamilyName": "Platt"}
    payee = buyer.enter(entity, **name)
    for ref in (
        {"value": payee["Id"], "type": entity},
        {"value": payee["Id"], "type": entity.upper()},
        {"value": payee["Id"]},
    ):
        expense = buyer.buy(spent(1), EntityRef=ref)
        assert expense["EntityRef"] == {
            "value": payee["Id"],
            "name": payee["DisplayName"],
            "type": entity,
        }


def test_somebody_who_is_unknown_cannot_be_paid(buyer: Buyer) -> None:
    ref = {"value": "999", "type": "Vendor"}
    assert refusal(buyer.buy, spent(1), EntityRef=ref) == ("2500", "EntityRef")
    ref = {"value": "1", "type": "Stranger"}
    assert refusal(buyer.buy, spent(1), EntityRef=ref) == ("2170", "EntityRef")


@pytest.mark.parametrize("missing", ["PaymentType", "AccountRef", "Line"])
def test_what_an_expense_needs_is_named(buyer: Buyer, missing: str) -> None:
    body = {
        "PaymentType": "Cash",
        "AccountRef": {"value": CHECKING},
        "Line": [spent(1)],
    }
    del body[missing]
    assert refusal(buyer.enter, "Purchase", **body) == ("2020", missing)


def test_a_sparse_update_has_to_say_how_it_was_paid_too(buyer: Buyer) -> None:
    expense = buyer.buy(spent(1))
    wish = {"PrivateNote": "x"}
    assert refusal(buyer.change, "Purchase", expense, **wish) == ("2020", "PaymentType")
    after = buyer.change("Purchase", expense, PaymentType="Cash", **wish)
    assert (after["Line"], after["SyncToken"]) == (expense["Line"], "1")


@pytest.mark.parametrize(
    ("paid", "account"), [("Cash", VISA), ("Check", VISA), ("CreditCard", CHECKING)]
)
def test_the_account_has_to_fit_how_it_was_paid(
    buyer: Buyer, paid: str, account: str
) -> None:
    ref = {"value": account}
    assert refusal(buyer.buy, spent(1), paid=paid, AccountRef=ref) == (
        "6430",
        "AccountRef",
    )


def test_a_number_is_kept_and_refused_when_it_was_used_before(buyer: Buyer) -> None:
    first = buyer.buy(spent(1), DocNumber="Doc123")
    assert first["DocNumber"] == "Doc123"
    assert refusal(buyer.buy, spent(1), DocNumber="Doc123") == ("6140", "DocNumber")
    buyer.buy(spent(1), paid="CreditCard", DocNumber="Doc123")
    buyer.buy(spent(1), paid="Check", DocNumber="1")
    assert refusal(buyer.buy, spent(1), paid="Check", DocNumber="1")[0] == "6140"
    preferences = buyer.books.read("Preferences", "1")
    pairs = [{"Name": "WarnDuplicateCheckNumber", "Value": "false"}]
    buyer.change("Preferences", preferences, OtherPrefs={"NameValue": pairs})
    assert buyer.buy(spent(1), paid="Check", DocNumber="1")["DocNumber"] == "1"


def test_expenses_are_not_found_by_account_or_payee(buyer: Buyer) -> None:
    expense = buyer.buy(spent(1), paid="Check")
    found = buyer.books.query("select * from Purchase where PaymentType = 'Check'")
    assert [each["Id"] for each in found["Purchase"]] == [expense["Id"]]
    for name in ("AccountRef", "EntityRef", "DepartmentRef"):
        statement = f"select * from Purchase where {name} = '35'"  # noqa: S608
        assert refusal(buyer.books.query, statement)[0] == "4001"


def test_deleting_an_expense_takes_it_back(buyer: Buyer) -> None:
    expense = buyer.buy(spent(5))
    head = {"Id": expense["Id"], "SyncToken": "0"}
    gone = buyer.books.delete("Purchase", head, now=buyer.now)
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": expense["Id"]}
    assert buyer.balance(ADVERTISING) == 0


def test_a_refund_to_a_customer_is_booked_to_what_the_customer_owes(
    buyer: Buyer,
) -> None:
    customer = buyer.enter("Customer", DisplayName="Ada")["Id"]
    payee = {"value": customer, "type": "Customer"}
    buyer.buy(spent(25, "84"), paid="Check", EntityRef=payee)
    assert buyer.books.read("Customer", customer)["Balance"] == 25
    assert refusal(buyer.buy, spent(25, "84")) == ("6430", "AccountRef")
    assert refusal(buyer.buy, spent(25, "33"), EntityRef=payee)[0] == "6430"


def test_a_prepayment_to_a_vendor_settles_a_bill_later(buyer: Buyer) -> None:
    vendor = buyer.enter("Vendor", DisplayName="Norton Lumber")["Id"]
    payee = {"value": vendor, "type": "Vendor"}
    check = buyer.buy(spent(40, "33"), paid="Check", EntityRef=payee)
    assert buyer.books.read("Vendor", vendor)["Balance"] == -40
    bill = buyer.enter("Bill", VendorRef={"value": vendor}, Line=[spent(100)])
    links = ((100, "Bill", bill), (40, "Check", check))
    payment = buyer.enter(
        "BillPayment",
        VendorRef={"value": vendor},
        PayType="Check",
        CheckPayment={"BankAccountRef": {"value": CHECKING}},
        TotalAmt=60,
        Line=[
            {"Amount": amount, "LinkedTxn": [{"TxnId": txn["Id"], "TxnType": kind}]}
            for amount, kind, txn in links
        ],
    )
    types = [line["LinkedTxn"][0]["TxnType"] for line in payment["Line"]]
    assert types == ["Bill", "Check"]
    assert buyer.books.read("Bill", bill["Id"])["Balance"] == 0
    assert buyer.books.read("Vendor", vendor)["Balance"] == 0
    assert refusal(buyer.books.delete, "Purchase", check, now=buyer.now)[0] == "5010"
    check = buyer.books.read("Purchase", check["Id"])
    assert refusal(buyer.books.delete, "Purchase", check, now=buyer.now)[0] == "6000"


def test_goods_that_are_bought_are_on_hand_at_their_cost(buyer: Buyer) -> None:
    item = buyer.stocked()
    expense = buyer.buy(goods(item, 5, 10))
    assert buyer.on_hand(item) == 5
    assert buyer.balance(ASSET) == 50
    buyer.change("Purchase", expense, PaymentType="Cash", Line=[goods(item, 3, 12)])
    assert (buyer.on_hand(item), buyer.balance(ASSET)) == (3, 36)
    expense = buyer.books.read("Purchase", expense["Id"])
    buyer.books.delete("Purchase", expense, now=buyer.now)
    assert (buyer.on_hand(item), buyer.balance(ASSET)) == (0, 0)


def test_goods_that_go_back_leave_at_what_they_cost_first(buyer: Buyer) -> None:
    item = buyer.stocked()
    vendor = {"value": buyer.enter("Vendor", DisplayName="Norton Lumber")["Id"]}
    buyer.enter("Bill", VendorRef=vendor, Line=[goods(item, 5, 10)])
    buyer.enter("VendorCredit", VendorRef=vendor, Line=[goods(item, 2, 12)])
    assert buyer.on_hand(item) == 3
    assert buyer.balance(ASSET) == 30
    assert buyer.balance(COST) == -4
    assert buyer.books.read("Vendor", vendor["value"])["Balance"] == 26


def test_goods_without_a_quantity_are_refused(buyer: Buyer) -> None:
    item = buyer.stocked()
    line = goods(item, 5, 10)
    del line["ItemBasedExpenseLineDetail"]["Qty"]
    assert refusal(buyer.buy, line) == ("6520", "Qty")


def test_goods_cannot_come_before_their_stock_is_kept(buyer: Buyer) -> None:
    item = buyer.stocked()
    line = goods(item, 5, 10)
    assert refusal(buyer.buy, line, TxnDate="2025-12-31") == ("6270", "TxnDate")


def test_an_item_that_is_only_sold_cannot_be_bought(buyer: Buyer) -> None:
    assert refusal(buyer.buy, goods("1", 1, 1))[0] == "6000"


def test_class_and_location_stand_on_the_postings(buyer: Buyer) -> None:
    class_ = buyer.enter("Class", Name="North")["Id"]
    place = buyer.enter("Department", Name="Shop")["Id"]
    expense = buyer.buy(
        spent(5, ClassRef={"value": class_}), DepartmentRef={"value": place}
    )
    detail = expense["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["ClassRef"] == {"value": class_, "name": "North"}
    assert expense["DepartmentRef"] == {"value": place, "name": "Shop"}
    rows = buyer.books.ledger_of("Purchase", expense["Id"])
    row = next(each for each in rows if each["account"] == int(ADVERTISING))
    assert (row["tracking_class"], row["department"]) == (int(class_), int(place))


def test_in_britain_the_tax_on_an_expense_is_reclaimed(
    uk: Company, now: datetime
) -> None:
    line = spent(100, TaxCodeRef={"value": "2"})
    body = {
        "PaymentType": "Cash",
        "AccountRef": {"value": CHECKING},
        "GlobalTaxCalculation": "TaxExcluded",
        "Line": [line],
    }
    expense = uk.create("Purchase", body, now=now)
    tax = Decimal(expense["TxnTaxDetail"]["TotalTax"])
    assert tax > 0
    assert expense["TotalAmt"] == 100 + tax
    held = uk.trial_balance()
    assert held[int(CHECKING)] == -(100 + tax)
    assert held[int(ADVERTISING)] == 100
    assert sum(held.values()) == 0


def test_only_a_bookkeeper_can_void_an_expense(buyer: Buyer) -> None:
    item = buyer.stocked()
    expense = buyer.buy(goods(item, 5, 10), spent(7), PrivateNote="by mistake")
    assert refusal(buyer.books.void, "Purchase", expense, now=buyer.now)[0] == "500"
    voided = buyer.books.void("Purchase", expense, now=buyer.now, by_hand=True)
    assert (voided["TotalAmt"], voided["SyncToken"]) == (0, "1")
    assert voided["PrivateNote"] == "Voided - by mistake"
    assert [line["Amount"] for line in voided["Line"]] == [0, 0]
    assert buyer.on_hand(item) == 0
    assert set(buyer.books.trial_balance().values()) == {0}


def test_voiding_a_refund_check_leaves_the_customer_what_was_owed(
    buyer: Buyer,
) -> None:
    customer = buyer.enter("Customer", DisplayName="Ada")["Id"]
    payee = {"value": customer, "type": "Customer"}
    check = buyer.buy(spent(25, "84"), paid="Check", EntityRef=payee)
    buyer.books.void("Purchase", check, now=buyer.now, by_hand=True)
    assert buyer.books.read("Customer", customer)["Balance"] == 0


def test_expenses_are_numbered_where_the_switch_says_so(buyer: Buyer) -> None:
    buyer.books.switches.number_expenses = True
    numbers = [buyer.buy(spent(1))["DocNumber"] for _ in range(2)]
    assert numbers == ["1001", "1002"]


def test_in_britain_a_bill_with_tax_in_its_prices_can_be_sent_back(
    uk: Company, now: datetime
) -> None:
    vendor = {"value": uk.create("Vendor", {"DisplayName": "Timber"}, now=now)["Id"]}
    account = {"value": SUPPLIES}
    item = uk.create(
        "Item",
        {"Name": "Planks", "Type": "NonInventory", "ExpenseAccountRef": account},
        now=now,
    )["Id"]
    line = goods(item, 3, 40)
    line["ItemBasedExpenseLineDetail"]["TaxCodeRef"] = {"value": "2"}
    body = {
        "VendorRef": vendor,
        "GlobalTaxCalculation": "TaxInclusive",
        "Line": [line],
    }
    bill = uk.create("Bill", body, now=now)
    assert bill["TotalAmt"] == 120
    assert bill["Line"][0]["Amount"] < 120
    assert uk.update("Bill", bill, now=now) == bill
    assert uk.read("Vendor", vendor["value"])["Balance"] == 120
    assert sum(uk.trial_balance().values()) == 0


def test_voiding_an_expense_in_britain_takes_its_tax_back(
    uk: Company, now: datetime
) -> None:
    line = spent(100, TaxCodeRef={"value": "2"})
    body = {
        "PaymentType": "Cash",
        "AccountRef": {"value": CHECKING},
        "GlobalTaxCalculation": "TaxExcluded",
        "Line": [line],
    }
    expense = uk.create("Purchase", body, now=now)
    voided = uk.void("Purchase", expense, now=now, by_hand=True)
    assert (voided["TotalAmt"], voided["TxnTaxDetail"]) == (0, {"TotalTax": 0})
    assert set(uk.trial_balance().values()) == {0}

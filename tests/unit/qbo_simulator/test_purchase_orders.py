"""Purchase orders: what they show before and after they are billed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.buying import Body, Buying, goods, refusal

from qbo_simulator.company import Company
from qbo_simulator.printing import pdf

PAYABLE = {"value": "33"}


def wanted(item: str, quantity: int, price: int, *links: Body) -> Body:
    line = goods(item, quantity, price)
    return {**line, "LinkedTxn": list(links)} if links else line


class Office(Buying):
    """Orders things and is billed for them."""

    def __init__(self, books: Company, now: datetime) -> None:
        super().__init__(books, now)
        self.vendor = self.enter("Vendor", DisplayName="Norton Lumber")["Id"]
        self.planks, self.nails = self.item("Planks"), self.item("Nails")

    def item(self, name: str) -> str:
        account = {"value": "20"}
        body = self.enter(
            "Item", Name=name, Type="NonInventory", ExpenseAccountRef=account
        )
        return str(body["Id"])

    def order(self, *lines: Body, **more: Any) -> Body:
        body = {"VendorRef": {"value": self.vendor}, "APAccountRef": PAYABLE}
        return self.enter("PurchaseOrder", **body, Line=list(lines), **more)

    def bill(self, *lines: Body, **more: Any) -> Body:
        vendor = {"value": self.vendor}
        return self.enter("Bill", VendorRef=vendor, Line=list(lines), **more)

    def seen(self, order: Body) -> Body:
        return self.books.read("PurchaseOrder", order["Id"])

    def to(self, order: Body, line: str) -> Body:
        return {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": line}


@pytest.fixture
def office(us: Company, now: datetime) -> Office:
    return Office(us, now)


def test_an_order_is_open_and_posts_nothing(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    assert (order["POStatus"], order["EmailStatus"]) == ("Open", "NotSet")
    assert order["TotalAmt"] == 40
    assert office.books.ledger_of("PurchaseOrder", order["Id"]) == []
    assert office.books.read("Vendor", office.vendor)["Balance"] == 0


@pytest.mark.parametrize("missing", ["VendorRef", "APAccountRef", "Line"])
def test_what_an_order_needs_is_named(office: Office, missing: str) -> None:
    body = {
        "VendorRef": {"value": office.vendor},
        "APAccountRef": PAYABLE,
        "Line": [wanted(office.planks, 1, 1)],
    }
    del body[missing]
    assert refusal(office.enter, "PurchaseOrder", **body) == ("2020", missing)


def test_orders_have_a_sequence_of_their_own_and_may_share_a_number(
    office: Office,
) -> None:
    numbers = [
        office.order(wanted(office.planks, 1, 1), **more)["DocNumber"]
        for more in ({}, {}, {"DocNumber": "SYS-4"}, {"DocNumber": "SYS-4"}, {})
    ]
    assert numbers == ["1001", "1002", "SYS-4", "SYS-4", "1003"]
    preferences = office.books.read("Preferences", "1")
    name = "VendorAndPurchasesPrefs.UseCustomTxnNumbers"
    pairs = {"NameValue": [{"Name": name, "Value": "true"}]}
    office.change("Preferences", preferences, OtherPrefs=pairs)
    assert "DocNumber" not in office.order(wanted(office.planks, 1, 1))


def test_an_order_bears_the_custom_fields_of_orders(office: Office) -> None:
    preferences = office.books.read("Preferences", "1")
    named = [
        {
            "Name": f"PurchasePrefs.PurchaseCustomName{number}",
            "Type": "StringType",
            "StringValue": text,
        }
        for number, text in ((2, "Sales Rep"), (1, "Crew #"))
    ]
    purchases = preferences["VendorAndPurchasesPrefs"]
    wish = {**purchases, "POCustomField": [{"CustomField": named}]}
    office.change("Preferences", preferences, VendorAndPurchasesPrefs=wish)
    sent = [{"DefinitionId": "2", "StringValue": "Emily"}]
    order = office.order(wanted(office.planks, 1, 1), CustomField=sent)
    assert order["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"},
        {
            "DefinitionId": "2",
            "Name": "Sales Rep",
            "Type": "StringType",
            "StringValue": "Emily",
        },
    ]


def test_queries_for_orders_count_them(office: Office) -> None:
    office.order(wanted(office.planks, 1, 1))
    found = office.books.query("select * from PurchaseOrder")
    assert found["totalCount"] == 1


def test_an_order_that_is_billed_by_its_head_is_closed(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4), wanted(office.nails, 2, 3))
    head = {"TxnId": order["Id"], "TxnType": "PurchaseOrder"}
    bill = office.bill(
        wanted(office.planks, 10, 4), wanted(office.nails, 2, 3), LinkedTxn=[head]
    )
    assert bill["LinkedTxn"] == [head]
    assert [line["LinkedTxn"] for line in bill["Line"]] == [
        [office.to(order, "1")],
        [office.to(order, "2")],
    ]
    after = office.seen(order)
    assert (after["POStatus"], after["SyncToken"]) == ("Closed", "1")
    assert after["LinkedTxn"] == [{"TxnId": bill["Id"], "TxnType": "Bill"}]
    assert [line["Received"] for line in after["Line"]] == [10, 2]


def test_an_order_stays_open_until_everything_has_come(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4), wanted(office.nails, 2, 3))
    office.bill(wanted(office.planks, 6, 4, office.to(order, "1")))
    first = office.seen(order)
    assert first["POStatus"] == "Open"
    assert [line.get("Received") for line in first["Line"]] == [6, None]
    office.bill(
        wanted(office.planks, 4, 4, office.to(order, "1")),
        wanted(office.nails, 2, 3, office.to(order, "2")),
    )
    assert office.seen(order)["POStatus"] == "Closed"


def test_an_order_opens_again_when_its_bill_goes(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    bill = office.bill(wanted(office.planks, 10, 4, office.to(order, "1")))
    assert refusal(
        office.books.delete, "PurchaseOrder", office.seen(order), now=office.now
    ) == ("6000", None)
    office.books.delete("Bill", bill, now=office.now)
    after = office.seen(order)
    assert (after["POStatus"], after["SyncToken"]) == ("Open", "2")
    assert after["LinkedTxn"] == order["LinkedTxn"] == []
    assert after["Line"] == order["Line"]
    office.books.delete("PurchaseOrder", after, now=office.now)


def test_an_order_opens_again_when_the_link_is_taken_off_the_bill(
    office: Office,
) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    bill = office.bill(wanted(office.planks, 10, 4, office.to(order, "1")))
    vendor = {"value": office.vendor}
    after = office.change(
        "Bill",
        bill,
        VendorRef=vendor,
        LinkedTxn=[],
        Line=[wanted(office.planks, 10, 4)],
    )
    assert "LinkedTxn" not in after
    assert office.seen(order)["POStatus"] == "Open"


def test_an_order_that_grows_after_all_has_come_is_open_again(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    office.bill(wanted(office.planks, 10, 4, office.to(order, "1")))
    line = {**wanted(office.planks, 12, 4), "Id": "1"}
    after = office.change("PurchaseOrder", office.seen(order), Line=[line])
    assert (after["POStatus"], after["Line"][0]["Received"]) == ("Open", 10)


def test_an_order_may_be_closed_by_hand_and_then_not_be_billed(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    closed = office.change("PurchaseOrder", order, POStatus="Closed")
    assert closed["POStatus"] == "Closed"
    line = wanted(office.planks, 10, 4, office.to(order, "1"))
    assert refusal(office.bill, line)[0] == "6000"
    again = office.change("PurchaseOrder", closed, PrivateNote="No longer made")
    assert again["POStatus"] == "Closed"


def test_an_expense_may_come_from_an_order_too(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    expense = office.enter(
        "Purchase",
        PaymentType="Cash",
        AccountRef={"value": "35"},
        EntityRef={"value": office.vendor, "type": "Vendor"},
        Line=[wanted(office.planks, 10, 4, office.to(order, "1"))],
    )
    after = office.seen(order)
    assert after["LinkedTxn"] == [{"TxnId": expense["Id"], "TxnType": "Purchase"}]
    assert after["POStatus"] == "Closed"


def test_links_to_what_is_not_there_are_refused(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    stray = {**office.to(order, "1"), "TxnId": "999"}
    assert refusal(office.bill, wanted(office.planks, 1, 4, stray))[0] == "6000"
    line = wanted(office.planks, 1, 4, office.to(order, "9"))
    assert refusal(office.bill, line) == ("620", "LinkedTxn")
    office.vendor = office.enter("Vendor", DisplayName="Somebody Else")["Id"]
    line = wanted(office.planks, 1, 4, office.to(order, "1"))
    assert refusal(office.bill, line) == ("6000", "LinkedTxn")


def test_an_order_bears_the_addresses_of_both_sides_line_by_line(
    office: Office,
) -> None:
    vendor = office.books.read("Vendor", office.vendor)
    address = {
        "Line1": "4528 MacIntyre Ave.",
        "City": "Millbrae",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94031",
    }
    office.change("Vendor", vendor, BillAddr=address)
    order = office.order(wanted(office.planks, 1, 1))
    shown = {name: part for name, part in order["VendorAddr"].items() if name != "Id"}
    assert shown == {
        "Line1": "Norton Lumber",
        "Line2": "4528 MacIntyre Ave.",
        "Line3": "Millbrae, CA  94031",
    }
    company = office.books.read("CompanyInfo", "1")["CompanyName"]
    assert order["ShipAddr"]["Line1"] == company
    assert order["VendorAddr"]["Id"] != order["ShipAddr"]["Id"]


def test_an_order_that_is_to_be_sent_needs_an_address(office: Office) -> None:
    line = wanted(office.planks, 1, 1)
    assert refusal(office.order, line, EmailStatus="NeedToSend") == ("6420", "POEmail")
    email = {"Address": "norton@lumber.example"}
    order = office.order(line, EmailStatus="NeedToSend", POEmail=email)
    assert order["POEmail"] == email


def test_echoing_an_order_changes_nothing(office: Office) -> None:
    order = office.order(wanted(office.planks, 10, 4))
    office.bill(wanted(office.planks, 6, 4, office.to(order, "1")))
    seen = office.seen(order)
    assert office.books.update("PurchaseOrder", seen, now=office.now) == seen


def test_an_order_is_sent_to_its_vendor_and_printed(office: Office) -> None:
    email = {"Address": "norton@lumber.example"}
    order = office.order(wanted(office.planks, 10, 4), POEmail=email)
    sent = office.books.send("PurchaseOrder", order["Id"], now=office.now)
    assert (sent["EmailStatus"], sent["SyncToken"]) == ("EmailSent", "0")
    assert sent["POEmail"] == email
    company = office.books.read("CompanyInfo", "1")
    assert pdf.render(company, "PurchaseOrder", sent).startswith(b"%PDF")

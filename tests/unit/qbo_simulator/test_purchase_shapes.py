"""What is served of purchases has the names and types of what QuickBooks answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.shapes import differences, entity_shape

from qbo_simulator.company import Company

Body = dict[str, Any]
LINE_NUMBERS = "Line[].LineNum"
"""Answers since 2020 number the lines of bills; the documentation's samples are older."""
CURRENCY = "CurrencyRef"
"""Answers since 2020 name the currency in every company."""


class Shop:
    """One of everything that is bought."""

    def __init__(self, books: Company, now: datetime) -> None:
        self.books = books
        self.now = now
        address = {
            "Line1": "4528 MacIntyre Ave.",
            "City": "Millbrae",
            "CountrySubDivisionCode": "CA",
            "PostalCode": "94031",
        }
        made = self.enter("Vendor", DisplayName="Norton Lumber", BillAddr=address)
        self.vendor = {"value": made["Id"]}
        self.customer = {"value": self.enter("Customer", DisplayName="Ada")["Id"]}
        self.item = {
            "value": self.enter(
                "Item",
                Name="Planks",
                Type="NonInventory",
                ExpenseAccountRef={"value": "20"},
            )["Id"]
        }

    def enter(self, entity: str, **body: Any) -> Body:
        return self.books.create(entity, body, now=self.now)

    def spent(self, **detail: Any) -> Body:
        return {
            "Amount": 100,
            "Description": "Lumber",
            "ProjectRef": {"value": "39298034"},
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}, **detail},
        }

    def bought(self) -> Body:
        detail = {
            "ItemRef": self.item,
            "CustomerRef": self.customer,
            "Qty": 10,
            "UnitPrice": 10,
        }
        return {
            "Amount": 100,
            "ProjectRef": {"value": "39298034"},
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": detail,
        }

    def bill(self) -> Body:
        lines = [
            self.spent(BillableStatus="Billable", CustomerRef=self.customer),
            self.bought(),
        ]
        term = {"value": "3"}
        return self.enter("Bill", VendorRef=self.vendor, Line=lines, SalesTermRef=term)

    def payment(self) -> Body:
        bill = self.bill()
        link = {"TxnId": bill["Id"], "TxnType": "Bill"}
        return self.enter(
            "BillPayment",
            VendorRef=self.vendor,
            PayType="Check",
            CheckPayment={
                "BankAccountRef": {"value": "35"},
                "PrintStatus": "NeedToPrint",
            },
            TotalAmt=200,
            PrivateNote="thanks",
            Line=[{"Amount": 200, "LinkedTxn": [link]}],
        )

    def paid_bill(self) -> Body:
        bill = self.payment()["Line"][0]["LinkedTxn"][0]["TxnId"]
        return self.books.read("Bill", bill)

    def credit(self) -> Body:
        line = self.spent(BillableStatus="Billable", CustomerRef=self.customer)
        return self.enter("VendorCredit", VendorRef=self.vendor, Line=[line])

    def check(self) -> Body:
        return self.enter(
            "Purchase",
            PaymentType="Check",
            AccountRef={"value": "35"},
            EntityRef={**self.vendor, "type": "Vendor"},
            PrivateNote="by post",
            Line=[self.spent()],
        )

    def order(self) -> Body:
        return self.enter(
            "PurchaseOrder",
            VendorRef=self.vendor,
            APAccountRef={"value": "33"},
            POEmail={"Address": "norton@lumber.example"},
            Line=[self.bought()],
        )


@pytest.fixture
def shop(us: Company, now: datetime) -> Shop:
    return Shop(us, now)


@pytest.mark.parametrize(
    ("entity", "make", "besides"),
    [
        (
            "Bill",
            Shop.paid_bill,
            (LINE_NUMBERS, "Line[].ItemBasedExpenseLineDetail.CustomerRef"),
        ),
        ("BillPayment", Shop.payment, (CURRENCY,)),
        (
            "VendorCredit",
            Shop.credit,
            # Appendix A of the facts has the balance; the samples are older.
            (LINE_NUMBERS, CURRENCY, "Balance", "Line[].Description"),
        ),
        # Companies of one currency serve no rate: recorded from one of several.
        ("Purchase", Shop.check, ("ExchangeRate", "Line[].ProjectRef")),
        (
            "PurchaseOrder",
            Shop.order,
            # How many lines an address has is the vendor's affair. Answers since 2020
            # have LinkedTxn and PrintStatus; the samples are older.
            (
                LINE_NUMBERS,
                "CustomField[]",
                "ShipAddr.Line4",
                "VendorAddr.Line4",
                "LinkedTxn",
                "PrintStatus",
            ),
        ),
    ],
)
def test_a_purchase_form_is_served_in_the_recorded_shape(
    shop: Shop, entity: str, make: Any, besides: tuple[str, ...]
) -> None:
    served = make(shop)
    # A deleted object is among the samples: what all others have is always there.
    found = differences(served, entity_shape(entity), besides=besides)
    assert found == []


@pytest.mark.parametrize(
    ("entity", "make"),
    [
        ("Bill", Shop.bill),
        ("VendorCredit", Shop.credit),
        ("Purchase", Shop.check),
        ("PurchaseOrder", Shop.order),
        ("BillPayment", Shop.payment),
    ],
)
def test_what_is_served_can_be_sent_back(shop: Shop, entity: str, make: Any) -> None:
    served = make(shop)
    assert shop.books.update(entity, served, now=shop.now) == served

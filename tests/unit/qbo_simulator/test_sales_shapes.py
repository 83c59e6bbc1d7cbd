"""What is served of sales has the names and types of what QuickBooks answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.shapes import differences, entity_shape

from qbo_simulator.company import Company

Body = dict[str, Any]
ITEM_ACCOUNT = "Line[].SalesItemLineDetail.ItemAccountRef"
"""Named among the parts of a line by the reference; answers before 2024 lack it."""
PLACES = ("BillAddr.Lat", "BillAddr.Long", "ShipAddr.Lat", "ShipAddr.Long")
"""No longer returned since August 2025."""
STRUCTURED = tuple(
    f"BillAddr.{name}"
    for name in (
        "City",
        "CountrySubDivisionCode",
        "PostalCode",
        "Line2",
        "Line3",
        "Line4",
    )
)
"""Recorded forms were made in the browser, where an address is free text; one made
through the API copies the customer's."""
CURRENCY = "CurrencyRef"
"""Answers since 2020 name the currency in every company."""
APPLIED = ("LinkedTxn", "PaymentRefNum", "Line[].LineEx")
"""Recorded on payments of the sandbox company, which the shapes do not count."""


@pytest.fixture
def customer(us: Company, now: datetime) -> Body:
    address = {
        "Line1": "4581 Finch St.",
        "City": "Bayshore",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94326",
    }
    body = {"DisplayName": "Amy", "BillAddr": address, "ShipAddr": address}
    return {"value": us.create("Customer", body, now=now)["Id"]}


def sold() -> Body:
    return {
        "Amount": 337.5,
        "Description": "Custom Design",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"Qty": 4.5, "UnitPrice": 75},
    }


def made(us: Company, now: datetime, kind: str, customer: Body, **more: Any) -> Body:
    body = {
        "CustomerRef": customer,
        "Line": [sold()],
        "CustomerMemo": {"value": "Thank you for your business."},
        "BillEmail": {"Address": "birds@intuit.example"},
        "ProjectRef": {"value": "39298034"},
        **more,
    }
    return us.create(kind, body, now=now)


@pytest.mark.parametrize("kind", ["Invoice", "Estimate", "SalesReceipt", "CreditMemo"])
def test_sales_forms_have_the_recorded_shape(
    us: Company, now: datetime, customer: Body, kind: str
) -> None:
    body = made(us, now, kind, customer)
    besides = (ITEM_ACCOUNT, *PLACES, *STRUCTURED, CURRENCY)
    assert differences(body, entity_shape(kind), besides=besides) == []


def test_a_refund_has_the_recorded_shape(
    us: Company, now: datetime, customer: Body
) -> None:
    body = made(
        us,
        now,
        "RefundReceipt",
        customer,
        DepositToAccountRef={"value": "35"},
        PaymentMethodRef={"value": "2"},
    )
    besides = (ITEM_ACCOUNT, *PLACES, *STRUCTURED, CURRENCY)
    assert differences(body, entity_shape("RefundReceipt"), besides=besides) == []


def test_a_voided_invoice_has_the_recorded_shape(
    us: Company, now: datetime, customer: Body
) -> None:
    voided = us.void("Invoice", made(us, now, "Invoice", customer), now=now)
    besides = (ITEM_ACCOUNT, *PLACES, *STRUCTURED)
    assert differences(voided, entity_shape("Invoice"), besides=besides) == []


def test_a_payment_has_the_recorded_shape(
    us: Company, now: datetime, customer: Body
) -> None:
    invoice = made(us, now, "Invoice", customer)
    link = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    payment = us.create(
        "Payment",
        {
            "CustomerRef": customer,
            "TotalAmt": 25,
            "Line": [{"Amount": 25, "LinkedTxn": link}],
        },
        now=now,
    )
    assert differences(payment, entity_shape("Payment"), besides=APPLIED) == []

"""Bodies of the wrong shape, one by one: refused with the fault that names the field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

SOLD = {
    "Amount": 1,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
}


@pytest.fixture
def buyer(us: Company, now: datetime) -> dict[str, str]:
    return {"value": us.create("Customer", {"DisplayName": "Ada"}, now=now)["Id"]}


@pytest.mark.parametrize(
    ("part", "code", "element"),
    [
        (
            {"Line": [{**SOLD, "SalesItemLineDetail": "x"}]},
            "2120",
            "SalesItemLineDetail",
        ),
        (
            {"Line": [{**SOLD, "SalesItemLineDetail": [1]}]},
            "2120",
            "SalesItemLineDetail",
        ),
        (
            {
                "Line": [
                    SOLD,
                    {
                        "Amount": 1,
                        "DetailType": "DiscountLineDetail",
                        "DiscountLineDetail": "x",
                    },
                ]
            },
            "2120",
            "DiscountLineDetail",
        ),
        ({"TxnTaxDetail": "x"}, "2120", "TxnTaxDetail"),
        ({"TxnTaxDetail": {"TxnTaxCodeRef": "x"}}, "2500", "TaxCodeRef"),
        ({"TxnTaxDetail": {"TxnTaxCodeRef": [1]}}, "2120", "TxnTaxCodeRef"),
        ({"TxnTaxDetail": {"TotalTax": "much"}}, "2080", "TotalTax"),
        ({"BillAddr": {"Line1": ["x"]}}, "2120", "Line1"),
        ({"PrivateNote": "a\0b"}, "2040", "PrivateNote"),
        ({"BillAddr": {"Line1": "a\0b"}}, "2040", "Line1"),
        ({"CustomerRef": {"value": "9" * 40}}, "2500", "CustomerRef"),
        ({"CustomerRef": {"value": "\u0663"}}, "2500", "CustomerRef"),
    ],
)
def test_a_part_of_an_invoice_that_has_the_wrong_shape_is_refused_by_name(
    us: Company,
    buyer: dict[str, str],
    now: datetime,
    part: dict[str, Any],
    code: str,
    element: str,
) -> None:
    body = {"CustomerRef": buyer, "Line": [SOLD], **part}
    with pytest.raises(Fault) as refused:
        us.create("Invoice", body, now=now)
    assert (refused.value.code, refused.value.element) == (code, element)


@pytest.mark.parametrize("links", ["x", ["x"], 5, [5]])
def test_a_payment_whose_links_are_no_objects_is_refused(
    us: Company, buyer: dict[str, str], now: datetime, links: Any
) -> None:
    line = {"Amount": 5, "LinkedTxn": links}
    body = {"TotalAmt": 5, "CustomerRef": buyer, "Line": [line]}
    with pytest.raises(Fault) as refused:
        us.create("Payment", body, now=now)
    assert (refused.value.code, refused.value.element) == ("2120", "LinkedTxn")


def test_a_payment_of_an_invoice_with_an_impossible_id_is_refused(
    us: Company, buyer: dict[str, str], now: datetime
) -> None:
    line = {"Amount": 5, "LinkedTxn": [{"TxnId": "9" * 30, "TxnType": "Invoice"}]}
    body = {"TotalAmt": 5, "CustomerRef": buyer, "Line": [line]}
    with pytest.raises(Fault, match="does not exist"):
        us.create("Payment", body, now=now)


def test_a_custom_field_with_an_id_that_is_no_word_is_passed_over(
    us: Company, buyer: dict[str, str], now: datetime
) -> None:
    odd = [{"DefinitionId": ["1"], "StringValue": "x"}]
    body = {"CustomerRef": buyer, "Line": [SOLD], "CustomField": odd}
    served = us.create("Invoice", body, now=now)["CustomField"]
    assert all("StringValue" not in field for field in served)


def test_money_is_deposited_to_a_bank_or_current_asset_only(
    us: Company, buyer: dict[str, str], now: datetime
) -> None:
    body = {"TotalAmt": 5, "CustomerRef": buyer}
    for account in ("4", "35"):
        chosen = {**body, "DepositToAccountRef": {"value": account}}
        served = us.create("Payment", chosen, now=now)
        assert served["DepositToAccountRef"] == {"value": account}
    with pytest.raises(Fault) as refused:
        us.create("Payment", {**body, "DepositToAccountRef": {"value": "79"}}, now=now)
    assert refused.value.code == "6430"


def test_an_item_earns_to_an_income_account_only(us: Company, now: datetime) -> None:
    body = {"Name": "Loaf", "Type": "Service", "IncomeAccountRef": {"value": "4"}}
    with pytest.raises(Fault) as refused:
        us.create("Item", body, now=now)
    assert (refused.value.code, refused.value.element) == ("6430", "IncomeAccountRef")

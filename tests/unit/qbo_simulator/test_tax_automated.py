"""Automated sales tax in the United States: by place, exempt, or as a client insists."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company

Body = dict[str, Any]


def line(amount: Any) -> Body:
    inner = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "TAX"}}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": inner,
    }


def invoice(company: Company, now: datetime, *lines: Body, **more: Any) -> Body:
    found = company.query("select Id from Customer maxresults 1").get("Customer")
    if not found:
        found = [company.create("Customer", {"DisplayName": "Someone"}, now=now)]
    body = {"CustomerRef": {"value": found[0]["Id"]}, "Line": list(lines), **more}
    return company.create("Invoice", body, now=now)


def automated(company: Company, now: datetime) -> None:
    held = company.read("Preferences", "1")
    wish = {"sparse": True, "TaxPrefs": {"PartnerTaxEnabled": True}}
    company.update(
        "Preferences", {"Id": "1", "SyncToken": held["SyncToken"], **wish}, now=now
    )


ADDRESSES = {
    "San Francisco": {"City": "San Francisco", "CountrySubDivisionCode": "CA"},
    "flattened": {"Line1": "1 Main St", "Line2": "San Mateo, CA 94401"},
    "elsewhere in the state": {"City": "Ukiah", "CountrySubDivisionCode": "California"},
    "another state": {"City": "Seattle", "CountrySubDivisionCode": "WA"},
}


@pytest.mark.parametrize(
    ("place", "taken"),
    [
        ("San Francisco", [6, Decimal("0.25"), Decimal("2.38")]),
        ("flattened", [6, Decimal("0.25"), Decimal("3.13"), Decimal("0.25")]),
        ("elsewhere in the state", [6]),
        ("another state", []),
    ],
)
def test_automated_tax_follows_where_goods_go(
    us: Company, now: datetime, place: str, taken: list[Any]
) -> None:
    automated(us, now)
    body = invoice(us, now, line(100), ShipAddr=ADDRESSES[place])
    detail = body["TxnTaxDetail"]
    assert [each["Amount"] for each in detail.get("TaxLine", [])] == taken
    assert detail["TotalTax"] == sum(taken)
    if taken:
        code = us.read("TaxCode", detail["TxnTaxCodeRef"]["value"])
        assert code["TaxCodeConfigType"] == "SYSTEM_GENERATED"
        again = invoice(us, now, line(10), ShipAddr=ADDRESSES[place])
        assert again["TxnTaxDetail"]["TxnTaxCodeRef"] == detail["TxnTaxCodeRef"]


def test_an_explicit_amount_is_prorated_over_the_rates_of_the_place(
    us: Company, now: datetime
) -> None:
    automated(us, now)
    wish = {"TotalTax": "17.25"}
    body = invoice(
        us,
        now,
        line(100),
        ShipAddr=ADDRESSES["San Francisco"],
        TxnTaxDetail=wish,
    )
    assert body["TxnTaxDetail"]["TotalTax"] == Decimal("17.25")
    more = {**body, "Line": [line(300)]}
    computed = us.update("Invoice", more, now=now)
    assert computed["TxnTaxDetail"]["TotalTax"] == Decimal("25.88")


def test_an_exempt_customer_bears_no_automated_tax(us: Company, now: datetime) -> None:
    us.create("Customer", {"DisplayName": "A Charity", "Taxable": False}, now=now)
    automated(us, now)
    body = invoice(us, now, line(100))
    assert body["TxnTaxDetail"]["TotalTax"] == 0

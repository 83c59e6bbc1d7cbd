"""Sales tax by hand in the United States: two rates, discounts before and after tax."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

Body = dict[str, Any]
NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
CENT = Decimal("0.01")
TUCSON = {"1": Decimal("7.1"), "2": Decimal(2)}
ARIZONA = 89
gains = st.decimals("0.01", "9999.99", places=2)


@pytest.fixture(scope="module")
def us(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    store = Store(tmp_path_factory.mktemp("us") / "simulator.sqlite3")
    company = seed(store, now=NOW, empty=True, profiles=("us",))[0]
    company.create("Customer", {"DisplayName": "Somebody"}, now=NOW)
    yield company
    store.close()


def line(amount: Decimal, *, taxed: bool) -> Body:
    code = {"value": "TAX" if taxed else "NON"}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": code},
    }


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@given(
    taxed=st.lists(gains, min_size=1, max_size=4),
    free=st.lists(gains, max_size=3),
    percent=st.integers(0, 100),
    after=st.booleans(),
)
@settings(max_examples=60)
def test_each_rate_of_a_group_takes_its_share_of_what_is_taxed(
    us: Company, *, taxed: list[Decimal], free: list[Decimal], percent: int, after: bool
) -> None:
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": percent},
    }
    body = {
        "CustomerRef": {"value": "1"},
        "Line": [
            *(line(each, taxed=True) for each in taxed),
            *(line(each, taxed=False) for each in free),
            discount,
        ],
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "3"}},
        "ApplyTaxAfterDiscount": after,
    }
    before = us.trial_balance().get(ARIZONA, Decimal(0))
    made = us.create("Invoice", body, now=NOW)
    base, whole = sum(taxed), sum(taxed) + sum(free, start=Decimal(0))
    less = rounded(whole * percent / 100)
    exact = base - less * base / whole if after else base
    for told in made["TxnTaxDetail"]["TaxLine"]:
        detail = told["TaxLineDetail"]
        rate = TUCSON[detail["TaxRateRef"]["value"]]
        assert told["Amount"] == rounded(detail["NetAmountTaxable"] * rate / 100)
        assert abs(detail["NetAmountTaxable"] - exact) <= CENT
    total = made["TxnTaxDetail"]["TotalTax"]
    assert total == sum(each["Amount"] for each in made["TxnTaxDetail"]["TaxLine"])
    assert made["TotalAmt"] == whole - less + total
    assert us.trial_balance().get(ARIZONA, Decimal(0)) == before - total


def test_a_total_alone_is_no_override_where_tax_is_set_by_hand(us: Company) -> None:
    detail = {"TxnTaxCodeRef": {"value": "2"}, "TotalTax": 99}
    body = {
        "CustomerRef": {"value": "1"},
        "Line": [line(Decimal(100), taxed=True)],
        "TxnTaxDetail": detail,
    }
    made = us.create("Invoice", body, now=NOW)
    assert made["TxnTaxDetail"]["TotalTax"] == 8


def test_who_is_exempt_has_lines_without_tax(us: Company) -> None:
    charity = us.create("Customer", {"DisplayName": "Aid", "Taxable": False}, now=NOW)
    item = {"Name": "Bread", "Type": "Service", "Taxable": True}
    income = {"IncomeAccountRef": {"value": "1"}}
    bread = us.create("Item", {**item, **income}, now=NOW)
    sold = {"ItemRef": {"value": bread["Id"]}}
    plain = {
        "Amount": 10,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": sold,
    }
    codes = []
    for party in ("1", charity["Id"]):
        body = {
            "CustomerRef": {"value": party},
            "Line": [plain],
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
        }
        made = us.create("Invoice", body, now=NOW)
        code = made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]["value"]
        codes.append((code, made["TxnTaxDetail"]["TotalTax"]))
    assert codes == [("TAX", Decimal("0.8")), ("NON", 0)]

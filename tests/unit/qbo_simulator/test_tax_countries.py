"""Random sales and purchases under the taxes of every country add up to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator.company import Company
from qbo_simulator.seeds import companies as seeds
from qbo_simulator.storage.store import Store

Body = dict[str, Any]
NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
ABROAD = ("gb", "ca", "au", "fr", "br")
gains = st.decimals("0.01", "9999.99", places=2)
wishes = st.lists(st.tuples(st.integers(0, 20), gains), min_size=1, max_size=6)
modes = st.sampled_from(("TaxExcluded", "TaxInclusive", None))


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Company]:
    store = Store(tmp_path_factory.mktemp("taxes") / "simulator.sqlite3")
    made = seeds.seed(store, now=NOW, empty=True, profiles=ABROAD)
    for company in made:
        company.create("Customer", {"DisplayName": "Somebody"}, now=NOW)
        company.create("Vendor", {"DisplayName": "Somebody else"}, now=NOW)
    return dict(zip(ABROAD, made, strict=True))


def codes_of(company: Company) -> list[str]:
    statement = "select Id from TaxCode orderby Id"
    return [each["Id"] for each in company.query(statement)["TaxCode"]]


def sale(amount: Decimal, code: str) -> Body:
    inner = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": code}}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": inner,
    }


def expense(amount: Decimal, code: str) -> Body:
    inner = {"AccountRef": {"value": "20"}, "TaxCodeRef": {"value": code}}
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": inner,
    }


def owed_by_account(company: Company, detail: Body) -> dict[int, Decimal]:
    """What TxnTaxDetail owes each agency, by the accounts the seed gave them."""
    setup = next(
        each.profile.tax
        for key, each in seeds.PROFILES.items()
        if key in ABROAD
        and each.profile.country.code == company.read("CompanyInfo", "1")["Country"]
    )
    agency = {str(rate.id): rate.agency for rate in setup.rates}
    account = {each.id: each.account for each in setup.agencies}
    found: dict[int, Decimal] = defaultdict(Decimal)
    for line in detail.get("TaxLine", []):
        rate = line["TaxLineDetail"]["TaxRateRef"]["value"]
        found[account[agency[rate]]] += Decimal(line["Amount"])
    return {number: amount for number, amount in found.items() if amount}


def changes(before: dict[int, Decimal], after: dict[int, Decimal]) -> Any:
    every = set(before) | set(after)
    found = {
        account: after.get(account, Decimal(0)) - before.get(account, Decimal(0))
        for account in every
    }
    return {account: amount for account, amount in found.items() if amount}


@pytest.mark.parametrize("key", ABROAD)
@given(wish=wishes, mode=modes, percent=st.integers(0, 100))
@settings(max_examples=15)
def test_a_sale_adds_up_and_owes_each_agency_its_tax(
    companies: Mapping[str, Company],
    key: str,
    wish: list[tuple[int, Decimal]],
    mode: str | None,
    percent: int,
) -> None:
    company = companies[key]
    codes = codes_of(company)
    lines = [sale(amount, codes[index % len(codes)]) for index, amount in wish]
    discount = {"PercentBased": True, "DiscountPercent": percent}
    body: Body = {
        "CustomerRef": {"value": "1"},
        "Line": [
            *lines,
            {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount},
        ],
    }
    if mode is not None:
        body["GlobalTaxCalculation"] = mode
    before = company.trial_balance()
    made = company.create("Invoice", body, now=NOW)
    moved = changes(before, company.trial_balance())
    assert sum(moved.values()) == 0
    assert moved.get(84, 0) == made["TotalAmt"]
    detail = made["TxnTaxDetail"]
    owed = owed_by_account(company, detail)
    for account, amount in owed.items():
        assert moved[account] == -amount
    assert sum(owed.values()) == detail["TotalTax"]
    net = sum(each["Amount"] for each in made["Line"] if "SalesItemLineDetail" in each)
    less = sum(each["Amount"] for each in made["Line"] if "DiscountLineDetail" in each)
    assert net - less + detail["TotalTax"] == made["TotalAmt"]


@pytest.mark.parametrize("key", ABROAD)
@given(wish=wishes, mode=modes)
@settings(max_examples=15)
def test_a_bill_adds_up_and_recovers_its_tax_from_each_agency(
    companies: Mapping[str, Company],
    key: str,
    wish: list[tuple[int, Decimal]],
    mode: str | None,
) -> None:
    company = companies[key]
    codes = codes_of(company)
    lines = [expense(amount, codes[index % len(codes)]) for index, amount in wish]
    (vendor,) = company.query("select Id from Vendor")["Vendor"]
    body: Body = {"VendorRef": {"value": vendor["Id"]}, "Line": lines}
    if mode is not None:
        body["GlobalTaxCalculation"] = mode
    before = company.trial_balance()
    made = company.create("Bill", body, now=NOW)
    moved = changes(before, company.trial_balance())
    assert sum(moved.values()) == 0
    assert moved.get(33, 0) == -made["TotalAmt"]
    detail = made["TxnTaxDetail"]
    for account, amount in owed_by_account(company, detail).items():
        assert moved[account] == amount
    net = sum(each["Amount"] for each in made["Line"])
    assert net + detail["TotalTax"] == made["TotalAmt"]
    if made["GlobalTaxCalculation"] == "TaxInclusive":
        assert made["TotalAmt"] == sum(amount for _, amount in wish)


def test_an_australian_invoice_is_as_recorded(
    companies: Mapping[str, Company],
) -> None:
    """Prices with GST: 1,031.68 of which 93.80 is tax, the net taken line by line."""
    amounts = ("358.01", "411.13", "262.54")
    body = {
        "CustomerRef": {"value": "1"},
        "GlobalTaxCalculation": "TaxInclusive",
        "Line": [sale(Decimal(each), "2") for each in amounts],
    }
    made = companies["au"].create("Invoice", body, now=NOW)
    assert [each["Amount"] for each in made["Line"]] == [
        Decimal("325.46"),
        Decimal("373.75"),
        Decimal("238.67"),
        Decimal("937.88"),
    ]
    assert made["TxnTaxDetail"] == {
        "TotalTax": Decimal("93.8"),
        "TaxLine": [
            {
                "Amount": Decimal("93.8"),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": "1"},
                    "PercentBased": True,
                    "TaxPercent": 10,
                    "NetAmountTaxable": Decimal("937.88"),
                },
            }
        ],
    }
    assert made["TotalAmt"] == Decimal("1031.68")

"""Tax as arithmetic, against an oracle of fractions, and as documents show it."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.foundation import Planter
from qbo_simulator.switches import Switches
from qbo_simulator.taxes import arithmetic as tax

Body = dict[str, Any]
CENT = Decimal("0.01")
cents = st.decimals("-9999.99", "99999.99", places=2)
gains = st.decimals("0.01", "9999.99", places=2)
percents = st.decimals("0", "30", places=3)
ratess = st.lists(
    st.tuples(percents, st.sampled_from((tax.ON_AMOUNT, tax.ON_BOTH, tax.ON_TAX))),
    min_size=0,
    max_size=3,
)
ODD = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)


def coded(rows: list[tuple[Decimal, str]], first: str = "") -> list[tax.Rate]:
    return [
        tax.Rate(f"{first}{order}", percent, of, order)
        for order, (percent, of) in enumerate(rows)
    ]


def oracle(net: Decimal, rates: list[tax.Rate]) -> list[Decimal]:
    """One code alone: each rate on the net, on the tax before it, or on both."""
    taxes: list[Decimal] = []
    for rate in rates:
        before = sum(taxes, start=Decimal(0))
        base = {tax.ON_AMOUNT: net, tax.ON_BOTH: net + before, tax.ON_TAX: before}
        share = Fraction(base[rate.of]) * Fraction(rate.percent) / 100
        taxes.append(rounded(share))
    return taxes


@given(cents, ratess)
def test_each_rate_takes_what_fractions_say(
    net: Decimal, rows: list[tuple[Decimal, str]]
) -> None:
    rates = coded(rows)
    levies = tax.levy({"x": net}, {"x": rates})
    assert [each.amount for each in levies] == oracle(net, rates)


@given(st.lists(st.tuples(st.sampled_from("abc"), cents)), st.randoms())
def test_tax_on_top_does_not_depend_on_the_order_of_the_lines(
    lines: list[tuple[str, Decimal]], dice: Any
) -> None:
    shared = tax.Rate("1", Decimal(5))
    rates = {
        "a": [shared],
        "b": [shared, tax.Rate("2", Decimal("9.975"), order=1)],
        "c": [shared, tax.Rate("3", Decimal("7.5"), tax.ON_BOTH, 1)],
    }
    shuffled = list(lines)
    dice.shuffle(shuffled)
    found = []
    for each in (lines, shuffled):
        nets: dict[str, Decimal] = {}
        for code, amount in each:
            nets[code] = nets.get(code, Decimal(0)) + amount
        found.append({levy.rate.id: levy.amount for levy in tax.levy(nets, rates)})
    assert found[0] == found[1]


@given(gains, ratess)
def test_net_and_tax_inside_make_the_gross_to_the_cent(
    gross: Decimal, rows: list[tuple[Decimal, str]]
) -> None:
    rates = {"x": coded(rows)}
    net = tax.net_of(gross, rates["x"])
    levies = tax.levy_inside({"x": net}, {"x": gross}, rates)
    if levies and tax.factor(rates["x"]) != 1:
        assert net + sum(each.amount for each in levies) == gross
    assert abs(tax.gross_of(net, rates["x"]) - gross) <= 2 * CENT


@given(st.dictionaries(st.sampled_from("abcdef"), gains, min_size=1), gains)
def test_a_discount_is_spread_without_losing_a_cent(
    parts: dict[str, Decimal], discount: Decimal
) -> None:
    shares = tax.spread(parts, discount)
    assert sum(shares.values()) == discount
    turned = dict(reversed(parts.items()))
    assert tax.spread(turned, discount) == shares


@given(st.lists(percents, min_size=1, max_size=4), gains, gains)
def test_a_total_is_prorated_over_the_rates_of_a_code(
    rows: list[Decimal], net: Decimal, total: Decimal
) -> None:
    rates = coded([(each, tax.ON_AMOUNT) for each in rows])
    levies = tax.prorate(tax.levy({"x": net}, {"x": rates}), total)
    assert sum(each.amount for each in levies) == total


def line(amount: Any, code: str = "2", **detail: Any) -> Body:
    inner = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": code}, **detail}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": inner,
    }


def off(amount: Any = None, percent: Any = None) -> Body:
    body: Body = {"DetailType": "DiscountLineDetail"}
    if percent is not None:
        detail = {"PercentBased": True, "DiscountPercent": percent}
        return {**body, "DiscountLineDetail": detail}
    return {**body, "Amount": amount, "DiscountLineDetail": {}}


def invoice(company: Company, now: datetime, *lines: Body, **more: Any) -> Body:
    found = company.query("select Id from Customer maxresults 1").get("Customer")
    if not found:
        found = [company.create("Customer", {"DisplayName": "Someone"}, now=now)]
    body = {"CustomerRef": {"value": found[0]["Id"]}, "Line": list(lines), **more}
    return company.create("Invoice", body, now=now)


def check_sums(body: Body) -> None:
    lines = [each for each in body["Line"] if "SalesItemLineDetail" in each]
    less = sum(each["Amount"] for each in body["Line"] if "DiscountLineDetail" in each)
    detail = body["TxnTaxDetail"]
    taken = sum(each["Amount"] for each in detail.get("TaxLine", []))
    assert taken == detail["TotalTax"]
    net = sum(each["Amount"] for each in lines)
    assert net - less + detail["TotalTax"] == body["TotalAmt"]


wishes = st.lists(st.tuples(st.sampled_from("2345"), gains), min_size=1, max_size=6)


@given(
    wish=wishes,
    inside=st.booleans(),
    after=st.booleans(),
    discount=st.integers(0, 100) | gains,
)
@ODD
def test_lines_less_discount_plus_tax_are_the_total(
    uk: Company,
    now: datetime,
    *,
    wish: list[tuple[str, Decimal]],
    inside: bool,
    after: bool,
    discount: Any,
) -> None:
    whole = sum(amount for _, amount in wish)
    is_percent = isinstance(discount, int)
    share = off(percent=discount) if is_percent else off(amount=min(discount, whole))
    mode = "TaxInclusive" if inside else "TaxExcluded"
    body = invoice(
        uk,
        now,
        *(line(amount, code) for code, amount in wish),
        share,
        GlobalTaxCalculation=mode,
        ApplyTaxAfterDiscount=after,
    )
    check_sums(body)
    if inside:
        less = (
            (whole * discount / 100).quantize(CENT, ROUND_HALF_UP)
            if is_percent
            else min(discount, whole)
        )
        assert body["TotalAmt"] == whole - less
    echoed = uk.update("Invoice", {**body, "PrivateNote": "echoed"}, now=now)
    for name in ("TotalAmt", "Line", "TxnTaxDetail"):
        assert echoed[name] == body[name]


def test_tax_is_taken_out_of_each_gross_line_as_recorded() -> None:
    """An Australian invoice: 1,031.68 with GST, whose tax is 93.80 and not 93.79."""
    rates = [tax.Rate("3", Decimal(10))]
    whole = [Decimal("358.01"), Decimal("411.13"), Decimal("262.54")]
    nets = [tax.net_of(each, rates) for each in whole]
    assert nets == [Decimal("325.46"), Decimal("373.75"), Decimal("238.67")]
    (levy,) = tax.levy_inside({"5": sum(nets)}, {"5": sum(whole)}, {"5": rates})
    assert (levy.net, levy.amount) == (Decimal("937.88"), Decimal("93.80"))


def test_an_inclusive_line_shows_its_net_price_to_seven_places(
    uk: Company, now: datetime
) -> None:
    body = invoice(
        uk,
        now,
        line(654, Qty=120, UnitPrice="5.45"),
        GlobalTaxCalculation="TaxInclusive",
    )
    (first, _) = body["Line"]
    assert first["Amount"] == 545
    assert first["SalesItemLineDetail"]["UnitPrice"] == Decimal("4.5416667")
    assert first["SalesItemLineDetail"]["TaxInclusiveAmt"] == 654


def test_amounts_may_be_taken_for_net_where_tax_is_inside(
    uk: Company, now: datetime
) -> None:
    other = Company(uk.store, uk.realm, Switches(inclusive_amounts="net"))
    body = invoice(other, now, line(100), GlobalTaxCalculation="TaxInclusive")
    assert body["TotalAmt"] == 120
    given_both = line(100, TaxInclusiveAmt=120)
    same = invoice(other, now, given_both, GlobalTaxCalculation="TaxInclusive")
    assert (same["TotalAmt"], same["Line"]) == (body["TotalAmt"], body["Line"])


def test_a_tax_line_a_client_changed_stands_until_what_is_taxed_changes(
    uk: Company, now: datetime
) -> None:
    wish = {
        "Amount": "19.99",
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {"TaxRateRef": {"value": "1"}},
    }
    body = invoice(uk, now, line(100), TxnTaxDetail={"TaxLine": [wish]})
    (told,) = body["TxnTaxDetail"]["TaxLine"]
    assert body["TotalAmt"] == Decimal("119.99")
    assert told["TaxLineDetail"]["OverrideDeltaAmount"] == Decimal("-0.01")
    kept = uk.update("Invoice", {**body, "PrivateNote": "x"}, now=now)
    assert kept["TotalAmt"] == Decimal("119.99")
    more = {**kept, "Line": [line(200)]}
    assert uk.update("Invoice", more, now=now)["TotalAmt"] == 240


def test_without_tax_nothing_is_asked_of_the_lines(uk: Company, now: datetime) -> None:
    body = invoice(uk, now, line(50), GlobalTaxCalculation="NotApplicable")
    assert body["TxnTaxDetail"] == {"TotalTax": 0}
    assert "TaxCodeRef" not in body["Line"][0]["SalesItemLineDetail"]


def test_a_negative_line_lowers_the_tax_and_an_empty_one_leaves_it(
    uk: Company, now: datetime
) -> None:
    body = invoice(uk, now, line(100), line(-30), line(0))
    assert body["TxnTaxDetail"]["TotalTax"] == 14
    assert body["TotalAmt"] == 84
    check_sums(body)


def test_a_compound_rate_is_taken_of_price_and_tax(uk: Company, now: datetime) -> None:
    planter = Planter(uk.store, uk.realm, now)
    with uk.store.write():
        for id_, name, percent in ((90, "TPS", 5), (91, "TVQ", Decimal("9.5"))):
            planter.plant(
                "TaxRate",
                id_,
                {"Name": name, "RateValue": percent, "AgencyRef": {"value": "1"}},
            )
        details = [
            {"TaxRateRef": {"value": "90"}, "TaxTypeApplicable": "TaxOnAmount"},
            {
                "TaxRateRef": {"value": "91"},
                "TaxTypeApplicable": "TaxOnAmountPlusTax",
                "TaxOrder": 1,
            },
        ]
        values = {"Name": "TPS/TVQ", "SalesTaxRateList": {"TaxRateDetail": details}}
        planter.plant("TaxCode", 90, values)
    body = invoice(uk, now, line(100, "90"))
    taken = [
        (each["Amount"], each["TaxLineDetail"]["NetAmountTaxable"])
        for each in body["TxnTaxDetail"]["TaxLine"]
    ]
    assert taken == [
        (5, 100),
        (Decimal("9.98"), 105),
    ]
    inside = invoice(
        uk, now, line(body["TotalAmt"], "90"), GlobalTaxCalculation="TaxInclusive"
    )
    assert inside["Line"][0]["Amount"] == 100


def test_the_pseudo_codes_of_the_united_states_are_codes_like_others(
    us: Company, uk: Company
) -> None:
    found = {each["Id"]: each for each in us.query("select * from TaxCode")["TaxCode"]}
    assert set(found) == {"TAX", "NON", "CustomSalesTax", "2", "3"}
    assert [found[each]["TaxGroup"] for each in ("TAX", "NON", "2")] == [
        False,
        False,
        True,
    ]
    assert us.read("TaxCode", "NON")["Taxable"] is False
    one = us.query("select Name from TaxCode where Id = 'TAX'")["TaxCode"]
    assert [each["Name"] for each in one] == ["TAX"]
    with pytest.raises(Fault):
        uk.read("TaxCode", "TAX")


@pytest.mark.parametrize("mode", ["TaxExcluded", "TaxInclusive"])
def test_shipping_bears_tax_but_no_discount(
    uk: Company, now: datetime, mode: str
) -> None:
    held = uk.read("Preferences", "1")
    wish = {"sparse": True, "SalesFormsPrefs": {"AllowShipping": True}}
    token = {"Id": "1", "SyncToken": held["SyncToken"]}
    uk.update("Preferences", {**token, **wish}, now=now)
    shipping = line(12, ItemRef={"value": "SHIPPING_ITEM_ID"})
    body = invoice(
        uk, now, line(120), off(percent=50), shipping, GlobalTaxCalculation=mode
    )
    whole = Decimal(72) * (Decimal("1.2") if mode == "TaxExcluded" else 1)
    assert body["TotalAmt"] == whole
    assert body["TxnTaxDetail"]["TotalTax"] == (whole / 6).quantize(CENT)


def test_shipping_with_its_tax_told_beside_it_is_read_by_that(
    uk: Company, now: datetime
) -> None:
    """As any line: and what an answer shows may be sent back as it is."""
    shipping = line(10, ItemRef={"value": "SHIPPING_ITEM_ID"}, TaxInclusiveAmt=12)
    sold = line(100, TaxInclusiveAmt=120)
    body = invoice(uk, now, sold, shipping, GlobalTaxCalculation="TaxInclusive")
    assert (body["TotalAmt"], body["TxnTaxDetail"]["TotalTax"]) == (132, 22)
    again = uk.update("Invoice", {**body, "PrivateNote": "Once more"}, now=now)
    assert again["TotalAmt"] == 132


def test_a_bundle_is_taxed_by_what_is_in_it(uk: Company, now: datetime) -> None:
    lines = [{"ItemRef": {"value": each}, "Qty": 2} for each in ("1", "2")]
    wish = {"Name": "Set", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": lines}}
    bundle = uk.create("Item", wish, now=now, include=frozenset({"bundles"}))
    inside = [line(60, ItemRef={"value": each}) for each in ("1", "2")]
    group = {"GroupItemRef": {"value": bundle["Id"]}, "Quantity": 1, "Line": inside}
    grouped = {"DetailType": "GroupLineDetail", "GroupLineDetail": group, "Amount": 120}
    body = invoice(uk, now, grouped, GlobalTaxCalculation="TaxInclusive")
    assert body["TotalAmt"] == 120
    assert body["TxnTaxDetail"]["TotalTax"] == 20


def test_a_new_agency_has_its_own_account(us: Company, now: datetime) -> None:
    us.create("TaxAgency", {"DisplayName": "City of Elsewhere"}, now=now)
    found = us.query("select * from Account where Name = 'City of Elsewhere Payable'")
    (account,) = found["Account"]
    assert account["AccountSubType"] == "SalesTaxPayable"
    assert sum(us.trial_balance().values()) == 0


RATE = {"TaxRateRef": {"value": "1"}}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("x", "2120"),
        ([1], "2120"),
        ([{"TaxLineDetail": "x", "Amount": 1}], "2120"),
        ([{"TaxLineDetail": {"TaxRateRef": [1]}, "Amount": 1}], "2120"),
        ([{"TaxLineDetail": RATE, "Amount": "much"}], "2080"),
        ([{"TaxLineDetail": {**RATE, "NetAmountTaxable": {}}, "Amount": 1}], "2120"),
    ],
)
def test_a_tax_line_that_makes_no_sense_is_refused(
    uk: Company, now: datetime, told: Any, code: str
) -> None:
    with pytest.raises(Fault) as refusal:
        invoice(uk, now, line(100), TxnTaxDetail={"TaxLine": told})
    assert refusal.value.code == code

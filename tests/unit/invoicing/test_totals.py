from __future__ import annotations

from decimal import Decimal

from hypothesis import given, strategies as st

from counterfoil.core.money import rounded
from counterfoil.core.pricing import price_after
from counterfoil.invoicing.totals import (
    Base,
    Discount,
    Line,
    Rate,
    Tax,
    TaxMode,
    compute,
    spread,
)

STANDARD = Rate("1", Decimal(20), "Standard")
REDUCED = Rate("2", Decimal(5), "Reduced")
COUNTY = Rate("3", Decimal("7.1"), "County")
CITY = Rate("4", Decimal(2), "City")
UK = Tax(
    TaxMode.PER_LINE,
    rates={"S": [STANDARD], "R": [REDUCED], "Z": [Rate("5", Decimal(0))]},
)
TUCSON = Tax(TaxMode.US_MANUAL, code_id="3", rates={"3": [COUNTY, CITY]})

quantities = st.decimals("0.001", "5000", places=3)
prices = st.decimals("0", "9999", places=4)
percents = st.decimals("0", "100", places=2)
lines = st.lists(
    st.builds(
        Line,
        quantity=quantities,
        unit_price=prices,
        discount_percent=percents,
        taxable=st.booleans(),
        tax_code_id=st.sampled_from(["S", "R", "Z"]),
        is_text=st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=12,
)
discounts = st.none() | st.builds(Discount, percent=percents)
currencies = st.sampled_from(["USD", "GBP", "JPY", "KWD"])


def sold(quantity: str, price: str, **options: object) -> Line:
    return Line(Decimal(quantity), Decimal(price), **options)  # type: ignore[arg-type]


def test_a_line_is_quantity_times_price_rounded_half_up():
    totals = compute([sold("3", "0.335")], currency="USD")
    assert totals.lines[0].amount == Decimal("1.01")


def test_a_discount_on_a_line_is_folded_into_its_price():
    totals = compute([sold("3", "210", discount_percent=Decimal(10))], currency="USD")
    assert totals.lines[0].price == Decimal(189)
    assert totals.total == Decimal(567)


def test_a_us_document_taxes_its_taxable_lines_once_per_rate():
    totals = compute(
        [sold("1", "100.55"), sold("2", "30", taxable=False)],
        currency="USD",
        tax=TUCSON,
    )
    assert [levy.amount for levy in totals.levies if levy.net] == [
        Decimal("7.14"),
        Decimal("2.01"),
    ]
    assert totals.total == Decimal("160.55") + Decimal("9.15")


def test_a_us_discount_does_not_lessen_the_tax_unless_told_to():
    line = [sold("1", "100")]
    ten = Discount(percent=Decimal(10))
    before = compute(line, currency="USD", discount=ten, tax=TUCSON)
    told = Tax(TaxMode.US_MANUAL, "3", TUCSON.rates, after_discount=True)
    after = compute(line, currency="USD", discount=ten, tax=told)
    assert (before.tax, after.tax) == (Decimal("9.10"), Decimal("8.19"))


def test_automated_tax_is_left_to_the_books():
    totals = compute([sold("1", "100")], currency="USD", tax=Tax(TaxMode.US_AUTOMATED))
    assert totals.tax_is_left_to_books
    assert totals.total == Decimal(100)


def test_the_picture_of_the_wizard_adds_up():
    totals = compute(
        [
            sold("18", "95", tax_code_id="S"),
            sold("3", "210"),
            sold("1", "180", tax_code_id="S"),
        ],
        currency="GBP",
        tax=UK,
    )
    assert (totals.subtotal, totals.tax, totals.total) == (
        Decimal("2520.00"),
        Decimal("378.00"),
        Decimal("2898.00"),
    )
    assert totals.codeless == 1


def test_vat_is_rounded_per_rate_and_not_per_line():
    line = sold("1", "0.12", tax_code_id="S")
    totals = compute([line] * 3, currency="GBP", tax=UK)
    assert totals.tax == Decimal("0.07")


def test_a_discount_larger_than_the_lines_shows_as_a_negative_total():
    totals = compute(
        [sold("1", "10")], currency="USD", discount=Discount(amount=Decimal(11))
    )
    assert totals.total == Decimal(-1)


@given(lines, discounts, currencies)
def test_a_total_is_always_its_parts(lines, discount, currency):
    for tax in (Tax(), UK, TUCSON, Tax(TaxMode.US_AUTOMATED)):
        totals = compute(lines, currency=currency, discount=discount, tax=tax)
        assert totals.total == totals.subtotal - totals.discount + totals.tax
        assert totals.tax == sum(levy.amount for levy in totals.levies)
        assert totals.subtotal == sum(line.net for line in totals.lines)
        for amount in (totals.subtotal, totals.discount, totals.tax):
            assert amount == rounded(amount, currency)


@given(lines, discounts, currencies)
def test_inclusive_prices_come_to_exactly_what_was_asked(lines, discount, currency):
    tax = Tax(TaxMode.PER_LINE, rates=UK.rates, prices_include_tax=True)
    totals = compute(lines, currency=currency, discount=discount, tax=tax)
    asked = sum(line.amount for line in totals.lines)
    assert totals.total == asked - totals.discount_given
    assert 0 <= totals.discount <= totals.discount_given


def test_a_tax_on_a_tax_is_taken_of_what_the_first_came_to():
    old_quebec = [
        Rate("2", Decimal("9.975"), of=Base.AMOUNT_AND_TAX, order=1),
        Rate("1", Decimal(5)),
    ]
    tax = Tax(TaxMode.PER_LINE, rates={"Q": old_quebec})
    line = sold("1", "100", tax_code_id="Q")
    totals = compute([line], currency="CAD", tax=tax)
    assert [levy.amount for levy in totals.levies] == [Decimal(5), Decimal("10.47")]
    inside = Tax(TaxMode.PER_LINE, rates=tax.rates, prices_include_tax=True)
    gross = sold("1", "115.47", tax_code_id="Q")
    assert compute([gross], currency="CAD", tax=inside).subtotal == Decimal(100)


def test_a_discount_off_prices_that_include_tax_includes_it_too():
    tax = Tax(TaxMode.PER_LINE, rates=UK.rates, prices_include_tax=True)
    totals = compute(
        [sold("1", "120", tax_code_id="S")],
        currency="GBP",
        discount=Discount(amount=Decimal(12)),
        tax=tax,
    )
    assert (totals.discount, totals.discount_given) == (Decimal(10), Decimal(12))
    assert (totals.subtotal, totals.tax, totals.total) == (100, 18, 108)


def test_the_tax_inside_prices_is_what_the_books_of_a_real_company_took():
    gst = Tax(
        TaxMode.PER_LINE,
        rates={"gst": [Rate("1", Decimal(10))]},
        prices_include_tax=True,
    )
    sold = [
        Line(Decimal(1), Decimal(price), tax_code_id="gst")
        for price in ("358.01", "411.13", "262.54")
    ]
    totals = compute(sold, currency="AUD", tax=gst)
    assert totals.subtotal == Decimal("937.88")
    assert totals.tax == Decimal("93.80")


@given(lines)
def test_each_line_keeps_the_law_of_quantity_times_price(lines):
    totals = compute(lines, currency="USD")
    for line, held in zip(lines, totals.lines, strict=True):
        expected = Decimal(0) if line.is_text else line.quantity * held.price
        assert held.amount == rounded(expected, "USD")


@given(prices, percents)
def test_a_discounted_price_fits_in_seven_decimals(price, percent):
    found = price_after(price, percent)
    assert 0 <= found <= price
    assert -found.as_tuple().exponent <= 7


@given(
    st.dictionaries(
        st.text(max_size=3),
        st.decimals("0.01", "9999", places=2),
        min_size=1,
        max_size=20,
    ),
    percents,
)
def test_a_discount_is_spread_without_losing_a_cent(parts, percent):
    discount = rounded(sum(parts.values()) * percent / 100, "USD")
    assert sum(spread(parts, discount, "USD").values()) == discount


@given(lines)
def test_text_and_untaxed_lines_bear_no_tax(lines):
    untaxed = [
        Line(line.quantity, line.unit_price, taxable=False, is_text=line.is_text)
        for line in lines
    ]
    assert compute(untaxed, currency="USD", tax=TUCSON).tax == 0

"""Where the odd cent goes, and what each tax is taken of, figure by figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

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

D = Decimal
STANDARD = Rate("1", D(20), "Standard")
UK = Tax(TaxMode.PER_LINE, rates={"S": [STANDARD], "T": [STANDARD]})
TUCSON = Tax(TaxMode.US_MANUAL, "3", {"3": [Rate("3", D("7.1"))]})


def sold(price: str, code: str = "S", **options: object) -> Line:
    return Line(D(1), D(price), tax_code_id=code, **options)  # type: ignore[arg-type]


def of_rates(*rates: Rate, **options: object) -> Tax:
    return Tax(TaxMode.PER_LINE, rates={"S": rates}, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "discount", "shares"),
    [
        ({"a": "5", "b": "1", "c": "1"}, "0.10", ["0.08", "0.01", "0.01"]),
        ({"a": "1", "b": "1", "c": "1"}, "0.10", ["0.03", "0.03", "0.04"]),
        ({"a": "1", "b": "5", "c": "1"}, "0.11", ["0.02", "0.07", "0.02"]),
        ({"a": "1", "b": "-1"}, "5", ["0", "0"]),
        ({"a": "3", "b": "1"}, "0", ["0", "0"]),
        ({}, "5", []),
    ],
)
def test_the_largest_part_bears_the_odd_cent_of_a_discount(
    parts: dict[str, str], discount: str, shares: list[str]
) -> None:
    found = spread({name: D(part) for name, part in parts.items()}, D(discount), "USD")
    assert list(found) == list(parts)
    assert list(found.values()) == [D(share) for share in shares]


def test_a_discount_on_the_document_leaves_shipping_alone() -> None:
    lines = [sold("100", taxable=False), sold("10", is_shipping=True, taxable=False)]
    totals = compute(lines, currency="USD", discount=Discount(percent=D(10)))
    assert (totals.subtotal, totals.discount, totals.shipping, totals.total) == (
        100,
        10,
        10,
        100,
    )
    taxed = compute(lines, currency="GBP", discount=Discount(percent=D(10)), tax=UK)
    assert (taxed.tax, taxed.total) == (20, 120)
    two_codes = [sold("100", "S"), sold("10", "Z", is_shipping=True)]
    taxed = compute(two_codes, currency="GBP", discount=Discount(percent=D(10)), tax=UK)
    assert (taxed.tax, taxed.total) == (18, 118)


def test_a_discount_by_amount_is_rounded_and_one_of_nothing_is_none() -> None:
    half = compute([sold("9")], currency="USD", discount=Discount(amount=D("1.005")))
    assert (half.discount, half.total) == (D("1.01"), D("7.99"))
    assert compute([sold("9")], currency="USD", discount=Discount()).discount == 0


def test_in_the_us_no_price_includes_tax() -> None:
    plain = compute([sold("100")], currency="USD", tax=TUCSON)
    told = compute(
        [sold("100")], currency="USD", tax=replace(TUCSON, prices_include_tax=True)
    )
    assert told == plain
    assert plain.total == D("107.10")


def test_only_lines_that_sell_something_abroad_need_a_code() -> None:
    text = Line(D(1), D(5), is_text=True, tax_code_id="")
    assert compute([sold("1", ""), text], currency="GBP", tax=UK).codeless == 1
    assert compute([sold("1", "")], currency="USD", tax=TUCSON).codeless == 0


def test_a_text_bears_no_levy_whatever_code_it_has() -> None:
    text = Line(D(1), D(5), is_text=True, tax_code_id="S")
    assert compute([text], currency="GBP", tax=UK).levies == ()


def test_a_discount_that_does_not_lessen_the_tax_leaves_the_tax_inside_whole() -> None:
    tax = replace(UK, prices_include_tax=True, after_discount=False)
    twelve = Discount(amount=D(12))
    totals = compute([sold("120")], currency="GBP", discount=twelve, tax=tax)
    assert (totals.subtotal, totals.discount, totals.discount_given) == (100, 12, 12)
    assert (totals.tax, totals.total) == (20, 108)


@pytest.mark.parametrize(
    ("second", "base", "amount"),
    [
        (Rate("2", D(10), of=Base.TAX, order=1), "10", "1"),
        (Rate("2", D(10), of=Base.AMOUNT_AND_TAX, order=1), "110", "11"),
        (Rate("2", D(10), of=Base.AMOUNT, order=1), "100", "10"),
        # Of the same order: neither is taken of the other.
        (Rate("2", D(10), of=Base.TAX), "0", "0"),
        (Rate("2", D(10), of=Base.AMOUNT_AND_TAX), "100", "10"),
    ],
)
def test_a_tax_is_taken_of_the_amount_of_taxes_before_it_or_of_both(
    second: Rate, base: str, amount: str
) -> None:
    tax = of_rates(Rate("1", D(10)), second)
    _first, levy = compute([sold("100")], currency="CAD", tax=tax).levies
    assert (levy.net, levy.amount) == (D(base), D(amount))


def test_a_tax_on_a_tax_is_taken_of_whole_cents_and_stripped_of_exact_ones() -> None:
    tax = of_rates(Rate("1", D(5)), Rate("2", D(50), of=Base.TAX, order=1))
    _first, second = compute([sold("0.33")], currency="CAD", tax=tax).levies
    assert second.net == D("0.02")
    compound = of_rates(
        Rate("1", D("9.975")),
        Rate("2", D(5), of=Base.AMOUNT_AND_TAX, order=1),
        prices_include_tax=True,
    )
    totals = compute([sold("115473.75")], currency="CAD", tax=compound)
    assert totals.subtotal == 100_000


def test_the_last_rate_that_takes_something_bears_the_odd_cent() -> None:
    rates = (Rate("1", D(5)), Rate("2", D(7)), Rate("3", D(0)))
    tax = of_rates(*rates, prices_include_tax=True)
    totals = compute([sold("10")], currency="CAD", tax=tax)
    assert totals.subtotal == D("8.93")
    assert [levy.amount for levy in totals.levies] == [D("0.45"), D("0.62"), D(0)]


def test_a_rate_that_two_codes_share_is_one_levy_of_both() -> None:
    lines = [sold("120", "S"), sold("60", "T")]
    inside = replace(UK, prices_include_tax=True)
    (levy,) = compute(lines, currency="GBP", tax=inside).levies
    assert (levy.net, levy.amount) == (150, 30)
    (levy,) = compute(lines, currency="GBP", tax=UK).levies
    assert (levy.net, levy.amount) == (180, 36)

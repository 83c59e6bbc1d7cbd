"""A draft is totalled as far as it can be read, and as its company taxes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.drafted import ABROAD, COMPANY, CONTENT, CUSTOMER, of_lines

from counterfoil.invoicing.content import NewCustomer
from counterfoil.invoicing.reckoning import currency, reckon
from counterfoil.invoicing.totals import TaxMode


def test_a_draft_comes_to_its_lines_and_their_tax() -> None:
    totals = reckon(CONTENT, COMPANY)
    assert (totals.subtotal, totals.tax, totals.total) == (190, 19, 209)


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"quantity": ""}, "0"),
        ({"quantity": "two"}, "0"),
        ({"unit_price": ""}, "0"),
        ({"unit_price": "100000000000"}, "0"),
        ({"unit_price": "-100000000000"}, "0"),
        ({"discount_percent": "10"}, "171"),
        ({"discount_percent": "150"}, "0"),
        ({"discount_percent": "-10"}, "190"),
        ({"discount_amount": "0.5"}, "189.50"),
        ({"discount_amount": "-5"}, "190"),
        ({"kind": "text"}, "0"),
    ],
)
def test_what_cannot_be_read_counts_as_nothing(
    changes: dict[str, Any], total: str
) -> None:
    content = of_lines({"taxable": False, **changes})
    assert reckon(content, COMPANY).total == Decimal(total)


@pytest.mark.parametrize(
    ("kind", "value", "discount"),
    [
        ("percent", "10", "19"),
        ("percent", "150", "190"),
        ("percent", "-10", "0"),
        ("amount", "7.5", "7.50"),
        ("amount", "-7.5", "0"),
        ("amount", "much", "0"),
        ("", "10", "0"),
    ],
)
def test_the_discount_is_that_of_its_kind(kind: str, value: str, discount: str) -> None:
    content = replace(CONTENT, discount_kind=kind, discount_value=value)
    assert reckon(content, COMPANY).discount == Decimal(discount)


def test_a_customer_without_tax_has_none() -> None:
    exempt = replace(COMPANY, customer=replace(CUSTOMER, taxable=False))
    assert reckon(CONTENT, exempt).tax == 0
    assert reckon(CONTENT, replace(COMPANY, customer=None)).tax == 19
    assert reckon(of_lines({"taxable": False}), COMPANY).tax == 0


def test_a_code_that_the_books_do_not_have_takes_nothing_and_is_still_asked_for() -> (
    None
):
    coded = reckon(of_lines({"tax_code_id": "3"}), ABROAD)
    assert (coded.tax, coded.codeless) == (19, 0)
    uncoded = reckon(of_lines({"tax_code_id": "9"}), ABROAD)
    assert (uncoded.tax, uncoded.codeless) == (0, 1)


def test_shipping_is_charged_beside_the_lines_and_taxed_abroad_only() -> None:
    shipped = replace(CONTENT, shipping="5", shipping_tax_code_id="3")
    home = reckon(shipped, COMPANY)
    assert (home.subtotal, home.shipping, home.tax, home.total) == (190, 5, 19, 214)
    assert len(home.lines) == len(shipped.lines)
    abroad = reckon(replace(shipped, lines=()), ABROAD)
    assert (abroad.shipping, abroad.tax, abroad.codeless) == (5, Decimal("0.50"), 0)
    unknown = reckon(replace(shipped, lines=(), shipping_tax_code_id="9"), ABROAD)
    assert (unknown.tax, unknown.codeless) == (0, 1)


def test_prices_that_include_tax_are_taken_as_such() -> None:
    content = replace(
        of_lines({"tax_code_id": "3", "quantity": "1", "unit_price": "110"}),
        prices_include_tax=True,
    )
    totals = reckon(content, ABROAD)
    assert (totals.subtotal, totals.tax, totals.total) == (100, 10, 110)


def test_tax_that_the_books_reckon_is_left_to_them() -> None:
    automated = replace(COMPANY, tax_mode=TaxMode.US_AUTOMATED)
    totals = reckon(CONTENT, automated)
    assert (totals.total, totals.tax_is_left_to_books) == (190, True)


@pytest.mark.parametrize(
    ("changes", "found", "code"),
    [
        ({}, {}, "EUR"),
        ({}, {"customer": None}, "CHF"),
        ({"currency": ""}, {"customer": None}, "USD"),
        ({"currency": "XXQ"}, {"customer": None}, "USD"),
        ({"customer": "new"}, {}, "CHF"),
        ({"customer": "new", "new_customer": NewCustomer(currency="GBP")}, {}, "GBP"),
        ({"currency": ""}, {"customer": None, "home_currency": "CAD"}, "CAD"),
        ({"currency": ""}, {"customer": None, "home_currency": ""}, "USD"),
    ],
)
def test_the_currency_is_the_customers_then_the_sources_then_that_at_home(
    changes: dict[str, Any], found: dict[str, Any], code: str
) -> None:
    european = {"customer": replace(CUSTOMER, currency="EUR"), **found}
    content = replace(CONTENT, **{"currency": "CHF", **changes})
    assert currency(content, replace(COMPANY, **european)) == code


def test_amounts_are_rounded_to_the_currency_of_the_document() -> None:
    japanese = replace(COMPANY, customer=replace(CUSTOMER, currency="JPY"))
    content = of_lines({"quantity": "1", "unit_price": "99.5", "taxable": False})
    assert reckon(content, japanese).total == 100

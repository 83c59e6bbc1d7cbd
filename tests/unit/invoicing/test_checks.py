"""Each rule of a draft: what it refuses, beside which field, and what just passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.drafted import (
    ABROAD,
    COMPANY,
    CONTENT,
    CUSTOMER,
    LINE,
    of_lines,
)

from counterfoil.invoicing.checks import is_email, of_step, problems
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, DraftLine, NewCustomer
from counterfoil.invoicing.totals import TaxMode

NEW = NewCustomer(display_name="Ada's Bakery", email="ada@bakery.example")
MOST = "99999999999.99"


def said(content: Content, company: Company = COMPANY) -> list[tuple[str, str]]:
    found = problems(content, company)
    for each in found:
        assert each.message.endswith(".")
        assert "%(" not in each.message
    return [(each.step, each.field) for each in found]


def test_a_sound_draft_is_not_complained_about() -> None:
    assert said(CONTENT) == []


@pytest.mark.parametrize(
    ("changes", "found", "field"),
    [
        ({"customer_id": ""}, {}, "customer_id"),
        ({}, {"customer": None}, "customer_id"),
        ({}, {"customer": replace(CUSTOMER, active=False)}, "customer_id"),
        ({"currency": "GBP"}, {}, "customer_id"),
        (
            {"exchange_rate": "1.1"},
            {"customer": replace(CUSTOMER, currency="EUR")},
            "customer_id",
        ),
        (
            {"currency": "", "exchange_rate": "1.1"},
            {"customer": replace(CUSTOMER, currency="EUR")},
            "",
        ),
        (
            {"currency": ""},
            {"customer": replace(CUSTOMER, currency="EUR")},
            "exchange_rate",
        ),
    ],
)
def test_a_customer_is_chosen_is_active_and_has_the_currency(
    changes: dict[str, Any], found: dict[str, Any], field: str
) -> None:
    fields = [
        name
        for _step, name in said(replace(CONTENT, **changes), replace(COMPANY, **found))
    ]
    assert fields == ([field] if field else [])


def test_a_currency_that_the_books_lack_is_told_before_the_customers() -> None:
    (problem,) = problems(replace(CONTENT, currency="GBP"), COMPANY)
    assert problem.message.startswith("Harbour Bakery does not use GBP")
    (problem,) = problems(replace(CONTENT, currency="EUR"), COMPANY)
    assert problem.message.startswith("The amounts are in EUR")


def test_a_new_customer_has_a_currency_of_the_books_whatever_the_source_has() -> None:
    content = replace(CONTENT, customer="new", customer_id="", currency="")
    strange = replace(content, new_customer=replace(NEW, currency="GBP"))
    assert said(strange) == [("customer", "currency")]
    foreign = replace(content, new_customer=replace(NEW, currency="EUR"))
    assert said(foreign) == [("terms", "exchange_rate")]


@pytest.mark.parametrize(
    ("new", "found", "fields"),
    [
        ({}, {}, []),
        ({"display_name": "  "}, {}, ["display_name"]),
        ({"display_name": "x" * 500}, {}, []),
        ({"display_name": "x" * 501}, {}, ["display_name"]),
        ({"display_name": "A:B"}, {}, ["display_name"]),
        ({"display_name": "A\tB"}, {}, ["display_name"]),
        ({}, {"name_holder": "customers"}, ["display_name"]),
        ({}, {"name_holder": "vendors"}, ["display_name"]),
        ({}, {"name_holder": "employees"}, ["display_name"]),
        ({"email": "ada"}, {}, ["customer_email"]),
        ({"email": ""}, {}, []),
        ({"currency": "GBP"}, {}, ["currency"]),
        ({"currency": "EUR"}, {}, ["currency"]),
        ({"currency": "USD"}, {}, []),
    ],
)
def test_a_new_customer_has_a_name_of_its_own_and_the_currency(
    new: dict[str, Any], found: dict[str, Any], fields: list[str]
) -> None:
    content = replace(
        CONTENT,
        customer="new",
        customer_id="",
        new_customer=replace(NEW, **new),
        exchange_rate="1.1",
    )
    company = replace(COMPANY, customer=None, **found)
    assert said(content, company) == [("customer", field) for field in fields]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "two"}, "quantity"),
        ({"quantity": "0.00001"}, ""),
        ({"quantity": "0.000011"}, "quantity"),
        ({"quantity": MOST, "unit_price": "1", "taxable": False}, ""),
        ({"quantity": "100000000000", "unit_price": "0.01"}, "quantity"),
        ({"unit_price": ""}, "unit_price"),
        ({"unit_price": "0"}, ""),
        ({"unit_price": "0.1234567"}, ""),
        ({"unit_price": "-100000000000"}, "unit_price"),
        ({"unit_price": "0.12345678"}, "unit_price"),
        ({"quantity": "0.01", "unit_price": "100000000000"}, "unit_price"),
        ({"discount_percent": "100"}, ""),
        ({"discount_percent": "0"}, ""),
        ({"discount_percent": " ", "discount_amount": " "}, ""),
        ({"discount_amount": "0"}, ""),
        ({"discount_percent": "100.01"}, "discount_percent"),
        ({"discount_percent": "-1"}, "discount_percent"),
        ({"discount_percent": "much"}, "discount_percent"),
        ({"discount_amount": "190"}, ""),
        ({"discount_amount": "190.01"}, "discount_amount"),
        ({"discount_amount": "-1"}, "discount_amount"),
        ({"discount_amount": "much"}, "discount_amount"),
        ({"description": "x" * 4000}, ""),
        ({"description": "x" * 4001}, "description"),
        ({"item_id": "12"}, "item"),
        ({"item_id": "13"}, "item"),
        ({"item_id": "99"}, "item"),
        ({"item_id": ""}, "item"),
        ({"item_id": "", "income_account_id": "79"}, ""),
        ({"item_id": "", "income_account_id": "35"}, "item"),
        ({"service_on": "2026-03-04"}, ""),
        ({"service_on": " "}, ""),
        ({"service_on": "tomorrow"}, "service_on"),
        ({"class_id": "4"}, ""),
        ({"class_id": "5"}, "class_id"),
    ],
)
def test_a_line_is_refused_beside_its_own_field(
    changes: dict[str, Any], field: str
) -> None:
    assert said(of_lines(changes)) == ([("lines", f"{field}-1")] if field else [])


def test_a_problem_of_a_line_names_the_line_unless_its_sentence_does() -> None:
    priceless = problems(of_lines({"unit_price": ""}), COMPANY)
    assert [each.about for each in priceless] == ["Oven service"]
    homeless = problems(of_lines({"item_id": ""}), COMPANY)
    assert [each.about for each in homeless] == [""]
    assert "Oven service" in homeless[0].message
    (inactive,) = problems(of_lines({"item_id": "12"}), COMPANY)
    assert inactive.message.startswith("“Rotor belt” is inactive")
    (unknown,) = problems(of_lines({"item_id": "99"}), COMPANY)
    assert unknown.message.startswith("“Oven service” is inactive")


def test_a_text_needs_a_text_and_no_number() -> None:
    text = {"kind": "text", "unit_price": "", "item_id": ""}
    assert said(of_lines({}, {**text, "description": "As agreed"})) == []
    assert said(of_lines({}, {**text, "description": " "})) == [
        ("lines", "description-2")
    ]


def test_a_document_sells_something_and_not_too_much_at_once() -> None:
    text = {"kind": "text", "description": "As agreed"}
    assert said(of_lines(text)) == [("lines", "add")]
    assert said(of_lines()) == [("lines", "add")]
    empty = {**text, "description": ""}
    assert said(of_lines(empty)) == [("lines", "add"), ("lines", "description-1")]
    assert said(of_lines(*[{}] * 500)) == []
    assert said(of_lines(*[{}] * 501)) == [("lines", "add")]


def test_abroad_each_line_and_the_shipping_have_a_tax_code() -> None:
    sold = {"tax_code_id": "3"}
    assert said(of_lines(sold), ABROAD) == []
    assert said(of_lines({}), ABROAD) == [("lines", "tax_code-1")]
    assert said(of_lines({"tax_code_id": "9"}), ABROAD) == [("lines", "tax_code-1")]
    text = {"kind": "text", "description": "As agreed"}
    assert said(of_lines(sold, text), ABROAD) == []
    shipped = of_lines(sold, shipping="5")
    assert said(shipped, ABROAD) == [("lines", "shipping_tax_code_id")]
    assert said(replace(shipped, shipping_tax_code_id="3"), ABROAD) == []
    assert said(replace(shipped, shipping="0"), ABROAD) == []


@pytest.mark.parametrize(
    ("content", "found", "is_asked"),
    [
        ({"tax_code_id": ""}, {}, True),
        ({"tax_code_id": "9"}, {}, True),
        ({"tax_code_id": "none"}, {}, False),
        ({"tax_code_id": ""}, {"customer": replace(CUSTOMER, taxable=False)}, False),
        ({"tax_code_id": ""}, {"tax_codes": {}}, False),
        ({"tax_code_id": ""}, {"tax_mode": TaxMode.US_AUTOMATED}, False),
        ({"tax_code_id": "", "lines": (replace(LINE, taxable=False),)}, {}, False),
    ],
)
def test_taxable_lines_need_a_decision_about_the_tax(
    content: dict[str, Any],
    found: dict[str, Any],
    is_asked: bool,  # noqa: FBT001
) -> None:
    asked = said(replace(CONTENT, **content), replace(COMPANY, **found))
    assert asked == ([("lines", "tax_code_id")] if is_asked else [])


@pytest.mark.parametrize(
    ("changes", "found", "field"),
    [
        ({"discount_kind": "percent", "discount_value": "100"}, {}, ""),
        ({"discount_kind": "percent", "discount_value": "100.5"}, {}, "discount_value"),
        ({"discount_kind": "amount", "discount_value": "100.5"}, {}, ""),
        ({"discount_kind": "amount", "discount_value": "190"}, {}, ""),
        ({"discount_kind": "amount", "discount_value": "190.01"}, {}, "discount_value"),
        ({"discount_kind": "amount", "discount_value": "-1"}, {}, "discount_value"),
        ({"discount_kind": "amount", "discount_value": "0"}, {}, ""),
        ({"discount_kind": "amount", "discount_value": ""}, {}, "discount_value"),
        ({"discount_kind": "amount", "discount_value": "1" * 12}, {}, "discount_value"),
        ({"discount_kind": "", "discount_value": "-1"}, {}, ""),
        (
            {"discount_kind": "percent", "discount_value": "5"},
            {"allows_discount": False},
            "discount_value",
        ),
        (
            {
                "discount_kind": "percent",
                "discount_value": "5",
                "prices_include_tax": True,
            },
            {},
            "discount_value",
        ),
        ({"shipping": "5"}, {}, ""),
        ({"shipping": " "}, {}, ""),
        ({"shipping": "-5"}, {}, "shipping"),
        ({"shipping": "dear"}, {}, "shipping"),
        ({"shipping": "100000000000"}, {}, "shipping"),
        ({"shipping": "5"}, {"allows_shipping": False}, "shipping"),
        ({"shipping": "0"}, {"allows_shipping": False}, ""),
    ],
)
def test_discount_and_shipping_are_sensible_and_allowed(
    changes: dict[str, Any], found: dict[str, Any], field: str
) -> None:
    asked = said(replace(CONTENT, **changes), replace(COMPANY, **found))
    # What is too large is told once: with an error nothing is added up.
    assert set(asked) == ({("lines", field)} if field else set())


def test_the_whole_is_neither_too_large_nor_less_than_nothing() -> None:
    assert said(of_lines({"quantity": MOST, "unit_price": "2"})) == [("lines", "add")]
    half = {"quantity": "1", "unit_price": "60000000000", "taxable": False}
    assert said(of_lines(half, half)) == [("lines", "add")]
    back = {"quantity": "1", "unit_price": "-5", "taxable": False}
    assert said(of_lines(back)) == [("lines", "add")]
    assert said(of_lines({**back, "unit_price": "5"}, back)) == []
    assert said(of_lines({"unit_price": ""}, back)) == [("lines", "unit_price-1")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issued_on": ""}, "issued_on"),
        ({"issued_on": "2026-02-30"}, "issued_on"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2026-03-03"}, "due_on"),
        ({"due_on": "2026-03-04"}, ""),
        ({"issued_on": "1989-12-31"}, "issued_on"),
        ({"issued_on": "1990-01-01"}, ""),
        ({"due_on": "2100-12-31"}, ""),
        ({"due_on": "2101-01-01"}, "issued_on"),
        ({"terms_id": "3"}, ""),
        ({"terms_id": "4"}, "terms_id"),
        ({"email": "ada@bakery.example"}, ""),
        ({"email": " "}, ""),
        ({"email": "ada@bakery"}, "email"),
        ({"message": "x" * 1000}, ""),
        ({"message": "x" * 1001}, "message"),
        ({"number": "9" * 21}, ""),
        ({"number": f" {'9' * 21} "}, ""),
        ({"number": "9" * 22}, "number"),
        ({"class_id": "4", "department_id": "6"}, ""),
        ({"class_id": "5"}, "class_id"),
        ({"department_id": "5"}, "department_id"),
    ],
)
def test_the_terms_are_refused_beside_their_field(
    changes: dict[str, Any], field: str
) -> None:
    assert said(replace(CONTENT, **changes)) == ([("terms", field)] if field else [])


def test_nothing_is_booked_on_a_day_of_closed_books() -> None:
    closed = replace(COMPANY, closed_on=date(2026, 3, 4))
    (problem,) = problems(CONTENT, closed)
    assert (problem.step, problem.field) == ("terms", "issued_on")
    assert problem.message == (
        "The books of Harbour Bakery are closed up to and including Mar 4, 2026. The"
        " next open day is Mar 5, 2026."
    )
    assert said(replace(CONTENT, issued_on="2026-03-05"), closed) == []


@pytest.mark.parametrize(
    ("rate", "is_taken"),
    [
        ("1.1", True),
        ("0.000000001", True),
        ("0", False),
        ("-1", False),
        ("", False),
        ("999999999", True),
        ("1000000000", False),
    ],
)
def test_another_currency_needs_its_rate(rate: str, is_taken: bool) -> None:  # noqa: FBT001
    company = replace(COMPANY, customer=replace(CUSTOMER, currency="EUR"))
    content = replace(CONTENT, currency="EUR", exchange_rate=rate)
    asked = said(content, company)
    assert asked == ([] if is_taken else [("terms", "exchange_rate")])


def test_so_does_one_that_the_company_has_begun_to_use_since() -> None:
    """It would be booked at one for one."""
    company = replace(COMPANY, customer=replace(CUSTOMER, currency="GBP"))
    content = replace(CONTENT, currency="")
    assert said(content, company) == [("terms", "exchange_rate")]
    assert said(replace(content, exchange_rate="1.3"), company) == []


def test_an_address_is_one_that_can_be_written_to() -> None:
    assert is_email(" ada@bakery.example ")
    assert not is_email("ada@bakery")
    domain = "@bakery.example"
    assert is_email("a" * 64 + domain)
    labels = ".".join(["b" * 40, "b" * 40, "example"])
    assert is_email("  " + "a" * (99 - len(labels)) + "@" + labels)
    assert not is_email("a" * (100 - len(labels)) + "@" + labels)


def test_what_is_wrong_comes_in_the_order_of_the_page() -> None:
    content = replace(
        CONTENT,
        customer_id="",
        lines=(DraftLine("1", item_id="11", name="Oven service", unit_price=""),),
        issued_on="",
        due_on="",
        terms_id="9",
        message="x" * 1001,
        number="9" * 22,
    )
    assert said(content) == [
        ("customer", "customer_id"),
        ("lines", "unit_price-1"),
        ("terms", "terms_id"),
        ("terms", "issued_on"),
        ("terms", "due_on"),
        ("terms", "number"),
        ("terms", "message"),
    ]
    assert of_step("review", content, COMPANY) == problems(content, COMPANY)
    for step in ("source", "customer", "lines", "terms"):
        assert of_step(step, content, COMPANY) == [
            each for each in problems(content, COMPANY) if each.step == step
        ]

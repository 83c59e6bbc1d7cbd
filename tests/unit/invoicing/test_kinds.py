"""What each kind of document asks for, refuses, and says of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.drafted import ABROAD, COMPANY, CONTENT, CUSTOMER, LINE, of_lines

from counterfoil.invoicing.checks import problems
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.kinds import kinds, of_start
from counterfoil.invoicing.reckoning import reckon
from counterfoil.invoicing.totals import TaxMode

MONEY = {
    "deposit_account_id": "35",
    "payment_method_id": "2",
    "reference": " Cheque 12 ",
}
AUTOMATED = replace(COMPANY, tax_mode=TaxMode.US_AUTOMATED)
TAXED, UNTAXED = of_lines({}), of_lines({"taxable": False})


def said(
    kind: str, company: Company = COMPANY, **changes: Any
) -> list[tuple[str, str]]:
    content = replace(CONTENT, kind=kind, **changes)
    return [(each.step, each.field) for each in problems(content, company)]


@pytest.mark.parametrize(
    ("noun", "found"),
    [
        (
            "deal",
            {"invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt"},
        ),
        (
            "payment",
            {"paid_invoice", "sales_receipt", "credit_memo", "refund_receipt"},
        ),
        ("ticket", set()),
    ],
)
def test_a_record_starts_the_kinds_that_suit_it(noun: str, found: set[str]) -> None:
    assert {kind.key for kind in of_start(noun)} == found


@pytest.mark.parametrize("kind", ["sales_receipt", "refund_receipt", "paid_invoice"])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"deposit_account_id": "79"}, "deposit_account_id"),
        ({"deposit_account_id": "99"}, "deposit_account_id"),
        ({"payment_method_id": "3"}, "payment_method_id"),
        ({"payment_method_id": ""}, ""),
        ({"reference": f" {'9' * 21} "}, ""),
        ({"reference": "9" * 22}, "reference"),
    ],
)
def test_money_goes_to_an_account_by_a_method_under_a_reference(
    kind: str, changes: dict[str, str], field: str
) -> None:
    asked = said(kind, lines=UNTAXED.lines, **{**MONEY, **changes})
    assert asked == ([("terms", field)] if field else [])


def test_what_moves_no_money_does_not_ask_where_it_is() -> None:
    """It may stand there since the kind was another."""
    elsewhere = {"deposit_account_id": "99", "payment_method_id": "9"}
    for kind in ("invoice", "credit_memo", "estimate"):
        assert said(kind, **elsewhere, reference="9" * 22) == []


def test_only_a_refund_must_say_which_account_the_money_leaves() -> None:
    assert said("refund_receipt") == [("terms", "deposit_account_id")]
    assert said("sales_receipt") == []
    assert said("paid_invoice", lines=UNTAXED.lines) == []


@pytest.mark.parametrize(
    ("expires", "is_taken"),
    [
        ("", True),
        ("2026-03-04", True),
        ("2026-03-03", False),
        (" ", True),
        ("soon", False),
    ],
)
def test_an_estimate_does_not_expire_before_its_day(
    expires: str,
    is_taken: bool,  # noqa: FBT001
) -> None:
    asked = said("estimate", expires_on=expires)
    assert asked == ([] if is_taken else [("terms", "expires_on")])


def test_an_estimate_of_no_day_is_asked_for_that_only() -> None:
    asked = said("estimate", issued_on="", expires_on="2026-03-03")
    assert asked == [("terms", "issued_on")]


def test_only_an_invoice_is_due_on_a_day() -> None:
    for kind in ("estimate", "sales_receipt", "credit_memo"):
        assert said(kind, due_on="", terms_id="9") == []
    for kind in ("invoice", "paid_invoice"):
        asked = said(kind, due_on="", terms_id="9", lines=UNTAXED.lines)
        assert asked == [("terms", "terms_id"), ("terms", "due_on")]


@pytest.mark.parametrize(
    ("company", "changes", "fields"),
    [
        (COMPANY, {}, ["kind"]),
        (COMPANY, {"lines": UNTAXED.lines}, []),
        (COMPANY, {"lines": (*UNTAXED.lines, replace(LINE, key="2"))}, ["kind"]),
        (
            COMPANY,
            {
                "lines": (
                    *UNTAXED.lines,
                    replace(LINE, key="2", kind="text", description="As agreed"),
                )
            },
            [],
        ),
        (replace(COMPANY, customer=replace(CUSTOMER, taxable=False)), {}, []),
        (COMPANY, {"lines": UNTAXED.lines, "shipping": "5"}, []),
        (AUTOMATED, {"lines": UNTAXED.lines}, []),
        (AUTOMATED, {"lines": UNTAXED.lines, "shipping": "5"}, ["shipping"]),
        (AUTOMATED, {"lines": UNTAXED.lines, "shipping": "0"}, []),
        (
            replace(AUTOMATED, customer=replace(CUSTOMER, taxable=False)),
            {"shipping": "5"},
            [],
        ),
        (ABROAD, {"lines": of_lines({"tax_code_id": "3"}).lines}, ["kind"]),
        (ABROAD, {"lines": of_lines({"tax_code_id": "0"}).lines}, []),
        (
            ABROAD,
            {
                "lines": of_lines({"tax_code_id": "0"}).lines,
                "shipping": "5",
                "shipping_tax_code_id": "3",
            },
            ["shipping"],
        ),
        (
            ABROAD,
            {
                "lines": of_lines({"tax_code_id": "0"}).lines,
                "shipping": "5",
                "shipping_tax_code_id": "0",
            },
            [],
        ),
        (
            ABROAD,
            {
                "lines": of_lines({"tax_code_id": "0"}).lines,
                "shipping": "5",
                "shipping_tax_code_id": "9",
            },
            ["shipping_tax_code_id"],
        ),
    ],
)
def test_a_paid_invoice_is_of_untaxed_lines_only(
    company: Company, changes: dict[str, Any], fields: list[str]
) -> None:
    asked = said("paid_invoice", company, **changes)
    assert asked == [("lines", field) for field in fields]


def test_the_first_line_that_is_taxed_is_named() -> None:
    content = replace(
        of_lines(
            {"taxable": False, "name": "Bread"}, {"name": "Cake"}, {"name": "Tea"}
        ),
        kind="paid_invoice",
    )
    (problem,) = problems(content, COMPANY)
    assert "“Cake”" in problem.message


def told(content: Content) -> tuple[dict[str, object], dict[str, object]]:
    kind = kinds[content.kind]
    values = kind.values(content, COMPANY, reckon(content, COMPANY))
    return values, kind.header(content)


def test_an_invoice_says_when_it_is_due_and_what_is_owed() -> None:
    assert told(replace(CONTENT, terms_id="3")) == (
        {
            "due_on": date(2026, 4, 3),
            "terms": "Net 30",
            "balance": 209,
            "stage": "awaiting_send",
        },
        {"due_on": "2026-04-03", "terms_id": "3"},
    )
    values, header = told(replace(CONTENT, due_on=""))
    assert (values["due_on"], values["terms"]) == (None, "")
    assert header == {"due_on": "", "terms_id": ""}


def test_an_estimate_says_until_when_it_holds() -> None:
    estimate = replace(CONTENT, kind="estimate", expires_on="2026-04-01")
    assert told(estimate) == (
        {"status": "pending", "expires_on": date(2026, 4, 1)},
        {"expires_on": "2026-04-01"},
    )
    values, header = told(replace(estimate, expires_on=""))
    assert (values["expires_on"], header["expires_on"]) == (None, "")


@pytest.mark.parametrize("kind", ["sales_receipt", "refund_receipt"])
def test_a_receipt_says_where_the_money_is_and_how_it_came(kind: str) -> None:
    assert told(replace(CONTENT, kind=kind, **MONEY)) == (
        {"method": "Check", "reference": "Cheque 12", "deposit_account": "Checking"},
        {**MONEY, "reference": "Cheque 12"},
    )
    values, _header = told(replace(CONTENT, kind=kind))
    assert values == {"method": "", "reference": "", "deposit_account": ""}


def test_a_credit_memo_has_all_of_it_left() -> None:
    assert told(replace(CONTENT, kind="credit_memo")) == ({"remaining": 209}, {})


def test_a_paid_invoice_is_an_invoice_to_the_books() -> None:
    assert kinds["estimate"].posting_kind == "estimate"
    paid = kinds["paid_invoice"]
    assert (paid.posting_kind, paid.object_type, paid.is_paid) == (
        "invoice",
        "invoice",
        True,
    )
    values, header = told(replace(CONTENT, kind="paid_invoice", **MONEY))
    assert values["balance"] == 209
    assert header == {"due_on": "2026-04-03", "terms_id": ""}

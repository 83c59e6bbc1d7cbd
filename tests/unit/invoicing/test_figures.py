"""What numbers of a draft may be, where one of them bears on another."""

from __future__ import annotations

from decimal import Decimal

from support.drafted import COMPANY, of_lines

from counterfoil.invoicing.checks import problems
from counterfoil.invoicing.content import Content

MOST = "99999999999.99"


def said(content: Content) -> list[tuple[str, str]]:
    return [(each.step, each.field) for each in problems(content, COMPANY)]


def test_what_a_line_says_too_finely_is_told_by_how_many_decimals_fit() -> None:
    (problem,) = problems(of_lines({"quantity": "0.000011"}), COMPANY)
    assert "five decimals" in problem.message
    (problem,) = problems(of_lines({"unit_price": "0.12345678"}), COMPANY)
    assert "seven decimals" in problem.message


def test_a_discount_of_a_line_that_cannot_be_read_is_not_compared_with_it() -> None:
    for field in ("quantity", "unit_price"):
        content = of_lines({field: "", "discount_amount": "5"})
        assert said(content) == [("lines", f"{field}-1")]
    back = {"quantity": "1", "unit_price": "-5", "discount_amount": "3"}
    assert said(of_lines({}, back)) == []


def test_no_line_is_too_large_even_where_others_take_it_back() -> None:
    free = {"quantity": "1", "taxable": False, "unit_price": MOST}
    twice, back = {**free, "quantity": "2"}, {**free, "unit_price": f"-{MOST}"}
    assert said(of_lines(free, back)) == []
    assert said(of_lines(twice, back)) == [("lines", "add")]
    for lines in ((twice,), ({**back, "quantity": "2"},)):
        (problem,) = problems(of_lines(*lines), COMPANY)
        assert problem.message.startswith("The amounts are too large.")


def test_the_largest_amounts_are_taken_everywhere() -> None:
    free = {"quantity": "1", "taxable": False}
    assert said(of_lines({**free, "unit_price": "0"}, shipping=MOST)) == []
    whole = of_lines(
        {**free, "unit_price": MOST}, discount_kind="amount", discount_value=MOST
    )
    assert said(whole) == []


def test_a_discount_above_very_little_is_told_as_such() -> None:
    content = of_lines(
        {"quantity": "1", "unit_price": "0.50", "taxable": False},
        discount_kind="amount",
        discount_value="0.70",
    )
    assert said(content) == [("lines", "discount_value")]


def test_one_taxable_line_among_others_needs_the_decision() -> None:
    content = of_lines({"taxable": False}, {}, tax_code_id="")
    assert said(content) == [("lines", "tax_code_id")]


def test_the_largest_sum_is_taken_and_no_cent_more() -> None:
    free = {"quantity": "1", "taxable": False}
    most = Decimal(MOST)
    assert said(of_lines({**free, "unit_price": str(most)})) == []
    more = of_lines({**free, "unit_price": str(most)}, {**free, "unit_price": "0.01"})
    assert said(more) == [("lines", "add")]

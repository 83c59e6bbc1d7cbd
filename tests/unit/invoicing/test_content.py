"""What people type is read leniently, and a draft is kept whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from support.drafted import CONTENT, LINE, of_lines

from counterfoil.invoicing.content import (
    Content,
    DraftLine,
    NewCustomer,
    day,
    fingerprint,
    from_json,
    number,
    plain,
    to_json,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        (" 12 ", "12"),
        ("-12.5", "-12.5"),
        ("12,5", "12.5"),
        ("1,23", "1.23"),
        ("1,234", "1234"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("-1,234.5", "-1234.5"),
        ("1.234,50", "1234.50"),
        ("1.234.567,8", "1234567.8"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u202f567.8", "1234567.8"),
        ("9" * 19, "9" * 19),
        ("9" * 20, None),
        ("", None),
        (" ", None),
        ("1,23,4", None),
        ("12,34.5", None),
        ("1.2.3", None),
        ("1e5", None),
        ("1E5", None),
        ("NaN", None),
        ("Infinity", None),
        ("12 USD", None),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, read: str | None) -> None:
    assert number(typed) == (None if read is None else Decimal(read))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1200", "1200"),
        ("12.50", "12.50"),
        ("12.5", "12.50"),
        ("12.00", "12"),
        ("0.1234500", "0.12345"),
        ("1E+2", "100"),
        ("-0.10", "-0.10"),
    ],
)
def test_a_number_is_written_as_people_write_it(value: str, shown: str) -> None:
    assert plain(Decimal(value)) == shown


@given(st.decimals(-99_999_999, 99_999_999, places=4))
def test_what_is_written_is_read_again(value: Decimal) -> None:
    assert number(plain(value)) == value


def test_a_day_is_read_as_date_fields_send_it() -> None:
    assert day(" 2026-03-04 ") == date(2026, 3, 4)
    assert day("") is day("2026-02-30") is day("4.3.2026") is None


def test_a_draft_comes_back_as_it_was_kept() -> None:
    content = replace(
        CONTENT,
        lines=(LINE, DraftLine("2", kind="text", description="As agreed")),
        new_customer=NewCustomer(display_name="Ada", currency="EUR"),
        quote_id=7,
    )
    assert from_json(json.loads(json.dumps(to_json(content)))) == content


def test_what_an_older_version_kept_is_read_as_far_as_it_is_known() -> None:
    held = {
        "kind": "estimate",
        "gone": 1,
        "lines": [{"key": "1", "gone": 2, "name": "Hours"}],
        "new_customer": {"display_name": "Ada", "gone": 3},
    }
    assert from_json(held) == Content(
        kind="estimate",
        lines=(DraftLine("1", name="Hours"),),
        new_customer=NewCustomer(display_name="Ada"),
    )
    assert from_json({"lines": None, "new_customer": None}) == Content()


def test_the_fingerprint_tells_of_any_change() -> None:
    same = from_json(json.loads(json.dumps(to_json(CONTENT))))
    assert fingerprint(same) == fingerprint(CONTENT)
    others = [
        replace(CONTENT, tax_code_id="0"),
        replace(CONTENT, prices_include_tax=True),
        of_lines({"unit_price": "95.01"}),
        replace(CONTENT, new_customer=NewCustomer(phone="1")),
    ]
    marks = {fingerprint(each) for each in (CONTENT, *others)}
    assert len(marks) == 1 + len(others)


def test_a_line_keeps_its_key_and_no_key_is_given_twice() -> None:
    content = CONTENT.with_line(DraftLine("", name="Hours")).without_line("2")
    content = content.with_line(DraftLine("", name="Days"))
    assert [(line.key, line.name) for line in content.lines] == [
        ("1", "Oven service"),
        ("3", "Days"),
    ]
    changed = content.changed_line(DraftLine("3", name="Weeks"))
    assert [line.name for line in changed.lines] == ["Oven service", "Weeks"]


@pytest.mark.parametrize(
    ("key", "by", "order"),
    [
        ("1", 1, "213"),
        ("2", 1, "132"),
        ("2", -1, "213"),
        ("3", -1, "132"),
        ("1", -1, "123"),
        ("3", 1, "123"),
        ("9", 1, "123"),
    ],
)
def test_a_line_moves_by_one_place_and_stays_at_the_edge(
    key: str, by: int, order: str
) -> None:
    moved = of_lines({}, {}, {}).moved(key, by=by)
    assert "".join(line.key for line in moved.lines) == order


def test_a_line_creates_its_item_only_where_there_is_none() -> None:
    new = replace(LINE, item_id="", income_account_id="79")
    assert new.creates_item
    assert not replace(new, item_id="11").creates_item
    assert not replace(new, kind="text").creates_item
    assert not replace(new, income_account_id="").creates_item


def test_a_line_is_called_by_its_name_or_else_by_what_it_says() -> None:
    assert replace(LINE, description="Hours").called == "Oven service"
    assert DraftLine("1", description="Hours").called == "Hours"


def test_terms_are_proposed_anew_for_another_customer_only() -> None:
    proposed = replace(CONTENT, filled_for="58")
    assert proposed.has_proposals
    assert not replace(proposed, customer_id="59").has_proposals
    assert not replace(proposed, customer_id="", customer="new").has_proposals
    assert replace(
        proposed, customer_id="", customer="new", filled_for="new"
    ).has_proposals

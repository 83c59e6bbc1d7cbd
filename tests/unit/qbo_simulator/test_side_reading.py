"""What the pages read: stages, amounts, lines, sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from qbo_simulator.bookkeeper.reading import (
    LineRow,
    UnreadableError,
    amount_in,
    date_in,
    line_body,
    problem_of,
    quoted,
    shown_rows,
    stage_of,
    typed_rows,
)
from qbo_simulator.faults import Fault, business
from qbo_simulator.html.templating import environment

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("invoice", "label"),
    [
        ({"TotalAmt": 10, "Balance": 10, "DueDate": "2026-03-04"}, "Awaiting send"),
        (
            {
                "TotalAmt": 10,
                "Balance": 10,
                "DueDate": "2026-03-04",
                "EmailStatus": "EmailSent",
            },
            "Sent",
        ),
        ({"TotalAmt": 10, "Balance": 4, "DueDate": "2026-03-04"}, "Partially paid"),
        ({"TotalAmt": 10, "Balance": 4, "DueDate": "2026-03-03"}, "Overdue"),
        ({"TotalAmt": 10, "Balance": 0, "DueDate": "2026-03-03"}, "Paid in full"),
        ({"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided - x"}, "Voided"),
    ],
)
def test_an_invoice_is_as_far_as_its_money_and_dates_say(invoice, label):
    assert stage_of(invoice, TODAY).label == label


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,234.50", Decimal("1234.50")),
        (" $12 ", Decimal(12)),
        ("1 000", Decimal(1000)),
        ("-3", Decimal(-3)),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_type_them(typed, read):
    assert amount_in(typed, label="The amount") == read


@pytest.mark.parametrize("typed", ["ten", "1e", "NaN", "Infinity", "1.2.3"])
def test_what_is_no_amount_is_said_with_its_label(typed):
    with pytest.raises(UnreadableError, match="The amount is not a number"):
        amount_in(typed, label="The amount")


def test_what_is_no_date_is_said_with_its_label():
    assert date_in("2026-03-04", label="The date") == "2026-03-04"
    assert date_in("", label="The date") is None
    with pytest.raises(UnreadableError, match="The date is not a date"):
        date_in("4 March", label="The date")


def test_a_line_of_quantity_and_rate_gets_their_product_to_the_cent():
    body = line_body(LineRow(item="x", quantity="3", rate="0.335"), item="1", number=1)
    assert body["Amount"] == Decimal("1.01")
    assert body["SalesItemLineDetail"]["Qty"] == Decimal(3)


def test_a_line_with_a_description_alone_is_a_line_of_text():
    body = line_body(LineRow(id="4", description="Thanks"), item=None, number=1)
    assert body["DetailType"] == "DescriptionOnly"
    assert (body["Id"], body["Description"]) == ("4", "Thanks")


def test_a_line_with_an_amount_alone_sends_neither_quantity_nor_rate():
    body = line_body(LineRow(item="x", amount="12"), item="1", number=1)
    assert body["Amount"] == Decimal(12)
    assert body["SalesItemLineDetail"] == {"ItemRef": {"value": "1"}}


@pytest.mark.parametrize(
    ("row", "item", "words"),
    [
        (LineRow(rate="3"), None, "Line 2 has an amount but no product"),
        (LineRow(item="x"), "1", "Line 2 has no rate and no amount"),
        (LineRow(item="x", rate="?"), "1", "The rate of line 2 is not a number"),
    ],
)
def test_an_incomplete_line_is_named_by_its_number(row, item, words):
    with pytest.raises(UnreadableError, match=words):
        line_body(row, item=item, number=2)


def test_rows_of_the_editor_are_read_column_by_column():
    form = {"line_item": ["a", "b"], "line_rate": ["1"], "line_id": ["7", ""]}
    first, second = typed_rows(form)
    assert (first.id, first.item, first.rate) == ("7", "a", "1")
    assert (second.item, second.rate) == ("b", "")
    assert typed_rows({}) == []


def test_discounts_and_subtotals_are_not_rows_of_the_editor():
    lines = [
        {"DetailType": "SubTotalLineDetail", "Amount": 1},
        {"DetailType": "DiscountLineDetail", "Amount": 1},
        {"DetailType": "DescriptionOnly", "Description": "x"},
    ]
    assert [row.description for row in shown_rows({"Line": lines})] == ["x"]


@given(st.text())
def test_no_text_ends_the_literal_it_is_quoted_in(text):
    inside = quoted(text)[1:-1]
    unescaped = inside.replace("\\\\", "").replace("\\'", "")
    assert "'" not in unescaped


def test_a_refusal_is_a_sentence_with_the_faults_own_detail():
    taken = Fault(
        6240, "Duplicate Name Exists Error", "The name supplied already exists"
    )
    problem = problem_of(taken)
    assert (
        problem.sentence
        == "That name is already used by a customer, vendor or employee."
    )
    assert problem.detail == "The name supplied already exists (code 6240)"
    assert "trial" in problem_of(business("trial")).detail
    assert problem_of(UnreadableError("Say it.")).sentence == "Say it."


@pytest.mark.parametrize("name", environment().list_templates())
def test_every_template_compiles(name):
    environment().get_template(name)

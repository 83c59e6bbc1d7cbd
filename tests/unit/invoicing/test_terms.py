from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from counterfoil.invoicing.terms import Terms, due_on

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        (Terms(due_days=30), date(2023, 2, 18), date(2023, 3, 20)),
        (Terms(due_days=0), date(2026, 3, 4), date(2026, 3, 4)),
        (
            Terms("date_driven", day_of_month_due=15),
            date(2026, 3, 4),
            date(2026, 3, 15),
        ),
        (
            Terms("date_driven", day_of_month_due=15),
            date(2026, 3, 16),
            date(2026, 4, 15),
        ),
        (
            Terms("date_driven", day_of_month_due=31),
            date(2026, 2, 4),
            date(2026, 2, 28),
        ),
        (Terms("date_driven", day_of_month_due=1), date(2026, 12, 4), date(2027, 1, 1)),
        (
            Terms("date_driven", day_of_month_due=15, due_next_month_days=10),
            date(2026, 3, 8),
            date(2026, 4, 15),
        ),
        (
            Terms("date_driven", day_of_month_due=15, due_next_month_days=10),
            date(2026, 3, 5),
            date(2026, 3, 15),
        ),
        (
            Terms("date_driven", day_of_month_due=15, due_next_month_days=10),
            date(2026, 3, 6),
            date(2026, 4, 15),
        ),
        (
            Terms("date_driven", day_of_month_due=15),
            date(2026, 3, 15),
            date(2026, 3, 15),
        ),
        (Terms(due_days=-3), date(2026, 3, 4), date(2026, 3, 4)),
    ],
)
def test_the_due_date_follows_the_terms(terms, issued, due):
    assert due_on(issued, terms) == due


@given(
    days,
    st.builds(
        Terms,
        kind=st.sampled_from(["standard", "date_driven"]),
        due_days=st.integers(0, 999),
        day_of_month_due=st.integers(1, 31),
        due_next_month_days=st.integers(0, 28),
    ),
)
def test_nothing_is_due_before_it_is_issued(issued, terms):
    assert due_on(issued, terms) >= issued


def test_terms_are_read_from_what_the_mirror_holds():
    assert Terms.of({"kind": "standard", "due_days": "15"}) == Terms(due_days=15)
    assert Terms.of({"kind": "date_driven", "day_of_month_due": 10}) == Terms(
        "date_driven", day_of_month_due=10
    )
    held = {"kind": "DATE_DRIVEN", "day_of_month_due": 10, "due_next_month_days": "5"}
    assert Terms.of(held) == Terms("date_driven", 0, 10, 5)
    assert Terms.of({}) == Terms()

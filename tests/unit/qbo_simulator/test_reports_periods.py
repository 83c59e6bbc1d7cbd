"""Date macros, fiscal years and columns of time: from a day, without any books."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from qbo_simulator.reports.periods import (
    SINCE,
    STEPS,
    UNITS,
    cut,
    fiscal_start,
    macro_range,
    period_title,
)

TODAY = date(2026, 3, 10)  # a Tuesday
MACROS = [
    "All",
    "Today",
    "Yesterday",
    "This Week",
    "Last Week",
    "This Week-to-date",
    "Last Week-to-date",
    "Next Week",
    "Next 4 Weeks",
    "This Month",
    "Last Month",
    "This Month-to-date",
    "Last Month-to-date",
    "Next Month",
    "This Fiscal Quarter",
    "Last Fiscal Quarter",
    "This Fiscal Quarter-to-date",
    "Last Fiscal Quarter-to-date",
    "Next Fiscal Quarter",
    "This Fiscal Year",
    "Last Fiscal Year",
    "This Fiscal Year-to-date",
    "Last Fiscal Year-to-date",
    "Next Fiscal Year",
    "This Calendar Quarter",
    "This Calendar Quarter-to-date",
    "Last Calendar Quarter",
    "Last Calendar Quarter-to-date",
    "Next Calendar Quarter",
    "This Calendar Year",
    "This Calendar Year-to-date",
    "Last Calendar Year",
    "Last Calendar Year-to-date",
    "Next Calendar Year",
]
days = st.dates(date(2001, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("macro", "first", "last"),
    [
        ("Today", "2026-03-10", "2026-03-10"),
        ("yesterday", "2026-03-09", "2026-03-09"),
        ("This Week", "2026-03-08", "2026-03-14"),
        ("Last Week", "2026-03-01", "2026-03-07"),
        ("This Week-to-date", "2026-03-08", "2026-03-10"),
        ("Last Week-to-date", "2026-03-01", "2026-03-03"),
        ("Next 4 Weeks", "2026-03-15", "2026-04-11"),
        ("This Month", "2026-03-01", "2026-03-31"),
        ("this month-to-date", "2026-03-01", "2026-03-10"),
        ("Last Month", "2026-02-01", "2026-02-28"),
        ("Last Month-to-date", "2026-02-01", "2026-02-10"),
        ("Next Month", "2026-04-01", "2026-04-30"),
        ("This Calendar Quarter", "2026-01-01", "2026-03-31"),
        ("Last Calendar Quarter", "2025-10-01", "2025-12-31"),
        ("last calendar year-to-date", "2025-01-01", "2025-03-10"),
        ("This Fiscal Year", "2025-04-01", "2026-03-31"),
        ("This Fiscal Year-to-date", "2025-04-01", "2026-03-10"),
        ("Last Fiscal Year", "2024-04-01", "2025-03-31"),
        ("Next Fiscal Year", "2026-04-01", "2027-03-31"),
        ("This Fiscal Quarter", "2026-01-01", "2026-03-31"),
        ("Since 30 Days Ago", "2026-02-08", "2026-03-10"),
    ],
)
def test_a_macro_means_days_of_a_company_whose_year_begins_in_april(
    macro: str, first: str, last: str
) -> None:
    expected = (date.fromisoformat(first), date.fromisoformat(last))
    assert macro_range(macro, TODAY, 4) == expected


def test_all_is_open_at_both_ends() -> None:
    assert macro_range("all", TODAY, 1) == (None, None)


@pytest.mark.parametrize("macro", ["", "Last", "This Decade", "month", "Next All"])
def test_what_is_no_macro_means_nothing(macro: str) -> None:
    assert macro_range(macro, TODAY, 1) is None


@given(today=days, first_month=st.integers(1, 12))
def test_every_macro_means_a_range_in_order(today: date, first_month: int) -> None:
    for macro in (*MACROS, *SINCE):
        found = macro_range(macro, today, first_month)
        assert found is not None, macro
        start, end = found
        if start is None or end is None:
            assert macro == "All"
            continue
        assert start <= end, macro
        if macro.startswith("This"):
            assert start <= today
            assert end == today or not macro.endswith("to-date")
        if macro.startswith("Next"):
            assert start > today
        if macro.startswith("Last") and not macro.endswith("to-date"):
            assert end < today


@given(
    start=days,
    length=st.integers(0, 800),
    by=st.sampled_from([*STEPS]),
    first_month=st.integers(1, 12),
)
def test_columns_of_time_cover_every_day_once(
    start: date, length: int, by: str, first_month: int
) -> None:
    end = start + timedelta(length)
    parts = cut(start, end, by, first_month)
    assert parts[0][0] == start
    assert parts[-1][1] == end
    for (_, before), (after, _) in pairwise(parts):
        assert after == before + timedelta(1)
    titles = [period_title(*part, by) for part in parts]
    assert len({*titles}) == len(titles)


@given(day=days, first_month=st.integers(1, 12))
def test_a_fiscal_year_begins_in_its_month_within_a_year(
    day: date, first_month: int
) -> None:
    start = fiscal_start(day, first_month)
    assert (start.day, start.month) == (1, first_month)
    assert start <= day < UNITS["fiscal year"].shift(start, 1)


@pytest.mark.parametrize(
    ("first", "last", "by", "title"),
    [
        ("2026-02-01", "2026-02-28", "month", "Feb 2026"),
        ("2026-02-10", "2026-02-28", "month", "Feb 10 - Feb 28, 2026"),
        ("2026-01-01", "2026-03-31", "quarter", "Jan - Mar, 2026"),
        ("2025-04-01", "2026-03-31", "year", "Apr 2025 - Mar 2026"),
        ("2026-02-03", "2026-02-03", "days", "Feb 3, 2026"),
    ],
)
def test_a_column_is_called_by_its_days(
    first: str, last: str, by: str, title: str
) -> None:
    days_ = (date.fromisoformat(first), date.fromisoformat(last))
    assert period_title(*days_, by) == title

"""A document in the books is ours by its marker, and right by its content."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from counterfoil.posting import echo
from counterfoil.posting.echo import Match
from counterfoil.posting.ports import Expectation, Receipt

MARKER = "[#7Q2M0K5Z9XW3E1RT]"
AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
EXPECTED = Expectation("58", Decimal("120.00"), "USD")
RECEIPT = Receipt("1", "0", "1001", MARKER, EXPECTED, AT, AT, {})


def _judged(receipt: Receipt, expected: Expectation = EXPECTED) -> Match:
    return echo.judge(receipt, marker=MARKER, expected=expected)


def test_the_same_document_is_ours() -> None:
    assert _judged(RECEIPT) is Match.OURS


@pytest.mark.parametrize(
    "change",
    [{"customer_id": "59"}, {"total": Decimal("120.01")}, {"currency": "CAD"}],
)
def test_other_content_under_our_marker_is_different(change: dict[str, object]) -> None:
    changed = replace(RECEIPT, expectation=replace(EXPECTED, **change))  # type: ignore[arg-type]
    assert _judged(changed) is Match.DIFFERENT
    assert echo.differing(changed, expected=EXPECTED) == list(change)


def test_where_the_books_have_one_currency_they_need_not_say_it() -> None:
    silent = replace(RECEIPT, expectation=replace(EXPECTED, currency=""))
    assert _judged(silent) is Match.OURS


def test_a_total_that_the_books_leave_out_is_not_the_one_that_was_sent() -> None:
    silent = replace(RECEIPT, expectation=replace(EXPECTED, total=None))
    assert _judged(silent) is Match.DIFFERENT


def test_what_carries_another_marker_or_none_is_foreign() -> None:
    assert _judged(replace(RECEIPT, marker="[#0000000000000000]")) is Match.FOREIGN
    assert _judged(replace(RECEIPT, marker="")) is Match.FOREIGN


def test_what_is_not_expected_is_not_compared() -> None:
    assert _judged(RECEIPT, Expectation()) is Match.OURS
    without_total = Expectation("58", None, "USD")
    other = replace(RECEIPT, expectation=replace(EXPECTED, total=Decimal(7)))
    assert _judged(other, without_total) is Match.OURS
    named = replace(RECEIPT, expectation=replace(EXPECTED, name="Ada"))
    assert _judged(named) is Match.OURS


def test_totals_are_compared_as_amounts() -> None:
    same = replace(RECEIPT, expectation=replace(EXPECTED, total=Decimal(120)))
    assert _judged(same) is Match.OURS


def test_without_a_marker_only_a_name_makes_an_entry_ours() -> None:
    expected = Expectation(name="Sourdough loaf")
    entry = replace(RECEIPT, marker="", expectation=Expectation(name="sourdough  loaf"))
    assert _judged(entry, expected) is Match.OURS
    other = replace(entry, expectation=Expectation(name="Rye loaf"))
    assert _judged(other, expected) is Match.FOREIGN
    priced = replace(
        entry, expectation=Expectation(name="Sourdough loaf", currency="CAD")
    )
    assert _judged(priced, replace(expected, currency="USD")) is Match.DIFFERENT
    run_together = replace(entry, expectation=Expectation(name="Sourdoughloaf"))
    assert _judged(run_together, expected) is Match.FOREIGN


def test_the_earliest_comes_first_and_each_once() -> None:
    late = replace(RECEIPT, remote_id="9", created_at=AT + timedelta(seconds=1))
    same_time = replace(RECEIPT, remote_id="10")
    unknown = replace(RECEIPT, remote_id="2", created_at=None)
    ordered = echo.earliest_first([unknown, late, same_time, RECEIPT, late])
    assert [each.remote_id for each in ordered] == ["1", "10", "9", "2"]


def test_an_expectation_survives_its_packing() -> None:
    packed = echo.packed(EXPECTED)
    assert packed["total"] == "120.00"
    assert echo.total_of(packed) == Decimal("120.00")
    assert echo.total_of(echo.packed(Expectation())) is None

"""Settings keep what was chosen, and a one-way object has one-way fields."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins
from counterfoil.sync.engine.guard import Weight
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.quarantine import ALTERNATES, TOO_OFTEN, Write, verdict
from counterfoil.sync.engine.settings import (
    Archived,
    Gone,
    NameTaken,
    Settings,
    Taking,
    packed,
    unpacked,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
RULES = st.builds(
    Rule,
    st.text(min_size=1, max_size=5),
    st.text(min_size=1, max_size=5),
    st.sampled_from(FieldKind),
    st.sampled_from(Direction),
    st.sampled_from(Wins),
    st.booleans(),
    st.integers(0, 50),
)
CHOICES = st.builds(
    Settings,
    st.just("contacts"),
    st.booleans(),
    st.sampled_from(Direction),
    st.sampled_from(Taking),
    st.sampled_from(Taking),
    st.sampled_from(Gone),
    st.sampled_from(Archived),
    st.sampled_from(NameTaken),
    st.lists(st.sampled_from(MatchKey), unique=True).map(tuple),
    st.just((("email", "known", None), ("city", "in", ["a", "b"]))),
    st.lists(RULES, max_size=4).map(tuple),
    st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)


@given(CHOICES)
def test_settings_come_back_from_json_as_they_were(settings: Settings) -> None:
    stored = json.loads(json.dumps(packed(settings)))
    assert unpacked(stored, Settings("contacts")) == settings


def test_what_was_not_stored_is_as_by_default() -> None:
    default = Settings("contacts", enabled=True, match_by=(MatchKey.EMAIL,))
    assert unpacked({}, default) == default


@given(CHOICES)
def test_a_one_way_object_has_no_field_that_goes_the_other_way(
    settings: Settings,
) -> None:
    for rule in settings.effective_rules:
        if settings.direction is Direction.IN:
            assert not rule.goes_out
        if settings.direction is Direction.OUT:
            assert not rule.comes_in


@pytest.mark.parametrize(
    ("touched", "total", "needs"),
    [
        (0, 0, False),
        (1, 1, False),
        (9, 9, False),
        (1, 10, False),
        (2, 10, True),
        (7, 70, False),
        (100, 1000, False),
        (100, 999, True),
        (100, 5000, False),
    ],
)
def test_more_than_a_tenth_waits_for_a_yes(
    touched: int, total: int, *, needs: bool
) -> None:
    assert Weight(touched, total).needs_yes is needs


def test_more_than_a_hundred_wait_for_a_yes_however_many_there_are() -> None:
    assert Weight(101, 1_000_000).needs_yes
    assert Weight(0, 1_000_000, emptied=101).needs_yes
    assert not Weight(100, 1_000_000, emptied=100).needs_yes


def writes(*forms: bytes, step: timedelta = timedelta(seconds=30)) -> list[Write]:
    start = NOW - step * len(forms)
    return [
        Write("here", form, start + step * index) for index, form in enumerate(forms)
    ]


def test_a_field_that_flips_is_put_in_quarantine() -> None:
    assert verdict(writes(b"a", b"b", b"a", b"b"), NOW) == ALTERNATES
    assert verdict(writes(b"a", b"b", b"c", b"d", b"e"), NOW) == TOO_OFTEN
    assert verdict(writes(b"a", b"b", b"c", b"d"), NOW) == ""
    assert verdict(writes(b"a", b"a", b"a", b"a"), NOW) == ""


def test_what_was_written_long_ago_does_not_count() -> None:
    assert verdict(writes(b"a", b"b", b"a", b"b", step=timedelta(hours=1)), NOW) == ""
    ten = timedelta(minutes=10)
    assert verdict(writes(b"a", b"b", b"a", b"b", step=ten / 4), NOW) == ALTERNATES
    later = NOW + timedelta(seconds=1)
    assert verdict(writes(b"a", b"b", b"a", b"b", step=ten / 4), later) == ""

"""What is news, in which order to read, and how long to rest: pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Rejected, Retryable
from counterfoil.sync import lanes, linked
from counterfoil.sync.incoming import pull
from counterfoil.sync.ports import Observed, Stream
from counterfoil.sync.runs import plan

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def observed(minutes: int = 0, version: str = "0", **changes: object) -> Observed:
    at = NOON + timedelta(minutes=minutes)
    return Observed("invoices", "1", version, at, digest=b"new", **changes)  # type: ignore[arg-type]


def link(digest: bytes = b"old", version: str = "0") -> Link:
    return Link(remote_updated_at=NOON, digest=digest, version=version)


def test_what_is_not_here_yet_is_news_unless_it_is_gone_already() -> None:
    assert linked.is_news(observed(), None)
    assert not linked.is_news(observed(deleted=True), None)


def test_older_or_equal_news_are_dropped() -> None:
    assert linked.is_news(observed(1), link())
    assert not linked.is_news(observed(-1), link())
    assert not linked.is_news(observed(1), link(digest=b"new"))


def test_within_one_second_the_version_decides() -> None:
    assert not linked.is_news(observed(0, "1"), link(version="2"))
    assert linked.is_news(observed(0, "2"), link(version="2"))


def test_what_does_not_tell_its_age_is_no_older() -> None:
    timeless = replace(observed(), updated_at=None)
    assert linked.is_news(timeless, link())
    assert linked.is_news(observed(), Link(digest=b"old", version="0"))
    assert linked.is_news(replace(timeless, version="1"), Link(version="2"))


@pytest.mark.parametrize(("told", "known"), [("a", "2"), ("1", "b"), ("", "2")])
def test_versions_that_are_no_numbers_say_nothing_of_age(told: str, known: str) -> None:
    assert linked.is_news(observed(0, told), link(version=known))


def test_that_something_is_gone_is_told_once() -> None:
    assert linked.is_news(observed(1, deleted=True), link())
    assert not linked.is_news(observed(1, deleted=True), link(digest=linked.GONE))


def test_the_feed_is_not_asked_for_what_it_keeps_no_longer() -> None:
    thirty_days_before = NOON - timedelta(days=30)
    for until in (None, thirty_days_before, thirty_days_before + pull.OVERLAP):
        assert not pull.poll(Connection(changes_until=until), now=NOON)


@given(st.permutations(range(6)))
def test_the_newest_observation_wins_in_any_order(order: list[int]) -> None:
    found = linked.newest([observed(minutes, str(minutes)) for minutes in order])
    assert found["1"].version == "5"


@given(st.permutations(["customers", "items", "invoices", "payments", "terms"]))
def test_a_stream_is_read_after_those_it_depends_on(keys: list[str]) -> None:
    needs = {
        "invoices": ("customers", "items"),
        "payments": ("invoices",),
        "customers": ("terms",),
    }
    specs = [Stream(key, needs.get(key, ())) for key in keys]
    order = [spec.key for spec in plan.ordered(specs)]
    assert sorted(order) == sorted(keys)
    for key, before in needs.items():
        assert all(order.index(each) < order.index(key) for each in before)


@pytest.mark.parametrize("failures", range(20))
def test_a_rest_is_what_was_asked_for_or_ever_longer_within_limits(
    failures: int,
) -> None:
    asked = Retryable("busy", after=timedelta(seconds=7))
    assert lanes.rest_after(asked, failures) == timedelta(seconds=7)
    silent = lanes.rest_after(Retryable("silent"), failures)
    refused = lanes.rest_after(Rejected("no"), failures)
    assert lanes.FIRST_REST <= silent <= refused <= lanes.LONGEST_REST


def test_a_rest_doubles_and_a_refusal_rests_four_times_as_long() -> None:
    def seconds(error: Exception) -> list[float]:
        return [lanes.rest_after(error, n).total_seconds() for n in range(9)]

    silent = seconds(Retryable("silent"))
    assert silent == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert seconds(Rejected("no")) == [20, 40, 80, 160, 320, 640, 900, 900, 900]

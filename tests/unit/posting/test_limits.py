"""Waits and limits are those of the settings, and keep their proportions."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from counterfoil.posting.limits import SCHEDULE, Limits

# Each is another than what holds without it.
SETTINGS: dict[str, float] = {
    "time_scale": 0.5,
    "deadline": 50,
    "lease": 200,
    "settle_wait": 160,
    "lookup_gap": 10,
    "lookup_margin": 500,
    "max_resends": 3,
    "give_up_after": 40_000,
    "writes_at_once": 2,
    "breaker_unknowns": 4,
    "breaker_window": 200,
    "breaker_hold": 1_000,
}


def test_waits_double_up_to_five_minutes() -> None:
    limits = Limits()
    waits = [limits.backoff(refusals).total_seconds() for refusals in range(10)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert limits.backoff(100_000) == timedelta(minutes=5)


def test_the_time_scale_shortens_waits_and_not_machines() -> None:
    assert Limits.parse(SETTINGS) == Limits(
        deadline=timedelta(seconds=50),
        lease=timedelta(seconds=200),
        settle_wait=timedelta(seconds=80),
        lookup_gap=timedelta(seconds=5),
        lookup_margin=timedelta(seconds=500),
        schedule=tuple(wait / 2 for wait in SCHEDULE),
        backoff_first=timedelta(seconds=1),
        backoff_most=timedelta(seconds=150),
        max_resends=3,
        max_rescues=12,
        give_up_after=timedelta(seconds=20_000),
        writes_at_once=2,
        breaker_unknowns=4,
        breaker_window=timedelta(seconds=100),
        breaker_hold=timedelta(seconds=500),
        sweep_every=timedelta(minutes=30),
        compare_every=timedelta(hours=12),
    )


def test_every_limit_can_be_set() -> None:
    usual, other = Limits(), Limits.parse(SETTINGS)
    names = {each.name for each in fields(Limits)}
    assert {name for name in names if getattr(usual, name) == getattr(other, name)} == (
        set()
    )


def test_a_lease_outlasts_its_deadline() -> None:
    Limits.parse({**SETTINGS, "lease": 51})
    with pytest.raises(ValueError, match="lease"):
        Limits.parse({**SETTINGS, "lease": 50})


def test_something_may_always_be_written() -> None:
    Limits.parse({**SETTINGS, "writes_at_once": 1})
    with pytest.raises(ValueError, match="at least one"):
        Limits.parse({**SETTINGS, "writes_at_once": 0})

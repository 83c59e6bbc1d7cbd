"""No window of time sees more calls than a company allows."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from factories.people import make_connection, make_workspace

from counterfoil.connections import budget, queries
from counterfoil.connections.models import CallSlot, Connection
from counterfoil.core.errors import Retryable

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return make_connection(make_workspace())


def limited(second: int = 0, minute: int = 0, at_once: int = 0) -> override_settings:
    from django.conf import settings  # noqa: PLC0415

    limits = {
        "calls_per_second": second,
        "calls_per_minute": minute,
        "calls_at_once": at_once,
    }
    return override_settings(QUICKBOOKS={**settings.QUICKBOOKS, **limits})


def test_no_second_sees_more_than_its_limit(connection: Connection) -> None:
    """Each was granted somewhere between two looks at the clock."""
    granted: list[tuple[float, float]] = []
    with limited(second=10):
        while len(granted) < 25:
            asked_at = time.monotonic()
            try:
                with budget.call(connection, kind="read", now=datetime.now(UTC)):
                    granted.append((asked_at, time.monotonic()))
            except Retryable:
                time.sleep(0.005)
    for (first, _), (_, eleventh) in zip(granted, granted[10:], strict=False):
        assert eleventh - first >= 1


def test_a_minute_has_a_limit_of_its_own(connection: Connection) -> None:
    with limited(minute=20):
        for _call in range(4):
            with budget.call(connection, kind="write", now=datetime.now(UTC)):
                pass
        with (
            pytest.raises(Retryable),
            budget.call(connection, kind="write", now=datetime.now(UTC)),
        ):
            pass


def test_calls_in_flight_are_limited_and_their_slots_given_back(
    connection: Connection,
) -> None:
    now = datetime.now(UTC)
    with limited(at_once=3):
        with ExitStack() as open_calls:
            for _call in range(3):
                open_calls.enter_context(budget.call(connection, kind="read", now=now))
            with (
                pytest.raises(Retryable),
                budget.call(connection, kind="read", now=now),
            ):
                pass
        with budget.call(connection, kind="read", now=now):
            pass
    assert not CallSlot.objects.exclude(token=None).exists()


def test_after_a_refusal_nobody_calls_for_a_minute(connection: Connection) -> None:
    now, began = datetime.now(UTC), time.monotonic()
    budget.refused(connection, rest=timedelta(seconds=60), now=now)
    with (
        pytest.raises(Retryable) as refusal,
        budget.call(connection, kind="read", now=now),
    ):
        pass
    assert refusal.value.after is not None
    passed = time.monotonic() - began
    assert 59 - passed < refusal.value.after.total_seconds() <= 60


def test_calls_are_counted_by_kind(connection: Connection) -> None:
    now = datetime.now(UTC)
    with limited():
        for kind in ("read", "read", "write"):
            with budget.call(connection, kind=kind, now=now):  # type: ignore[arg-type]
                pass
    budget.refused(connection, rest=timedelta(0), now=now)
    since = now - timedelta(minutes=2)
    counted = queries.calls(connection, since=since)
    assert (counted.reads, counted.writes, counted.refused) == (2, 1, 1)

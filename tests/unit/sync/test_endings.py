"""When a connection's key ends, and at which steps that is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.sync import endings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def books(**values: object) -> Connection:
    return Connection(name="Harbour books", **values)


@pytest.mark.parametrize(
    ("days", "step", "tone"),
    [
        (61, 0, ""),
        (60, 60, "warn"),
        (31, 60, "warn"),
        (30, 30, "warn"),
        (7, 7, "bad"),
        (1, 1, "bad"),
        (0, 1, "bad"),
        (-1, 1, "bad"),
    ],
)
def test_warnings_come_at_sixty_thirty_seven_and_one_day(
    days: int, step: int, tone: str
) -> None:
    [found] = endings.of(books(hard_expires_at=NOW + timedelta(days=days)), NOW)
    assert (found.days, found.step, found.tone) == (days, step, tone)
    assert found.by_hand


def test_the_ending_that_comes_first_is_warned_of() -> None:
    connection = books(
        refresh_expires_at=NOW + timedelta(days=50),
        hard_expires_at=NOW + timedelta(days=20),
    )
    found = endings.next_warning(connection, NOW)
    assert found is not None
    assert found.by_hand
    assert "Harbour books ends: 20 days left." in endings.sentence(connection, found)


def test_a_dead_connection_is_not_warned_of_again() -> None:
    connection = books(
        state=ConnectionState.RECONNECT, hard_expires_at=NOW + timedelta(days=2)
    )
    assert endings.next_warning(connection, NOW) is None


def test_what_nobody_knows_the_end_of_has_none() -> None:
    assert endings.of(books(), NOW) == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [(5, "less than a day left"), (30, "1 day left"), (-5, "ended")],
)
def test_what_is_left_is_said_in_words(hours: int, words: str) -> None:
    [found] = endings.of(books(hard_expires_at=NOW + timedelta(hours=hours)), NOW)
    assert found.left == words

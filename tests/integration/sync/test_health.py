"""The figures of a connection: its day, its delays, its calls, its keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import people, records, troubles
from support.queries import at_most

from counterfoil.connections.models import CallCount, Connection, Link
from counterfoil.events.models import Event
from counterfoil.sync import endings, health, hours
from counterfoil.sync.hours import Happened
from counterfoil.sync.models import Hint, Outgoing, Run, RunKind

pytestmark = pytest.mark.django_db
NOW = people.NOW + timedelta(minutes=40)
HOUR = timedelta(hours=1)


@pytest.fixture
def books() -> Connection:
    return people.make_connection(people.make_workspace())


def calls(books: Connection, ago: timedelta, **counts: int) -> None:
    minute = (NOW - ago).replace(second=0, microsecond=0)
    CallCount.objects.create(connection=books, minute=minute, **counts)


def test_the_strip_has_a_cell_for_every_hour_also_where_nothing_happened(books):
    hours.note(books, Happened(pulled=3), now=NOW - 2 * HOUR)
    hours.note(books, Happened(pushed=1, failed=2), now=NOW)
    hours.note(books, Happened(pulled=9), now=NOW - 30 * HOUR)
    calls(books, HOUR, reads=4, refused=1)
    with at_most(6):
        found = health.of(books, NOW)
    assert len(found.hours) == 24
    assert [hour.tone for hour in found.hours[-4:]] == ["quiet", "good", "warn", "bad"]
    assert found.hours[-2].calls.reads == 4
    assert found.totals == {"pulled": 3, "pushed": 1, "failed": 2, "polls": 0}
    words = [hour.word for hour in found.hours]
    assert words[0] == "Nothing changed"
    assert words[-1] == "Failures"


def test_delays_are_those_of_the_last_day(books):
    second = timedelta(seconds=1)
    hours.note(books, Happened(pulled=99), lags=[second] * 99, now=NOW)
    hours.note(books, Happened(pulled=1), lags=[60 * second], now=NOW - HOUR)
    hours.note(books, Happened(pulled=1), lags=[HOUR] * 500, now=NOW - 25 * HOUR)
    found = health.of(books, NOW)
    assert found.lags == 100
    assert second <= found.lag_median <= 1.2 * second
    assert second <= found.lag_worst <= 1.2 * second
    hours.note(books, Happened(pulled=9), lags=[60 * second] * 9, now=NOW)
    assert health.of(books, NOW).lag_worst >= 60 * second


def test_without_a_change_there_is_no_delay_to_show(books):
    found = health.of(books, NOW)
    assert found.lag_median is None
    assert found.lag_worst is None


def test_calls_are_held_against_their_limits(books):
    calls(books, timedelta(0), reads=300, writes=120)
    calls(books, timedelta(days=1), reads=450_000, writes=7, refused=2)
    calls(books, timedelta(days=20), reads=999)
    found = health.of(books, NOW)
    assert (found.minute.calls, found.minute.limit) == (420, 500)
    assert found.minute.is_near
    assert (found.month.calls, found.month.limit) == (450_300, 500_000)
    assert found.month.percent == 90
    assert found.calls_this_month.writes == 127


def test_on_the_first_of_a_month_yesterdays_calls_are_shown_but_not_counted(books):
    at = NOW.replace(month=4, day=1, hour=1)
    calls(books, NOW - at, reads=3)
    calls(books, NOW - at + 2 * HOUR, reads=50)
    found = health.of(books, at)
    assert found.month.calls == 3
    assert [hour.calls.reads for hour in found.hours[-3:]] == [50, 0, 3]


def test_an_import_that_has_ended_is_no_longer_shown_as_going_on(books):
    run = Run.objects.create(connection=books, kind=RunKind.IMPORT, began_at=NOW - HOUR)
    Run.objects.create(connection=books, kind=RunKind.SETTINGS, began_at=NOW)
    assert health.of(books, NOW).is_importing
    run.ended_at = NOW
    run.save()
    assert not health.of(books, NOW).is_importing


def test_what_waits_and_what_fails_is_counted(books):
    workspace = books.workspace
    contact, other = records.make_contact(workspace), records.make_contact(workspace)
    troubles.make_issue(books, contact)
    for record, held in ((contact, False), (other, True)):
        Outgoing.objects.create(
            connection=books,
            name="contacts",
            object_type="contact",
            record_id=record.pk,
            next_at=NOW,
            since=NOW,
            held=held,
        )
    Hint.objects.create(
        connection=books,
        stream="customers",
        remote_id="7",
        operation="update",
        next_at=NOW,
    )
    waiting = health.of(books, NOW).waiting
    assert waiting == health.Waiting(incoming=1, outgoing=1, held=1, failing=1)
    assert not Link.objects.exists()


def test_each_warning_is_told_once_and_the_next_step_again(books):
    Connection.objects.filter(pk=books.pk).update(hard_expires_at=NOW + 29 * 24 * HOUR)
    assert endings.tell(NOW) == 1
    assert endings.tell(NOW + HOUR) == 0
    assert endings.tell(NOW + 23 * 24 * HOUR) == 1
    told = Event.objects.filter(kind=endings.KIND).order_by("id")
    assert [event.payload["days"] for event in told] == [30, 7]
    Connection.objects.filter(pk=books.pk).update(
        hard_expires_at=NOW + 23 * 24 * HOUR + 29 * 24 * HOUR
    )
    assert endings.tell(NOW + 23 * 24 * HOUR) == 1


def test_nobody_is_warned_of_a_key_that_lasts(books):
    Connection.objects.filter(pk=books.pk).update(hard_expires_at=NOW + 99 * 24 * HOUR)
    assert endings.tell(NOW) == 0

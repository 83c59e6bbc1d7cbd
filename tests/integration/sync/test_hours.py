"""Counts of an hour add up, whoever adds to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import people
from support.queries import at_most

from counterfoil.sync import hours, lag
from counterfoil.sync.hours import Happened
from counterfoil.sync.models import SyncHour

pytestmark = pytest.mark.django_db
NOW = people.NOW + timedelta(minutes=31)


def test_what_happens_within_an_hour_adds_up_in_one_row() -> None:
    books = people.make_connection(people.make_workspace())
    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    with at_most(1):
        hours.note(books, Happened(pulled=3, hints=2), lags=[second, minute], now=NOW)
    hours.note(books, Happened(pushed=1, failed=1), now=NOW + minute)
    hours.note(books, Happened(pulled=1), lags=[second], now=NOW + 2 * minute)
    row = SyncHour.objects.get(connection=books)
    assert row.hour == people.NOW
    assert (row.pulled, row.pushed, row.failed, row.hints) == (4, 1, 1, 2)
    assert row.lags == lag.counted([second, second, minute])


def test_the_next_hour_and_another_company_have_rows_of_their_own() -> None:
    workspace = people.make_workspace()
    books, others = people.make_connection(workspace), people.make_connection(workspace)
    hours.note(books, Happened(polls=1), now=NOW)
    hours.note(books, Happened(polls=1), now=NOW + timedelta(hours=1))
    hours.note(others, Happened(failed=1), now=NOW)
    assert SyncHour.objects.filter(connection=books).count() == 2
    assert SyncHour.objects.get(connection=others).failed == 1


def test_an_hour_in_which_nothing_happened_has_no_row() -> None:
    books = people.make_connection(people.make_workspace())
    hours.note(books, Happened(), now=NOW)
    assert not SyncHour.objects.exists()


def test_old_hours_are_forgotten() -> None:
    books = people.make_connection(people.make_workspace())
    hours.note(books, Happened(polls=1), now=NOW)
    hours.note(books, Happened(polls=1), now=NOW + timedelta(days=20))
    hours.forget(now=NOW + timedelta(days=40))
    assert SyncHour.objects.count() == 1

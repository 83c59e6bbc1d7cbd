"""What sync keeps about its own work goes once nobody asks for it any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import people, runs, troubles
from factories.people import NOW
from factories.records import make_contact

from counterfoil.connections.models import Link
from counterfoil.sync import tasks
from counterfoil.sync.models import Conflict, Difference, FieldWrite

pytestmark = pytest.mark.django_db
AN_HOUR, A_YEAR = timedelta(hours=1), timedelta(days=366)


def make_link() -> Link:
    workspace = people.make_workspace()
    books = people.make_connection(workspace)
    return troubles.make_link(books, make_contact(workspace))


def test_writes_are_kept_while_a_field_may_still_be_flipping() -> None:
    link = make_link()
    for at in (NOW - AN_HOUR, NOW):
        FieldWrite.objects.create(
            link=link, field="email", side="here", digest=b"form", at=at
        )
    tasks.run_cleaning(NOW)
    assert FieldWrite.objects.get().at == NOW


def test_conflicts_go_a_year_after_they_were_resolved_and_never_before() -> None:
    link = make_link()
    troubles.make_conflict(link, resolved_at=NOW, resolution="local")
    still_open = troubles.make_conflict(link, local_field="email")
    tasks.run_cleaning(NOW + AN_HOUR)
    assert Conflict.objects.count() == 2
    tasks.run_cleaning(NOW + A_YEAR)
    assert Conflict.objects.get() == still_open


def test_differences_are_kept_only_while_their_comparison_goes_on() -> None:
    books = people.make_connection(people.make_workspace())
    ended = runs.make_run(books, kind="comparison")
    going_on = runs.make_run(books, kind="comparison", state="running", ended_at=None)
    for run in (ended, going_on):
        Difference.objects.create(run=run, stream="customers", remote_id="7")
    tasks.run_cleaning(NOW)
    assert Difference.objects.get().run == going_on

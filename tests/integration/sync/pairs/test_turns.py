"""Whoever locks links has the stream's turn first, so that no two wait for each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from factories import make_connection, make_contact, make_workspace, troubles
from support.pairs import NOW, turn_on

from counterfoil.connections.models import Link
from counterfoil.events.origin import Actor
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.pairs import conflicts, linking

pytestmark = pytest.mark.django_db
ADA = Actor.user(1, "Ada")


def unlinked(link: Link) -> None:
    linking.unlink(link, ignore=False, by=ADA, now=NOW)


def left_alone(link: Link) -> None:
    linking.unlink(link, ignore=True, by=ADA, now=NOW)


def followed(link: Link) -> None:
    linking.follow_again(link, by=ADA, now=NOW)


def answered(link: Link) -> None:
    conflict = troubles.make_conflict(link)
    conflicts.answer(conflict, Wins.LOCAL, by=ADA, now=NOW)


@pytest.mark.parametrize("deed", [unlinked, left_alone, followed, answered])
def test_a_person_waits_for_the_turn_before_locking_a_link(
    deed: Callable[[Link], None],
) -> None:
    books = make_connection(make_workspace())
    turn_on(books, "contacts")
    row = troubles.make_customer(books)
    link = troubles.make_link(books, make_contact(books.workspace), row.remote_id)
    with CaptureQueriesContext(database) as captured:
        deed(link)
    made = [query["sql"] for query in captured.captured_queries]
    turn = next(i for i, sql in enumerate(made) if "pg_advisory_xact_lock" in sql)
    locked = next(
        i
        for i, sql in enumerate(made)
        if "connections_link" in sql and "FOR UPD" in sql
    )
    assert turn < locked
    assert f"sync {books.pk} customers" in made[turn]

"""Who was quicker, and what was read earlier: neither is written over unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from django.db import connection as database, transaction
from factories import make_connection, make_workspace
from support.pairs import NOW, again, customer, link_of, read, rows, turn_on

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import reference
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.models import Conflict
from counterfoil.sync.ports import Observed
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    connection = make_connection(make_workspace())
    turn_on(connection, "contacts")
    return connection


@pytest.fixture
def there(connection: Connection) -> Observed:
    """Kate as a customer and, in step with it, as a contact."""
    kate = customer("1", given_name="Kate", email="kate@example.com", phone="555-0001")
    read(connection, kate)
    return kate


class Rival:
    """Types into a contact just before the first statement that would lock it."""

    def __init__(self, contact: Contact, **values: object) -> None:
        self.contact, self.values, self.has_typed = contact, values, False

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: Any,
        context: Mapping[str, Any],
    ) -> Any:
        is_lock = "crm_contact" in str(sql) and "FOR UPDATE" in str(sql)
        if is_lock and not self.has_typed:
            self.has_typed = True
            with ThreadPoolExecutor(max_workers=1) as hands:
                hands.submit(self._type).result()
        return execute(sql, params, many, context)

    def _type(self) -> None:
        """By a connection of its own: committed before the other goes on."""
        try:
            write(
                workspace=self.contact.workspace,
                changes=[Change("contact", self.values, self.contact.pk)],
                actor=Actor.user(1, "Ada"),
                origin=Origin.user(1),
                now=NOW,
            )
        finally:
            database.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wins", [Wins.REMOTE, Wins.ASK])
def test_who_types_while_news_are_judged_is_not_written_over_unseen(
    connection: Connection, there: Observed, wins: Wins
) -> None:
    rules = choices.of(connection, "contacts").rules
    turn_on(connection, "contacts", rules=tuple(replace(r, wins=wins) for r in rules))
    rival = Rival(Contact.objects.get(), phone="555-7777")

    with database.execute_wrapper(rival), transaction.atomic():
        read(connection, again(there, phone="555-0002"))

    assert rival.has_typed
    kept = Conflict.objects.get(local_field="phone")
    assert (kept.local_value, kept.remote_value) == ("555-7777", "555-0002")
    assert (kept.resolved_at is None) == (wins is Wins.ASK)


def test_what_was_read_earlier_and_comes_in_later_is_no_news(
    connection: Connection, there: Observed
) -> None:
    older = again(there, phone="555-0002")
    newer = again(older, phone="555-0003")
    read(connection, newer)

    tally = read(connection, older)

    assert tally.updated == 0
    assert Contact.objects.get().phone == "555-0003"
    [row] = rows(connection)
    assert (row.version, row.content["phone"]) == (newer.version, "555-0003")
    assert link_of(Contact.objects.get()).base_remote["phone"] == "555-0003"


def test_of_two_observations_at_once_the_newer_counts(
    connection: Connection, there: Observed
) -> None:
    older = again(there, phone="555-0002")
    newer = again(older, phone="555-0003")
    for several in permutations([older, newer]):
        reference.keep(connection, "customers", several, now=NOW)
        [row] = rows(connection)
        assert row.content["phone"] == "555-0003"
        row.delete()


def test_of_two_edits_in_one_second_the_higher_version_is_the_newer(
    connection: Connection, there: Observed
) -> None:
    older = replace(again(there, phone="555-0002"), version="9")
    newer = again(older, phone="555-0003")
    newer = replace(newer, version="10", updated_at=older.updated_at)
    read(connection, newer)

    tally = read(connection, older)

    assert tally.updated == 0
    assert Contact.objects.get().phone == "555-0003"
    [row] = rows(connection)
    assert (row.version, row.content["phone"]) == ("10", "555-0003")
    for several in permutations([older, newer]):
        row.delete()
        reference.keep(connection, "customers", several, now=NOW)
        [row] = rows(connection)
        assert row.version == "10"


@pytest.mark.parametrize("versions", [("9", "9"), ("", "9"), ("b", "a")])
def test_where_no_version_tells_what_is_read_later_counts(
    connection: Connection, there: Observed, versions: tuple[str, str]
) -> None:
    first = replace(again(there, phone="555-0002"), version=versions[0])
    second = again(first, phone="555-0003")
    second = replace(second, version=versions[1], updated_at=first.updated_at)
    read(connection, first)

    read(connection, second)

    assert Contact.objects.get().phone == "555-0003"

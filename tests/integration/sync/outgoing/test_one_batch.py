"""What goes out in one batch ends as it would have, had it gone one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories.records import make_contact
from support.desk import START, DeskBooks, desk_of, linked, mirrored, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Unclear
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Finding, Intent
from counterfoil.posting.state import State
from counterfoil.sync import marking
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.settings import Archived
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Issue, Outgoing
from counterfoil.sync.pairs import linking
from counterfoil.sync.ports import pairings

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


def change(contact: Contact, *, archived: bool | None = None, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk, archived=archived)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )


@pytest.mark.parametrize("is_first", [True, False])
def test_whoever_takes_the_place_of_one_archived_here_is_its_customer_then(
    connection: Connection,
    is_first: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    turn_on(connection, on_archived=Archived.UNLINK)
    named = {"first_name": "Ada", "last_name": "King", "email": "ada@king.test"}
    old, new = (make_contact(connection.workspace, **named) for _each in range(2))
    Outgoing.objects.all().delete()
    number = linked(connection, old, given_name="Ada", email="ada@king.test")
    change(old, archived=True)
    Outgoing.objects.all().delete()
    for each in (old, new) if is_first else (new, old):
        marking.mark(connection, "contacts", [each.pk], now=START)
    run_until_idle(LATER)
    assert dict(Link.objects.values_list("record_id", "remote_id")) == {new.pk: number}
    assert not Intent.objects.exists()
    assert not Issue.objects.exists()
    assert not Outgoing.objects.exists()


def test_whom_a_person_links_while_the_batch_is_on_its_way_is_not_created(
    connection: Connection,
) -> None:
    turn_on(connection, match_by=())
    first = make_contact(connection.workspace, first_name="Ada", last_name="King")
    run_until_idle(LATER)
    second = make_contact(connection.workspace, first_name="Bea", last_name="Long")
    desk = desk_of(connection)
    number = desk.put(display_name="Beatrice")
    mirrored(connection, number)
    Outgoing.objects.all().delete()
    change(first, phone="555-0001")
    marking.mark(connection, "contacts", [first.pk], now=START)
    marking.mark(connection, "contacts", [second.pk], now=START)

    def link() -> None:
        linking.link(
            connection,
            pairings["desk.contacts"],
            remote_id=number,
            record_id=second.pk,
            by=Actor.user(1, "Ada"),
            now=LATER,
        )

    desk.meanwhile = [link]
    run_until_idle(LATER + timedelta(hours=1))
    assert Link.objects.get(record_id=second.pk).remote_id == number
    assert "Bea Long" not in desk.names_taken()


def test_what_is_seen_twice_in_one_page_is_no_duplicate_of_itself(
    connection: Connection,
) -> None:
    turn_on(connection)
    desk = desk_of(connection)
    desk.errors = [Unclear("no answer")]
    contact = make_contact(connection.workspace, first_name="Ada", last_name="King")
    run_until_idle(LATER)
    intent = Intent.objects.get()
    assert intent.state == State.UNKNOWN
    made = desk.put(display_name="Ada King", given_name="Ada", family_name="King")
    desk.markers[made] = intent.marker
    [receipt] = DeskBooks(desk).marked_since(["customer"], START).found["customer"]
    seen = replace(desk.observed(made), receipt=receipt)
    applying.apply(connection, "customers", [seen, seen], now=LATER)
    intent.refresh_from_db()
    assert intent.state == State.CONFIRMED
    assert not Finding.objects.exists()
    run_until_idle(LATER)
    assert Link.objects.get(record_id=contact.pk).remote_id == made


def test_those_that_are_renamed_to_one_name_in_a_batch_get_two(
    connection: Connection,
) -> None:
    rule = Rule("last_name", "display_name", FieldKind.NAME)
    turn_on(connection, rules=(rule,))
    both = [make_contact(connection.workspace, last_name=each) for each in "AB"]
    numbers = [linked(connection, each) for each in both]
    for each in both:
        change(each, last_name="King")
    run_until_idle(LATER)
    desk = desk_of(connection)
    names = [desk.held[number]["display_name"] for number in numbers]
    assert sorted(names) == ["King", "King (2)"]
    assert list(Contact.objects.values_list("last_name", flat=True)) == ["King"] * 2
    assert len(desk.writes) == 2
    assert not Issue.objects.exists()
    assert not Outgoing.objects.exists()

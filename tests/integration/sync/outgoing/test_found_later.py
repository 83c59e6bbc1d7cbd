"""An answer that is late, lost or heard twice makes no edit, and hides none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories.records import make_contact
from support.desk import START, desk_of, linked, mirrored, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Rejected, Unclear
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.sync.engine.fields import FieldKind, Rule, Wins
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Conflict
from counterfoil.sync.outgoing import answers

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


def ada(connection: Connection) -> Contact:
    return make_contact(
        connection.workspace, first_name="Ada", last_name="King", phone="555-0001"
    )


def write_phone(contact: Contact, phone: str) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", {"phone": phone}, contact.pk)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=LATER,
    )


def test_an_edit_there_of_what_was_only_found_later_comes_here(
    connection: Connection,
) -> None:
    contact, desk = ada(connection), desk_of(connection)
    desk.errors = [Unclear("no answer")]
    run_until_idle(LATER)
    intent = Intent.objects.get()
    made = desk.put(display_name="Ada King", given_name="Ada", phone="555-0009")
    desk.markers[made] = intent.marker
    for minutes in (1, 4, 10, 30):
        run_until_idle(LATER + timedelta(minutes=minutes))
    intent.refresh_from_db()
    assert (intent.state, intent.remote_id) == (State.CONFIRMED, made)
    contact.refresh_from_db()
    assert contact.phone == "555-0009"
    assert desk.held[made]["phone"] == "555-0009"


def test_an_answer_that_is_heard_twice_makes_no_conflict_of_an_edit(
    connection: Connection,
) -> None:
    contact, desk = ada(connection), desk_of(connection)
    run_until_idle(LATER)
    number = Link.objects.get().remote_id
    desk.edit(number, phone="555-0002")
    applying.apply(connection, "customers", [desk.observed(number)], now=LATER)
    write_phone(contact, "555-0003")
    [event] = Event.objects.filter(kind__contains="confirmed")
    answers.confirmed(event, LATER)
    run_until_idle(LATER)
    assert not Conflict.objects.exists()
    contact.refresh_from_db()
    assert (contact.phone, desk.held[number]["phone"]) == ("555-0003", "555-0003")


def test_a_number_behind_a_name_that_was_taken_does_not_come_here(
    connection: Connection,
) -> None:
    desk = desk_of(connection)
    rule = Rule("last_name", "display_name", FieldKind.NAME)
    turn_on(connection, match_by=(), rules=(rule,))
    mirrored(connection, desk.put(display_name="King"))
    contact = ada(connection)
    desk.errors = [Unclear("no answer")]
    run_until_idle(LATER)
    intent = Intent.objects.get()
    assert intent.document["name"] == "King (2)"
    made = desk.put(display_name="King (2)")
    desk.markers[made] = intent.marker
    for minutes in (1, 4, 10, 30):
        run_until_idle(LATER + timedelta(minutes=minutes))
    intent.refresh_from_db()
    assert intent.state == State.CONFIRMED
    contact.refresh_from_db()
    assert contact.last_name == "King"
    assert desk.held[made]["display_name"] == "King (2)"


@pytest.mark.parametrize("lost", [Unclear("no answer"), Rejected("no", code="6000")])
def test_what_was_not_written_over_is_not_kept_as_if_it_had_been(
    connection: Connection, lost: Exception
) -> None:
    """Once where it was after all, at the second try; never where it was refused."""
    desk = desk_of(connection)
    rule = Rule("phone", "phone", FieldKind.PHONE, wins=Wins.LOCAL)
    turn_on(connection, rules=(rule,))
    contact = ada(connection)
    number = linked(connection, contact, given_name="Ada", phone="555-0001")
    write_phone(contact, "555-0002")
    desk.edit(number, phone="555-0009")
    mirrored(connection, number)
    desk.errors = [lost]
    run_until_idle(LATER)
    was_written = isinstance(lost, Unclear)
    assert desk.held[number]["phone"] == ("555-0002" if was_written else "555-0009")
    assert Conflict.objects.count() == int(was_written)

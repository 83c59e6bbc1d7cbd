"""An answer that comes late or twice takes nothing back that was edited since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories.records import make_contact
from support.desk import START, desk_of
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Unclear
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Conflict
from counterfoil.sync.outgoing import answers

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


def ada(connection: Connection) -> Contact:
    return make_contact(
        connection.workspace, first_name="Ada", last_name="King", phone="555-0001"
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
    change = Change("contact", {"phone": "555-0003"}, contact.pk)
    write(
        workspace=contact.workspace,
        changes=[change],
        actor=Actor.system(),
        origin=Origin.system(),
        now=LATER,
    )
    [event] = Event.objects.filter(kind__contains="confirmed")
    answers.confirmed(event, LATER)
    run_until_idle(LATER)
    assert not Conflict.objects.exists()
    contact.refresh_from_db()
    assert (contact.phone, desk.held[number]["phone"]) == ("555-0003", "555-0003")

"""What both sides agree on after a write, and who is looked at once more."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from factories.records import make_contact
from support.desk import START, Desk, desk_of, desks, linked
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import marking
from counterfoil.sync.models import Conflict, Outgoing
from counterfoil.sync.outgoing.tasks import run_pushes

pytestmark = pytest.mark.django_db


@dataclass
class Plain(Desk):
    """Keeps no accents, and tells nobody of that loss."""

    def put(self, **content: str) -> str:
        return super().put(**{name: _plain(value) for name, value in content.items()})

    def edit(self, number: str, **content: str) -> None:
        super().edit(number, **{name: _plain(value) for name, value in content.items()})


@dataclass
class Slow(Desk):
    """Something ``happens`` here in the middle of its first call."""

    happens: list[Callable[[], None]] = field(default_factory=list)

    def done(self) -> None:
        if self.happens:
            self.happens.pop()()
        super().done()


def _plain(value: str) -> str:
    text = unicodedata.normalize("NFKD", value)
    return "".join(each for each in text if not unicodedata.combining(each))


def a_pair(connection: Connection, first_name: str) -> tuple[Contact, str]:
    """A contact and its customer, in step."""
    contact = make_contact(
        connection.workspace, first_name=first_name, last_name="King", phone="555-0001"
    )
    number = linked(
        connection,
        contact,
        given_name=first_name,
        family_name="King",
        email=contact.email,
        phone="555-0001",
    )
    return contact, number


def edit(connection: Connection, contact: Contact, **values: object) -> None:
    """Somebody types, and that is told."""
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.user(1, "Ada"),
        origin=Origin.user(1),
        now=START,
    )
    marking.mark(connection, "contacts", [contact.pk], now=START)


def base_of(contact: Contact) -> tuple[object, object]:
    """What each side held of the last name when they last agreed."""
    link = Link.objects.get(object_type="contact", record_id=contact.pk)
    return link.base_local["last_name"], link.base_remote["family_name"]


def test_who_is_told_of_again_while_another_is_written_is_looked_at_again(
    connection: Connection,
) -> None:
    desk = desks[connection.account] = Slow()
    ada, _number = a_pair(connection, "Ada")
    bo, number = a_pair(connection, "Bo")
    edit(connection, ada, phone="555-0002")
    marking.mark(connection, "contacts", [bo.pk], now=START)  # in step, for now
    desk.happens = [lambda: edit(connection, bo, phone="555-0003")]

    run_pushes(START)
    run_pushes(START)

    assert not desk.happens
    assert desk.held[number]["phone"] == "555-0003"
    assert not Outgoing.objects.exists()


def test_what_became_of_a_value_that_was_written_is_agreed_and_no_edit(
    connection: Connection,
) -> None:
    desk = desks[connection.account] = Plain()
    contact, number = a_pair(connection, "Ada")
    edit(connection, contact, last_name="Şahin")

    run_until_idle(START)

    contact.refresh_from_db()
    assert (contact.last_name, desk.held[number]["family_name"]) == ("Şahin", "Sahin")
    assert base_of(contact) == ("Şahin", "Sahin")
    assert len(desk.writes) == 1


def test_what_became_of_a_value_at_creation_is_agreed_and_no_edit(
    connection: Connection,
) -> None:
    desks[connection.account] = Plain()
    contact = make_contact(
        connection.workspace, first_name="Ada", last_name="Şahin", phone="555-0001"
    )

    run_until_idle(START)

    contact.refresh_from_db()
    [held] = desk_of(connection).held.values()
    assert (contact.last_name, held["family_name"]) == ("Şahin", "Sahin")
    assert base_of(contact) == ("Şahin", "Sahin")
    assert len(desk_of(connection).writes) == 1
    assert not Conflict.objects.exists()

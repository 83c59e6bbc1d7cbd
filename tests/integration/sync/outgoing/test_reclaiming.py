"""A field that only comes from there goes back to its owner; the edit is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories.records import make_contact
from support.desk import START, linked, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.models import Conflict
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


def a_linked_contact(connection: Connection, state: str = LinkState.OK) -> Contact:
    settings = choices.of(connection, "contacts")
    rules = tuple(
        replace(rule, direction=Direction.IN) if rule.local == "first_name" else rule
        for rule in settings.rules
    )
    turn_on(connection, rules=rules)
    contact = make_contact(
        connection.workspace,
        first_name="Dora",
        last_name="Field",
        email="dora@x.example",
    )
    linked(
        connection,
        contact,
        given_name="Dora",
        family_name="Field",
        email="dora@x.example",
    )
    Link.objects.filter(connection=connection).update(state=state)
    run_until_idle(START)
    return contact


def edit(contact: Contact, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.user(1, "Ada"),
        origin=Origin.user(1),
        now=START,
    )
    run_until_idle(START)
    contact.refresh_from_db()


def test_its_owners_value_comes_back_and_the_edit_is_kept(
    connection: Connection,
) -> None:
    contact = a_linked_contact(connection)
    edit(contact, first_name="Nora")
    assert contact.first_name == "Dora"
    kept = Conflict.objects.get(local_field="first_name")
    assert (kept.local_value, kept.resolution) == ("Nora", "rule_remote")


def test_who_is_left_alone_keeps_the_edit(connection: Connection) -> None:
    contact = a_linked_contact(connection, LinkState.IGNORED)
    edit(contact, first_name="Nora")
    assert contact.first_name == "Nora"


def test_a_shared_field_is_no_matter_for_it(connection: Connection) -> None:
    contact = a_linked_contact(connection)
    edit(contact, last_name="Meadow")
    assert contact.last_name == "Meadow"

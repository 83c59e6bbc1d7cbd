"""Which companies hear of a change here, and which do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from factories.people import make_connection, make_workspace
from factories.records import make_company, make_contact
from support.desk import SERVICE, START, desk_of, turn_on
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, ConnectionState, Link
from counterfoil.crm import associations
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.models import Outgoing
from counterfoil.sync.outgoing import holding
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


def deliver() -> None:
    while dispatch.run(START):
        pass


def edit(contact: Contact, origin: Origin, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.system(),
        origin=origin,
        now=START,
    )


def waiting() -> set[tuple[int, str, int]]:
    rows = Outgoing.objects.values_list("connection_id", "name", "record_id")
    return set(rows)


def a_quiet_contact(connection: Connection) -> Contact:
    contact = make_contact(connection.workspace)
    deliver()
    Outgoing.objects.all().delete()
    return contact


def test_a_change_waits_for_every_company_that_it_may_have_to_reach(
    connection: Connection,
) -> None:
    other = make_connection(connection.workspace, service=SERVICE)
    turn_on(other)
    contact = a_quiet_contact(connection)
    edit(contact, Origin.user(1), phone="555-0001")
    deliver()
    assert waiting() == {
        (connection.pk, "contacts", contact.pk),
        (other.pk, "contacts", contact.pk),
    }


def test_a_companys_own_change_is_carried_to_the_others_only(
    connection: Connection,
) -> None:
    other = make_connection(connection.workspace, service=SERVICE)
    turn_on(other)
    contact = a_quiet_contact(connection)
    edit(contact, Origin.connection(connection.pk), phone="555-0001")
    deliver()
    assert waiting() == {(other.pk, "contacts", contact.pk)}


def test_the_past_starts_nothing(connection: Connection) -> None:
    other = make_connection(connection.workspace, service=SERVICE)
    contact = a_quiet_contact(connection)
    origin = Origin.connection(other.pk, historical=True)
    edit(contact, origin, phone="555-0001")
    deliver()
    assert waiting() == set()


@pytest.mark.parametrize("settings", [{"enabled": False}, {"direction": Direction.IN}])
def test_who_sends_nothing_hears_nothing(
    connection: Connection, settings: dict[str, Any]
) -> None:
    chosen = replace(choices.of(connection, "contacts"), **settings)
    choices.save(connection, chosen, by=None, now=START)
    edit(a_quiet_contact(connection), Origin.user(1), phone="555-0001")
    deliver()
    assert waiting() == set()


@pytest.mark.parametrize(
    "state", [ConnectionState.DISCONNECTED, ConnectionState.RECONNECT]
)
def test_what_changes_while_nothing_is_connected_waits_until_it_is(
    connection: Connection, state: ConnectionState
) -> None:
    contact = a_quiet_contact(connection)
    connection.state = state
    connection.save()
    edit(contact, Origin.user(1), phone="555-0001")
    run_until_idle(START)
    assert waiting() == {(connection.pk, "contacts", contact.pk)}
    assert desk_of(connection).writes == []
    connection.state = ConnectionState.ACTIVE
    connection.save()
    run_until_idle(START)
    assert waiting() == set()
    assert len(desk_of(connection).writes) == 1


def test_another_workspace_hears_nothing(connection: Connection) -> None:
    make_contact(make_workspace())
    deliver()
    assert waiting() == set()


def test_telling_twice_is_once(connection: Connection) -> None:
    contact = a_quiet_contact(connection)
    for number in range(3):
        edit(contact, Origin.user(1), phone=f"555-000{number}")
    deliver()
    assert Outgoing.objects.get().stamp == 3


def test_a_contacts_change_concerns_its_company_until_that_is_a_customer() -> None:
    connection = make_connection(make_workspace())
    for name in ("contacts", "companies"):
        chosen = replace(choices.of(connection, name), enabled=True)
        choices.save(connection, chosen, by=None, now=START)
    company = make_company(connection.workspace)
    contact = make_contact(connection.workspace)
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(contact),
        right=Ref.of(company),
        now=START,
    )
    deliver()
    both = {
        (connection.pk, "contacts", contact.pk),
        (connection.pk, "companies", company.pk),
    }
    assert waiting() == both
    Outgoing.objects.all().delete()
    edit(contact, Origin.user(1), email="new@example.com")
    deliver()
    assert waiting() == both
    Outgoing.objects.all().delete()
    Link.objects.create(
        connection=connection,
        stream="customers",
        remote_id="1",
        object_type="company",
        record_id=company.pk,
        created_at=START,
    )
    edit(contact, Origin.user(1), email="newer@example.com")
    deliver()
    assert waiting() == {(connection.pk, "contacts", contact.pk)}


def test_much_that_is_still_being_told_is_waited_for(connection: Connection) -> None:
    changes = [Change("contact", {"first_name": f"Ada {n}"}) for n in range(120)]
    write(
        workspace=connection.workspace,
        changes=changes,
        actor=Actor.system(),
        origin=Origin.user(1),
        now=START,
    )
    assert holding.is_gathering(connection)
    deliver()
    assert not holding.is_gathering(connection)


def test_many_edits_at_once_are_marked_in_one_statement(
    connection: Connection,
) -> None:
    workspace = connection.workspace
    contacts = [make_contact(workspace) for _ in range(60)]
    deliver()
    Outgoing.objects.all().delete()
    write(
        workspace=workspace,
        changes=[Change("contact", {"phone": "555-0100"}, c.pk) for c in contacts],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )
    with CaptureQueriesContext(database) as captured:
        dispatch.run(START)
    marks = [query for query in captured if "INSERT INTO sync_outgoing" in query["sql"]]
    assert len(marks) == 1
    told = {record_id for _pk, name, record_id in waiting() if name == "contacts"}
    assert told == {contact.pk for contact in contacts}

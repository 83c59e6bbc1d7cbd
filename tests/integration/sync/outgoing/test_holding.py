"""More writes at once than anybody makes by hand wait for a person's yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from factories.people import make_user
from factories.records import make_contact
from support.desk import START, desk_of, linked
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Rejected
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.models import EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import issues, marking
from counterfoil.sync.models import Issue, Outgoing, Run, RunKind
from counterfoil.sync.outgoing import holding

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=1)


def work(now: datetime = LATER) -> None:
    run_until_idle(now)


def ada(connection: Connection, **values: Any) -> Contact:
    wanted = {"first_name": "Ada", "last_name": "King", **values}
    return make_contact(connection.workspace, **wanted)


def edit(contact: Contact, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )


def created(connection: Connection) -> list[str]:
    writes = desk_of(connection).writes
    return [str(values["created"]) for _number, values in writes if "created" in values]


def test_more_at_once_than_anybody_writes_waits_for_a_yes(
    connection: Connection,
) -> None:
    for number in range(30):
        ada(connection, last_name=f"King {number}")
    work()
    assert created(connection) == []
    [waiting] = holding.held(connection)
    assert (waiting.name, waiting.count) == ("contacts", 30)
    one = ada(connection, last_name="Lovelace")
    work()
    assert created(connection) == ["Ada Lovelace"]
    assert Link.objects.filter(record_id=one.pk).exists()
    owner = make_user(workspace=connection.workspace)
    assert holding.release(connection, "contacts", by=owner, now=START) == 30
    work()
    assert len(created(connection)) == 31
    assert holding.held(connection) == []


@pytest.mark.parametrize(
    ("kind", "count"), [(RunKind.SETTINGS, 30), (RunKind.IMPORT, 0)]
)
def test_only_what_was_previewed_is_not_held(
    connection: Connection, kind: RunKind, count: int
) -> None:
    people = [ada(connection, last_name=f"King {number}") for number in range(30)]
    Outgoing.objects.all().delete()
    run = Run.objects.create(
        connection=connection, kind=kind, began_at=START, ended_at=START
    )
    ids = [each.pk for each in people]
    marking.mark(connection, "contacts", ids, run_id=run.pk, now=START)
    EventDelivery.objects.all().delete()
    work()
    assert len(created(connection)) == count


def test_a_no_writes_nothing_and_the_next_edit_counts_anew(
    connection: Connection,
) -> None:
    people = [ada(connection, last_name=f"King {number}") for number in range(30)]
    work()
    owner = make_user(workspace=connection.workspace)
    assert holding.discard(connection, "contacts", by=owner, now=START) == 30
    work()
    assert created(connection) == []
    edit(people[0], phone="555-0001")
    work()
    assert len(created(connection)) == 1


def test_what_needs_no_write_is_never_held(connection: Connection) -> None:
    people = [ada(connection, last_name=f"King {number}") for number in range(30)]
    Outgoing.objects.all().delete()
    for each in people:
        linked(
            connection,
            each,
            given_name="Ada",
            family_name=each.last_name,
            email=each.email,
        )
    marking.mark(connection, "contacts", [each.pk for each in people], now=START)
    work()
    assert holding.held(connection) == []
    assert not Outgoing.objects.exists()


def test_what_needs_no_write_is_an_issue_no_longer(connection: Connection) -> None:
    people = [ada(connection, last_name=f"King {number}") for number in range(30)]
    Outgoing.objects.all().delete()
    for each in people:
        linked(
            connection,
            each,
            given_name="Ada",
            family_name=each.last_name,
            email=each.email,
        )
        about = issues.of_record("contacts", "contact", each.pk)
        issues.note(connection, about, Rejected("No such phone."), now=START)
    marking.mark(connection, "contacts", [each.pk for each in people], now=START)
    work()
    assert not Issue.objects.exists()
    assert not Outgoing.objects.exists()

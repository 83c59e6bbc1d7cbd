"""Undo takes back what a run archived or restored, and says what it cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import NOW, make_contact
from factories.remote import make_customer, turned_on
from support.changes import (
    confirmed,
    edit,
    fax_for_phone,
    linked,
    switched_on,
    undone,
)

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Gone, Settings
from counterfoil.sync.models import Run
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db


def archiving(connection: Connection, ada: User) -> tuple[Run, Contact, RemoteObject]:
    """Ada wants whom QuickBooks made inactive archived here; one is."""
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, held = linked(connection)
    set_active(held, active=False)
    run = confirmed(connection, replace(settings, on_gone=Gone.ARCHIVE), ada)
    contact.refresh_from_db()
    assert contact.archived_at is not None
    return run, contact, held


def set_active(held: RemoteObject, *, active: bool) -> None:
    held.active = active
    held.digest = b"active" if active else b"inactive"
    held.save()


def test_whom_a_run_archived_is_back(connection: Connection, ada: User) -> None:
    run, contact, _held = archiving(connection, ada)

    back = undone(run, ada)

    contact.refresh_from_db()
    assert contact.archived_at is None
    assert back.counts["undone"] == 1
    assert choices.of(connection, "contacts").on_gone is Gone.KEEP


def test_whom_somebody_has_restored_since_stays_so(
    connection: Connection, ada: User
) -> None:
    run, contact, _held = archiving(connection, ada)
    write(
        workspace=connection.workspace,
        changes=[Change("contact", {}, contact.pk, archived=False)],
        actor=Actor.user(ada.pk, ada.name),
        origin=Origin.user(ada.pk),
        now=NOW,
    )

    back = undone(run, ada)

    contact.refresh_from_db()
    assert contact.archived_at is None
    assert back.counts["undone"] == 1


def test_whom_a_run_restored_is_archived_again(
    connection: Connection, ada: User
) -> None:
    _run, contact, held = archiving(connection, ada)
    set_active(held, active=True)
    restoring = confirmed(connection, again(connection), ada)
    contact.refresh_from_db()
    assert contact.archived_at is None

    undone(restoring, ada)

    contact.refresh_from_db()
    assert contact.archived_at is not None


def again(connection: Connection) -> Settings:
    """The same settings but for a mapping."""
    return fax_for_phone(choices.of(connection, "contacts"))


def test_a_record_that_is_no_more_is_said_and_stops_no_others(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    other, _held = linked(connection, fax="555-0112")
    run = confirmed(connection, fax_for_phone(settings), ada)
    contact.delete()

    back = undone(run, ada)

    assert (back.counts["undone"], back.counts["cannot"]) == (1, 1)
    other.refresh_from_db()
    assert other.phone == "555-0100"


def test_a_property_that_is_no_more_is_said_and_the_others_go_back(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    change = run.changes.get(record_id=contact.pk)
    change.before = {"shoe_size": "44", **change.before}
    change.save()

    back = undone(run, ada)

    assert (back.counts["undone"], back.counts["cannot"]) == (0, 1)
    contact.refresh_from_db()
    assert contact.phone == "555-0100"


def test_a_value_that_somebody_has_put_back_already_counts_as_undone(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    edit(contact, ada, phone="555-0100")

    back = undone(run, ada)

    assert (back.counts["undone"], back.counts["changed_since"]) == (1, 0)
    contact.refresh_from_db()
    assert contact.phone == "555-0100"


def test_whom_a_run_met_is_let_go_also_where_somebody_has_worked_on_it(
    connection: Connection, ada: User
) -> None:
    contact = make_contact(connection.workspace)
    make_customer(connection, email=contact.email)
    run = switched_on(connection, ada)
    assert Link.objects.get().record_id == contact.pk
    edit(contact, ada, job_title="Baker")

    undone(run, ada)

    contact.refresh_from_db()
    assert contact.archived_at is None
    assert not Link.objects.exists()
    assert not run.changes.filter(created=True).exists()

"""What an undo has put away comes back when somebody wants it again, and not otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import NOW
from factories.remote import make_customer, turned_on
from support.changes import edit, switched_on, undone

from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import on_request
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Gone, Settings
from counterfoil.sync.explain import record
from counterfoil.sync.explain.story import Button, Part, State
from counterfoil.sync.models import Proposal, Run, RunKind, RunState
from counterfoil.sync.pairs import incoming, linking
from counterfoil.sync.ports import pairings
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.runs import restoring
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db
ADA = Actor.user(1, "Ada")


def imported(connection: Connection, *rows: RemoteObject) -> Run:
    """An import, begun before it is undone."""
    run = Run.objects.create(
        connection=connection,
        kind=RunKind.IMPORT,
        state=RunState.DONE,
        began_at=NOW,
        ended_at=NOW,
    )
    incoming.apply_rows(
        connection,
        pairings["quickbooks.contacts"],
        choices.of(connection, "contacts"),
        rows,
        historical=True,
        run=run,
        now=NOW,
    )
    return run


def restore(contact: Contact) -> None:
    """As a person does it."""
    write(
        workspace=contact.workspace,
        changes=[Change("contact", {}, contact.pk, archived=False)],
        actor=ADA,
        origin=Origin("user", "1"),
        now=NOW,
    )


def counted(connection: Connection, by: User, settings: Settings) -> Proposal:
    proposal = proposing.propose(connection, "contacts", settings, by=by, now=NOW)
    return counting.count(proposal, now=NOW)


def inward(connection: Connection) -> Settings:
    settings = choices.defaults(connection, "contacts")
    return replace(settings, enabled=True, direction=Direction.IN)


def told(contact: Contact) -> Part:
    found = record.of_record(contact.workspace, Ref.of(contact), NOW)
    return next(part for part in found.parts if part.name == "contacts")


def test_whom_a_person_has_restored_meanwhile_is_met_and_not_made_again(
    connection: Connection, ada: User
) -> None:
    make_customer(connection)
    undone(switched_on(connection, ada), ada)
    [contact] = Contact.objects.all()
    restore(contact)
    edit(contact, ada, first_name="Dorothy", last_name="Wood", email="")
    both = replace(inward(connection), direction=Direction.BOTH)
    proposal = counted(connection, ada, both)
    assert proposal.counts["here"] == {"update": 1}
    assert "create" not in proposal.counts["there"]

    second = switched_on(connection, ada)

    assert Contact.objects.get() == contact
    link = Link.objects.get()
    assert (link.record_id, link.reason) == (contact.pk, "returned")
    undone(second, ada)
    contact.refresh_from_db()
    assert contact.archived_at is None


def test_whom_another_customer_finds_by_now_is_not_taken_twice(
    connection: Connection, ada: User
) -> None:
    first = make_customer(connection)
    undone(switched_on(connection, ada), ada)
    [contact] = Contact.objects.all()
    restore(contact)
    edit(contact, ada, first_name="Dorothy", last_name="Wood", email="d@example.com")
    other = make_customer(connection, email="d@example.com")

    switched_on(connection, ada)

    assert Link.objects.get(record_id=contact.pk).remote_id == other.remote_id
    assert Link.objects.get(remote_id=first.remote_id).reason == "created"
    assert Contact.objects.count() == 2


def test_turning_it_on_takes_up_what_an_undone_import_had_linked(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    undone(imported(connection, make_customer(connection)), ada)
    choices.save(connection, replace(settings, enabled=False), by=ada, now=NOW)

    proposal = counted(connection, ada, settings)
    assert proposal.counts["here"] == {"restore": 1}
    assert Link.objects.get().state == LinkState.IGNORED
    switched_on(connection, ada)

    assert Contact.objects.get().archived_at is None
    assert Link.objects.get().state == LinkState.OK


def test_another_change_of_settings_leaves_it_alone_and_says_why(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    undone(imported(connection, make_customer(connection)), ada)

    changed = replace(settings, on_gone=Gone.ARCHIVE)
    proposal = counted(connection, ada, changed)

    assert proposal.counts["left"]["here"] == {"undone": 1}


def test_what_a_person_left_alone_stays_so(connection: Connection, ada: User) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    held = make_customer(connection)
    run = imported(connection, held)
    contact = Contact.objects.get()
    edit(contact, ada, job_title="Baker")
    undone(run, ada)
    linking.unlink(Link.objects.get(), ignore=True, by=ADA, now=NOW)

    restoring.follow_again(connection, "customers", [held.remote_id])
    choices.save(connection, replace(settings, enabled=False), by=ada, now=NOW)
    switched_on(connection, ada)

    assert Link.objects.get().state == LinkState.IGNORED
    assert "somebody decided" in told(contact).sentence


def test_the_record_says_what_left_it_alone_and_a_button_brings_it_back(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts", direction=Direction.IN)
    undone(imported(connection, make_customer(connection)), ada)
    contact = Contact.objects.get()
    assert contact.archived_at is not None
    part = told(contact)
    assert "was undone" in part.sentence
    assert Button.FOLLOW in part.buttons

    on_request.follow(
        connection,
        pairings["quickbooks.contacts"],
        Ref.of(contact),
        by=ADA,
        now=NOW + timedelta(minutes=1),
    )

    contact.refresh_from_db()
    assert contact.archived_at is None
    assert Link.objects.get().state == LinkState.OK
    assert told(contact).state is State.MOVING  # it is read again

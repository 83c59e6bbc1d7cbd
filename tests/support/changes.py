"""Changes of settings and their undoing, carried out in the test's own process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from factories import NOW, make_contact
from factories.remote import make_customer, make_link

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import tasks
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import Run
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.runs import undo
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User


def carried_out(run: Run) -> Run:
    """Go on until nothing of it is left to do."""
    while tasks.run_imports(NOW):
        pass
    run.refresh_from_db()
    return run


def confirmed(connection: Connection, settings: Settings, by: User) -> Run:
    """A change of settings, carried out."""
    proposal = proposing.propose(connection, settings.name, settings, by=by, now=NOW)
    counting.count(proposal, now=NOW)
    run = proposing.confirm(proposal, yes=True, by=by, now=NOW)
    assert run is not None
    return carried_out(run)


def undone(run: Run, by: User) -> Run:
    """The undo of a run, carried out."""
    return carried_out(undo.begin(run, by=by, now=NOW))


def edit(contact: Contact, by: User, **values: Any) -> None:
    """As a person does it on a page."""
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.user(by.pk, by.name),
        origin=Origin.user(by.pk),
        now=NOW,
    )


def switched_on(connection: Connection, by: User, **chosen: Any) -> Run:
    """Contacts are turned on, inward."""
    settings = replace(
        choices.defaults(connection, "contacts"),
        enabled=True,
        direction=Direction.IN,
        **chosen,
    )
    return confirmed(connection, settings, by)


def linked(connection: Connection, **content: Any) -> tuple[Contact, RemoteObject]:
    """A contact and its customer that are linked and agree but for ``content``."""
    contact = make_contact(connection.workspace, phone="555-0100")
    held = make_customer(
        connection,
        **{
            "given_name": contact.first_name,
            "family_name": contact.last_name,
            "email": contact.email,
            "phone": "555-0100",
            **content,
        },
    )
    make_link(connection, contact, held, "contacts")
    return contact, held


def fax_for_phone(settings: Settings) -> Settings:
    """A mistake: the phone is taken from the fax."""
    rules = tuple(
        replace(rule, remote="fax", direction=Direction.IN)
        if rule.remote == "phone"
        else rule
        for rule in settings.rules
        if rule.remote != "mobile"
    )
    return replace(settings, rules=rules)

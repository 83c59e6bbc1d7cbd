"""A whole company as it is read: every customer and item becomes what it is, once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection as database
from factories import make_connection, make_contact, make_workspace
from support import simulator as simulated
from support.pairs import NOW, customer, rows, turn_on

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.connectors.quickbooks.pairings import is_organisation, is_person
from counterfoil.core.errors import Stale
from counterfoil.crm import associations, records
from counterfoil.crm.models import Company, Contact, Product
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import reference
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Conflict, Issue, Outgoing, Review
from counterfoil.sync.pairs import incoming
from counterfoil.sync.ports import pairings, sources
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return simulated.connect(simulator, make_workspace(), now=datetime.now(UTC))


def read_all(connection: Connection, *, historical: bool = True) -> None:
    source = sources[connection.service]
    for stream in ("customers", "items"):
        cursor: object = {}
        while cursor is not None:
            page = source.page(connection, stream, cursor, now=datetime.now(UTC))  # type: ignore[arg-type]
            applying.apply(
                connection, stream, page.observed, historical=historical, now=NOW
            )
            cursor = page.after


def all_on(connection: Connection) -> None:
    for name in ("companies", "contacts", "products"):
        turn_on(connection, name)


def states() -> list[tuple[str, int, int]]:
    return [
        (model.object_type, pk, version)
        for model in (Contact, Company, Product)
        for pk, version in model._default_manager.values_list("pk", "version")
    ]


def test_every_customer_and_item_becomes_what_it_is_and_stays_so(
    connection: Connection,
) -> None:
    all_on(connection)

    read_all(connection)

    held = RemoteObject.objects.filter(connection=connection, active=True)
    customers = [row.content for row in held.filter(stream="customers")]
    items = [row.content for row in held.filter(stream="items")]
    assert Contact.objects.count() == sum(map(is_person, customers)) > 5
    assert Company.objects.count() == sum(map(is_organisation, customers)) > 5
    sold = {"service", "non_inventory", "inventory"}
    assert Product.objects.count() == sum(row["type"] in sold for row in items) > 5
    assert Link.objects.count() == len(states())
    for nothing in (Conflict, Issue, Outgoing, Review):
        assert not nothing._default_manager.exists()

    below = Link.objects.filter(
        remote_id__in=[
            row.remote_id
            for row in held.filter(stream="customers")
            if row.content["parent_id"]
        ]
    )
    assert below
    for link in below:
        ref = Ref(link.object_type, link.record_id)
        assert any(
            associations.refs_of(connection.workspace, ref, kind)
            for kind in ("contact", "company")
        )

    before = states()
    read_all(connection, historical=False)
    assert states() == before
    assert not Outgoing.objects.exists()


def test_what_is_turned_on_later_is_taken_from_what_is_held(
    connection: Connection,
) -> None:
    read_all(connection)
    assert not Contact.objects.exists()
    settings = turn_on(connection, "contacts")

    held = RemoteObject.objects.filter(connection=connection, stream="customers")
    tally = incoming.apply_rows(
        connection,
        pairings["quickbooks.contacts"],
        settings,
        list(held),
        historical=False,
        run=None,
        now=NOW,
    )

    assert tally.created == Contact.objects.count() == held.filter(active=True).count()


@pytest.mark.django_db(transaction=True)
def test_whoever_is_quicker_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody edits between the judging and the writing: all is judged again."""
    connection = make_connection(make_workspace())
    settings = turn_on(connection, "contacts")
    kate = customer(given_name="Kate", email="kate@example.com", phone="555-123-4567")
    reference.keep(connection, "customers", [kate], now=NOW)
    contact = make_contact(
        connection.workspace, first_name="Kate", last_name="", email="kate@example.com"
    )
    door, edits = records.write, iter(["Owner", "Boss"])

    def slow(**given: object) -> list[records.Written]:
        if title := next(edits, ""):
            other = threading.Thread(target=edit, args=(contact, title))
            other.start()
            other.join()
        return door(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "write", slow)
    incoming.apply_rows(
        connection,
        pairings["quickbooks.contacts"],
        settings,
        rows(connection),
        historical=False,
        run=None,
        now=NOW,
    )

    contact.refresh_from_db()
    assert (contact.job_title, contact.phone) == ("Boss", "555-123-4567")
    assert contact.version == 4
    assert Link.objects.count() == 1


def test_an_endless_race_is_given_up(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all(connection)
    turn_on(connection, "contacts")
    found = RemoteObject.objects.filter(connection=connection, stream="customers")
    row = found.order_by("pk")[0]

    def never(**_given: object) -> list[records.Written]:
        raise Stale("Somebody was quicker.")

    monkeypatch.setattr(records, "write", never)
    with pytest.raises(Stale):
        incoming.apply_rows(
            connection,
            pairings["quickbooks.contacts"],
            choices.of(connection, "contacts"),
            [row],
            historical=False,
            run=None,
            now=NOW,
        )
    assert not Link.objects.exists()


def edit(contact: Contact, job_title: str) -> None:
    """By somebody else, on a connection of their own."""
    try:
        write(
            workspace=contact.workspace,
            changes=[Change("contact", {"job_title": job_title}, contact.pk)],
            actor=Actor.user(1, "Ada"),
            origin=Origin.system(),
            now=NOW,
        )
    finally:
        database.close()

"""An undo reaches a running QuickBooks company: values go back, what was made is put away."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from factories import make_access
from factories.records import make_contact
from support import simulator as simulated
from support.books_there import as_if_imported
from support.worker import run_until_idle

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.settings import Filter, Settings
from counterfoil.sync.models import Outgoing, Proposal, Run, RunState
from counterfoil.sync.previews import proposing
from counterfoil.sync.runs import undo
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return as_if_imported(simulator)


@pytest.fixture
def ada(connection: Connection) -> User:
    return make_access(connection.workspace).user


def work() -> None:
    run_until_idle(datetime.now(UTC))


def only(contact: Contact) -> tuple[Filter, ...]:
    return (("last_name", "is", contact.last_name),)


def named(connection: Connection, **values: Any) -> Contact:
    return make_contact(
        connection.workspace,
        first_name="Ada",
        last_name=f"Undone{next(NUMBERS)}",
        **values,
    )


def previewed(connection: Connection, settings: Settings, by: User) -> Proposal:
    now = datetime.now(UTC)
    proposal = proposing.propose(connection, settings.name, settings, by=by, now=now)
    work()
    proposal.refresh_from_db()
    return proposal


def confirmed(connection: Connection, settings: Settings, by: User) -> Run:
    proposal = previewed(connection, settings, by)
    run = proposing.confirm(proposal, yes=True, by=by, now=datetime.now(UTC))
    assert run is not None
    work()
    run.refresh_from_db()
    return run


def undone(run: Run, by: User) -> Run:
    back = undo.begin(run, by=by, now=datetime.now(UTC))
    work()
    back.refresh_from_db()
    assert back.state == RunState.DONE
    return back


def turned_on(connection: Connection, contact: Contact, by: User) -> Run:
    """Contacts are on, for one of them."""
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, filters=only(contact)
    )
    return confirmed(connection, settings, by)


def of_name(connection: Connection, contact: Contact) -> list[str]:
    """The customers of that name, active or not, as far as they are known here."""
    rows = connection.remote_objects.filter(name__contains=contact.last_name)
    return list(rows.values_list("remote_id", flat=True))


def edit(contact: Contact, **values: object) -> None:
    write(
        workspace=contact.workspace,
        changes=[Change("contact", values, contact.pk)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=datetime.now(UTC),
    )


def test_a_customer_that_a_run_made_is_put_away_and_nothing_comes_back(
    connection: Connection, books: simulated.Bookkeeper, ada: User
) -> None:
    contact = named(connection)
    run = turned_on(connection, contact, ada)
    number = Link.objects.get(record_id=contact.pk).remote_id
    assert books.get("Customer", number)["Active"]
    assert "1 made in QuickBooks cannot be deleted" in undo.what_cannot(run)[0]

    back = undone(run, ada)

    assert not books.get("Customer", number)["Active"]
    assert back.counts["undone"] == 1
    assert not Link.objects.filter(record_id=contact.pk).exists()
    assert not choices.of(connection, "contacts").enabled
    contact.refresh_from_db()
    assert contact.archived_at is None
    edit(contact, phone="555-0199")
    work()
    assert not Outgoing.objects.exists()
    assert not books.get("Customer", number)["Active"]


def test_turning_it_on_again_makes_the_same_customer_active_again(
    connection: Connection, books: simulated.Bookkeeper, ada: User
) -> None:
    contact = named(connection)
    undone(turned_on(connection, contact, ada), ada)
    [number] = of_name(connection, contact)
    edit(contact, phone="555-0199")
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, filters=only(contact)
    )
    proposal = previewed(connection, settings, ada)
    assert proposal.counts["there"] == {"restore": 1}

    second = turned_on(connection, contact, ada)

    customer = books.get("Customer", number)
    assert customer["Active"]
    assert customer["DisplayName"] == f"Ada {contact.last_name}"
    assert customer["PrimaryPhone"] == {"FreeFormNumber": "555-0199"}
    link = Link.objects.get(record_id=contact.pk)
    assert (link.remote_id, link.reason) == (number, "returned")
    assert of_name(connection, contact) == [number]
    undone(second, ada)
    assert not books.get("Customer", number)["Active"]
    contact.refresh_from_db()
    assert contact.archived_at is None


def test_a_customer_that_owes_money_by_now_stays(
    connection: Connection, books: simulated.Bookkeeper, ada: User
) -> None:
    contact = named(connection)
    run = turned_on(connection, contact, ada)
    link = Link.objects.get(record_id=contact.pk)
    connection.remote_objects.filter(remote_id=link.remote_id).update(
        content={"balance": "12.50"}
    )
    back = undone(run, ada)
    assert books.get("Customer", link.remote_id)["Active"]
    assert (back.counts["undone"], back.counts["changed_since"]) == (0, 1)


def test_a_value_that_a_run_wrote_there_goes_back(
    connection: Connection, books: simulated.Bookkeeper, ada: User
) -> None:
    contact = named(connection, phone="555-0100", website="https://ada.example.com")
    turned_on(connection, contact, ada)
    number = Link.objects.get(record_id=contact.pk).remote_id
    settings = choices.of(connection, "contacts")
    run = confirmed(connection, phone_as_fax(settings), ada)
    assert books.get("Customer", number)["Fax"] == {"FreeFormNumber": "555-0100"}

    back = undone(run, ada)

    customer = books.get("Customer", number)
    assert not customer.get("Fax", {}).get("FreeFormNumber")
    assert customer["PrimaryPhone"] == {"FreeFormNumber": "555-0100"}
    assert back.counts["undone"] == 1
    assert choices.of(connection, "contacts") == settings
    work()
    assert not books.get("Customer", number).get("Fax", {}).get("FreeFormNumber")
    assert Link.objects.get(record_id=contact.pk).state == LinkState.OK


def test_what_was_edited_there_since_stays(
    connection: Connection, books: simulated.Bookkeeper, ada: User
) -> None:
    contact = named(connection, phone="555-0100")
    turned_on(connection, contact, ada)
    number = Link.objects.get(record_id=contact.pk).remote_id
    settings = choices.of(connection, "contacts")
    run = confirmed(connection, phone_as_fax(settings), ada)
    customer = books.get("Customer", number)
    edited = {"FreeFormNumber": "555-0777"}
    books.post("Customer", {**customer, "Fax": edited})

    back = undone(run, ada)

    assert books.get("Customer", number)["Fax"] == edited
    assert (back.counts["undone"], back.counts["changed_since"]) == (0, 1)


def phone_as_fax(settings: Settings) -> Settings:
    rules = tuple(
        replace(rule, remote="fax") if rule.remote == "phone" else rule
        for rule in settings.rules
        if rule.remote != "mobile"
    )
    return replace(settings, rules=rules)

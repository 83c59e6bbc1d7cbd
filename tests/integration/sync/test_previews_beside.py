"""What turning one object on or off leaves to the other one of the same customers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import NOW, make_company, make_contact
from factories.remote import make_customer, make_link, turned_on
from support.queries import at_most

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Company, Contact
from counterfoil.sync.models import Conflict, Outgoing, Proposal, ProposalState
from counterfoil.sync.pairs import incoming, others
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db
SHARED = {"company_name": "Bird & Sons", "given_name": "Amy", "family_name": "Bird"}


def counted(connection: Connection, name: str, by: User, *, is_on: bool) -> Proposal:
    wanted = replace(choices.of(connection, name), enabled=is_on)
    proposal = proposing.propose(connection, name, wanted, by=by, now=NOW)
    return counting.count(proposal, now=NOW)


def a_person(
    connection: Connection, *, phone: str, mobile: str
) -> tuple[Contact, RemoteObject]:
    """A contact of an organisation's customer; the two agree on the customer's phone."""
    contact = make_contact(
        connection.workspace, first_name="Amy", last_name="Bird", phone=phone
    )
    held = make_customer(
        connection, **SHARED, email=contact.email, phone=phone, mobile=mobile
    )
    link = make_link(connection, contact, held, "contacts")
    link.base_remote = {k: v for k, v in link.base_remote.items() if k != "mobile"}
    link.save()
    return contact, held


def a_company(connection: Connection, email: str) -> tuple[Company, RemoteObject]:
    """A company whose customer's e-mail is that of its person, and never was its own."""
    company = make_company(connection.workspace, name="Bird & Sons", email="")
    held = make_customer(connection, **SHARED, display_name="Bird & Sons", email=email)
    link = make_link(connection, company, held, "companies")
    for base in (link.base_local, link.base_remote):
        base.pop("email")
    link.save()
    return company, held


def test_what_becomes_the_persons_when_companies_are_turned_on_is_counted(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    fills, _held = a_person(connection, phone="555-0100", mobile="")
    asks, _held = a_person(connection, phone="555-0100", mobile="555-0199")
    a_person(connection, phone="555-0100", mobile="555-0100")
    make_customer(connection, **SHARED)

    proposal = counted(connection, "companies", ada, is_on=True)

    assert proposal.state == ProposalState.READY
    assert proposal.counts["beside"] == {"contacts": 2}
    told = {
        each["record_id"]: (each["side"], each["changes"])
        for each in proposal.examples["beside"]["contacts"]
    }
    assert told == {
        fills.pk: ("there", [["mobile", "", "555-0100"]]),
        asks.pk: ("here", [["phone", "555-0100", "555-0199"]]),
    }


def test_what_becomes_the_companys_when_contacts_are_turned_off_is_counted(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    turned_on(connection, "companies")
    company, _held = a_company(connection, "amy@example.com")

    proposal = counted(connection, "contacts", ada, is_on=False)

    assert proposal.state == ProposalState.READY
    assert proposal.counts["beside"] == {"companies": 1}
    [told] = proposal.examples["beside"]["companies"]
    assert (told["record_id"], told["title"]) == (company.pk, "Bird & Sons")
    assert told["changes"] == [["email", None, "amy@example.com"]]


def test_what_was_counted_comes_true_when_it_is_changed_next(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    turned_on(connection, "companies")
    company, held = a_company(connection, "amy@example.com")
    proposal = counted(connection, "contacts", ada, is_on=False)
    proposing.confirm(proposal, yes=False, by=ada, now=NOW)
    company.refresh_from_db()
    assert company.email == ""

    [(pairing, settings)] = others.on(connection, "customers")
    incoming.apply_rows(
        connection, pairing, settings, [held], historical=False, run=None, now=NOW
    )

    company.refresh_from_db()
    assert company.email == "amy@example.com"


def test_nothing_is_counted_where_the_other_object_is_off_or_nothing_is_switched(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "companies")
    a_company(connection, "amy@example.com")
    same = counted(connection, "companies", ada, is_on=True)
    assert same.counts["beside"] == {}
    off = counted(connection, "companies", ada, is_on=False)
    assert (off.state, off.counts) == (ProposalState.READY, {})


def test_counting_it_writes_nothing_and_costs_the_same_for_many(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    made: list[Any] = [
        a_person(connection, phone="555-0100", mobile="") for _ in range(30)
    ]
    wanted = replace(choices.of(connection, "companies"), enabled=True)
    proposal = proposing.propose(connection, "companies", wanted, by=ada, now=NOW)
    with at_most(110):
        counting.count(proposal, now=NOW)
    proposal.refresh_from_db()
    assert proposal.counts["beside"] == {"contacts": 30}
    assert len(proposal.examples["beside"]["contacts"]) == 5
    assert not Outgoing.objects.exists()
    assert not Conflict.objects.exists()
    for contact, _held in made:
        contact.refresh_from_db()
        assert (contact.phone, contact.version) == ("555-0100", 1)

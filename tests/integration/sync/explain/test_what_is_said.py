"""The answers to the questions that bookkeepers ask most."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from factories import people, records, troubles

from counterfoil.connections.models import Connection, ConnectionState, Link, LinkState
from counterfoil.crm import associations
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State as Posting
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.explain.record import of_record
from counterfoil.sync.explain.story import Button, Part, State
from counterfoil.sync.models import Hint, Outgoing, Quarantine
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
NOW = people.NOW


@pytest.fixture
def workspace() -> Workspace:
    return people.make_workspace()


@pytest.fixture
def books(workspace: Workspace) -> Connection:
    return people.make_connection(workspace)


def turn_on(books: Connection, name: str = "contacts", **changes: Any) -> None:
    wanted = replace(choices.defaults(books, name), enabled=True, **changes)
    choices.save(books, wanted, by=None, now=NOW)


def told(record: Record) -> Part:
    [part] = of_record(record.workspace, Ref.of(record), NOW).parts
    return part


def linked(books: Connection, contact: Any, *, phone: str, before: str) -> None:
    content = {"email": contact.email, "phone": phone, "family_name": contact.last_name}
    troubles.make_customer(books, name=str(contact), content=content)
    base = {"phone": before, "email": contact.email}
    troubles.make_link(books, contact, base_local=base, base_remote=base)


def dora(workspace: Workspace, **values: Any) -> Any:
    return records.make_contact(workspace, **{"last_name": "Field", **values})


def field(part: Part, name: str) -> Any:
    return next(each for each in part.fields if each.local == name)


def test_a_filter_is_told_in_its_own_words(workspace, books):
    turn_on(
        books,
        filters=(("email", "contains", "@harbour.test"), ("phone", "known", None)),
    )
    part = told(dora(workspace))
    assert part.state is State.ABSENT
    assert (
        "only where E-mail contains @harbour.test and Phone is known" in part.sentence
    )
    assert Button.SETTINGS in part.buttons


def test_one_of_the_people_of_a_company_is_told_with_the_company_and_its_number(
    workspace, books
):
    turn_on(books)
    turn_on(books, "companies")
    company, contact = records.make_company(workspace, name="Acme"), dora(workspace)
    other = dora(workspace, first_name="First")
    troubles.make_customer(books, "12", "Acme", content={"company_name": "Acme"})
    troubles.make_link(books, company, "12")
    for person in (other, contact):
        associations.associate(
            workspace=workspace, left=Ref.of(company), right=Ref.of(person), now=NOW
        )
    part = told(contact)
    assert "one of the people of Acme, number 12 there" in part.sentence
    assert part.other == ("company", company.pk)


def test_a_value_that_is_not_sent_is_not_called_on_its_way(workspace, books):
    turn_on(books, outgoing=Taking.NOTHING)
    contact = dora(workspace, phone="555 0111")
    linked(books, contact, phone="555 0100", before="555 0100")
    phone = field(told(contact), "phone")
    assert phone.state is State.PAUSED
    assert "write nothing there" in phone.sentence


def test_an_edit_here_is_on_its_way_there_and_the_other_way_round(workspace, books):
    turn_on(books)
    contact = dora(workspace, phone="555 0111")
    linked(books, contact, phone="555 0100", before="555 0100")
    part = told(contact)
    assert part.state is State.MOVING
    assert "on its way to QuickBooks" in field(part, "phone").sentence
    other = dora(workspace, phone="555 0100", email="two@example.com")
    troubles.make_customer(
        books, "8", str(other), content={"phone": "555 0122", "email": other.email}
    )
    base = {"phone": "555 0100", "email": other.email}
    troubles.make_link(books, other, "8", base_local=base, base_remote=base)
    assert "on its way here" in field(told(other), "phone").sentence


def test_a_pair_that_agrees_says_so(workspace, books):
    turn_on(books)
    contact = dora(workspace, phone="555 0100", website="")
    linked(books, contact, phone="(555) 0100", before="555 0100")
    part = told(contact)
    assert (part.state, field(part, "phone").is_same) == (State.IN_STEP, True)
    assert part.sentence == "All mapped fields are the same on both sides."


def test_a_field_that_goes_with_another_record_of_the_customer_says_so(
    workspace, books
):
    turn_on(books)
    turn_on(books, "companies")
    company = records.make_company(workspace, name="Acme", email="here@acme.test")
    content = {
        "company_name": "Acme",
        "family_name": "Field",
        "email": "there@acme.test",
    }
    troubles.make_customer(books, "12", "Acme", content=content)
    base = {"name": "Acme", "display_name": "Acme"}
    troubles.make_link(books, company, "12", base_local=base, base_remote=base)
    part = told(company)
    email = field(part, "email")
    assert (email.here, email.there) == ("here@acme.test", "there@acme.test")
    assert "found under “Contacts”. Change it there." in email.sentence
    assert (part.state, email.is_same) == (State.IN_STEP, False)
    assert "1 field differs" in part.sentence


def test_news_that_wait_and_records_that_wait_are_told(workspace, books):
    turn_on(books)
    contact = dora(workspace, phone="555 0100")
    linked(books, contact, phone="555 0100", before="555 0100")
    Hint.objects.create(
        connection=books,
        stream="customers",
        remote_id="7",
        operation="update",
        next_at=NOW,
    )
    assert told(contact).sentence == "A change is on its way."
    alone = dora(workspace)
    Outgoing.objects.create(
        connection=books,
        name="contacts",
        object_type="contact",
        record_id=alone.pk,
        next_at=NOW,
        since=NOW,
        held=True,
    )
    part = told(alone)
    assert (part.state, part.is_held) == (State.PAUSED, True)
    assert "Waits for a yes" in part.sentence


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Posting.INTENDED, State.MOVING),
        (Posting.REJECTED, State.FAILED),
        (Posting.ESCALATED, State.DECIDE),
    ],
)
def test_a_customer_that_is_being_created_says_how_far_that_is(
    workspace, books, state, expected
):
    turn_on(books)
    contact = dora(workspace)
    intent = post.submit(
        workspace=workspace,
        connection=books,
        kind="customer",
        document={"name": str(contact)},
        business_key=["sync", "contact", str(contact.pk)],
        record=Ref.of(contact),
        actor=Actor.system(),
        now=NOW,
    )
    Intent.objects.filter(pk=intent.pk).update(state=state, message="Too long.")
    part = told(contact)
    assert part.state is expected
    if state is Posting.REJECTED:
        assert part.sentence == "QuickBooks refused it. Too long."


def test_a_field_that_flips_is_held_and_its_pair_is_paused(workspace, books):
    turn_on(books)
    contact = dora(workspace, phone="555 0111")
    linked(books, contact, phone="555 0100", before="555 0100")
    link = Link.objects.get(record_id=contact.pk)
    Quarantine.objects.create(
        link=link, connection=books, field="phone", why="too_often", since=NOW
    )
    part = told(contact)
    assert part.state is State.PAUSED
    assert field(part, "phone").state is State.PAUSED
    assert "until it is released" in field(part, "phone").sentence


def test_a_one_way_sync_says_that_nothing_is_sent(workspace, books):
    turn_on(books, direction=Direction.IN)
    assert "only let values come in" in told(dora(workspace)).sentence


def test_a_link_that_is_left_alone_can_be_followed_again(workspace, books):
    turn_on(books)
    contact = dora(workspace)
    linked(books, contact, phone="1", before="1")
    Link.objects.update(state=LinkState.IGNORED)
    part = told(contact)
    assert part.state is State.IGNORED
    assert Button.FOLLOW in part.buttons
    assert Button.UNLINK not in part.buttons


def test_a_dead_connection_is_said_before_all_else(workspace, books):
    turn_on(books)
    Connection.objects.update(state=ConnectionState.RECONNECT)
    part = told(dora(workspace))
    assert part.state is State.PAUSED
    assert part.buttons[0] is Button.RECONNECT


def test_an_edit_waits_for_a_company_that_is_disconnected(workspace, books):
    turn_on(books)
    contact = dora(workspace, phone="555 0111")
    linked(books, contact, phone="555 0100", before="555 0100")
    Connection.objects.update(state=ConnectionState.DISCONNECTED)
    part = told(contact)
    assert part.state is State.PAUSED
    assert "until it is connected again" in part.sentence
    assert "on its way to QuickBooks" in field(part, "phone").sentence


def test_an_invoice_is_told_by_its_books(workspace, books):
    other = people.make_connection(workspace)
    ours = records.make_invoice(workspace, connection=books.pk)
    troubles.make_link(books, ours, "58", stream="invoices", reason="read")
    part = told(ours)
    assert part.connection == books
    assert "which has the last word on it" in part.sentence
    voided = records.make_invoice(workspace, connection=other.pk, voided=True)
    troubles.make_link(other, voided, "59", stream="invoices")
    assert "It was voided in QuickBooks" in told(voided).sentence


def test_what_is_kept_here_only_says_so(workspace, books):
    found = of_record(workspace, Ref.of(records.make_deal(workspace)), NOW)
    assert not found.parts
    assert "are kept here only" in found.sentence


def test_without_a_connection_there_is_still_an_answer(workspace):
    found = of_record(workspace, Ref.of(dora(workspace)), NOW)
    assert "no company is connected" in found.sentence


def test_a_record_of_somebody_else_does_not_exist(workspace, books):
    cys = dora(people.make_workspace("Cy"))
    with pytest.raises(Http404):
        of_record(workspace, Ref.of(cys), NOW + timedelta(hours=1))

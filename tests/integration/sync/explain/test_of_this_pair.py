"""What is said of a pair is about it: not of another company, and not of what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from factories import people, records, troubles

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Contact, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State as Posting
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.explain.record import of_record
from counterfoil.sync.explain.remote import of_remote
from counterfoil.sync.explain.story import Part, State
from counterfoil.sync.models import Hint, Outgoing, Review
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
NOW = people.NOW


@pytest.fixture
def workspace() -> Workspace:
    return people.make_workspace()


@pytest.fixture
def books(workspace: Workspace) -> Connection:
    return make_books(workspace)


@pytest.fixture
def others(workspace: Workspace) -> Connection:
    """The books of a second company."""
    return make_books(workspace)


def make_books(workspace: Workspace) -> Connection:
    books = people.make_connection(workspace)
    turn_on(books)
    return books


def turn_on(books: Connection, **changes: Any) -> None:
    wanted = replace(choices.defaults(books, "contacts"), enabled=True, **changes)
    choices.save(books, wanted, by=None, now=NOW)


def told(record: Record, books: Connection) -> Part:
    found = of_record(record.workspace, Ref.of(record), NOW)
    [part] = [each for each in found.parts if each.connection == books]
    return part


def dora(workspace: Workspace) -> Contact:
    return records.make_contact(workspace, last_name="Field", phone="555 0100")


def linked(books: Connection, contact: Contact, *, phone: str = "555 0100") -> Link:
    """As customer 7, and in step but for what is changed in ``phone``."""
    content = {"email": contact.email, "phone": phone, "family_name": contact.last_name}
    troubles.make_customer(books, name=str(contact), content=content)
    base = {"phone": "555 0100", "email": contact.email}
    return troubles.make_link(books, contact, base_local=base, base_remote=base)


def wait(books: Connection, contact: Contact, *, held: bool = False) -> None:
    Outgoing.objects.create(
        connection=books,
        name="contacts",
        object_type="contact",
        record_id=contact.pk,
        next_at=NOW,
        since=NOW,
        held=held,
    )


def ask_for(books: Connection, kind: str, record: Record, state: Posting) -> None:
    """A document in the books, that was asked for and is ``state`` now."""
    number = Intent.objects.count()
    intent = post.submit(
        workspace=record.workspace,
        connection=books,
        kind=kind,
        document={"name": str(record)},
        business_key=["test", record.object_type, str(record.pk), str(number)],
        record=Ref.of(record),
        actor=Actor.system(),
        now=NOW,
    )
    Intent.objects.filter(pk=intent.pk).update(
        state=state,
        message="Too long.",
        created_at=NOW + timedelta(minutes=number),
    )


def test_what_waits_for_a_yes_at_one_company_does_not_at_the_other(
    workspace: Workspace, books: Connection, others: Connection
) -> None:
    contact = dora(workspace)
    wait(others, contact, held=True)
    assert told(contact, others).is_held
    part = told(contact, books)
    assert (part.state, part.is_held, part.waiting_since) == (State.ABSENT, False, None)


def test_news_at_one_company_are_none_at_the_other(
    workspace: Workspace, books: Connection, others: Connection
) -> None:
    contact = dora(workspace)
    for each in (books, others):
        linked(each, contact)
    Hint.objects.create(
        connection=others,
        stream="customers",
        remote_id="7",
        operation="update",
        next_at=NOW,
    )
    assert told(contact, others).state is State.MOVING
    assert told(contact, books).state is State.IN_STEP


def test_an_invoice_that_fails_at_one_company_does_not_at_the_other(
    workspace: Workspace, books: Connection, others: Connection
) -> None:
    invoice = records.make_invoice(workspace, connection=books.pk)
    troubles.make_link(books, invoice, "58", stream="invoices", reason="read")
    issue = troubles.make_issue(others, invoice, name="", stream="invoices")
    part = told(invoice, books)
    assert (part.state, part.issues) == (State.IN_STEP, ())
    issue.connection = books
    issue.save()
    assert told(invoice, books).state is State.FAILED


def test_an_invoice_that_is_being_created_is_not_called_forgotten(
    workspace: Workspace, books: Connection
) -> None:
    invoice = records.make_invoice(workspace, connection=books.pk)
    assert "nobody has had it created there" in told(invoice, books).sentence
    ask_for(books, "invoice", invoice, Posting.INTENDED)
    assert told(invoice, books).state is State.MOVING


def test_a_question_that_was_answered_is_asked_no_more(
    workspace: Workspace, books: Connection
) -> None:
    contact = dora(workspace)
    wait(books, contact)
    review = Review.objects.create(
        connection=books,
        name="contacts",
        side="out",
        stream="customers",
        object_type="contact",
        record_id=contact.pk,
        title=str(contact),
        opened_at=NOW,
    )
    assert told(contact, books).state is State.DECIDE
    review.answered_at, review.answer = NOW, {"new": True}
    review.save()
    part = told(contact, books)
    assert (part.state, part.review) == (State.MOVING, None)


def test_what_is_new_is_promised_only_where_it_waits_to_be_written(
    workspace: Workspace, books: Connection
) -> None:
    contact = dora(workspace)
    part = told(contact, books)
    assert part.state is State.ABSENT
    assert "when it changes next" in part.sentence
    wait(books, contact)
    part = told(contact, books)
    assert (part.state, part.is_held) == (State.MOVING, False)
    assert part.sentence == "Not in QuickBooks yet: it will be created there."


def test_a_pair_that_waits_to_be_looked_at_is_not_called_in_step(
    workspace: Workspace, books: Connection
) -> None:
    contact = dora(workspace)
    linked(books, contact)
    assert told(contact, books).state is State.IN_STEP
    wait(books, contact)
    assert told(contact, books).state is State.MOVING


def test_a_pair_that_only_sends_is_as_it_should_be_where_the_other_side_differs(
    workspace: Workspace, books: Connection
) -> None:
    turn_on(books, incoming=Taking.NOTHING)
    contact = dora(workspace)
    linked(books, contact, phone="555 0122")
    part = told(contact, books)
    assert part.state is State.IN_STEP
    assert "1 field differs" in part.sentence
    [phone] = [each for each in part.fields if each.local == "phone"]
    assert phone.state is State.PAUSED
    assert "write nothing here" in phone.sentence


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (Posting.INTENDED, State.MOVING),
        (Posting.CANCELLED, State.FAILED),
    ],
)
def test_the_last_of_several_attempts_to_create_it_that_was_not_withdrawn_counts(
    workspace: Workspace, books: Connection, last: Posting, state: State
) -> None:
    contact = dora(workspace)
    for attempt in (Posting.REJECTED, last):
        ask_for(books, "customer", contact, attempt)
    assert told(contact, books).state is state


def test_the_last_attempt_to_create_an_invoice_counts(
    workspace: Workspace, books: Connection
) -> None:
    invoice = records.make_invoice(workspace, connection=books.pk)
    ask_for(books, "invoice", invoice, Posting.REJECTED)
    assert told(invoice, books).state is State.FAILED
    ask_for(books, "invoice", invoice, Posting.INTENDED)
    assert told(invoice, books).state is State.MOVING


def test_a_kept_value_is_offered_to_its_own_record_once_it_is_linked_no_more(
    workspace: Workspace, books: Connection
) -> None:
    contact, other = dora(workspace), dora(workspace)
    link = linked(books, contact)
    values = {"local_value": "", "remote_value": "555 0199"}
    kept = troubles.make_conflict(link, resolved_at=NOW, resolution="local", **values)
    part = told(contact, books)
    assert ([each.pk for each in part.settled], part.usable) == ([kept.pk], frozenset())
    link.delete()
    assert told(contact, books).usable == {(kept.pk, "remote")}
    troubles.make_link(books, other)
    parts = of_remote(books, "customers", "7", NOW).parts
    [part] = [each for each in parts if each.name == "contacts"]
    assert ([each.pk for each in part.settled], part.usable) == ([kept.pk], frozenset())

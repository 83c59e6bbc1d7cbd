"""What sync asks a person, as the pages show it, and what becomes of the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from factories import people, records, troubles
from support.queries import at_most

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm import associations
from counterfoil.crm.models import Contact
from counterfoil.crm.refs import Ref
from counterfoil.sync import marking
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.models import (
    Conflict,
    Hint,
    Outgoing,
    Quarantine,
    Review,
)
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
MOST = 12
# A person of a company is explained by that company.
MOST_OF_PEOPLE = 18


@pytest.fixture
def ada(workspace: Workspace) -> Client:
    client = Client()
    client.force_login(people.make_access(workspace).user)
    client.get(f"/w/{workspace.pk}/")  # remembers the workspace once
    return client


@pytest.fixture
def books(workspace: Workspace) -> Connection:
    return people.make_connection(workspace, name="Harbour books")


@pytest.fixture
def base(books: Connection) -> str:
    where = f"/w/{books.workspace_id}/settings/integrations/quickbooks/{books.pk}"
    return f"{where}/sync"


def turn_on(books: Connection, name: str = "contacts", **changes: Any) -> None:
    wanted = replace(choices.defaults(books, name), enabled=True, **changes)
    choices.save(books, wanted, by=None, now=people.NOW)


def dora(workspace: Workspace, **values: Any) -> Contact:
    given = {"first_name": "Dora", "last_name": "Field", "phone": "555 0100"}
    return records.make_contact(workspace, **{**given, **values})


def page_of(contact: Contact) -> str:
    return f"/w/{contact.workspace_id}/contacts/{contact.pk}/sync/"


def linked(books: Connection, contact: Contact, *, theirs: str = "555 0199") -> Link:
    troubles.make_customer(books, content={"phone": theirs, "email": contact.email})
    return troubles.make_link(
        books,
        contact,
        base_local={"phone": "555 0000", "email": contact.email},
        base_remote={"phone": "555 0000", "email": contact.email},
    )


def asking(books: Connection) -> None:
    """Let a person decide about phone numbers."""
    rules = tuple(
        replace(rule, wins=Wins.ASK)
        for rule in choices.defaults(books, "contacts").rules
    )
    turn_on(books, rules=rules)


def test_why_a_contact_is_not_in_quickbooks_names_the_filter(ada, books, workspace):
    turn_on(books, filters=(("email", "contains", "@harbour.test"),))
    text = ada.get(page_of(dora(workspace))).text
    assert "synced only where Email contains @harbour.test" in text.replace(
        "E-mail", "Email"
    )
    assert "Settings of Contacts" in text


def test_a_linked_contact_says_to_whom_since_when_and_by_what(ada, books, workspace):
    turn_on(books)
    contact = dora(workspace)
    linked(books, contact, theirs="555 0100")
    with at_most(MOST):
        text = ada.get(page_of(contact)).text
    assert "number 7 there" in text
    assert "recognised by the same e-mail address" in text
    assert "Harbour books" in text


@pytest.mark.parametrize("in_company", [False, True])
def test_why_a_contact_is_not_there_costs_little_either(
    ada, books, workspace, in_company
):
    turn_on(books)
    turn_on(books, "companies")
    contact = dora(workspace)
    if in_company:
        company = records.make_company(workspace, name="Acme")
        associations.associate(
            workspace=workspace,
            left=Ref.of(contact),
            right=Ref.of(company),
            now=people.NOW,
        )
    with at_most(MOST_OF_PEOPLE if in_company else MOST):
        text = ada.get(page_of(contact)).text
    expected = "one of the people of Acme" if in_company else "Not in QuickBooks yet"
    assert expected in text


def test_a_contact_is_synced_now_left_alone_and_followed_again(ada, books, workspace):
    turn_on(books)
    contact = dora(workspace)
    link = linked(books, contact)
    where = f"{page_of(contact)}{books.pk}/contacts"
    ada.post(f"{where}/sync/")
    assert Outgoing.objects.filter(record_id=contact.pk).exists()
    text = ada.post(f"{where}/leave/", follow=True).text
    assert "Left alone" in text
    link.refresh_from_db()
    assert link.state == LinkState.IGNORED
    text = ada.post(f"{where}/follow/", follow=True).text
    link.refresh_from_db()
    assert link.state == LinkState.OK
    assert "Left alone:" not in text


def test_an_unlinked_contact_is_left_alone_and_followed_again(ada, books, workspace):
    turn_on(books)
    contact = dora(workspace)
    where = f"{page_of(contact)}{books.pk}/contacts"
    text = ada.post(f"{where}/leave/", follow=True).text
    assert "somebody decided that it is not to be synced" in text
    ada.post(f"{where}/follow/")
    assert not Review.objects.exists()
    assert Outgoing.objects.filter(record_id=contact.pk).exists()


def test_a_contact_is_linked_to_another_customer_that_was_searched(
    ada, books, workspace
):
    turn_on(books)
    contact = dora(workspace)
    linked(books, contact)
    troubles.make_customer(books, "8", "Dora Meadow")
    key = f"{books.pk}-contacts"
    assert "Dora Meadow" in ada.get(f"{page_of(contact)}?at={key}&q=meadow").text
    where = f"{page_of(contact)}{books.pk}/contacts"
    ada.post(f"{where}/link/", {"remote_id": "8"})
    link = Link.objects.get(record_id=contact.pk)
    assert (link.remote_id, link.reason) == ("8", "picked")
    ada.post(f"{where}/unlink/")
    assert not Link.objects.filter(record_id=contact.pk).exists()


def test_linking_to_somebody_elses_customer_is_refused_with_a_sentence(
    ada, books, workspace
):
    turn_on(books)
    contact, other = dora(workspace), records.make_contact(workspace)
    linked(books, other)
    where = f"{page_of(contact)}{books.pk}/contacts/link/"
    text = ada.post(where, {"remote_id": "7"}, follow=True).text
    assert "is linked to another record already" in text
    assert Link.objects.get(remote_id="7").record_id == other.pk


def test_a_field_in_quarantine_is_shown_and_released(ada, books, workspace):
    turn_on(books)
    contact = dora(workspace)
    link = linked(books, contact)
    Quarantine.objects.create(
        link=link,
        connection=books,
        field="phone",
        why="alternates",
        history=[["here", "555 0100", "2026-03-04T09:00:00+00:00"]],
        since=people.NOW,
    )
    text = ada.get(page_of(contact)).text
    assert "The same two values took turns." in text
    assert "here: 555 0100" in text
    where = f"{page_of(contact)}{books.pk}/contacts/release/"
    ada.post(where, {"field": "phone"})
    assert not Quarantine.objects.exists()


@pytest.mark.parametrize(
    ("keep", "expected"), [("local", "555 0100"), ("remote", "555 0199")]
)
def test_a_conflict_shows_both_values_and_one_is_kept(
    ada, books, workspace, base, keep, expected
):
    asking(books)
    contact = dora(workspace)
    conflict = troubles.make_conflict(linked(books, contact))
    with at_most(MOST):
        text = ada.get(f"{base}/conflicts/").text
    assert "555 0100" in text
    assert "555 0199" in text
    assert f"/contacts/{contact.pk}/sync/" in text
    ada.post(f"{base}/conflicts/{conflict.pk}/", {"keep": keep})
    conflict.refresh_from_db()
    contact.refresh_from_db()
    assert conflict.resolution == keep
    assert conflict.resolved_by
    assert contact.phone == expected
    assert "No conflicts" in ada.get(f"{base}/conflicts/").text


def test_a_conflict_that_is_decided_on_the_records_page_leads_back_there(
    ada, books, workspace, base
):
    asking(books)
    contact = dora(workspace)
    conflict = troubles.make_conflict(linked(books, contact))
    assert "Conflict: Phone" in ada.get(page_of(contact)).text
    sent = {"keep": "remote", "next": page_of(contact)}
    response = ada.post(f"{base}/conflicts/{conflict.pk}/", sent)
    assert response["Location"] == page_of(contact)
    text = ada.get(page_of(contact)).text
    assert "the value of QuickBooks stayed" in text
    elsewhere = ada.post(
        f"{base}/conflicts/{conflict.pk}/", {**sent, "next": "https://evil.test/"}
    )
    assert elsewhere["Location"].startswith("/w/")


def test_only_what_will_be_sent_is_on_its_way(ada, books, workspace, base):
    turn_on(books)
    contact = dora(workspace)
    marking.mark(books, "contacts", [contact.pk], now=people.NOW)
    assert "On its way since" in ada.get(page_of(contact)).text
    turn_on(books, filters=(("city", "is", "Montara"),))
    text = ada.get(page_of(contact)).text
    assert "synced only where" in text
    assert "On its way since" not in text


def test_a_question_is_answered_by_one_click_and_the_next_appears(
    ada, books, workspace, base
):
    turn_on(books)
    one, other = dora(workspace), dora(workspace, email="dora.two@example.com")
    troubles.make_customer(books, content={"email": "dora@field.test"})
    troubles.make_customer(books, "8", "Rio Bakery")
    first = troubles.make_review(books, one, other)
    second = troubles.make_review(books, one, remote_id="8", title="Rio Bakery")
    with at_most(MOST):
        text = ada.get(f"{base}/reviews/").text
    assert "Which contact here is “Dora Field” of QuickBooks?" in text
    assert "Question 1 of 2" in text
    assert "Same name" in text
    assert "dora@field.test" in text
    text = ada.post(
        f"{base}/reviews/{first.pk}/",
        {"answer": str(other.pk)},
        HTTP_HX_REQUEST="true",
    ).text
    assert "Rio Bakery" in text
    assert "<html" not in text
    swapped = text.partition('id="tabs" hx-swap-oob="true"')[2]
    assert '<span class="count num">1</span>' in swapped
    assert Link.objects.get(remote_id="7").record_id == other.pk
    ada.post(f"{base}/reviews/{second.pk}/", {"answer": "ignore"})
    assert "No questions" in ada.get(f"{base}/reviews/").text


def test_none_of_them_makes_a_new_contact(ada, books, workspace, base):
    turn_on(books)
    contact = dora(workspace)
    troubles.make_customer(books)
    review = troubles.make_review(books, contact)
    ada.post(f"{base}/reviews/{review.pk}/", {"answer": "new"})
    link = Link.objects.get(remote_id="7")
    assert link.record_id != contact.pk
    assert (
        ada.post(f"{base}/reviews/{review.pk}/", {"answer": "12345"}).status_code == 404
    )


def test_a_question_that_was_put_off_comes_again_after_the_others(
    ada, books, workspace, base
):
    turn_on(books)
    contact = dora(workspace)
    rows = [
        troubles.make_review(books, contact, remote_id=str(n), title=f"Name {n}")
        for n in range(3)
    ]
    assert "Name 1" in ada.get(f"{base}/reviews/?at={rows[1].pk}").text
    last = ada.get(f"{base}/reviews/?at={rows[2].pk}").text
    assert "Question 3 of 3" in last
    assert f"at={rows[0].pk}" in last


def test_an_object_there_explains_itself_from_its_side(ada, books, workspace, base):
    turn_on(books)
    troubles.make_customer(books, active=False)
    with at_most(MOST + 6):
        text = ada.get(f"{base}/there/customers/7/").text
    assert "it is inactive in QuickBooks" in text
    assert "Not here: the sync of “Companies” is off" in text
    never = ada.get(f"{base}/there/customers/404/").text
    assert "nothing of this kind and number has been read" in never
    ada.post(f"{base}/there/customers/7/read/")
    assert Hint.objects.get(remote_id="7").stream == "customers"


def test_a_reader_sees_the_answers_but_no_buttons(books, workspace, base):
    turn_on(books)
    contact = dora(workspace)
    troubles.make_conflict(linked(books, contact))
    troubles.make_issue(books, contact)
    reader = Client()
    access = people.make_access(workspace, name="Rea", role=people.Role.READ_ONLY)
    reader.force_login(access.user)
    for path in (page_of(contact), f"{base}/conflicts/", f"{base}/issues/"):
        text = reader.get(path).text
        assert "Keep this one" not in text
        assert "Try again" not in text
        assert Conflict.objects.filter(resolved_at=None).count() == 1

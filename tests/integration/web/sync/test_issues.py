"""What failed, grouped by its cause, and what waits under "Needs attention"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from factories import people, records, troubles
from support.queries import at_most

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.models import Contact
from counterfoil.events.models import DeliveryState, Event, EventDelivery
from counterfoil.sync.models import (
    Hint,
    Issue,
    IssueState,
    Outgoing,
    Run,
    RunKind,
    RunState,
)
from counterfoil.web import attention
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
MOST = 12


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


def dora(workspace: Workspace) -> Contact:
    return records.make_contact(workspace, first_name="Dora", last_name="Field")


def test_issues_stand_under_their_causes_and_are_tried_again(
    ada, books, workspace, base
):
    taken = [troubles.make_issue(books, dora(workspace)) for _ in range(7)]
    troubles.make_issue(books, dora(workspace), category="email", code="2210")
    with at_most(MOST):
        text = ada.get(f"{base}/issues/").text
    assert text.index("The name is already used") < text.index("e-mail address is not")
    assert "7 records" in text
    assert "2 more" in text
    ada.post(f"{base}/issues/{taken[0].pk}/", {"act": "retry"})
    assert Outgoing.objects.count() == 1
    ada.post(f"{base}/issues/all/", {"act": "retry", "cause": "name_taken"})
    assert Outgoing.objects.count() == 7
    ada.post(f"{base}/issues/all/", {"act": "ignore", "cause": "name_taken"})
    assert Issue.objects.filter(state=IssueState.IGNORED).count() == 7
    assert "7 records" in ada.get(f"{base}/issues/?show=ignored").text


def test_an_invoice_that_could_not_be_read_has_a_page_that_says_so(
    ada, books, workspace, base
):
    Issue.objects.create(
        connection=books,
        subject="in:invoices:58",
        stream="invoices",
        remote_id="58",
        category="unreadable",
        sentence="Its total is no number.",
        first_at=people.NOW,
        last_at=people.NOW,
    )
    where = f"{base}/there/invoices/58/"
    assert where in ada.get(f"{base}/issues/").text
    page = ada.get(where)
    assert page.status_code == 200
    assert "Its total is no number." in page.text
    assert "Read it now" in page.text
    ada.post(f"{where}read/")
    assert Hint.objects.get().remote_id == "58"
    never = ada.get(f"{base}/there/invoices/59/")
    assert "nothing of this kind and number has been read" in never.text
    assert "Read it now" not in never.text
    assert ada.post(f"{base}/there/invoices/59/read/").status_code == 404
    assert ada.get(f"{base}/there/dragons/58/").status_code == 404


def test_what_waits_for_a_yes_is_under_needs_attention(ada, books, workspace, base):
    held = {"connection": books, "object_type": "contact", "held": True}
    times = {"since": people.NOW, "next_at": people.NOW}
    for number in range(3):
        Outgoing.objects.create(name="contacts", record_id=number, **held, **times)
    Outgoing.objects.create(name="companies", record_id=9, **held, **times)
    run = Run.objects.create(
        connection=books,
        kind=RunKind.COMPARISON,
        state=RunState.HELD,
        held_reason="300 records here are otherwise.",
        began_at=people.NOW,
    )
    assert attention.count(workspace, people.NOW) == 3
    with at_most(MOST):
        text = ada.get(f"/w/{workspace.pk}/attention/").text
    assert "3 changes wait for a yes to go to QuickBooks" in text
    assert f"{base}/objects/contacts/held/" in text
    assert "1 change waits for a yes to go to QuickBooks" in text
    assert "300 records here are otherwise." in text
    assert f"{base}/runs/{run.pk}/" in text
    other = people.make_workspace("Theirs")
    assert attention.count(other, people.NOW) == 0
    Connection.objects.update(state=ConnectionState.DISCONNECTED)
    assert attention.count(workspace, people.NOW) == 0


def test_all_issues_of_one_cause_are_read_page_by_page(ada, books, workspace, base):
    contact = dora(workspace)
    for number in range(53):
        Issue.objects.create(
            connection=books,
            subject=f"in:customers:{number}",
            stream="customers",
            remote_id=str(number),
            category="unreadable",
            sentence=f"Reason {number}.",
            first_at=people.NOW,
            last_at=people.NOW,
        )
    text = ada.get(f"{base}/issues/?cause=unreadable").text
    assert "Reason 52." in text
    assert "Reason 2." not in text
    after = text.split("after=")[1].split('"')[0]
    assert "Reason 2." in ada.get(f"{base}/issues/?cause=unreadable&after={after}").text
    assert contact.pk


def test_what_sync_asks_waits_under_needs_attention(ada, books, workspace):
    contact = dora(workspace)
    troubles.make_customer(books)
    troubles.make_conflict(troubles.make_link(books, contact))
    troubles.make_issue(books, contact)
    troubles.make_review(books, contact)
    now = datetime.now(UTC)
    Connection.objects.filter(pk=books.pk).update(
        hard_expires_at=now + timedelta(days=6, hours=2)
    )
    with at_most(MOST):
        text = ada.get(f"/w/{workspace.pk}/attention/").text
    assert "1 question which two are the same" in text
    assert "1 field was changed on both sides" in text
    assert "1 record could not be synced" in text
    assert "6 days left" in text
    home = ada.get(f"/w/{workspace.pk}/").text
    assert '<span>4</span><span class="words">need attention' in home


def test_what_was_given_up_is_done_once_more_here_only(ada, workspace):
    cys = people.make_workspace("Cy")
    for owner in (workspace, cys):
        event = Event.objects.create(
            workspace=owner,
            kind="record_changed",
            actor_kind="system",
            origin_kind="system",
            at=people.NOW,
        )
        EventDelivery.objects.create(
            event=event,
            subscriber="invoicing.written",
            order_key="1",
            state=DeliveryState.FAILED,
            next_at=people.NOW,
            error="boom",
        )
    text = ada.get(f"/w/{workspace.pk}/attention/").text
    assert "Keeping deals and invoices in step" in text
    assert "boom" not in text
    text = ada.post(f"/w/{workspace.pk}/attention/again/", follow=True).text
    assert "Keeping deals and invoices in step" not in text
    left = EventDelivery.objects.filter(state=DeliveryState.FAILED)
    assert [each.event.workspace for each in left] == [cys]

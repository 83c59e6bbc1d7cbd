"""After a refusal: correct and issue again, or give up; never a second invoice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from factories import NOW, make_access, make_invoice
from integration.invoicing.books import american_books, oven_deal, ready_draft

from counterfoil.core.errors import Invalid, Rejected
from counterfoil.crm.models import Invoice
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor
from counterfoil.invoicing import drafts, reopen
from counterfoil.invoicing.content import NewCustomer
from counterfoil.invoicing.issue import issue_draft
from counterfoil.invoicing.models import DraftState
from counterfoil.posting import documents, outcomes, post, standing
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db
TAKEN = "A vendor in QuickBooks is already called Late Vendor."


@pytest.fixture
def refused(access):
    """An invoice whose new customer QuickBooks refused: the name went meanwhile."""
    connection = american_books(access.workspace)
    draft = ready_draft(access, connection, oven_deal(access.workspace))
    new = NewCustomer(display_name="Late Vendor", currency="USD")
    content = replace(
        drafts.content_of(draft), customer="new", customer_id="", new_customer=new
    )
    drafts.save(draft, content, now=NOW)
    invoice = issue_draft(access=access, draft=draft, now=NOW)
    refuse(Intent.objects.get(kind="customer"))
    invoice.refresh_from_db()
    return invoice


def refuse(intent: Intent) -> None:
    with transaction.atomic():
        outcomes.reject(intent, standing.of(intent), Rejected(TAKEN), now=NOW)
    while dispatch.run(NOW):
        pass


def states() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for intent in Intent.objects.order_by("kind", "state"):
        found.setdefault(intent.kind, []).append(intent.state)
    return found


def test_the_invoice_says_why_its_customer_was_refused(refused):
    assert refused.posting_state == "rejected"
    assert TAKEN in refused.posting_message
    assert reopen.ways_on(refused) == (True, None)


def test_it_is_corrected_and_asked_for_again_as_the_same_invoice(access, refused):
    draft = reopen.reopen(access=access, made=refused, now=NOW)
    assert draft.state == DraftState.OPEN
    content = replace(drafts.content_of(draft), customer="existing", customer_id="58")
    drafts.save(draft, content, now=NOW)
    again = issue_draft(access=access, draft=draft, now=NOW)
    assert again.pk == refused.pk
    assert (again.posting_state, again.posting_message) == ("pending", "")
    assert Invoice.objects.count() == 1
    assert states() == {"customer": ["cancelled"], "invoice": ["cancelled", "intended"]}


def test_reopening_twice_opens_one_draft(access, refused):
    first = reopen.reopen(access=access, made=refused, now=NOW)
    second = reopen.reopen(access=access, made=refused, now=NOW)
    assert (first.pk, first.generation) == (second.pk, second.generation)


def test_an_invoice_that_is_given_up_is_archived_and_never_sent(access, refused):
    reopen.give_up(access=access, made=refused, now=NOW)
    refused.refresh_from_db()
    assert refused.posting_state == "cancelled"
    assert refused.archived_at is not None
    assert states() == {"customer": ["cancelled"], "invoice": ["cancelled"]}


def test_the_new_customer_of_another_document_is_not_cancelled(access, refused):
    customer = Intent.objects.get(kind="customer")
    post.submit(
        workspace=access.workspace,
        connection=customer.connection,
        kind="estimate",
        document={"customer_id": documents.reference(customer.pk)},
        business_key=["program", "2"],
        record=None,
        actor=Actor.system(),
        now=NOW,
    )
    reopen.give_up(access=access, made=refused, now=NOW)
    assert states()["customer"] == ["rejected"]


def test_nobody_takes_a_correction_away_but_anybody_may_give_the_invoice_up(
    access, refused
):
    draft = reopen.reopen(access=access, made=refused, now=NOW)
    bo = make_access(access.workspace)
    with pytest.raises(Invalid, match=f"{access.user.name} is correcting"):
        reopen.reopen(access=bo, made=refused, now=NOW)
    reopen.give_up(access=bo, made=refused, now=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.user) == (DraftState.DISCARDED, access.user)


@pytest.mark.parametrize("act", [reopen.reopen, reopen.give_up])
@pytest.mark.parametrize("posting_state", ["", "confirmed", "attention"])
def test_what_is_or_may_be_in_the_books_is_neither_corrected_nor_given_up(
    access, refused, act, posting_state
):
    """Also when a person has cancelled what was escalated: it may exist."""
    Intent.objects.update(state="cancelled")
    Invoice.objects.filter(pk=refused.pk).update(posting_state=posting_state)
    refused.refresh_from_db()
    with pytest.raises(Invalid, match="or already there"):
        act(access=access, made=refused, now=NOW)
    refused.refresh_from_db()
    assert refused.archived_at is None


def test_an_invoice_that_was_made_in_the_books_cannot_be_given_up(access):
    foreign = make_invoice(access.workspace, number="1043", currency="USD")
    with pytest.raises(Invalid, match="not made here"):
        reopen.give_up(access=access, made=foreign, now=NOW)


def test_what_may_be_on_its_way_cannot_be_reopened(access, refused):
    Intent.objects.filter(kind="invoice").update(state="unknown")
    with pytest.raises(Invalid, match="on its way to QuickBooks"):
        reopen.reopen(access=access, made=refused, now=NOW)

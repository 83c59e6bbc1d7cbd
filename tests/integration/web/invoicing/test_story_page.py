"""Why a document exists, on its page: the chain it is part of, and every answer's name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from factories import (
    NOW,
    make_deal,
    make_quote,
    make_user,
    make_workspace,
)
from integration.api.program import Program, asked
from integration.invoicing.books import give_lines, oven_deal
from integration.web.invoicing.walking import Walk, full_books, paid, text

from counterfoil.connections.models import RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, Payment, QuoteStatus
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import making
from counterfoil.invoicing.making import Settings
from counterfoil.posting.models import Attempt, AttemptAction, AttemptOutcome, Intent

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Invoice on payment")
ORDER = ("customer", "item", "invoice", "payment")
TRIED = (
    (AttemptAction.SEND, AttemptOutcome.UNCLEAR, "The answer was lost."),
    (AttemptAction.LOOKUP, AttemptOutcome.FAILED, "QuickBooks was not reached."),
    (AttemptAction.LOOKUP, AttemptOutcome.FOUND, ""),
)


@pytest.fixture
def invoice(access):
    """A paid invoice with a new customer and a new product; each was tried thrice."""
    connection = full_books(access.workspace)
    RemoteObject.objects.filter(stream="customers").delete()
    payment = paid(connection)
    give_lines(payment, [{"name": "Tasting", "unit_price": 95, "taxable": False}])
    made = making.make(
        connection=connection,
        source=Ref.of(payment),
        settings=Settings(
            kind="paid_invoice", creates_products=True, income_account_id="79"
        ),
        key=("step", "1"),
        actor=STEP,
        now=NOW,
    )
    for intent in Intent.objects.all():
        for epoch, (action, outcome, message) in enumerate(TRIED, 1):
            Attempt.objects.create(
                intent=intent,
                action=action,
                lease_epoch=epoch,
                generation=0,
                request_id=intent.request_id,
                started_at=NOW + timedelta(minutes=epoch),
                finished_at=NOW + timedelta(minutes=epoch),
                outcome=outcome,
                message=message,
                correlation_id=f"1-{intent.kind}-{epoch}",
            )
    return made


def story(made):
    return reverse("document_story", args=[made.workspace_id, "invoice", made.pk])


def test_the_page_leads_through_the_chain_with_every_answers_name(
    client, access, invoice
):
    client.force_login(access.user)
    page = text(client.get(story(invoice)))
    names = [f"1-{kind}-{epoch}" for kind in ORDER for epoch in (1, 2, 3)]
    assert [page.count(f">{name}</code>") for name in names] == [1] * len(names)
    assert page.count("intuit_tid <code") == len(names)
    places = [page.index(name) for name in names]
    # Customer and product have no order of their own; both are first.
    assert max(places[:6]) < min(places[6:9])
    assert max(places[6:9]) < min(places[9:])
    assert [places[i : i + 3] for i in (0, 3, 6, 9)] == [
        sorted(places[i : i + 3]) for i in (0, 3, 6, 9)
    ]
    assert page.count("The answer was lost.") == len(ORDER)


def test_the_page_says_by_which_way_it_was_asked_for(client, access, invoice):
    client.force_login(access.user)
    page = text(client.get(story(invoice)))
    assert "By a workflow" in page
    assert ">Invoice on payment</span>" in page
    for intent in Intent.objects.all():
        assert intent.marker in page


def test_the_page_leads_to_what_the_document_was_made_from(client, access, invoice):
    client.force_login(access.user)
    payment = Payment.objects.get()
    page = text(client.get(story(invoice)))
    address = reverse("record", args=[access.workspace.pk, "payments", payment.pk])
    assert f'Payment: <a class="link break" href="{address}">{payment}</a>' in page
    assert "It was made on this occasion: step · 1." in page


def test_a_source_that_another_workspace_has_is_not_named(client, access, invoice):
    foreign = make_deal(make_workspace(), name="Harbour Bakery, secret")
    intent = Intent.objects.get(kind="invoice")
    intent.document["made_from"] = [["deal", foreign.pk], ["deal", 10**12]]
    intent.save()
    client.force_login(access.user)
    assert "secret" not in text(client.get(story(invoice)))


def test_a_quote_of_a_deal_is_named_beside_it_and_the_wizard_with_them(client, access):
    full_books(access.workspace)
    quote = make_quote(access.workspace, name="Spring offer")
    quote.status = QuoteStatus.PUBLISHED
    quote.save()
    give_lines(quote, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    deal = oven_deal(access.workspace)
    associations.associate(
        workspace=access.workspace, left=Ref.of(quote), right=Ref.of(deal), now=NOW
    )
    client.force_login(access.user)
    walk = Walk(client, "invoice", deal)
    walk.choose_source(f"quote-{quote.pk}")
    walk.do("customer", customer_id="58")
    walk.do("lines")
    walk.do("terms")
    walk.do("review", go="finish")
    page = text(client.get(story(Invoice.objects.get())))
    for record, plural in ((deal, "deals"), (quote, "quotes")):
        address = reverse("record", args=[access.workspace.pk, plural, record.pk])
        assert f'href="{address}">{record}</a>' in page
    assert "It was created in the wizard." in page
    assert "By a person:" in page


def test_what_a_program_asked_for_names_its_token_and_key(client, access):
    full_books(access.workspace)
    deal = oven_deal(access.workspace)
    done = Program(access).post("", asked(deal), key="order-4711")
    assert done.status_code == 201, done.content
    client.force_login(access.user)
    page = text(client.get(story(Invoice.objects.get())))
    assert "Over the API:" in page
    assert f"{access.user}, with the token “Shop”" in page
    assert "A program asked for it under the key “order-4711”." in page
    assert "By a person" not in page


def test_what_a_program_did_with_a_document_is_told_as_its(client, access):
    full_books(access.workspace)
    program = Program(access)
    program.post("", asked(oven_deal(access.workspace)))
    made = Invoice.objects.get()
    sent = program.post(f"invoice/{made.pk}/send/", {"to": "jun@marbella.example"})
    assert sent.status_code == 202, sent.content
    client.force_login(access.user)
    assert text(client.get(story(made))).count("Over the API:") == 2


def test_a_stranger_reads_none_of_it(client, invoice):
    client.force_login(make_user("Cy"))
    assert client.get(story(invoice)).status_code == 404

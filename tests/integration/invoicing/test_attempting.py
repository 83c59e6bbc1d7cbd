"""What a step cannot make is told on its record; what it is to send is sent once made."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from factories import NOW, make_deal, make_payment
from integration.invoicing.books import give_lines, oven_deal

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice, Record, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import attempting, expenses, making, paying
from counterfoil.invoicing.attempting import Attempt, Occasion
from counterfoil.invoicing.order import NotReady
from counterfoil.posting import acts
from counterfoil.posting.models import Act, Intent
from counterfoil.web.stories import story_of

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Invoice on deal won")


def occasion(connection: Connection, source: Record, *key: str) -> Occasion:
    return Occasion(
        connection, Ref.of(source), ("step", str(source.pk), *key), STEP, NOW
    )


def attempt(
    connection: Connection, source: Record, *key: str, **settings: Any
) -> Attempt[Record]:
    return attempting.make(
        occasion(connection, source, *key),
        making.Settings(**{"kind": "invoice", **settings}),
    )


def told(source: Record) -> list[TimelineEntry]:
    return list(
        TimelineEntry.objects.filter(
            kind="document_refused",
            object_type=source.object_type,
            record_id=source.pk,
        ).order_by("pk")
    )


def test_why_there_is_no_document_is_told_once_per_reason(connection):
    deal = make_deal(connection.workspace)
    give_lines(deal, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    for _again in range(2):
        refused = attempt(connection, deal)
        assert refused.document is None
        assert "Associate a contact or a company" in refused.why
    [entry] = told(deal)
    sentence = str(story_of(entry).sentence(entry))
    assert sentence == f"Invoice was not created: {refused.why}"
    assert entry.actor_label == "Invoice on deal won"
    connection.state = "disconnected"
    connection.save()
    attempt(connection, deal)
    assert "is disconnected" in told(deal)[1].content["message"]
    attempt(connection, deal, "another occasion")
    assert len(told(deal)) == 3
    assert not Intent.objects.exists()


def test_the_refusal_stays_told_inside_the_transaction_of_the_step(connection):
    deal = make_deal(connection.workspace)
    with transaction.atomic():
        assert attempt(connection, deal).problems
    assert len(told(deal)) == 1


def test_what_was_made_tells_no_refusal(connection):
    deal = oven_deal(connection.workspace)
    first = attempt(connection, deal)
    assert first.document == attempt(connection, deal).document
    assert (first.why, told(deal)) == ("", [])
    assert Invoice.objects.count() == 1


def test_a_fee_that_cannot_be_booked_is_told_on_its_payment(connection):
    payment = make_payment(connection.workspace, currency="USD")
    refused = attempting.book_fee(
        occasion(connection, payment), expenses.Settings("", "")
    )
    assert "This payment has no fee." in refused.why
    [entry] = told(payment)
    assert str(story_of(entry).sentence(entry)).startswith("Expense was not created:")


def test_a_payment_that_cannot_be_booked_is_told_on_the_record(connection):
    deal = make_deal(connection.workspace)
    refused = attempting.pay(occasion(connection, deal), paying.Settings(applied={}))
    assert refused.why == "Choose the invoices that the payment is for."
    assert len(told(deal)) == 1


def test_what_is_to_be_sent_is_asked_for_once_with_its_document(connection):
    deal = oven_deal(connection.workspace)
    for _again in range(2):
        made = attempt(connection, deal, sends=True, email="ada@example.com").document
    assert made is not None
    [act] = acts.of_record(Ref.of(made))
    assert (act.action, act.state, act.actor_label) == (
        "send",
        "intended",
        "Invoice on deal won",
    )


def test_nothing_is_sent_unless_it_is_asked_for(connection):
    attempt(connection, oven_deal(connection.workspace))
    assert not Act.objects.exists()


def test_nothing_is_made_that_is_to_be_sent_to_nobody(connection):
    deal = oven_deal(connection.workspace)
    customers = connection.remote_objects.filter(stream="customers")
    for row in customers:
        row.content = {**row.content, "email": ""}
        row.save()
    with pytest.raises(NotReady, match="no e-mail address"):
        making.make(
            connection=connection,
            source=Ref.of(deal),
            settings=making.Settings(kind="invoice", sends=True),
            key=("step",),
            actor=STEP,
            now=NOW,
        )
    assert not Intent.objects.exists()
    assert not Act.objects.exists()

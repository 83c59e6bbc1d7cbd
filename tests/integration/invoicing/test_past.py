"""Documents of the past: told where they belong, a page at once, and nothing is started."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from factories import (
    NOW,
    make_connection,
    make_contact,
    make_invoice,
    make_payment,
    make_workspace,
)

from counterfoil.crm import associations
from counterfoil.crm.models import PaymentAllocation, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events import dispatch
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.invoicing import rollups

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)
BOOKS = Actor.connection(1, "Harbour Bakery Services")


@pytest.fixture
def workspace():
    return make_workspace()


def settle() -> None:
    while dispatch.run(SOON) or rollups.run(SOON):
        pass


def imported(workspace, object_type: str, *documents) -> None:
    publish(
        workspace=workspace,
        kind="documents_imported",
        payload={
            "object_type": object_type,
            "ids": [document.pk for document in documents],
        },
        actor=BOOKS,
        origin=Origin.connection(1, historical=True),
        now=NOW,
    )
    settle()


def received(record) -> list[TimelineEntry]:
    ref = Ref.of(record)
    return list(
        TimelineEntry.objects.filter(
            object_type=ref.object_type,
            record_id=ref.record_id,
            kind="payment_received",
        )
    )


def paid(workspace, amount: str, *parts) -> object:
    payment = make_payment(
        workspace, amount=Decimal(amount), paid_on=date(2026, 1, 5), method="Check"
    )
    for invoice, part in parts:
        PaymentAllocation.objects.create(
            payment=payment,
            connection=invoice.connection,
            document_remote_id=str(invoice.pk),
            invoice=invoice,
            amount=Decimal(part),
        )
    return payment


def test_payments_of_the_past_stand_on_their_day_on_everybodys_timeline(
    workspace,
) -> None:
    connection = make_connection(workspace)
    contact = make_contact(workspace)
    first, second = (make_invoice(workspace, connection=connection.pk) for _ in "ab")
    associations.associate(
        workspace=workspace, left=Ref.of(contact), right=Ref.of(first), now=NOW
    )
    payment = paid(workspace, "100", (first, "60"), (second, "40"))
    for _time in range(2):
        imported(workspace, "payment", payment)
    [on_contact] = received(contact)
    assert Decimal(on_contact.content["amount"]) == Decimal(60)
    assert on_contact.at == datetime(2026, 1, 5, 17, tzinfo=UTC)  # noon in New York
    assert on_contact.actor_label == BOOKS.label
    [on_second] = received(second)
    assert Decimal(on_second.content["amount"]) == Decimal(40)
    tied = associations.refs_of(workspace, Ref.of(contact), "payment")
    assert tied == [Ref.of(payment)]
    contact.refresh_from_db()
    assert contact.paid_total == Decimal(100)


def test_what_was_taken_back_in_the_past_is_not_told(workspace) -> None:
    invoice = make_invoice(workspace, connection=make_connection(workspace).pk)
    payment = paid(workspace, "100", (invoice, "100"))
    payment.voided = True
    payment.save()
    imported(workspace, "payment", payment)
    assert not received(invoice)


def test_a_contact_that_gets_invoices_of_the_past_gets_their_payments(
    workspace,
) -> None:
    invoice = make_invoice(workspace, connection=make_connection(workspace).pk)
    imported(workspace, "payment", paid(workspace, "100", (invoice, "100")))
    contact = make_contact(workspace)
    associations.associate_many(
        workspace=workspace,
        pairs=[(Ref.of(contact), Ref.of(invoice))],
        origin=Origin.connection(1, historical=True),
        now=NOW,
    )
    settle()
    assert not received(contact)
    for _time in range(2):
        imported(workspace, "invoice", invoice)
    assert len(received(contact)) == 1
    contact.refresh_from_db()
    assert contact.invoiced_total == Decimal(100)


def test_the_past_publishes_nothing_that_starts_anything(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    associations.associate(
        workspace=workspace, left=Ref.of(contact), right=Ref.of(invoice), now=NOW
    )
    settle()
    Event.objects.all().delete()
    contact.refresh_from_db()
    type(contact).objects.update(invoiced_total=None)
    imported(workspace, "invoice", invoice)
    contact.refresh_from_db()
    assert contact.invoiced_total == Decimal(100)
    assert not Event.objects.filter(historical=False).exists()

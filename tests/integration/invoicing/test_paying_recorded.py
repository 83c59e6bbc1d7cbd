"""A payment that was recorded here is booked as it is, once."""

from __future__ import annotations

import pytest
from factories import (
    NOW,
    make_contact,
)
from integration.invoicing.till import booked, books, pay, recorded, refusal

from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import Payment, SalesReceipt
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return books()


def test_a_recorded_payment_is_booked_as_it_is(connection: Connection) -> None:
    invoice = booked(connection, "7")
    held = recorded(connection, reference="ch_123", source="payment_link")
    contact = make_contact(connection.workspace)
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(held),
        right=Ref.of(contact),
        now=NOW,
    )
    made = pay(connection, {invoice: "80"}, payment=held.pk)
    assert made == held
    document = Intent.objects.get().document
    assert (document["amount"], document["paid_on"]) == ("80", "2026-03-01")
    assert document["reference"] == "ch_123"
    assert made.posting_state == "pending"
    said = refusal(connection, {invoice: "20"}, "again", payment=held.pk)
    assert "This payment is in QuickBooks already" in said


def test_a_recorded_payment_goes_by_the_method_of_its_name(
    connection: Connection,
) -> None:
    held = recorded(connection, method=" check")
    pay(connection, {booked(connection, "7"): "80"}, payment=held.pk)
    assert Intent.objects.get().document["payment_method_id"] == "2"


def test_money_that_a_sales_receipt_tells_of_pays_no_invoice(
    connection: Connection,
) -> None:
    held = recorded(connection)
    receipt = SalesReceipt.objects.create(
        workspace=connection.workspace,
        connection=connection,
        currency="USD",
        posting_state="pending",
        created_at=NOW,
        updated_at=NOW,
    )
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(held),
        right=Ref.of(receipt),
        now=NOW,
    )
    said = refusal(connection, {booked(connection, "7"): "80"}, payment=held.pk)
    assert "This payment is in QuickBooks already" in said
    SalesReceipt.objects.update(posting_state="rejected")
    assert pay(connection, {booked(connection, "8"): "80"}, payment=held.pk) == held


def test_what_was_refused_is_not_tried_again_beside_what_was_asked_for_anew(
    connection: Connection,
) -> None:
    held = recorded(connection)
    pay(connection, {booked(connection, "7"): "80"}, "first", payment=held.pk)
    refused = Intent.objects.get()
    Intent.objects.update(state=State.REJECTED)
    Payment.objects.filter(pk=held.pk).update(posting_state="rejected")
    pay(connection, {booked(connection, "8"): "80"}, "second", payment=held.pk)
    refused.refresh_from_db()
    assert refused.state == State.CANCELLED
    held.refresh_from_db()
    assert held.posting_state == "pending"


def test_a_recorded_payment_pays_nothing_in_another_currency(
    connection: Connection,
) -> None:
    held = recorded(connection, currency="EUR")
    invoice = booked(connection, "7")
    said = refusal(connection, {invoice: "50"}, payment=held.pk)
    assert "in another currency than its invoices" in said


def test_an_archived_payment_is_not_booked(connection: Connection) -> None:
    held = recorded(connection)
    held.archived_at = NOW
    held.save()
    said = refusal(connection, {booked(connection, "7"): "50"}, payment=held.pk)
    assert "is archived. Restore it first" in said

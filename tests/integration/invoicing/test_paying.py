"""A payment is booked against invoices of one customer, once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from factories import (
    NOW,
    make_deal,
)
from integration.invoicing.books import hold, oven_deal
from integration.invoicing.till import ADA, booked, books, pay, refusal

from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, Payment
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import making
from counterfoil.posting import post
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return books()


def test_one_payment_is_shared_by_two_invoices_and_the_rest_stays_with_the_customer(
    connection: Connection,
) -> None:
    first, second = booked(connection, "7"), booked(connection, "8")
    deal = make_deal(connection.workspace)
    associations.associate(
        workspace=connection.workspace, left=Ref.of(deal), right=Ref.of(first), now=NOW
    )
    made = pay(
        connection,
        {first: "100", second: "25.50"},
        amount=Decimal(150),
        paid_on="2026-03-02",
        deposit_account_id="4",
        payment_method_id="2",
        reference="cheque 77",
    )
    intent = Intent.objects.get()
    assert intent.document == {
        "customer_id": "58",
        "paid_on": "2026-03-02",
        "amount": "150",
        "payment_method_id": "2",
        "reference": "cheque 77",
        "deposit_account_id": "4",
        "note": "",
        "applied": [
            {"kind": "invoice", "id": "7", "amount": "100"},
            {"kind": "invoice", "id": "8", "amount": "25.5"},
        ],
        "currency": "USD",
        "made_from": [["invoice", first.pk], ["invoice", second.pk]],
    }
    assert (made.unapplied, made.method) == (Decimal("24.50"), "Check")
    assert made.source == "invoice"
    assert associations.of(connection.workspace, Ref.of(made), "invoice") == [
        first,
        second,
    ]
    assert associations.of(connection.workspace, Ref.of(made), "deal") == [deal]


def test_asked_twice_it_is_one_payment(connection: Connection) -> None:
    invoice = booked(connection, "7")
    first = pay(connection, {invoice: "100"})
    assert pay(connection, {invoice: "100"}) == first
    assert (Payment.objects.count(), Intent.objects.count()) == (1, 1)


def test_an_invoice_on_its_way_is_waited_for(connection: Connection) -> None:
    deal = oven_deal(connection.workspace)
    invoice = making.make(
        connection=connection,
        source=Ref.of(deal),
        settings=making.Settings("invoice"),
        key=("step",),
        actor=ADA,
        now=NOW,
    )
    assert isinstance(invoice, Invoice)
    made = pay(connection, {invoice: "2340"})
    before = post.of_record(Ref.of(invoice))
    intent = post.of_record(Ref.of(made))
    assert before is not None
    assert intent is not None
    assert list(intent.parents.all()) == [before]
    assert intent.document["applied"][0]["id"] == {"$intent": str(before.pk)}
    assert intent.document["customer_id"] == "58"


def test_a_foreign_payment_needs_a_rate_and_keeps_it(connection: Connection) -> None:
    invoice = booked(connection, "7", currency="EUR")
    said = refusal(connection, {invoice: "50"})
    assert "Enter how much one EUR is worth in USD" in said
    pay(connection, {invoice: "50"}, exchange_rate="1.0875")
    assert Intent.objects.get().document["exchange_rate"] == "1.0875"


def test_a_foreign_payment_has_the_rate_of_the_day_that_it_was_made(
    connection: Connection,
) -> None:
    for day, rate in [("2026-03-02", "1.25"), (f"{NOW:%Y-%m-%d}", "1.5")]:
        hold(connection, "exchange_rates", f"EUR {day}", f"EUR {day}", rate=rate)
    invoice = booked(connection, "7", currency="EUR")
    pay(connection, {invoice: "50"}, paid_on="2026-03-02")
    assert Intent.objects.get().document["exchange_rate"] == "1.25"

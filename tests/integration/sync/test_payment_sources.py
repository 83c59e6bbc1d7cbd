"""Where a payment came from: the books say it of their own, and of no other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from factories import NOW, make_payment

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Payment, PaymentSource
from counterfoil.sync.documents import applying
from counterfoil.sync.ports import Observed

pytestmark = pytest.mark.django_db
PARTS = [{"kind": "invoice", "remote_id": "9", "amount": "100"}]


def read(connection: Connection, version: int, **said: object) -> Payment:
    """The books' payment 7 as it is read for the ``version``-th time."""
    content = {
        "paid_on": "2026-03-01",
        "currency": "USD",
        "exchange_rate": "",
        "customer_id": "58",
        "customer_name": "Dora Field",
        "amount": "100",
        "unapplied": "100",
        "voided": False,
        "note": "",
        "deposit_id": "",
        "method": "",
        "method_id": "",
        "reference": "",
        "account": "",
        "account_id": "",
        "allocations": [],
        **said,
    }
    observed = Observed(
        "payments",
        "7",
        version=str(version),
        updated_at=NOW + timedelta(minutes=version),
        content=content,
        digest=bytes([version]),
    )
    applying.apply(connection, "payments", [observed], now=NOW)
    return Payment.objects.get(number="7")


def test_a_payment_of_the_books_is_known_for_the_invoice_that_it_pays(
    connection: Connection,
) -> None:
    assert read(connection, 1).source == PaymentSource.BOOKS
    assert read(connection, 2, allocations=PARTS).source == PaymentSource.INVOICE


def test_it_stays_known_for_it_when_it_is_void(connection: Connection) -> None:
    assert read(connection, 1, allocations=PARTS).source == PaymentSource.INVOICE
    void = read(connection, 2, amount="0", voided=True)
    assert (void.voided, void.source) == (True, PaymentSource.INVOICE)


def test_a_payment_that_uses_a_credit_pays_no_invoice(connection: Connection) -> None:
    credit = [{**PARTS[0], "kind": "credit_memo"}]
    assert read(connection, 1, allocations=credit).source == PaymentSource.BOOKS


def test_a_payment_that_was_recorded_here_keeps_its_source_fee_and_refund(
    connection: Connection,
) -> None:
    own = make_payment(
        connection.workspace,
        connection=connection.pk,
        number="7",
        source="payment_link",
        fee=Decimal("3.20"),
        refunded=Decimal(40),
    )
    Link.objects.create(
        connection=connection,
        stream="payments",
        remote_id="7",
        object_type="payment",
        record_id=own.pk,
        created_at=NOW,
    )
    payment = read(connection, 1, allocations=PARTS, method="Visa")
    assert payment.pk == own.pk
    assert payment.method == "Visa"
    assert payment.source == PaymentSource.PAYMENT_LINK
    assert (payment.fee, payment.refunded) == (Decimal("3.20"), Decimal(40))


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        ({}, ("Visa", "pi_3QJetty0368AbCdEfGhIjKl")),
        (
            {"reference": "pi_3QJetty0368AbCdEfG"},
            ("Visa", "pi_3QJetty0368AbCdEfGhIjKl"),
        ),
        ({"method": "Check", "reference": "4471"}, ("Check", "4471")),
    ],
)
def test_what_was_recorded_here_is_not_lessened_by_books_that_took_less_of_it(
    connection: Connection, theirs: dict[str, str], kept: tuple[str, str]
) -> None:
    payment = make_payment(
        connection.workspace,
        source=PaymentSource.PAYMENT_LINK,
        amount=Decimal(100),
        method="Visa",
        reference="pi_3QJetty0368AbCdEfGhIjKl",
    )
    Link.objects.create(
        connection=connection,
        stream="payments",
        remote_id="7",
        object_type="payment",
        record_id=payment.pk,
        created_at=NOW,
    )
    held = read(connection, 1, **theirs)
    assert (held.pk, held.method, held.reference) == (payment.pk, *kept)

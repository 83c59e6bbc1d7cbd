"""Payments of one invoice never exceed together what is left of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection as database
from factories import (
    make_access,
    make_workspace,
)
from integration.invoicing.books import american_books
from integration.invoicing.till import booked, books, pay, refusal

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice, PaymentAllocation
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return books()


def test_two_payments_together_never_exceed_the_balance(
    connection: Connection,
) -> None:
    invoice = booked(connection, "7")
    pay(connection, {invoice: "60"}, "first")
    assert "has $40.00 left to pay" in refusal(connection, {invoice: "60"}, "second")
    pay(connection, {invoice: "40"}, "third")
    assert "has $0.00 left" in refusal(connection, {invoice: "0.01"}, "fourth")


@pytest.mark.parametrize("ended", [State.REJECTED, State.CANCELLED])
def test_a_payment_that_does_not_come_takes_nothing(
    connection: Connection, ended: State
) -> None:
    invoice = booked(connection, "7")
    pay(connection, {invoice: "60"}, "first")
    Intent.objects.update(state=ended)
    assert pay(connection, {invoice: "100"}, "second").amount == 100


def test_a_payment_that_was_read_back_is_in_the_balance_already(
    connection: Connection,
) -> None:
    invoice = booked(connection, "7")
    made = pay(connection, {invoice: "60"}, "first")
    Intent.objects.update(state=State.VERIFIED, remote_id="9")
    PaymentAllocation.objects.create(
        payment=made,
        connection=connection,
        document_remote_id="7",
        invoice=invoice,
        amount=Decimal(60),
    )
    Invoice.objects.update(balance=Decimal(40))
    assert pay(connection, {invoice: "40"}, "second").amount == 40


@pytest.mark.django_db(transaction=True)
def test_of_two_payments_at_the_same_moment_one_sees_the_other() -> None:
    connection = american_books(make_access(make_workspace()).workspace)
    invoice = booked(connection, "7")
    together = Barrier(2)

    def one(key: str) -> str:
        together.wait(timeout=30)
        try:
            pay(connection, {invoice: "100"}, key)
        except NotReady as error:
            return str(error)
        finally:
            database.close()
        return "paid"

    with ThreadPoolExecutor(2) as hands:
        said = sorted(hands.map(one, ["first", "second"]), key=len)
    assert said[0] == "paid"
    assert "has $0.00 left to pay" in said[1]
    assert Intent.objects.count() == 1

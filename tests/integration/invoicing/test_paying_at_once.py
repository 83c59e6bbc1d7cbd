"""Two who book at the same moment: money, and credit, is spent once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection as database
from factories import NOW
from integration.invoicing.till import (
    ADA,
    booked,
    books,
    credited,
    paid,
    pay,
    recorded,
)

from counterfoil.crm.models import Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import making
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[str], Record]) -> list[str]:
    """What two are told who do it together, ``paid`` first."""
    together = Barrier(2)

    def one(key: str) -> str:
        together.wait(timeout=30)
        try:
            work(key)
        except NotReady as error:
            return str(error)
        finally:
            database.close()
        return "paid"

    with ThreadPoolExecutor(2) as hands:
        return sorted(hands.map(one, ["first", "second"]), key=len)


def test_a_recorded_payment_pays_for_one_of_two_invoices() -> None:
    connection = books()
    invoices = {"first": booked(connection, "7"), "second": booked(connection, "8")}
    held = recorded(connection)
    said = at_once(
        lambda key: pay(connection, {invoices[key]: "80"}, key, payment=held.pk)
    )
    assert said[0] == "paid"
    assert "This payment is in QuickBooks already" in said[1]
    assert Intent.objects.count() == 1


def test_a_payment_becomes_one_of_two_sales_receipts() -> None:
    connection = books()
    payment = Ref.of(paid(connection))
    said = at_once(
        lambda key: making.make(
            connection=connection,
            source=payment,
            settings=making.Settings(kind="sales_receipt"),
            key=("step", "1", key),
            actor=ADA,
            now=NOW,
        )
    )
    assert said[0] == "paid"
    assert "QuickBooks already" in said[1]
    assert Intent.objects.filter(kind="sales_receipt").count() == 1


def test_a_request_that_comes_twice_records_one_payment() -> None:
    connection = books()
    invoice = booked(connection, "7")
    assert at_once(lambda _key: pay(connection, {invoice: "40"})) == ["paid", "paid"]
    assert (Payment.objects.count(), Intent.objects.count()) == (1, 1)


def test_a_credit_is_used_up_by_one_of_two_payments() -> None:
    connection = books()
    invoices = {"first": booked(connection, "7"), "second": booked(connection, "8")}
    memo = credited(connection, "73")
    used = {memo.pk: Decimal(30)}
    said = at_once(
        lambda key: pay(connection, {invoices[key]: "100"}, key, credits=used)
    )
    assert said[0] == "paid"
    assert "has $0.00 left" in said[1]
    assert Intent.objects.count() == 1

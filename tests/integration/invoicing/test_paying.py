"""A payment is booked against invoices of one customer, once, and never beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection as database
from factories import (
    NOW,
    make_access,
    make_contact,
    make_deal,
    make_invoice,
    make_payment,
    make_workspace,
)
from integration.invoicing.books import american_books, hold, oven_deal

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, Payment, PaymentAllocation, SalesReceipt
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import making, paying
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.paying import Settings
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db
ADA = Actor("user", "1", "Ada")


@pytest.fixture
def connection() -> Connection:
    books = american_books(make_access(make_workspace()).workspace)
    hold(books, "accounts", "4", "Undeposited", type="Other Current Asset")
    hold(books, "payment_methods", "2", "Check")
    return books


def booked(connection: Connection, remote_id: str, **values: Any) -> Invoice:
    """An invoice of customer 58 that the books have."""
    invoice = make_invoice(
        connection.workspace,
        **{
            "connection": connection.pk,
            "currency": "USD",
            "customer_remote_id": "58",
            "customer_name": "Marbella Foods",
            "posting_state": "confirmed",
            "number": f"10{remote_id}",
            **values,
        },
    )
    Link.objects.create(
        connection=connection,
        stream="invoices",
        remote_id=remote_id,
        object_type="invoice",
        record_id=invoice.pk,
        created_at=NOW,
    )
    assert links.remote_for(connection, "invoices", Ref.of(invoice)) == remote_id
    return invoice


def pay(
    connection: Connection,
    applied: Mapping[Invoice, str],
    *key: str,
    **settings: Any,
) -> Payment:
    return paying.pay(
        connection=connection,
        settings=Settings(
            applied={each.pk: Decimal(part) for each, part in applied.items()},
            **settings,
        ),
        key=("paid", *key),
        actor=ADA,
        now=NOW,
    )


def refusal(
    connection: Connection,
    applied: Mapping[Invoice, str],
    *key: str,
    **settings: Any,
) -> str:
    """What is said; and that nothing was recorded or asked for."""
    before = Intent.objects.count(), Payment.objects.count()
    with pytest.raises(NotReady) as caught:
        pay(connection, applied, *key, **settings)
    assert (Intent.objects.count(), Payment.objects.count()) == before
    return str(caught.value)


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


def test_what_the_books_refused_is_not_waited_for(connection: Connection) -> None:
    invoice = booked(connection, "7", posting_state="rejected")
    assert "is not in QuickBooks" in refusal(connection, {invoice: "100"})


@pytest.mark.parametrize("gone", ["voided", "deleted_remotely"])
def test_what_is_gone_is_not_paid(connection: Connection, gone: str) -> None:
    invoice = booked(connection, "7")
    setattr(invoice, gone, True)
    invoice.save()
    assert "is not in QuickBooks" in refusal(connection, {invoice: "100"})


def test_two_payments_together_never_exceed_the_balance(
    connection: Connection,
) -> None:
    invoice = booked(connection, "7")
    pay(connection, {invoice: "60"}, "first")
    assert "has 40.00 left to pay" in refusal(connection, {invoice: "60"}, "second")
    pay(connection, {invoice: "40"}, "third")
    assert "has 0.00 left" in refusal(connection, {invoice: "0.01"}, "fourth")


def test_a_payment_that_was_refused_takes_nothing(connection: Connection) -> None:
    invoice = booked(connection, "7")
    pay(connection, {invoice: "60"}, "first")
    Intent.objects.update(state=State.REJECTED)
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


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"customer_remote_id": "59"}, "of different customers"),
        ({"currency": "EUR"}, "in different currencies"),
    ],
)
def test_one_payment_is_of_one_customer_and_currency(
    connection: Connection, values: dict[str, str], said: str
) -> None:
    first, second = booked(connection, "7"), booked(connection, "8", **values)
    assert said in refusal(connection, {first: "1", second: "1"})


def test_invoices_of_another_company_are_refused(connection: Connection) -> None:
    other = american_books(connection.workspace)
    theirs = booked(other, "7")
    assert "All invoices must be in Harbour" in refusal(connection, {theirs: "1"})


def test_invoices_of_another_workspace_do_not_exist(connection: Connection) -> None:
    theirs = booked(american_books(make_workspace()), "7")
    assert "Choose the invoices" in refusal(connection, {theirs: "1"})


@pytest.mark.parametrize(
    ("part", "settings", "said"),
    [
        ("0", {}, "Enter how much of invoice 107 is paid"),
        ("-5", {}, "Enter how much of invoice 107 is paid"),
        ("100.01", {}, "has 100.00 left to pay"),
        ("1.005", {}, "The smallest unit of USD is 0.01"),
        ("50", {"amount": Decimal(49)}, "More is applied to invoices than was paid"),
        ("50", {"amount": Decimal("50.001")}, "The smallest unit of USD is 0.01"),
        ("50", {"paid_on": "yesterday"}, "Enter the date"),
        ("50", {"paid_on": "1066-10-14"}, "Enter the date"),
        ("50", {"deposit_account_id": "79"}, "Choose an account of the list"),
        ("50", {"payment_method_id": "9"}, "Choose a payment method of the list"),
    ],
)
def test_each_slip_has_its_sentence(
    connection: Connection, part: str, settings: dict[str, Any], said: str
) -> None:
    invoice = booked(connection, "7")
    assert said in refusal(connection, {invoice: part}, **settings)


def test_nothing_is_booked_into_closed_books(connection: Connection) -> None:
    connection.facts = {**connection.facts, "closed_on": "2026-03-31"}
    connection.save()
    invoice = booked(connection, "7")
    said = refusal(connection, {invoice: "50"}, paid_on="2026-03-31")
    assert "The next open day is Apr 1, 2026" in said


def test_a_disconnected_company_takes_no_payment(connection: Connection) -> None:
    connection.state = "disconnected"
    connection.save()
    assert "is disconnected" in refusal(connection, {booked(connection, "7"): "1"})


def test_a_foreign_payment_needs_a_rate_and_keeps_it(connection: Connection) -> None:
    invoice = booked(connection, "7", currency="EUR")
    said = refusal(connection, {invoice: "50"})
    assert "Enter how much one EUR is worth in USD" in said
    pay(connection, {invoice: "50"}, exchange_rate="1.0875")
    assert Intent.objects.get().document["exchange_rate"] == "1.0875"


def test_a_recorded_payment_is_booked_as_it_is(connection: Connection) -> None:
    invoice = booked(connection, "7")
    held = make_payment(
        connection.workspace,
        amount=Decimal(80),
        currency="USD",
        paid_on=date(2026, 3, 1),
        reference="ch_123",
        source="payment_link",
    )
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
    held = make_payment(
        connection.workspace,
        amount=Decimal(80),
        currency="USD",
        paid_on=date(2026, 3, 1),
        method=" check",
        source="manual",
    )
    pay(connection, {booked(connection, "7"): "80"}, payment=held.pk)
    assert Intent.objects.get().document["payment_method_id"] == "2"


def test_money_that_a_sales_receipt_tells_of_pays_no_invoice(
    connection: Connection,
) -> None:
    held = make_payment(
        connection.workspace,
        amount=Decimal(80),
        currency="USD",
        paid_on=date(2026, 3, 1),
        source="manual",
    )
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
    held = make_payment(
        connection.workspace,
        amount=Decimal(80),
        currency="USD",
        paid_on=date(2026, 3, 1),
        source="manual",
    )
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
    held = make_payment(connection.workspace, currency="EUR", source="manual")
    invoice = booked(connection, "7")
    said = refusal(connection, {invoice: "50"}, payment=held.pk)
    assert "in another currency than its invoices" in said


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
    assert "has 0.00 left to pay" in said[1]
    assert Intent.objects.count() == 1

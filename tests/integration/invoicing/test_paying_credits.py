"""Credit memos are used up by a payment, beside its money or in place of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, make_workspace
from integration.invoicing.books import american_books
from integration.invoicing.till import booked, books, credited, pay, refusal

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm.models import Payment
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return books()


def test_a_credit_pays_a_part_and_the_money_the_rest(connection: Connection) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    made = pay(connection, {invoice: "100"}, credits={memo.pk: Decimal(30)})
    assert (made.amount, made.unapplied) == (Decimal(70), Decimal(0))
    document = Intent.objects.get().document
    assert document["amount"] == "70"
    assert document["applied"] == [
        {"kind": "invoice", "id": "7", "amount": "100"},
        {"kind": "credit_memo", "id": "9", "amount": "30"},
    ]
    assert document["made_from"] == [["invoice", invoice.pk], ["credit_memo", memo.pk]]


def test_a_credit_alone_pays_without_any_money(connection: Connection) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    used = {memo.pk: Decimal("12.50")}
    made = pay(connection, {invoice: "12.50"}, credits=used, amount=Decimal(0))
    assert (made.amount, made.unapplied) == (Decimal(0), Decimal(0))
    assert Intent.objects.get().document["amount"] == "0"


def test_what_two_payments_use_of_a_credit_never_exceeds_it(
    connection: Connection,
) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    twenty = {memo.pk: Decimal(20)}
    first = pay(connection, {invoice: "20"}, "first", credits=twenty)
    said = refusal(connection, {invoice: "20"}, "second", credits=twenty)
    assert "Credit memo C9 has $10.00 left." in said
    Intent.objects.update(state=State.REJECTED)
    assert pay(connection, {invoice: "20"}, "third", credits=twenty) != first


@pytest.mark.parametrize("gone", ["voided", "deleted_remotely"])
def test_a_payment_that_is_gone_takes_nothing_any_more(
    connection: Connection, gone: str
) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    all_of_it = {memo.pk: Decimal(30)}
    pay(connection, {invoice: "100"}, "first", credits=all_of_it)
    Intent.objects.update(state=State.VERIFIED, remote_id="11")
    assert "left" in refusal(connection, {invoice: "100"}, "second")
    Payment.objects.update(**{gone: True})
    again = pay(connection, {invoice: "100"}, "third", credits=all_of_it)
    assert again.amount == 70


def test_a_payment_that_was_taken_off_its_invoice_there_takes_nothing_of_it(
    connection: Connection,
) -> None:
    invoice = booked(connection, "7")
    pay(connection, {invoice: "100"}, "first")
    Intent.objects.update(state=State.VERIFIED, remote_id="11")
    Payment.objects.update(unapplied=Decimal(100), posting_state="confirmed")
    assert pay(connection, {invoice: "100"}, "second").amount == 100


@pytest.mark.parametrize(
    ("values", "used", "said"),
    [
        ({}, "30.01", "Credit memo C9 has $30.00 left."),
        ({}, "0", "Enter how much of credit memo C9 is used."),
        ({}, "-5", "Enter how much of credit memo C9 is used."),
        ({}, "1.005", "The smallest unit of USD is 0.01."),
        ({"remaining": Decimal(200)}, "101", "More credit is used than the invoices"),
        ({"voided": True}, "30", "Credit memo C9 is not in QuickBooks."),
        ({"deleted_remotely": True}, "30", "Credit memo C9 is not in QuickBooks."),
        ({"customer_remote_id": "59"}, "30", "of the same customer"),
        ({"currency": "EUR"}, "30", "of the same customer"),
    ],
)
def test_each_slip_has_its_sentence(
    connection: Connection, values: dict[str, Any], used: str, said: str
) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9", **values)
    wanted = {memo.pk: Decimal(used)}
    assert said in refusal(connection, {invoice: "100"}, credits=wanted)


def test_a_credit_memo_that_the_books_do_not_have_yet_is_not_used(
    connection: Connection,
) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    links.unlink(connection, stream="credit_memos", ref=Ref.of(memo))
    used = {memo.pk: Decimal(30)}
    said = refusal(connection, {invoice: "100"}, credits=used)
    assert "Credit memo C9 is not in QuickBooks." in said


def test_credits_of_another_company_or_workspace_are_not_used(
    connection: Connection,
) -> None:
    invoice = booked(connection, "7")
    beside = credited(american_books(connection.workspace), "9")
    elsewhere = credited(american_books(make_workspace()), "9")
    used = {beside.pk: Decimal(30)}
    assert "the same customer" in refusal(connection, {invoice: "100"}, credits=used)
    used = {elsewhere.pk: Decimal(30)}
    assert "Choose credit memos" in refusal(connection, {invoice: "100"}, credits=used)


def test_an_archived_credit_memo_is_not_used(connection: Connection) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    memo.archived_at = NOW
    memo.save()
    used = {memo.pk: Decimal(30)}
    assert "Choose credit memos" in refusal(connection, {invoice: "100"}, credits=used)


@pytest.mark.parametrize(("amount", "used"), [("0", "0"), ("-1", "0"), ("-1", "30")])
def test_a_payment_of_nothing_is_refused(
    connection: Connection, amount: str, used: str
) -> None:
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    credits_used = {memo.pk: Decimal(used)} if used != "0" else {}
    part = Decimal(amount) + Decimal(used)
    settings = {"amount": Decimal(amount), "credits": credits_used}
    assert refusal(connection, {invoice: str(max(part, 1))}, **settings)

"""What cannot be sent, voided or deleted says why, and who may not learns nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from factories import (
    make_access,
    make_payment,
    make_workspace,
)
from integration.invoicing.delivery import Books

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import PaymentAllocation
from counterfoil.invoicing import delivering
from counterfoil.invoicing.offers import offers
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return Books()


def test_what_was_sent_is_not_sent_again_without_a_reason(books: Books) -> None:
    record = books.document()
    books.send(record)
    books.settle(record)
    assert "was sent to accounts@marbella.example on Mar" in books.why(record)
    books.send(record, again="The customer lost it.")
    books.settle(record)
    assert books.mails() == 2


def test_without_an_address_one_is_asked_for(books: Books) -> None:
    record = books.document(recipient="")
    assert "no e-mail address" in books.why(record)
    assert "such as ada@example.com" in books.why(record, to="ada at example")
    books.send(record, to="ada@example.com")


def test_a_payment_is_not_e_mailed(books: Books) -> None:
    assert "does not e-mail" in books.why(books.document("payment"))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"voided": True}, "void"),
        ({"deleted_remotely": True}, "was deleted"),
        ({"posting_state": "rejected"}, "refused it"),
        ({"posting_state": "cancelled"}, "was cancelled"),
        ({"posting_state": "attention", "posting_message": "Look."}, "Look."),
        ({"connection": None}, "not in QuickBooks"),
    ],
)
def test_what_cannot_be_sent_says_why(
    books: Books, values: dict[str, Any], why: str
) -> None:
    record = books.document()
    books.change(record, **values)
    assert why in books.why(record)
    books.settle(record)
    assert books.shelf.deeds.asked == []


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ConnectionState.DISCONNECTED, "is disconnected"),
        (ConnectionState.RECONNECT, "needs reconnecting"),
    ],
)
def test_a_company_that_is_not_connected_is_named(
    books: Books, state: str, why: str
) -> None:
    record = books.document()
    Connection.objects.update(state=state)
    assert f"Harbour Bakery Services {why}" in books.why(record)


def test_what_quickbooks_cannot_void_is_to_be_deleted(books: Books) -> None:
    record = books.document("estimate")
    with pytest.raises(Invalid, match="Delete it instead"):
        delivering.void(access=books.access, record=record, now=books.now)


def test_voiding_a_paid_invoice_warns_of_its_payment_and_deleting_it_is_refused(
    books: Books,
) -> None:
    invoice = books.document()
    payment = make_payment(books.workspace, connection=books.connection.pk)
    PaymentAllocation.objects.create(
        payment=payment,
        connection=books.connection,
        document_remote_id="1",
        invoice=invoice,
        amount=Decimal(20),
    )
    offered = offers(books.access, invoice)
    assert offered.void.may
    assert "not applied to anything" in offered.void.warning
    assert "Void it, or take them off" in offered.delete.why


def test_what_was_deposited_stays(books: Books) -> None:
    receipt = books.document(
        "sales_receipt", deposit_remote_id="7", deposited_on=date(2026, 3, 3)
    )
    offered = offers(books.access, receipt)
    for offer in (offered.void, offered.delete):
        assert "deposited on Mar 3, 2026" in offer.why


def test_closed_books_stay_as_they_are() -> None:
    books = Books(closed_on="2026-03-02")
    record = books.document("payment")
    offered = offers(books.access, record)
    for offer in (offered.void, offered.delete):
        assert "closed up to Mar 2, 2026" in offer.why


@pytest.mark.parametrize("role", [Role.SALES, Role.READ_ONLY, Role.ADMIN])
def test_who_does_not_keep_the_books_may_not(books: Books, role: Role) -> None:
    record = books.document()
    access = make_access(books.workspace, role=role)
    for use in (delivering.send, delivering.void, delivering.delete):
        with pytest.raises(PermissionDenied):
            use(access=access, record=record, now=books.now)
    offered = offers(access, record)
    shown = [offered.send.is_shown, offered.void.is_shown, offered.delete.is_shown]
    assert shown == [False, False, False]


def test_a_stranger_learns_nothing(books: Books) -> None:
    record = books.document()
    stranger = make_access(make_workspace(), role=Role.OWNER)
    for use in (delivering.send, delivering.void, delivering.delete):
        with pytest.raises(Http404):
            use(access=stranger, record=record, now=books.now)
    act = books.send(record)
    with pytest.raises(Http404):
        delivering.leave(access=stranger, record=record, act_id=act.pk, now=books.now)

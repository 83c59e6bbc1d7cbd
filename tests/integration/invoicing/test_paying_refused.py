"""What no payment is booked for, each with its sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from factories import (
    NOW,
    make_workspace,
)
from integration.invoicing.books import american_books
from integration.invoicing.till import booked, books, refusal

from counterfoil.connections.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    return books()


def test_what_the_books_refused_is_not_waited_for(connection: Connection) -> None:
    invoice = booked(connection, "7", posting_state="rejected")
    assert "is not in QuickBooks" in refusal(connection, {invoice: "100"})


@pytest.mark.parametrize("gone", ["voided", "deleted_remotely"])
def test_what_is_gone_is_not_paid(connection: Connection, gone: str) -> None:
    invoice = booked(connection, "7")
    setattr(invoice, gone, True)
    invoice.save()
    assert "is not in QuickBooks" in refusal(connection, {invoice: "100"})


def test_an_archived_invoice_is_not_paid(connection: Connection) -> None:
    kept, archived = booked(connection, "7"), booked(connection, "8")
    archived.archived_at = NOW
    archived.save()
    assert "Choose the invoices" in refusal(connection, {kept: "1", archived: "1"})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"customer_remote_id": "59"}, "of different customers"),
        ({"customer_name": "Marbella Foods Ltd"}, "of different customers"),
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
        ("100.01", {}, "has $100.00 left to pay"),
        ("1.005", {}, "The smallest unit of USD is 0.01"),
        ("50", {"amount": Decimal(49)}, "More is applied to invoices than was paid"),
        ("50", {"amount": Decimal("50.001")}, "The smallest unit of USD is 0.01"),
        ("50", {"amount": Decimal(10) ** 11}, "takes at most 99,999,999,999.99"),
        ("50", {"paid_on": "yesterday"}, "Enter the date"),
        ("50", {"paid_on": "1066-10-14"}, "Enter the date"),
        ("50", {"deposit_account_id": "79"}, "Choose an account of the list"),
        ("50", {"payment_method_id": "9"}, "Choose a payment method of the list"),
        ("50", {"reference": "x" * 22}, "Use at most 21 characters for the reference"),
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
    said = refusal(connection, {booked(connection, "7"): "1"})
    assert "is disconnected" in said
    assert "draft" not in said

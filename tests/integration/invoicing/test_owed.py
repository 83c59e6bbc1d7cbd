"""What a customer owes, and has to their credit: theirs alone, and only what stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, make_contact, make_workspace
from integration.invoicing.books import american_books
from integration.invoicing.till import booked, books, credited, recorded

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm import associations
from counterfoil.crm.models import Contact
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import owed

pytestmark = pytest.mark.django_db
ANOTHERS = [{"customer_remote_id": "59"}, {"currency": "EUR"}]
GONE = [
    {"archived_at": NOW},
    {"voided": True},
    {"deleted_remotely": True},
    {"posting_state": "rejected"},
    {"posting_state": "cancelled"},
]


@pytest.fixture
def connection() -> Connection:
    return books()


def customer(connection: Connection) -> Contact:
    """A contact who is customer 58 there."""
    contact = make_contact(connection.workspace)
    ref = Ref.of(contact)
    links.link(connection, stream="customers", remote_id="58", ref=ref, now=NOW)
    return contact


def keep(row: Any, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_a_contact_owes_the_open_invoices_of_the_customer_that_they_are(
    connection: Connection,
) -> None:
    contact = customer(connection)
    first, second = booked(connection, "7"), booked(connection, "8")
    booked(connection, "9", customer_remote_id="59")
    [account] = owed.accounts(connection.workspace, contact)
    assert account.invoices == [first, second]
    assert account.total == 200


@pytest.mark.parametrize("values", [*GONE, {"balance": Decimal(0)}])
def test_nobody_owes_what_does_not_stand_or_is_paid(
    connection: Connection, values: dict[str, object]
) -> None:
    contact = customer(connection)
    keep(booked(connection, "7"), values)
    assert owed.accounts(connection.workspace, contact) == []


def test_who_is_not_that_customer_after_all_owes_nothing(
    connection: Connection,
) -> None:
    contact = customer(connection)
    booked(connection, "7")
    Link.objects.filter(stream="customers").update(state=LinkState.IGNORED)
    assert owed.accounts(connection.workspace, contact) == []


def test_invoices_of_another_currency_or_company_are_accounts_of_their_own(
    connection: Connection,
) -> None:
    contact = customer(connection)
    beside = american_books(connection.workspace)
    ref = Ref.of(contact)
    links.link(beside, stream="customers", remote_id="58", ref=ref, now=NOW)
    invoices = [
        booked(connection, "7"),
        booked(connection, "8", currency="EUR"),
        booked(beside, "7"),
    ]
    found = owed.accounts(connection.workspace, contact)
    assert sorted(each.key for each in found) == sorted(
        f"{each.connection_id}-58-{each.currency}" for each in invoices
    )
    [account] = owed.accounts(connection.workspace, invoices[0])
    assert account.invoices == [invoices[0]]


def test_a_payment_is_for_invoices_of_its_own_currency(connection: Connection) -> None:
    contact = customer(connection)
    booked(connection, "7", currency="EUR")
    held = recorded(connection)
    left, right = Ref.of(contact), Ref.of(held)
    associations.associate(
        workspace=connection.workspace, left=left, right=right, now=NOW
    )
    assert owed.accounts(connection.workspace, held) == []
    [account] = owed.accounts(connection.workspace, contact)
    assert account.currency == "EUR"


@pytest.mark.parametrize("values", [*ANOTHERS, *GONE, {"posting_state": "pending"}])
def test_credit_is_the_customers_own_and_stands_in_the_books(
    connection: Connection, values: dict[str, object]
) -> None:
    [account] = owed.accounts(connection.workspace, booked(connection, "7"))
    memo = credited(connection, "9")
    over = recorded(connection, customer_remote_id="58", unapplied=Decimal(5))
    keep(over, {"connection": connection})
    assert owed.open_credits(account) == [memo]
    assert owed.unapplied(account) == [over]
    keep(memo, values)
    keep(over, values)
    assert owed.open_credits(account) == []
    assert owed.unapplied(account) == []


def test_credit_of_another_company_is_not_there_to_be_used(
    connection: Connection,
) -> None:
    [account] = owed.accounts(connection.workspace, booked(connection, "7"))
    credited(american_books(connection.workspace), "9")
    credited(american_books(make_workspace()), "9")
    assert owed.open_credits(account) == []


def test_an_amount_pays_what_is_owed_longest_and_no_more_of_each(
    connection: Connection,
) -> None:
    first, second, third = (booked(connection, each) for each in "789")
    shared = owed.shared(Decimal(130), [first, second, third])
    assert shared == {first.pk: Decimal(100), second.pk: Decimal(30)}

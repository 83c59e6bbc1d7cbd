"""A foreign document is proposed the rate of its day, and never a made-up one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from factories import NOW, make_access, make_payment, make_workspace
from integration.invoicing.books import (
    american_books,
    give_lines,
    hold,
    oven_deal,
)
from integration.invoicing.market import DAY, Market, opened

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Deal, Invoice
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import expenses, making, rates
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent


@pytest.fixture
def market() -> Iterator[Market]:
    with opened() as found:
        yield found


def european(connection: Connection) -> Deal:
    """A deal in euros of a customer that is kept in euros."""
    RemoteObject.objects.filter(connection=connection, stream="customers").delete()
    hold(connection, "customers", "70", "Marbella Foods", currency="EUR")
    deal = oven_deal(connection.workspace, currency="EUR")
    give_lines(deal, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    return deal


def books() -> Connection:
    connection = american_books(make_access(make_workspace()).workspace)
    connection.service = "market"
    connection.save()
    return connection


def make(connection: Connection, deal: Deal, **settings: str) -> Invoice:
    made = making.make(
        connection=connection,
        source=Ref.of(deal),
        settings=making.Settings("invoice", **settings),
        key=("step", str(deal.pk)),
        actor=Actor("workflow", "1", "Invoices"),
        now=NOW,
    )
    assert isinstance(made, Invoice)
    return made


@pytest.mark.django_db
def test_a_rate_is_read_once_and_kept_with_its_time(market: Market) -> None:
    connection = books()
    found = rates.read(connection, "EUR", DAY, now=NOW)
    assert found == rates.Rate("EUR", Decimal("1.0875"), DAY, NOW)
    assert rates.read(connection, "EUR", DAY, now=NOW) == found
    assert market.asked == 1
    market.worth["EUR", DAY] = "1.1"
    later = rates.read(connection, "EUR", DAY, now=NOW + timedelta(hours=7))
    assert later is not None
    assert (later.rate, market.asked) == (Decimal("1.1"), 2)


@pytest.mark.django_db
def test_what_the_books_do_not_know_is_not_made_up(market: Market) -> None:
    connection = books()
    for _again in range(2):
        assert rates.read(connection, "EUR", date(2026, 3, 5), now=NOW) is None
    assert market.asked == 1


@pytest.mark.django_db
def test_books_that_do_not_answer_leave_what_was_read_before(market: Market) -> None:
    connection = books()
    assert rates.read(connection, "EUR", DAY, now=NOW)
    market.is_down = True
    later = NOW + timedelta(days=1)
    assert rates.read(connection, "EUR", DAY, now=later) == rates.known(
        connection, "EUR", DAY
    )
    assert rates.read(connection, "JPY", DAY, now=later) is None


@pytest.mark.django_db
def test_a_disconnected_company_is_not_asked(market: Market) -> None:
    connection = books()
    connection.state = "disconnected"
    assert rates.read(connection, "EUR", DAY, now=NOW) is None
    assert market.asked == 0


@pytest.mark.django_db
def test_nothing_is_asked_while_a_transaction_is_open(market: Market) -> None:
    connection = books()
    rates.read_ahead(connection, "EUR", DAY, now=NOW)
    assert market.asked == 0


@pytest.mark.django_db
def test_a_rate_that_is_known_is_proposed_and_another_is_kept(market: Market) -> None:
    connection = books()
    rates.read(connection, "EUR", DAY, now=NOW)
    make(connection, european(connection))
    assert Intent.objects.get().document["exchange_rate"] == "1.0875"
    make(connection, european(connection), exchange_rate="1.2")
    assert Intent.objects.order_by("created_at", "pk").filter(
        document__exchange_rate="1.2"
    )


@pytest.mark.django_db
def test_the_rate_of_another_day_is_not_taken(market: Market) -> None:
    connection = books()
    rates.read(connection, "EUR", DAY, now=NOW)
    with pytest.raises(NotReady, match="Enter how much one EUR is worth"):
        make(connection, european(connection), issued_on="2026-03-05")


@pytest.mark.django_db(transaction=True)
def test_a_document_made_by_itself_reads_the_rate_of_its_day(market: Market) -> None:
    connection = books()
    market.worth["EUR", date(2026, 3, 2)] = "1.07"
    make(connection, european(connection), issued_on="2026-03-02")
    assert Intent.objects.get().document["exchange_rate"] == "1.07"


@pytest.mark.django_db(transaction=True)
def test_a_foreign_fee_is_booked_at_the_rate_of_its_day(market: Market) -> None:
    connection = books()
    hold(connection, "accounts", "35", "Checking", type="Bank")
    hold(connection, "accounts", "8", "Fees", type="Expense")
    payment = make_payment(
        connection.workspace, currency="EUR", fee=Decimal(3), paid_on=DAY
    )
    expenses.make(
        connection=connection,
        payment=Ref.of(payment),
        settings=expenses.Settings("35", "8"),
        key=("fee",),
        actor=Actor.system(),
        now=NOW,
    )
    assert Intent.objects.get().document["exchange_rate"] == "1.0875"


@pytest.mark.django_db(transaction=True)
def test_a_page_proposes_the_rate_of_a_day_and_none_at_home(market: Market) -> None:
    connection = books()
    assert rates.for_page(connection, "EUR", DAY, now=NOW) == "1.0875"
    assert rates.for_page(connection, "USD", DAY, now=NOW) == ""
    assert market.asked == 1

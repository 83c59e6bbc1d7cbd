"""What is made around midnight bears the company's day, up to the bytes that leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, make_access, make_invoice, make_workspace
from integration.invoicing.books import american_books, hold, oven_deal

from counterfoil.connections.models import Connection, Link
from counterfoil.connectors.quickbooks.books import QuickBooksBooks
from counterfoil.crm.models import Invoice, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import expenses, making, paying
from counterfoil.posting import post

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Invoice on deal won")
SECOND = timedelta(seconds=1)
KINDS = ("invoice", "estimate", "sales_receipt", "credit_memo")
# The first day there after each change of the clocks in 2026, and a usual one.
DAYS = {
    "America/New_York": [date(2026, 3, 8)],
    "America/Santiago": [date(2026, 4, 4), date(2026, 9, 6)],
    "Africa/Cairo": [date(2026, 4, 24)],
    "Europe/London": [date(2026, 10, 25)],
    "Asia/Kathmandu": [date(2026, 2, 28)],
    "Pacific/Kiritimati": [date(2026, 12, 31)],
}
CASES = [(zone, day) for zone, days in DAYS.items() for day in days]


@pytest.fixture
def connection() -> Connection:
    books = american_books(make_access(make_workspace()).workspace)
    hold(books, "accounts", "4", "Checking", type="Bank", currency="USD")
    hold(books, "accounts", "7", "Fees", type="Expense", currency="USD")
    hold(books, "payment_methods", "2", "Check")
    return books


def moments(day: date, zone: str) -> Iterator[tuple[datetime, date]]:
    """Right before midnight there, right after, and the last moment of the day."""
    first = datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    after = day + timedelta(days=1)
    last = datetime.combine(after, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    yield first - SECOND, day - timedelta(days=1)
    yield first, day
    yield last - SECOND, day


def booked(connection: Connection, remote_id: str) -> Invoice:
    """An invoice that the books have."""
    invoice = make_invoice(
        connection.workspace,
        connection=connection.pk,
        currency="USD",
        customer_remote_id="58",
        posting_state="confirmed",
        total=Decimal(95),
        balance=Decimal(95),
    )
    Link.objects.create(
        connection=connection,
        stream="invoices",
        remote_id=remote_id,
        object_type="invoice",
        record_id=invoice.pk,
        created_at=NOW,
    )
    return invoice


def dated(connection: Connection, made: Record) -> str:
    """The day in the bytes that would leave for what was asked for."""
    intent = post.of_record(Ref.of(made))
    assert intent is not None
    books = QuickBooksBooks(connection)
    document = intent.document
    payload, _ = books.render(intent.kind, document, marker=intent.marker)
    return str(json.loads(payload)["TxnDate"])


@pytest.mark.parametrize(("zone", "day"), CASES)
def test_documents_bear_the_day_of_the_company(
    connection: Connection, zone: str, day: date
) -> None:
    connection.time_zone = zone
    connection.save()
    deal = oven_deal(connection.workspace)
    for number, (now, expected) in enumerate(moments(day, zone)):
        for kind in KINDS[number::2]:
            made = making.make(
                connection=connection,
                source=Ref.of(deal),
                settings=making.Settings(kind=kind),
                key=(kind, str(number)),
                actor=STEP,
                now=now,
            )
            told = (kind, now, dated(connection, made))
            assert getattr(made, "issued_on") == expected, told  # noqa: B009
            assert dated(connection, made) == expected.isoformat(), told


@pytest.mark.parametrize(("zone", "day"), CASES)
def test_payments_and_fees_bear_the_day_of_the_company(
    connection: Connection, zone: str, day: date
) -> None:
    connection.time_zone = zone
    connection.save()
    for number, (now, expected) in enumerate(moments(day, zone)):
        invoice = booked(connection, str(100 + number))
        paid = paying.pay(
            connection=connection,
            settings=paying.Settings(applied={invoice.pk: Decimal(95)}),
            key=("pay", str(number)),
            actor=STEP,
            now=now,
        )
        assert (paid.paid_on, dated(connection, paid)) == (
            expected,
            expected.isoformat(),
        )
        paid.fee = Decimal(3)
        paid.save()
        fee = expenses.make(
            connection=connection,
            payment=Ref.of(paid),
            settings=expenses.Settings(account_id="4", category_id="7"),
            key=("fee", str(number)),
            actor=STEP,
            now=now,
        )
        assert (fee.spent_on, dated(connection, fee)) == (
            expected,
            expected.isoformat(),
        )

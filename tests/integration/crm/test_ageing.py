"""What customers owe, by age: each day's own, in the workspace's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from factories import make_invoice, make_workspace
from hypothesis import given, settings, strategies as st

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.crm import ageing, queries
from counterfoil.crm.ageing import Age
from counterfoil.crm.models import Invoice
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TODAY = date(2026, 3, 4)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def ages(workspace: Workspace, now: datetime = NOW, **asked: object) -> dict[str, str]:
    page = queries.page(workspace=workspace, object_type="invoice", now=now, **asked)
    return {invoice.number: invoice.age for invoice in page.rows}


def make_due(workspace: Workspace, days: int, **values: object) -> Invoice:
    """An invoice that has been due for so many days, which is its number."""
    due = TODAY - timedelta(days=days)
    return make_invoice(workspace, number=f"{days}", due_on=due, **values)


def test_an_age_begins_and_ends_on_its_day(workspace: Workspace) -> None:
    for days in (-1, 0, 1, 30, 31, 60, 61, 90, 91, 4000):
        make_due(workspace, days)
    assert ages(workspace) == {
        "-1": Age.CURRENT,
        "0": Age.CURRENT,
        "1": Age.TO_30,
        "30": Age.TO_30,
        "31": Age.TO_60,
        "60": Age.TO_60,
        "61": Age.TO_90,
        "90": Age.TO_90,
        "91": Age.OLDER,
        "4000": Age.OLDER,
    }


def test_the_day_is_that_of_the_business(workspace: Workspace) -> None:
    make_due(workspace, 0)
    before_midnight = datetime(2026, 3, 5, 4, 59, tzinfo=UTC)  # 23:59 in New York
    assert ages(workspace, before_midnight) == {"0": Age.CURRENT}
    assert ages(workspace, before_midnight + timedelta(minutes=1)) == {"0": Age.TO_30}


@pytest.mark.parametrize(
    "values",
    [
        {"balance": Decimal(0)},
        {"voided": True},
        {"deleted_remotely": True},
        {"posting_state": "rejected"},
        {"posting_state": "pending"},
    ],
)
def test_what_is_not_owed_has_no_age(
    workspace: Workspace, values: dict[str, object]
) -> None:
    make_due(workspace, 45, **values)
    assert ages(workspace) == {"45": None}
    assert queries.owed(workspace=workspace, now=NOW) == []
    assert not ages(workspace, filters=[("age", "known")])
    assert ages(workspace, filters=[("age", "unknown")])
    assert ages(workspace, filters=[("age", "is_not", "60")])


def test_what_has_no_due_date_is_not_due_yet(workspace: Workspace) -> None:
    make_invoice(workspace, number="1")
    assert ages(workspace) == {"1": Age.CURRENT}
    assert ages(workspace, filters=[("age", "is", "current")]) == {"1": Age.CURRENT}
    assert ages(workspace, filters=[("age", "none_of", "30;60")])


def test_what_is_owed_stands_apart_by_currency(workspace: Workspace) -> None:
    make_due(workspace, 5, total=Decimal(100), balance=Decimal("60.25"))
    make_due(workspace, 6, balance=Decimal("0.50"))
    make_due(workspace, 100, balance=Decimal(7), currency="EUR")
    make_due(workspace, 5, balance=Decimal(3), voided=True)
    euros, dollars = queries.owed(workspace=workspace, now=NOW)
    assert (euros.currency, dollars.currency) == ("EUR", "USD")
    assert euros.by_age[Age.OLDER] == euros.total == Money(Decimal(7), "EUR")
    assert dollars.by_age[Age.TO_30] == dollars.total == Money(Decimal("60.75"), "USD")
    assert dollars.by_age[Age.OLDER] == Money(Decimal(0), "USD")


def test_what_is_owed_follows_the_filters_and_the_workspace(
    workspace: Workspace,
) -> None:
    make_due(workspace, 5, customer_name="Ovens")
    make_due(workspace, 6, customer_name="Cakes")
    make_due(make_workspace("Theirs"), 7)
    [owed] = queries.owed(
        workspace=workspace, filters=[("customer_name", "is", "Ovens")], now=NOW
    )
    assert owed.total == Money(Decimal(100), "USD")


def test_totals_say_what_is_open_in_every_column(workspace: Workspace) -> None:
    make_due(workspace, 5, balance=Decimal(4))
    make_due(workspace, 70, balance=Decimal(9))
    found = queries.totals(workspace=workspace, object_type="invoice", now=NOW)
    assert found["open_30"] == [Money(Decimal(4), "USD")]
    assert found["open_90"] == [Money(Decimal(9), "USD")]
    assert found["open_older"] == [Money(Decimal(0), "USD")]


def test_an_age_that_there_is_not_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Invalid, match="not one of the options"):
        ages(workspace, filters=[("age", "is", "45")])
    with pytest.raises(Invalid, match="no property"):
        queries.page(
            workspace=workspace,
            object_type="deal",
            filters=[("age", "is", "30")],
            now=NOW,
        )


def test_every_open_invoice_is_of_one_age(workspace: Workspace) -> None:
    days = st.lists(st.integers(-400, 400), min_size=1, max_size=12)

    @given(days)
    @settings(max_examples=15)
    def check(chosen: list[int]) -> None:
        Invoice.objects.filter(workspace=workspace).delete()
        Invoice.objects.bulk_create(
            Invoice(
                workspace=workspace,
                due_on=TODAY - timedelta(days=each),
                currency="USD",
                balance=Decimal(1),
                created_at=NOW,
                updated_at=NOW,
            )
            for each in chosen
        )
        [owed] = queries.owed(workspace=workspace, now=NOW)
        assert sum(each.amount for each in owed.by_age.values()) == len(chosen)
        counts = [len(ages_of(workspace, age)) for age in Age]
        assert sum(counts) == len(chosen)

    def ages_of(workspace: Workspace, age: Age) -> list[Invoice]:
        page = queries.page(
            workspace=workspace,
            object_type="invoice",
            filters=[("age", "is", age.value)],
            now=NOW,
        )
        assert {invoice.age for invoice in page.rows} <= {age.value}
        return page.rows

    check()


def test_what_is_owed_is_read_without_what_is_paid(workspace: Workspace) -> None:
    Invoice.objects.bulk_create(
        Invoice(
            workspace=workspace,
            title=f"{number}",
            due_on=TODAY - timedelta(days=number % 200),
            currency="USD",
            balance=Decimal(number % 50 == 0),
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_invoice")
    open_ones = queries._matching(
        workspace, queries.object_types["invoice"], [], ""
    ).filter(ageing.OPEN)
    assert "invoice_open" in open_ones.explain()

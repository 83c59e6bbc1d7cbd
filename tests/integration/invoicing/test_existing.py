"""Adding invoices that exist already: found among many, and the deal follows."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection as database
from factories import NOW, make_access, make_connection, make_deal, make_workspace
from integration.invoicing.test_following import sent_invoice, settle, tie

from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import existing

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def connection(workspace):
    return make_connection(workspace, name="Harbour Bakery Services")


def test_search_finds_by_number_customer_and_amount(workspace, connection):
    access = make_access(workspace)
    deal = make_deal(workspace)
    wanted = sent_invoice(workspace, connection, customer_name="Marbella Foods")
    sent_invoice(workspace, connection, number="2000", total=Decimal(5))
    tie(workspace, deal, wanted)
    for text in ("1043", "marbella", "3,420.00", "$3420"):
        results = existing.search(
            access=access, connection=connection, target=Ref.of(deal), text=text
        )
        assert [(row.document.pk, row.is_added) for row in results.rows] == [
            (wanted.pk, True)
        ]


def test_the_deal_follows_at_once_when_an_invoice_is_added_or_taken_off(
    workspace, connection
):
    access, deal = make_access(workspace), make_deal(workspace)
    invoice = sent_invoice(workspace, connection)
    target = Ref.of(deal)
    existing.add(access=access, target=target, ids=[invoice.pk], now=NOW)
    deal.refresh_from_db()
    assert (deal.invoice_number, deal.invoiced_amount) == ("1043", Decimal(3420))
    settle()
    existing.remove(access=access, target=target, document=invoice, now=NOW)
    deal.refresh_from_db()
    assert (deal.invoice_number, deal.invoiced_amount) == ("", None)


def test_the_newest_invoices_of_many_are_found_by_an_index(workspace, connection):
    Invoice.objects.bulk_create(
        Invoice(
            workspace=workspace,
            connection=connection,
            currency="USD",
            number=str(number),
            customer_name=f"Customer {number}",
            issued_on=NOW.date() - timedelta(days=number % 900),
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(5_000)
    )
    access, deal = make_access(workspace), make_deal(workspace)
    plans = []

    def explain(execute, sql, params, many, context):
        if '"issued_on" DESC' in sql:
            with context["connection"].cursor() as cursor:
                cursor.cursor.execute(f"EXPLAIN {sql}", params)
                plans.append(str(cursor.fetchall()))
        return execute(sql, params, many, context)

    with database.cursor() as cursor:
        cursor.execute("ANALYZE crm_invoice")
    with database.execute_wrapper(explain):
        results = existing.search(
            access=access, connection=connection, target=Ref.of(deal)
        )
    assert results.is_cut
    assert ["invoice_newest" in plan for plan in plans] == [True]


def test_a_search_that_takes_too_long_still_finds_a_whole_number(
    workspace, connection, monkeypatch
):
    access, deal = make_access(workspace), make_deal(workspace)
    wanted = sent_invoice(workspace, connection)

    @contextmanager
    def too_long():
        raise Invalid({"": ["This list takes too long."]})
        yield

    monkeypatch.setattr(existing.queries, "limited", too_long)
    found = existing.search(
        access=access, connection=connection, target=Ref.of(deal), text="1043"
    )
    assert [row.document for row in found.rows] == [wanted]
    found = existing.search(
        access=access, connection=connection, target=Ref.of(deal), text="marbella"
    )
    assert "took too long" in found.problem


def test_another_workspaces_invoice_cannot_be_added(workspace):
    access = make_access(workspace)
    other = make_workspace()
    foreign = sent_invoice(other, make_connection(other))
    deal = make_deal(workspace)
    with pytest.raises(Exception, match="no longer there"):
        existing.add(access=access, target=Ref.of(deal), ids=[foreign.pk], now=NOW)

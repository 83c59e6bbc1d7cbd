"""The wizard's hint of what a deal or a quote has already; it keeps nobody from more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import (
    NOW,
    make_contact,
    make_deal,
    make_invoice,
    make_quote,
    make_record,
)
from integration.invoicing.books import american_books, give_lines, oven_deal
from integration.web.invoicing.walking import Walk
from support.queries import at_most

from counterfoil.crm import associations
from counterfoil.crm.models import Deal, Invoice, Quote, Record
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
HINT = "has this already:"


@pytest.fixture
def deal(workspace: Workspace) -> Deal:
    american_books(workspace)
    return oven_deal(workspace)


def tie(record: Record, other: Record) -> None:
    associations.associate(
        workspace=record.workspace, left=Ref.of(record), right=Ref.of(other), now=NOW
    )


def quote_of(deal: Deal) -> Quote:
    """A published quote of the deal with the oven service."""
    made = make_quote(deal.workspace, status="published", number="Q-7")
    give_lines(made, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    for other in (deal, *associations.of(deal.workspace, Ref.of(deal), "contact")):
        tie(made, other)
    return made


def of(record: Record, noun: str = "invoice", **values: Any) -> Record:
    """A document of a record."""
    values = {"number": "1042", "posting_state": "confirmed", **values}
    if noun == "invoice":
        made: Record = make_invoice(record.workspace, **values)
    else:
        values |= {"currency": "USD", "customer_name": "Marbella Foods"}
        made = make_record(record.workspace, noun, **values)
    tie(record, made)
    return made


def to_review(walk: Walk, source: str) -> None:
    walk.choose_source(source)
    walk.do("customer", customer_id="58")
    walk.do("lines")
    walk.do("terms")


def finished(ada: Client, started: Record, source: str) -> Invoice:
    walk = Walk(ada, "invoice", started)
    to_review(walk, source)
    return finish(walk)


def finish(walk: Walk) -> Invoice:
    seen = walk.read("review").partition('name="seen" value="')[2].partition('"')[0]
    assert walk.do("review", go="finish", seen=seen).status_code == 302
    return Invoice.objects.latest("pk")


def link(document: Record, name: str) -> str:
    slug = {"invoice": "invoices", "sales_receipt": "sales-receipts"}
    address = reverse(
        "record",
        args=[document.workspace_id, slug[document.object_type], document.pk],
    )
    return f'<a href="{address}">{name}</a>'


def test_a_quote_that_was_invoiced_says_so_and_can_be_invoiced_again(
    ada: Client, deal: Deal
) -> None:
    quote = quote_of(deal)
    assert HINT not in Walk(ada, "invoice", quote).read("source")
    first = finished(ada, quote, f"quote-{quote.pk}")
    Invoice.objects.update(number="1042")
    walk = Walk(ada, "invoice", quote)
    page = walk.read("source")
    assert f"“{quote}” {HINT}" in page
    assert link(first, "Invoice 1042") in page
    to_review(walk, f"quote-{quote.pk}")
    assert link(first, "Invoice 1042") in walk.read("review")
    assert finish(walk).pk != first.pk


def test_a_deal_tells_of_the_invoice_beside_the_quote_that_it_was_made_of(
    ada: Client, deal: Deal
) -> None:
    quote = quote_of(deal)
    made = of(quote)
    tie(deal, made)
    page = Walk(ada, "invoice", deal).read("source")
    assert page.count(HINT) == 1
    assert f"“{quote}” {HINT}" in page
    receipt = of(deal, "sales_receipt", number="88")
    page = Walk(ada, "invoice", deal).read("source")
    assert f"“{deal}” {HINT}" in page
    assert link(receipt, "Sales receipt 88") in page


def test_a_deal_that_was_billed_by_its_own_lines_says_so_to_the_end(
    ada: Client, deal: Deal
) -> None:
    first = finished(ada, deal, "lines")
    walk = Walk(ada, "sales_receipt", deal)
    walk.to_terms()
    walk.do("terms")
    for step in ("source", "review"):
        assert link(first, "Invoice") in walk.read(step)


def test_the_newest_three_are_named_and_the_others_counted(
    ada: Client, deal: Deal
) -> None:
    for number in range(1, 6):
        of(deal, number=str(number))
    page = Walk(ada, "invoice", deal).read("source")
    hint = page.partition(HINT)[2].partition("</div>")[0]
    named = [number for number in range(1, 6) if f"Invoice {number}<" in hint]
    assert named == [3, 4, 5]
    assert "and 2 more" in hint


@pytest.mark.parametrize(
    "values",
    [
        {"voided": True},
        {"deleted_remotely": True},
        {"posting_state": "rejected"},
        {"posting_state": "cancelled"},
        {"archived_at": NOW},
    ],
)
def test_what_is_not_in_the_books_any_more_is_no_hint(
    ada: Client, deal: Deal, values: dict[str, object]
) -> None:
    quote = quote_of(deal)
    gone = of(quote)
    tie(deal, gone)
    Invoice.objects.filter(pk=gone.pk).update(**values)
    assert HINT not in Walk(ada, "invoice", quote).read("source")
    assert HINT not in Walk(ada, "invoice", deal).read("source")


def test_an_estimate_is_not_billed_and_a_billed_deal_may_be_credited(
    ada: Client, deal: Deal
) -> None:
    of(deal, "estimate")
    assert HINT not in Walk(ada, "invoice", deal).read("source")
    assert HINT in Walk(ada, "estimate", deal).read("source")
    of(deal)
    assert HINT not in Walk(ada, "credit_memo", deal).read("source")


def test_a_contact_tells_of_its_quotes_only(ada: Client, deal: Deal) -> None:
    contact = make_contact(deal.workspace)
    of(contact)
    assert HINT not in Walk(ada, "invoice", contact).read("source")
    quote = quote_of(deal)
    tie(contact, quote)
    of(quote)
    assert f"“{quote}” {HINT}" in Walk(ada, "invoice", contact).read("source")


def test_hints_cost_no_more_with_more_quotes_and_documents(
    ada: Client, deal: Deal
) -> None:
    walk = Walk(ada, "invoice", deal)
    for _each in range(6):
        quote = make_quote(deal.workspace, status="published")
        give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
        tie(quote, deal)
        of(quote)
        of(make_deal(deal.workspace))
    with at_most(17):
        walk.see("source")

"""What the wizard proposes, what each step costs, and what other windows change."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from factories import NOW, make_contact, make_deal, make_quote
from integration.invoicing.books import (
    american_books,
    give_lines,
    hold,
    oven_deal,
    ready_draft,
)
from integration.web.invoicing.walking import Walk, text
from support.queries import at_most

from counterfoil.crm import associations
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref

pytestmark = pytest.mark.django_db


def test_another_customer_brings_its_own_sales_tax(ada, workspace):
    connection = american_books(workspace, tax_mode="us_manual")
    for code, name, customer in (
        ("2", "California", "Pier Café"),
        ("3", "Tucson", "Desert Diner"),
    ):
        rates = [{"rate_id": code, "percent": "8", "order": 0}]
        hold(connection, "tax_codes", code, name, sales_rates=rates)
        hold(
            connection,
            "customers",
            f"8{code}",
            customer,
            currency="USD",
            default_tax_code_id=code,
        )
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    for customer_id, code in (("82", "2"), ("83", "3")):
        walk.do("customer", customer_id=customer_id)
        walk.draft.refresh_from_db()
        assert walk.draft.content["tax_code_id"] == code
    walk.do("lines", tax_code_id="none")
    walk.do("customer", customer_id="83")
    walk.draft.refresh_from_db()
    assert walk.draft.content["tax_code_id"] == "none"


def checked(response):
    """What is preselected of the sources."""
    found = re.findall(r'name="source" value="([^"]+)" checked', text(response))
    return found[0] if found else ""


def test_the_only_quote_that_can_be_invoiced_is_preselected(ada, workspace):
    american_books(workspace)
    deal = oven_deal(workspace)
    quotes = []
    for status in ("published", "draft"):
        quote = make_quote(workspace, status=status)
        give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
        associations.associate(
            workspace=workspace, left=Ref.of(deal), right=Ref.of(quote), now=NOW
        )
        quotes.append(quote)
    walk = Walk(ada, "invoice", deal)
    assert checked(walk.see("source")) == f"quote-{quotes[0].pk}"
    quotes[1].status = "published"
    quotes[1].save()
    assert checked(walk.see("source")) == ""


def test_without_quotes_the_deals_own_lines_are_preselected(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    assert checked(walk.see("source")) == "lines"


def test_the_only_company_is_named_from_the_first_step_on(ada, workspace):
    walk = Walk(ada, "invoice", oven_deal(workspace))
    american_books(workspace)
    so_far = text(walk.see("source")).partition('id="so-far"')[2]
    assert "Harbour Bakery Services" in so_far


def test_no_step_costs_more_with_more_quotes_people_or_drafts(ada, access, workspace):
    connection = american_books(workspace)
    deal = oven_deal(workspace)
    walk = Walk(ada, "invoice", deal)
    walk.choose_source()
    for number in range(12):
        quote = make_quote(workspace, status="published")
        person = make_contact(workspace, email=f"p{number}@pier.example")
        give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
        for other in (quote, person):
            associations.associate(
                workspace=workspace, left=Ref.of(deal), right=Ref.of(other), now=NOW
            )
        ready_draft(access, connection, make_deal(workspace), source="scratch")
    for step, most in (("source", 16), ("customer", 60), ("lines", 20), ("review", 22)):
        with at_most(most):
            walk.see(step)
    with at_most(14):
        ada.get(reverse("invoice_drafts", args=[workspace.pk]))


def test_what_another_window_changed_is_looked_through_before_it_is_created(
    ada, access, workspace
):
    connection = american_books(workspace)
    draft = ready_draft(access, connection, oven_deal(workspace))
    walk = Walk(ada, "invoice", make_deal(workspace))
    walk.draft = draft

    def seen(answer):
        return re.findall(r'name="seen" value="(\w+)"', text(answer))[0]

    first = seen(walk.see("review"))
    line = {"description-1": "Two ovens", "quantity-1": "2", "unit_price-1": "95"}
    walk.do("lines", **line)
    answer = walk.do("review", "finish", seen=first)
    assert answer.status_code == 422
    assert "changed in another window" in text(answer)
    assert not Invoice.objects.exists()
    assert walk.do("review", "finish", seen=seen(answer)).status_code == 302
    assert Invoice.objects.count() == 1

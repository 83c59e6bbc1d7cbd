"""A quote that is made from a deal has the deal's line items, unless a person says no."""

from __future__ import annotations

from decimal import Decimal

import pytest
from factories.people import make_user, make_workspace
from factories.records import make_deal
from integration.invoicing.books import give_lines
from support.clients import client_of

from counterfoil.crm import associations, line_items
from counterfoil.crm.models import Deal, Quote
from counterfoil.crm.refs import Ref

pytestmark = pytest.mark.django_db
QUOTE = {"name": "Ovens", "currency": "EUR", "status": "draft"}


@pytest.fixture
def deal(workspace) -> Deal:
    made = make_deal(workspace, currency="EUR")
    give_lines(
        made,
        [
            {"name": "Oven", "quantity": 2, "unit_price": 95, "discount_percent": 10},
            {"name": "Belt", "sku": "77-0412", "unit_price": 210},
        ],
    )
    return made


@pytest.fixture
def address(base, deal) -> str:
    return f"{base}/quotes/new/?with=deal:{deal.pk}"


def lines_of(quote: Quote) -> list[tuple[str, Decimal]]:
    found = line_items.of(quote.workspace, Ref.of(quote))
    return [(each.name, line_items.amount(each).amount) for each in found]


def test_they_are_offered_and_copied_in_the_currency_of_the_deal(ada, address, deal):
    page = ada.get(address).text
    assert "Copy 2 line items of the deal to the quote" in page
    assert 'name="lines" value="1" checked' in page
    assert '<option value="EUR" selected' in page
    ada.post(address, {**QUOTE, "lines": "1"})
    quote = Quote.objects.get()
    assert lines_of(quote) == [("Oven", Decimal("171.00")), ("Belt", Decimal("210.00"))]
    assert quote.total == Decimal(381)
    assert associations.of(deal.workspace, Ref.of(deal), "quote") == [quote]
    assert len(line_items.of(deal.workspace, Ref.of(deal))) == 2


def test_they_stay_where_a_person_says_no(ada, address):
    ada.post(address, QUOTE)
    assert lines_of(Quote.objects.get()) == []


def test_prices_are_not_copied_into_another_currency(ada, address):
    sent = {**QUOTE, "currency": "USD", "lines": "1"}
    page = ada.post(address, sent, follow=True).text
    assert "The line items are in EUR, so they were not copied." in page
    assert lines_of(Quote.objects.get()) == []


def test_what_was_chosen_stays_when_something_else_is_wrong(ada, address):
    refused = ada.post(address, {**QUOTE, "expires_on": "soon"})
    assert refused.status_code == 422
    assert 'name="lines" value="1">' in refused.text
    assert not Quote.objects.exists()


def test_nothing_is_offered_without_a_deal_or_without_lines(ada, base, workspace):
    empty = make_deal(workspace)
    for address in ("quotes/new/", f"quotes/new/?with=deal:{empty.pk}"):
        assert "line item" not in ada.get(f"{base}/{address}").text


def test_a_stranger_copies_nothing(address, base, deal):
    cy = client_of(make_user("Cy"))
    assert cy.post(address, {**QUOTE, "lines": "1"}).status_code == 404
    theirs = make_workspace("Theirs")
    owner = client_of(make_user("Di", workspace=theirs))
    abroad = f"/w/{theirs.pk}/quotes/new/?with=deal:{deal.pk}"
    assert owner.post(abroad, {**QUOTE, "lines": "1"}).status_code == 404
    assert not Quote.objects.exists()

"""The rate on the pages is that of the document's day, unless somebody typed another."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from factories import NOW, make_invoice
from integration.invoicing.books import give_lines, hold, oven_deal
from integration.invoicing.market import opened
from integration.web.invoicing.walking import Walk, full_books, paid, text

from counterfoil.connections import links
from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import rates
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db(transaction=True)
EARLIER, LATER = date(2026, 3, 2), date(2026, 3, 9)


@pytest.fixture
def market():
    with opened() as found:
        found.worth |= {
            ("EUR", EARLIER): "1.07",
            ("EUR", LATER): "1.1",
            ("GBP", LATER): "1.3",
        }
        yield found


@pytest.fixture
def connection(access, market):
    made = full_books(access.workspace)
    made.service = market.key
    made.facts = {**made.facts, "currencies": ["USD", "EUR", "GBP"]}
    made.save()
    hold(made, "customers", "61", "Café Écu", currency="EUR")
    hold(made, "customers", "62", "Pier Four", currency="GBP")
    return made


def at_terms(client, connection, **values):
    """An invoice in euros, dated before its rate was known to matter."""
    deal = oven_deal(connection.workspace, currency="EUR", **values)
    give_lines(deal, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    walk = Walk(client, "invoice", deal)
    walk.choose_source()
    walk.do("customer", customer_id="61")
    walk.do("lines")
    walk.do("terms", go="update", issued_on=str(EARLIER))
    return walk


def rate(walk):
    return walk.content["exchange_rate"]


def test_another_date_has_another_rate(ada, connection):
    walk = at_terms(ada, connection)
    assert rate(walk) == "1.07"
    walk.do("terms", issued_on=str(LATER), exchange_rate="1.07")
    assert "1 EUR = 1.1 USD" in walk.read("review")
    walk.do("review", go="finish")
    document = Intent.objects.get().document
    assert (document["issued_on"], document["exchange_rate"]) == (str(LATER), "1.1")


def test_a_rate_that_was_typed_stays_on_another_date(ada, connection):
    walk = at_terms(ada, connection)
    walk.do("terms", go="update", exchange_rate="1.25")
    walk.do("terms", issued_on=str(LATER), exchange_rate="1.25")
    assert rate(walk) == "1.25"
    walk.do("terms", go="update", issued_on=str(LATER), exchange_rate="")
    assert rate(walk) == "1.1"


def test_a_date_without_a_rate_asks_for_one(ada, connection):
    walk = at_terms(ada, connection)
    answer = walk.do("terms", issued_on="2026-03-08", exchange_rate="1.07")
    assert answer.status_code == 422
    assert "Enter how much one EUR is worth in USD." in text(answer)
    assert rate(walk) == ""
    assert walk.do("terms", exchange_rate="1.09").url == walk.address("review")


def test_the_open_day_that_is_offered_has_its_own_rate(ada, connection):
    connection.facts = {**connection.facts, "closed_on": "2026-03-08"}
    connection.save()
    walk = at_terms(ada, connection)
    assert walk.do("terms").status_code == 422
    walk.do("terms", go="open_day")
    assert (walk.content["issued_on"], rate(walk)) == (str(LATER), "1.1")


def test_a_customer_in_another_currency_has_another_rate(ada, connection):
    deal = oven_deal(connection.workspace)
    [contact] = associations.of(connection.workspace, Ref.of(deal), "contact")
    walk = Walk(ada, "invoice", contact)
    walk.choose_source("scratch")
    walk.do("customer", customer_id="61")
    walk.do("lines", go="use:new:11")
    walk.do("lines")
    walk.do("terms", go="update", issued_on=str(LATER), exchange_rate="1.2")
    walk.do("customer", customer_id="62")
    assert rate(walk) == "1.3"
    walk.do("customer", customer_id="58")
    walk.do("lines")
    assert "Exchange rate" not in walk.read("terms")


def test_books_that_know_no_rate_are_asked_once_for_a_day(ada, connection, market):
    walk = at_terms(ada, connection)
    market.is_down = True
    walk.do("terms", go="update", issued_on="2026-03-08")
    asked = market.asked
    walk.do("lines", go="text")
    walk.do("lines")
    walk.do("terms", go="update")
    assert market.asked == asked


def test_a_payment_on_another_date_has_its_rate_and_is_looked_at_once_more(
    ada, connection
):
    invoice = make_invoice(
        connection.workspace,
        connection=connection.pk,
        number="1",
        customer_name="Café Écu",
        customer_remote_id="61",
        currency="EUR",
    )
    links.link(
        connection, stream="invoices", remote_id="101", ref=Ref.of(invoice), now=NOW
    )
    page = reverse("invoices_pay", args=[invoice.workspace_id, *Ref.of(invoice)])
    entered = {
        "amount": "100",
        f"applied-{invoice.pk}": "100",
        "rate_on": str(EARLIER),
        "exchange_rate": "1.07",
        "paid_on": str(LATER),
        "go": "book",
    }
    connection.facts = {**connection.facts, "closed_on": "2026-03-01"}
    connection.save()
    rates.read(connection, "EUR", EARLIER, now=NOW)
    answer = ada.post(page, entered)
    assert answer.status_code == 422
    assert "This is the rate of Mar 9, 2026 now." in text(answer)
    assert 'value="1.1"' in text(answer)
    assert f'name="rate_on" value="{LATER}"' in text(answer)
    assert not Intent.objects.exists()
    closed = {**entered, "rate_on": "2026-03-01", "paid_on": "2026-03-01"}
    assert "The next open day is Mar 2, 2026." in text(ada.post(page, closed))
    typed = {**entered, "exchange_rate": "1.2"}
    assert ada.post(page, typed).status_code == 302
    assert Intent.objects.get().document["exchange_rate"] == "1.2"


def test_a_fee_of_another_date_has_its_rate_and_is_looked_at_once_more(ada, connection):
    payment = paid(connection, currency="EUR", paid_on=EARLIER)
    page = reverse("payment_fee", args=[payment.workspace_id, payment.pk])
    shown = text(ada.get(page))
    assert 'value="1.07"' in shown
    assert f'name="rate_on" value="{EARLIER}"' in shown
    entered = {
        "company": connection.pk,
        "account_id": "35",
        "category_id": "64",
        "rate_on": str(EARLIER),
        "exchange_rate": "1.07",
        "spent_on": "2026-03-08",
        "go": "book",
    }
    answer = ada.post(page, entered)
    assert "Enter how much one EUR is worth in USD." in text(answer)
    answer = ada.post(page, {**entered, "spent_on": str(LATER)})
    assert answer.status_code == 422
    assert "This is the rate of Mar 9, 2026 now." in text(answer)
    looked_at = {"rate_on": str(LATER), "exchange_rate": "1.1", "spent_on": str(LATER)}
    assert ada.post(page, {**entered, **looked_at}).status_code == 302
    assert Intent.objects.get().document["exchange_rate"] == "1.1"

"""Rules that stand in the way, read on the page: beside the field, and nothing is made."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from integration.invoicing.books import give_lines, hold, oven_deal
from integration.web.invoicing.walking import Walk, full_books, paid, text

from counterfoil.connections.models import RemoteObject
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db
LINES = {
    "description-1": "",
    "quantity-1": "18",
    "unit_price-1": "95",
    "description-2": "",
    "quantity-2": "3",
    "unit_price-2": "210",
}


@pytest.fixture
def connection(access):
    return full_books(access.workspace)


def refused(response, field):
    """The page, which leads from its top to the field."""
    page = text(response)
    assert response.status_code == 422, page
    assert f'href="#f-{field}"' in page
    assert not Intent.objects.exists()
    return page


@pytest.mark.parametrize("name", ["quantity-1", "unit_price-1", "discount_value"])
@pytest.mark.parametrize("typed", ["999999999999", "9" * 19])
def test_a_number_that_quickbooks_does_not_take_is_said(ada, connection, name, typed):
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    entered = {**LINES, "discount_kind": "amount", name: typed}
    page = refused(walk.do("lines", **entered), name)
    assert "QuickBooks takes at most 99,999,999,999.99." in page


def test_a_number_that_nobody_can_read_is_asked_for_again(ada, connection):
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    for typed in ("9" * 40, "NaN", "1e400"):
        page = refused(
            walk.do("lines", **{**LINES, "unit_price-1": typed}), "unit_price-1"
        )
        assert "Enter a price." in page


def test_what_is_wrong_with_the_terms_is_told_in_the_order_of_the_fields(
    ada, connection
):
    walk = Walk(ada, "sales_receipt", paid(connection))
    walk.to_terms()
    wrong = {
        "issued_on": "soon",
        "deposit_account_id": "999",
        "payment_method_id": "999",
        "reference": "x" * 22,
        "class_id": "999",
        "number": "x" * 22,
        "email": "nobody",
        "message": "x" * 1001,
    }
    page = refused(walk.do("terms", **wrong), "issued_on")
    listed = page.partition('id="problems"')[2].partition("</div>")[0]
    assert re.findall(r'href="#f-(\w+)"', listed) == list(wrong)


def test_a_customer_of_another_currency_is_not_taken(ada, connection):
    hold(connection, "customers", "61", "Café Écu", currency="EUR")
    walk = Walk(ada, "invoice", oven_deal(connection.workspace, currency="EUR"))
    walk.choose_source()
    page = refused(walk.do("customer", customer_id="58"), "customer_id")
    assert "Marbella Foods is kept in USD in QuickBooks" in page
    assert "Choose a customer in EUR, or create one." in page
    assert walk.do("customer", customer_id="61").url == walk.address("lines")
    walk.do("lines", **LINES)
    refused(walk.do("terms", exchange_rate=""), "exchange_rate")
    page = refused(walk.do("terms", exchange_rate="0"), "exchange_rate")
    assert "Enter how much one EUR is worth in USD." in page
    assert walk.do("terms", exchange_rate="1.08").url == walk.address("review")
    walk.do("review", go="finish")
    document = Intent.objects.get().document
    assert (document["currency"], document["exchange_rate"]) == ("EUR", "1.08")
    held = RemoteObject.objects.get(stream="customers", remote_id="58").content
    assert held["currency"] == "USD"


def test_a_new_customer_is_of_the_currency_of_the_amounts(ada, connection):
    walk = Walk(ada, "invoice", oven_deal(connection.workspace, currency="EUR"))
    walk.choose_source()
    new = {"customer_id": "new", "display_name": "Café Écu"}
    page = refused(walk.do("customer", **new, currency="USD"), "currency")
    assert "The amounts are in EUR: the customer must be, too." in page
    assert walk.do("customer", **new, currency="EUR").status_code == 302


def test_an_inactive_customer_is_not_taken(ada, connection):
    hold(connection, "customers", "61", "Old café", currency="USD", active=False)
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.choose_source()
    page = refused(walk.do("customer", customer_id="61"), "customer_id")
    assert "This customer is inactive in QuickBooks." in page


def test_a_product_that_quickbooks_does_not_have_is_chosen_or_created(ada, connection):
    deal = oven_deal(connection.workspace)
    give_lines(deal, [{"name": "Flux capacitor", "unit_price": 1}])
    walk = Walk(ada, "invoice", deal)
    walk.choose_source()
    walk.do("customer", customer_id="58")
    line = {"description-1": "", "quantity-1": "1", "unit_price-1": "1"}
    page = refused(walk.do("lines", **line), "item-1")
    assert "“Flux capacitor” has no match in QuickBooks." in page
    page = refused(walk.do("lines", **line, **{"account-1": "35"}), "item-1")
    assert "Choose an income account for the new product." in page
    done = walk.do("lines", **line, **{"account-1": "79"})
    assert done.url == walk.address("terms")
    walk.do("terms")
    walk.do("review", go="finish")
    kinds = sorted(Intent.objects.values_list("kind", flat=True))
    assert kinds == ["invoice", "item"]


@pytest.mark.parametrize(
    ("entered", "field", "said"),
    [
        ({"unit_price-1": "dear"}, "unit_price-1", "Enter a price."),
        ({"discount_percent-1": "101"}, "discount_percent-1", "from 0 to 100 %"),
        ({"service_on-1": "soon"}, "service_on-1", "Enter the date of the service."),
        (
            {"discount_kind": "amount", "discount_value": "2340.01"},
            "discount_value",
            "The discount is larger than the lines together.",
        ),
        (
            {"discount_kind": "percent", "discount_value": "101"},
            "discount_value",
            "from 0 to 100 %",
        ),
        ({"shipping": "-1"}, "shipping", "Enter the shipping as a number."),
        ({"shipping": "12"}, "shipping", "does not charge for shipping"),
    ],
)
def test_each_slip_of_the_lines_is_said_beside_it(
    ada, connection, entered, field, said
):
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    assert said in refused(walk.do("lines", **{**LINES, **entered}), field)


def test_a_company_without_discounts_takes_none(ada, connection):
    connection.facts = {**connection.facts, "allows_discount": False}
    connection.save()
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    discount = {"discount_kind": "amount", "discount_value": "1"}
    page = refused(walk.do("lines", **LINES, **discount), "discount_value")
    assert "does not allow discounts in QuickBooks." in page


@pytest.mark.parametrize(
    ("kind", "entered", "field", "said"),
    [
        ("invoice", {"issued_on": ""}, "issued_on", "Enter the date."),
        ("invoice", {"issued_on": "1989-01-01"}, "issued_on", "between 1990 and"),
        (
            "invoice",
            {"issued_on": "2026-03-04", "due_on": "2026-03-03"},
            "due_on",
            "The due date is before the invoice date.",
        ),
        ("invoice", {"email": "nobody"}, "email", "This is not an e-mail address."),
        ("invoice", {"message": "x" * 1001}, "message", "at most 1,000 characters"),
        ("invoice", {"number": "x" * 22}, "number", "at most 21 characters"),
        ("invoice", {"terms_id": "99"}, "terms_id", "Choose payment terms, or none."),
        (
            "estimate",
            {"issued_on": "2026-03-04", "expires_on": "2026-03-03"},
            "expires_on",
            "The expiration date is before the estimate",
        ),
        (
            "sales_receipt",
            {"deposit_account_id": "79"},
            "deposit_account_id",
            "Choose an account of the list.",
        ),
        (
            "sales_receipt",
            {"payment_method_id": "9"},
            "payment_method_id",
            "Choose a payment method of the list.",
        ),
        (
            "refund_receipt",
            {"deposit_account_id": ""},
            "deposit_account_id",
            "Choose the account that the money leaves.",
        ),
    ],
)
def test_each_slip_of_the_terms_is_said_beside_it(
    ada, connection, kind, entered, field, said
):
    walk = Walk(ada, kind, oven_deal(connection.workspace))
    walk.to_terms()
    assert said in refused(walk.do("terms", **entered), field)


def test_a_refund_needs_its_account_from_a_payment_too(ada, connection):
    back = {"refunded": Decimal(95), "refunded_on": date(2026, 3, 9)}
    walk = Walk(ada, "refund_receipt", paid(connection, **back))
    walk.to_terms()
    page = refused(walk.do("terms", deposit_account_id=""), "deposit_account_id")
    assert "Choose the account that the money leaves." in page
    assert walk.do("terms", deposit_account_id="35").url == walk.address("review")

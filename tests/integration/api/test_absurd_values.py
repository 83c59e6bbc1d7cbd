"""Numbers beyond all reason get a sentence over the API, and change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from integration.api.program import Program, asked
from integration.invoicing.books import give_lines, oven_deal
from integration.invoicing.till import booked, credited
from integration.web.invoicing.walking import full_books

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice, Payment
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
HUGE = "9" * 25
NUMBERS = (HUGE, "9" * 19, "999999999999", f"0.{HUGE}", f"-{HUGE}", "NaN", "1e400")
TOO_LARGE = "QuickBooks takes at most 99,999,999,999.99."


@pytest.fixture
def connection(access: Access) -> Connection:
    made = full_books(access.workspace)
    made.facts = {**made.facts, "allows_shipping": True}
    made.save()
    return made


def refused(access: Access, body: dict[str, Any]) -> dict[str, str]:
    """What is said by field; and that nothing was recorded or asked for."""
    invoices, payments = Invoice.objects.count(), Payment.objects.count()
    answer = Program(access).post("", body)
    assert answer.status_code == 422, answer.content
    assert not Intent.objects.exists()
    assert (Invoice.objects.count(), Payment.objects.count()) == (invoices, payments)
    said = {each["in"]: each["message"] for each in answer.json()["errors"]}
    assert all(said.values())
    return said


@pytest.mark.parametrize("amount", NUMBERS)
@pytest.mark.parametrize("field", ["applied", "credits", "amount"])
def test_in_a_payment(access, connection, amount, field):
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    amounts = {"applied": "1", "credits": "1", "amount": "5", field: amount}
    settings = {
        "applied": [{"invoice": invoice.pk, "amount": amounts["applied"]}],
        "credits": [{"credit_memo": memo.pk, "amount": amounts["credits"]}],
        "amount": amounts["amount"],
    }
    assert refused(access, {"kind": "payment", "settings": settings})


@pytest.mark.parametrize("amount", NUMBERS)
@pytest.mark.parametrize(
    "settings",
    [
        {"shipping": ""},
        {"discount_kind": "percent", "discount_value": ""},
        {"discount_kind": "amount", "discount_value": ""},
    ],
)
def test_on_the_whole_document(access, connection, settings, amount):
    given = {name: value or amount for name, value in settings.items()}
    assert refused(access, asked(oven_deal(access.workspace), **given))


@pytest.mark.parametrize("amount", [*NUMBERS, "0", "0.0000000001", "9999999999"])
def test_in_a_rate_of_exchange(access, connection, amount):
    invoice = booked(connection, "7", currency="EUR")
    settings = {
        "applied": [{"invoice": invoice.pk, "amount": "1"}],
        "exchange_rate": amount,
    }
    said = refused(access, {"kind": "payment", "settings": settings})
    assert said["exchange_rate"] == "Enter how much one EUR is worth in USD."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": "999999999999", "unit_price": "0.01"}, "quantity-1"),
        ({"quantity": "100000000000", "unit_price": "0"}, "quantity-1"),
        ({"quantity": "1", "unit_price": "99999999999.9999"}, "unit_price-1"),
        ({"quantity": "1", "unit_price": "-999999999999"}, "unit_price-1"),
        ({"quantity": "99999999999", "unit_price": "99999999999"}, "add"),
        ({"quantity": "2", "unit_price": "50000000000"}, "add"),
    ],
)
def test_in_a_line(access, connection, values, field):
    deal = oven_deal(access.workspace)
    give_lines(deal, [{"name": "Oven service", "sku": "OVEN", **values}])
    assert TOO_LARGE in refused(access, asked(deal))[field]


def test_what_quickbooks_just_takes_is_made(access, connection):
    deal = oven_deal(access.workspace)
    line = {"name": "Oven service", "sku": "OVEN", "unit_price": "99999999999.99"}
    give_lines(deal, [line])
    made = Program(access).post("", asked(deal))
    assert made.status_code == 201, made.content
    assert made.json()["properties"]["total"] == "99999999999.99"

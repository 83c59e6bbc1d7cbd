"""Discount and shipping of a whole document over the API, as the wizard has them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from integration.api.program import Program, asked
from integration.invoicing.books import american_books, british_books, oven_deal

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
TENTH = {"discount_kind": "percent", "discount_value": "10"}


@pytest.fixture
def connection(access: Access) -> Connection:
    return american_books(access.workspace, allows_shipping=True)


def test_shipping_and_a_discount_stand_in_the_document(access, connection):
    body = asked(oven_deal(access.workspace), **TENTH, shipping="12.50")
    answer = Program(access).post("", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["properties"]["total"] == "2118.50"
    document = Intent.objects.get().document
    assert document["shipping"] == "12.5"
    assert document["lines"][-1] == {
        "kind": "discount",
        "amount": "234",
        "percent": "10",
    }


@pytest.mark.parametrize("kind", ["estimate", "sales_receipt", "credit_memo"])
def test_every_kind_of_sale_may_have_them(access, connection, kind):
    off = {"discount_kind": "amount", "discount_value": 40}
    body = asked(oven_deal(access.workspace), kind, **off, shipping=10)
    answer = Program(access).post("", body)
    assert answer.status_code == 201, answer.content
    assert Decimal(answer.json()["properties"]["total"]) == Decimal(2310)


def test_in_the_us_shipping_has_no_tax_code_whatever_is_sent(access, connection):
    body = asked(
        oven_deal(access.workspace), shipping="12.50", shipping_tax_code_id="TAX"
    )
    assert Program(access).post("", body).status_code == 201
    assert Intent.objects.get().document["shipping_tax_code_id"] == ""


def test_outside_the_us_shipping_has_a_tax_code_of_its_own(access):
    british = british_books(access.workspace)
    british.facts = {**british.facts, "allows_shipping": True}
    british.save()
    body: dict[str, Any] = asked(
        oven_deal(access.workspace, currency="GBP"), tax_code_id="20", shipping="10"
    )
    answer = Program(access).post("", body)
    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert (error["in"], error["message"]) == (
        "shipping_tax_code_id",
        "Choose a tax code.",
    )
    body["settings"]["shipping_tax_code_id"] = "20"
    answer = Program(access).post("", body)
    assert answer.status_code == 201, answer.content
    assert Intent.objects.get().document["shipping_tax_code_id"] == "20"
    assert Invoice.objects.get().tax == Decimal(470)


@pytest.mark.parametrize(
    ("facts", "settings", "field", "said"),
    [
        ({}, {"shipping": "-1"}, "shipping", "Enter the shipping as a number."),
        ({}, {"shipping": "dear"}, "shipping", "Enter the shipping as a number."),
        (
            {"allows_shipping": False},
            {"shipping": "12"},
            "shipping",
            "does not charge for shipping",
        ),
        ({}, {**TENTH, "discount_value": "101"}, "discount_value", "from 0 to 100 %"),
        ({}, {**TENTH, "discount_value": ""}, "discount_value", "as a number"),
        (
            {},
            {"discount_kind": "amount", "discount_value": "2340.01"},
            "discount_value",
            "The discount is larger than the lines together.",
        ),
        (
            {},
            {**TENTH, "prices_include_tax": True},
            "discount_value",
            "takes no discount on the whole document",
        ),
        ({"allows_discount": False}, TENTH, "discount_value", "not allow discounts"),
        ({}, {**TENTH, "discount_kind": "half"}, "discount_kind", "percent or amount"),
        ({}, {"discount_value": "10"}, "discount_kind", "percent or amount"),
    ],
)
def test_what_the_page_refuses_is_refused_by_field(
    access, connection, facts, settings, field, said
):
    connection.facts = {**connection.facts, **facts}
    connection.save()
    body = asked(oven_deal(access.workspace), **settings)
    answer = Program(access).post("", body)
    assert answer.status_code == 422, answer.content
    errors = {each["in"]: each["message"] for each in answer.json()["errors"]}
    assert said in errors[field]
    assert not Intent.objects.exists()
    assert not Invoice.objects.exists()

"""Payments over the API: what they use up of credits, and amounts beyond all reason."""

from __future__ import annotations

from typing import Any

import pytest
from integration.api.program import Program
from integration.invoicing.till import booked, credited
from integration.web.invoicing.walking import full_books

from counterfoil.connections.models import Connection
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(access: Access) -> Connection:
    return full_books(access.workspace)


def refused(access: Access, settings: dict[str, Any], field: str) -> str:
    """What is said of a field; and that nothing was asked for in the books."""
    answer = Program(access).post("", {"kind": "payment", "settings": settings})
    assert answer.status_code == 422, answer.content
    assert not Intent.objects.exists()
    [said] = [
        each["message"] for each in answer.json()["errors"] if each["in"] == field
    ]
    return str(said)


@pytest.mark.parametrize(
    ("credits_used", "field", "said"),
    [
        ("30", "credits", "List what is used as"),
        ([30], "credits", "Each part must be a JSON object."),
        ([{"credit_memo": "x", "amount": "1"}], "credits", "the number of a record"),
        ([{"credit_memo": 1, "amount": None}], "credits", "Send an amount"),
        ([{"credit_memo": 10**9, "amount": 1}], "credits", "Choose credit memos"),
    ],
)
def test_credits_are_refused_by_field(access, connection, credits_used, field, said):
    applied = [{"invoice": booked(connection, "7").pk, "amount": "1"}]
    settings = {"applied": applied, "credits": credits_used}
    assert said in refused(access, settings, field)


def test_a_credit_memo_pays_for_an_invoice_over_the_api(access, connection):
    memo = credited(connection, "9")
    settings = {
        "applied": [{"invoice": booked(connection, "7").pk, "amount": "100"}],
        "credits": [{"credit_memo": memo.pk, "amount": "30.00"}],
    }
    made = Program(access).post("", {"kind": "payment", "settings": settings})
    assert made.status_code == 201, made.content
    assert made.json()["properties"]["amount"] == "70.00"
    used = {"kind": "credit_memo", "id": "9", "amount": "30"}
    assert used in Intent.objects.get().document["applied"]

"""What the pages of sync say in the cases that are met seldom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from factories import troubles
from factories.people import NOW, make_user, make_workspace
from factories.records import make_contact
from factories.remote import make_object
from factories.runs import make_run
from support.clients import client_of

from counterfoil.connections.models import Connection
from counterfoil.sync.models import Outgoing, Review, Run, RunState

pytestmark = pytest.mark.django_db
ALIKE = {"preferred_delivery": "print", "currency": "USD", "balance": "0"}


def asked(connection: Connection, content: dict[str, object]) -> str:
    """What the question about a customer tells of it."""
    troubles.make_customer(connection, content={**ALIKE, **content})
    troubles.make_review(connection, make_contact(connection.workspace))
    return "reviews/"


def facts(page: str) -> list[tuple[str, str]]:
    found = page.partition('<dl class="facts">')[2].partition("</dl>")[0]
    rows = [row for row in found.split("<div>") if row]
    return [
        (
            row.partition("<dt>")[2].partition("</dt>")[0],
            row.partition("<dd>")[2].partition("</dd>")[0],
        )
        for row in rows
    ]


def test_a_question_tells_what_tells_people_apart(
    ada: Client, base: str, connection: Connection
) -> None:
    more = {"email": "dora@field.test", "phone": "555 0100", "title": "Dr"}
    where = asked(connection, {**more, "bill_address": {"city": "Dartmouth"}})
    told = facts(ada.get(f"{base}{where}").text)
    assert told[:2] == [("E-mail", "dora@field.test"), ("Phone", "555 0100")]
    assert ("Billing city", "Dartmouth") in told
    assert not {"Delivery method", "Currency", "Balance"} & {label for label, _ in told}


def test_a_question_about_a_product_tells_its_price(
    ada: Client, base: str, connection: Connection
) -> None:
    content = {"name": "Oven", "sku": "OVEN", "type": "Service", "unit_price": "95.5"}
    make_object(connection, "items", content, remote_id="7")
    made = troubles.make_review(connection)
    Review.objects.filter(pk=made.pk).update(
        name="products", stream="items", object_type="product", title="Oven"
    )
    told = facts(ada.get(f"{base}reviews/").text)
    assert told == [("SKU", "OVEN"), ("Sales price", "$95.50")]


@pytest.mark.parametrize("first", ["release", "discard"])
@pytest.mark.parametrize("then", ["release", "discard"])
def test_who_answers_after_somebody_else_is_told_so(
    ada: Client, base: str, connection: Connection, first: str, then: str
) -> None:
    contact = make_contact(connection.workspace)
    Outgoing.objects.create(
        connection=connection,
        name="contacts",
        object_type="contact",
        record_id=contact.pk,
        next_at=NOW,
        since=NOW,
        held=True,
    )
    where = f"{base}objects/contacts/held/"
    ada.post(where, {"do": first}, follow=True)
    page = ada.post(where, {"do": then}, follow=True).text
    assert "Nothing waits any more: it was answered meanwhile." in page
    assert "to QuickBooks now" not in page
    assert "not written to QuickBooks" not in page


def test_an_import_does_not_begin_on_a_day_to_come(
    ada: Client, base: str, connection: Connection
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=2)
    for text in (day.isoformat(), "9999-12-31"):
        answer = ada.post(f"{base}import/", {"take": "since", "since": text})
        assert answer.status_code == 422
        assert "Choose a day that is not in the future." in answer.text
        assert f'value="{text}"' in answer.text
    assert not Run.objects.exists()


def test_an_import_that_was_stopped_is_not_said_to_go_on(
    ada: Client, base: str, connection: Connection
) -> None:
    make_run(connection, ended_at=None, state=RunState.STOPPED)
    page = ada.get(f"{base}import/").text
    assert "An import was stopped." in page
    assert "An import is going on." not in page


def test_a_stranger_finds_none_of_it(base: str, connection: Connection) -> None:
    cy = client_of(make_user("Cy", workspace=make_workspace()))
    where = asked(connection, {})
    for path in (where, "import/", "objects/contacts/held/"):
        assert cy.get(f"{base}{path}").status_code == 404

"""The account that money is put on: each is offered once, whatever the books call it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from factories import NOW, make_invoice
from integration.invoicing.books import hold
from integration.web.invoicing.walking import Walk, full_books, paid, text

from counterfoil.connections import links
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["Undeposited Funds", "Payments to deposit"])
def books(request: pytest.FixtureRequest, workspace: Workspace) -> Connection:
    """A company with a bank, and the account where money waits to be taken there."""
    made = full_books(workspace)
    hold(made, "accounts", "4", request.param, type="Other Current Asset")
    made.facts = {**made.facts, "default_deposit_account": "4"}
    made.save()
    return made


def owed(connection: Connection) -> Record:
    made = make_invoice(
        connection.workspace,
        connection=connection.pk,
        currency="USD",
        customer_name="Marbella Foods",
        customer_remote_id="58",
        posting_state="confirmed",
    )
    links.link(connection, stream="invoices", remote_id="71", ref=Ref.of(made), now=NOW)
    return made


def offered(page: str) -> tuple[list[str], list[str]]:
    """The accounts of the choice, and those of them that are chosen."""
    choice = page.partition('name="deposit_account_id"')[2].partition("</select>")[0]
    options = re.findall(r'<option value="(\d*)"( selected)?>', choice)
    return [each for each, _chosen in options], [each for each, on in options if on]


def pay_page(ada: Client, record: Record) -> str:
    address = reverse("invoices_pay", args=[record.workspace_id, *Ref.of(record)])
    return text(ada.get(address))


def test_a_receipt_offers_where_money_waits_once(
    ada: Client, books: Connection
) -> None:
    walk = Walk(ada, "sales_receipt", paid(books))
    walk.to_terms()
    assert offered(walk.read("terms")) == (["35", "4"], ["4"])


def test_a_receipt_that_says_no_account_shows_the_one_it_will_have(
    ada: Client, books: Connection
) -> None:
    walk = Walk(ada, "sales_receipt", paid(books))
    walk.to_terms()
    walk.do("terms", deposit_account_id="")
    assert offered(walk.read("terms")) == (["35", "4"], ["4"])
    name = RemoteObject.objects.get(stream="accounts", remote_id="4").name
    assert f"<dt>Put on</dt><dd>{name}</dd>" in walk.read("review")


def test_a_payment_offers_where_money_waits_once(
    ada: Client, books: Connection
) -> None:
    assert offered(pay_page(ada, owed(books))) == (["35", "4"], ["4"])


def test_where_the_account_is_not_known_nothing_said_remains_a_choice(
    ada: Client, books: Connection
) -> None:
    RemoteObject.objects.filter(stream="accounts", remote_id="4").update(active=False)
    assert offered(pay_page(ada, owed(books))) == (["", "35"], [])
    walk = Walk(ada, "sales_receipt", paid(books))
    walk.to_terms()
    assert offered(walk.read("terms")) == (["", "35"], [])


def test_a_refund_has_no_usual_account(ada: Client, books: Connection) -> None:
    back = {"refunded": Decimal(95), "refunded_on": date(2026, 3, 9)}
    walk = Walk(ada, "refund_receipt", paid(books, **back))
    walk.to_terms()
    assert offered(walk.read("terms")) == (["", "35", "4"], [])
    review = walk.read("review")
    name = RemoteObject.objects.get(stream="accounts", remote_id="4").name
    said = review.partition("<dt>Paid from</dt><dd>")[2].partition("</dd>")[0]
    assert said not in {"", name, "Undeposited funds"}

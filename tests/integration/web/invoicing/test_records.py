"""The card on records, previews, and adding invoices that exist."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from factories import (
    NOW,
    make_connection,
    make_deal,
    make_invoice,
    make_user,
)

from counterfoil.connections import links
from counterfoil.connections.models import ConnectionState
from counterfoil.core.errors import Gone, NeedsReconnect
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post
from counterfoil.posting.ports import books
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


class Shelf:
    """Books that print what they are told to."""

    key = "shelf"

    def __init__(self) -> None:
        self.answer: bytes | Exception = b"%PDF-1.7"

    def open(self, connection):
        return self

    def pdf(self, kind, remote_id):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def page_address(self, kind, remote_id):
        return f"https://books.example/{kind}/{remote_id}"


SHELF = books.add(Shelf())


@pytest.fixture
def shelf():
    SHELF.answer = b"%PDF-1.7"
    return SHELF


@pytest.fixture
def connection(access):
    return make_connection(access.workspace, name="Harbour", service="shelf")


@pytest.fixture
def deal(access):
    return make_deal(access.workspace)


@pytest.fixture
def invoice(access, connection, deal):
    invoice = make_invoice(
        access.workspace, connection=connection.pk, number="1043", currency="USD"
    )
    links.link(
        connection, stream="invoices", remote_id="145", ref=Ref.of(invoice), now=NOW
    )
    tie(access, deal, invoice)
    return invoice


def tie(access, left, right):
    associations.associate(
        workspace=access.workspace, left=Ref.of(left), right=Ref.of(right), now=NOW
    )


def at(name, access, *args):
    return reverse(name, args=[access.workspace.pk, *args])


def test_the_card_answers_nothing_while_nothing_has_changed(ada, access, deal, invoice):
    address = at("invoice_card", access, "deal", deal.pk)
    first = ada.get(address, headers={"hx-request": "true"})
    assert first.headers["HX-Trigger-After-Settle"]
    version = first.content.decode().split("v=")[1][:16]
    assert ada.get(address, {"v": version}).status_code == 204
    tie(access, deal, make_invoice(access.workspace, number="1044", currency="USD"))
    again = ada.get(address, {"v": version})
    assert again.status_code == 200
    assert "1044" in again.content.decode()


def test_the_card_follows_when_its_company_needs_reconnecting(
    ada, access, connection, deal
):
    waiting = make_invoice(
        access.workspace,
        connection=connection.pk,
        posting_state="pending",
        currency="USD",
    )
    tie(access, deal, waiting)
    address = at("invoice_card", access, "deal", deal.pk)
    version = ada.get(address).content.decode().split("v=")[1][:16]
    connection.state = ConnectionState.RECONNECT
    connection.save()
    again = ada.get(address, {"v": version})
    assert again.status_code == 200
    assert "waits until Harbour is connected again" in again.content.decode()


def test_an_idle_card_costs_few_queries(
    ada, access, deal, invoice, django_assert_max_num_queries
):
    address = at("invoice_card", access, "deal", deal.pk)
    ada.get(address)
    with django_assert_max_num_queries(10):
        ada.get(address, {"v": "x"})


def test_the_card_says_why_a_foreign_invoice_is_not_counted(ada, access, deal):
    foreign = make_invoice(
        access.workspace, number="1017", currency="EUR", total=Decimal(1200)
    )
    tie(access, deal, foreign)
    page = ada.get(at("invoice_card", access, "deal", deal.pk)).content.decode()
    assert "in EUR, not counted on this deal" in page


def test_the_preview_is_framed_by_its_own_page_only(ada, access, invoice, shelf):
    page = ada.get(at("document_preview", access, "invoice", invoice.pk))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    pdf = ada.get(at("document_pdf", access, "invoice", invoice.pk))
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert "frame-ancestors 'self'" in pdf.headers["Content-Security-Policy"]
    assert pdf.headers["X-Frame-Options"] == "SAMEORIGIN"
    other = ada.get(at("invoice_drafts", access))
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Gone("gone"), "It was deleted in QuickBooks"),
        (NeedsReconnect("dead"), "no longer accepts the connection to Harbour"),
    ],
)
def test_a_preview_that_cannot_be_had_says_why(
    ada, access, invoice, shelf, error, sentence
):
    shelf.answer = error
    answer = ada.get(at("document_pdf", access, "invoice", invoice.pk))
    assert answer.status_code == 502
    assert sentence in answer.content.decode()


def test_an_invoice_on_its_way_has_no_preview_yet(ada, access, connection):
    pending = make_invoice(
        access.workspace, connection=connection.pk, posting_state="pending"
    )
    answer = ada.get(at("document_pdf", access, "invoice", pending.pk))
    assert "being sent to QuickBooks" in answer.content.decode()


def test_several_invoices_are_added_at_once(ada, access, connection, deal, invoice):
    others = [
        make_invoice(access.workspace, connection=connection.pk, currency="USD")
        for _number in range(2)
    ]
    address = at("invoice_existing", access, "deal", deal.pk)
    page = ada.get(address).content.decode()
    assert "Already added" in page
    answer = ada.post(address, {"document": [each.pk for each in others]})
    assert answer.status_code == 302
    refs = associations.refs_of(access.workspace, Ref.of(deal), "invoice")
    assert len(refs) == 3


@pytest.mark.parametrize("ticked", ["9" * 5000, "9" * 18, "x", "-1"])
def test_what_cannot_be_an_invoice_is_not_added(ada, access, connection, deal, ticked):
    address = at("invoice_existing", access, "deal", deal.pk)
    assert ada.post(address, {"document": [ticked]}).status_code == 422


def test_nothing_ticked_says_so(ada, access, connection, deal):
    answer = ada.post(at("invoice_existing", access, "deal", deal.pk), {})
    assert answer.status_code == 422
    assert "Choose at least one." in answer.content.decode()


def test_an_invoice_is_taken_off_a_record_again(ada, access, deal, invoice):
    values = {"object_type": "deal", "record_id": deal.pk}
    ada.post(at("document_remove", access, "invoice", invoice.pk), values)
    assert associations.refs_of(access.workspace, Ref.of(deal), "invoice") == []


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("document_preview", "get"),
        ("document_pdf", "get"),
        ("document_state", "get"),
        ("document_correct", "post"),
        ("document_cancel", "post"),
        ("document_remove", "post"),
    ],
)
def test_a_stranger_gets_404(client, access, invoice, name, method):
    client.force_login(make_user("Cy"))
    assert (
        getattr(client, method)(at(name, access, "invoice", invoice.pk)).status_code
        == 404
    )


def test_a_reader_may_look_and_not_add(client, access, deal, invoice, shelf):
    reader = make_user("Bo", workspace=access.workspace, role=Role.READ_ONLY)
    client.force_login(reader)
    card = client.get(at("invoice_card", access, "deal", deal.pk)).content.decode()
    assert "1043" in card
    assert "Add existing" not in card
    existing = client.get(at("invoice_existing", access, "deal", deal.pk))
    assert existing.status_code == 403


def test_an_invoice_that_was_read_from_the_books_says_that_it_was(access):
    invoice = make_invoice(access.workspace)
    address = reverse(
        "document_story", args=[access.workspace.pk, "invoice", invoice.pk]
    )
    client = Client()
    client.force_login(access.user)
    assert "It was made in QuickBooks" in client.get(address).text
    sheet = reverse("record", args=[access.workspace.pk, "invoices", invoice.pk])
    assert address not in client.get(sheet).text


def test_an_invoice_that_was_made_here_says_who_asked_for_it(access):
    connection = make_connection(access.workspace)
    invoice = make_invoice(access.workspace, connection=connection.pk)
    Invoice.objects.filter(pk=invoice.pk).update(posting_state="pending")
    post.submit(
        workspace=access.workspace,
        connection=connection,
        kind="invoice",
        document={"customer_id": "58", "currency": "USD", "lines": []},
        business_key=["test"],
        record=Ref.of(invoice),
        actor=Actor.user(access.user.pk, "Ada"),
        now=NOW,
    )
    address = reverse(
        "document_story", args=[access.workspace.pk, "invoice", invoice.pk]
    )
    client = Client()
    client.force_login(access.user)
    sheet = reverse("record", args=[access.workspace.pk, "invoices", invoice.pk])
    assert address in client.get(sheet).text
    told = client.get(address).text
    assert "By a person" in told
    assert ">Ada</span>" in told

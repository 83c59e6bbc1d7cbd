"""Many documents are e-mailed from their list: shown first, then each by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from factories.people import make_user, make_workspace
from factories.records import make_contact, make_invoice
from integration.invoicing.delivery import Books
from support.clients import client_of
from support.queries import at_most

from counterfoil.posting.models import Act
from counterfoil.web.records.bulk_views import MOST_AT_ONCE
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def base(books: Books) -> str:
    return f"/w/{books.workspace.pk}/invoices/"


@pytest.fixture
def ada(books: Books) -> Client:
    return client_of(books.access.user)


def test_who_gets_an_e_mail_and_who_does_not_is_shown_first(ada, base, books):
    goes = books.document(number="goes")
    silent = books.document(number="silent", recipient="")
    here = books.document(number="here", connection=None)
    page = ada.post(f"{base}send/", {"id": [goes.pk, silent.pk, here.pk]}).text
    going, _found, staying = page.partition('id="staying"')
    assert "goes" in going
    assert "accounts@marbella.example" in going
    assert "It has no e-mail address." in staying
    assert "It is not in QuickBooks." in staying
    assert f'name="id" value="{goes.pk}"' in page
    assert f'name="id" value="{silent.pk}"' not in page
    assert not Act.objects.exists()


def test_each_is_sent_once_and_the_rest_is_told(ada, base, books):
    goes, silent = books.document(number="goes"), books.document(recipient="")
    sent = {"id": [goes.pk, silent.pk], "confirmed": "1", "back": f"{base}?q=goes"}
    page = ada.post(f"{base}send/", sent)
    assert page.status_code == 200
    assert "One e-mail is on its way" in page.text
    assert "It has no e-mail address." in page.text
    assert f'href="{base}?q=goes"' in page.text
    assert [act.record_id for act in Act.objects.all()] == [goes.pk]
    books.now = datetime.now(UTC)  # the page was asked for just now
    books.settle(goes)
    assert books.mails() == 1


def test_pressing_twice_sends_nothing_twice(ada, base, books):
    invoices = [books.document() for _number in range(3)]
    sent = {"id": [each.pk for each in invoices], "confirmed": "1"}
    first = ada.post(f"{base}send/", sent)
    assert first["Location"] == base
    again = ada.post(f"{base}send/", sent)
    assert "Nothing was sent" in again.text
    assert "It is being sent. Wait for the answer." in again.text
    assert Act.objects.count() == 3
    books.now = datetime.now(UTC)  # the page was asked for just now
    books.settle(invoices[0])
    assert books.mails() == 3


def test_what_was_sent_before_is_not_sent_again_from_the_list(ada, base, books):
    invoice = books.document(email_status="EmailSent")
    page = ada.post(f"{base}send/", {"id": [invoice.pk]}).text
    assert "It was sent already." in page
    assert "Nothing can be sent" in page
    assert "Send one" not in page


def test_too_many_at_once_are_refused_and_nothing_is_done(ada, base, books):
    ids = list(range(1, MOST_AT_ONCE + 2))
    for act in ("send", "archive", "export/chosen"):
        page = ada.post(f"{base}{act}/", {"id": ids, "confirmed": "1"}, follow=True)
        assert "Choose at most 200 at once." in page.text
    assert (
        "Choose at least one record first."
        in ada.post(f"{base}send/", {"id": ["x", "9" * 30, "²"]}, follow=True).text
    )
    assert not Act.objects.exists()


def test_contacts_cannot_be_sent(ada, books):
    contact = make_contact(books.workspace)
    address = f"/w/{books.workspace.pk}/contacts/send/"
    assert ada.post(address, {"id": [contact.pk]}).status_code == 404


def test_who_may_not_send_sees_no_button_and_is_refused(base, books):
    invoice = books.document()
    bo = client_of(make_user("Bo", workspace=books.workspace, role=Role.SALES))
    assert "Send by e-mail" not in bo.get(base).text
    refused = bo.post(f"{base}send/", {"id": [invoice.pk], "confirmed": "1"})
    assert refused.status_code == 403
    assert not Act.objects.exists()


def test_a_reader_may_export_what_was_chosen_and_nothing_else(base, books):
    books.document()
    reader = make_user("Cleo", workspace=books.workspace, role=Role.READ_ONLY)
    page = client_of(reader).get(base).text
    assert "export/chosen" in page
    assert "Archive" not in page.partition('class="bulk"')[2].partition("</div>")[0]


def test_a_stranger_sends_nothing_of_ours(base, books):
    invoice = books.document()
    theirs = make_workspace("Theirs")
    cy = client_of(make_user("Cy", workspace=theirs))
    sent = {"id": [invoice.pk], "confirmed": "1"}
    assert cy.post(f"{base}send/", sent).status_code == 404
    make_invoice(theirs)
    through = cy.post(f"/w/{theirs.pk}/invoices/send/", sent, follow=True)
    assert "Choose at least one record first." in through.text
    assert not Act.objects.exists()


def test_the_preview_asks_little_of_the_database(ada, base, books):
    ids = [books.document().pk for _number in range(20)]
    ada.get(base)
    with at_most(14):
        assert "20 are sent" in ada.post(f"{base}send/", {"id": ids}).text

"""The pages of one record: its form, edits in place, stage, ties, line items, timeline."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from factories.people import make_user, make_workspace
from factories.records import (
    make_contact,
    make_deal,
    make_invoice,
    make_payment,
    make_product,
    make_quote,
)
from support.clients import client_of

from counterfoil.crm import associations, line_items
from counterfoil.crm.models import Contact, Deal, PaymentAllocation, Stage
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def auditor(workspace) -> Client:
    return client_of(make_user("Cleo", workspace=workspace, role=Role.READ_ONLY))


def test_a_contact_is_created_and_opens(ada, base, workspace):
    response = ada.post(
        f"{base}/contacts/new/",
        {"first_name": "박준서", "last_name": "", "email": "jun@example.com"},
        follow=True,
    )
    contact = Contact.objects.get(workspace=workspace)
    assert response.redirect_chain == [(f"{base}/contacts/{contact.pk}/", 302)]
    assert "박준서" in response.text
    assert contact.email == "jun@example.com"


def test_a_form_says_beside_the_field_and_above_what_is_wrong(ada, base, workspace):
    response = ada.post(
        f"{base}/deals/new/",
        {"name": "", "amount": "plenty", "currency": "USD", "closes_on": "soon"},
    )
    assert response.status_code == 422
    assert 'href="#f-amount"' in response.text
    assert 'id="f-amount-err"' in response.text
    assert "“plenty” is not a number." in response.text
    assert 'value="plenty"' in response.text
    assert not Deal.objects.exists()


def test_a_currency_of_the_past_is_offered_only_where_a_record_has_it(
    ada, base, workspace
):
    option = '<option value="{}"'.format
    empty = ada.get(f"{base}/deals/new/").text
    assert option("EUR") in empty
    assert option("DEM") not in empty
    old = make_deal(workspace, currency="DEM")
    shown = ada.get(f"{base}/deals/{old.pk}/edit/").text
    assert f"{option('DEM')} selected" in shown
    assert option("HRK") not in shown
    form = {"name": "Renamed", "currency": "DEM", "version": old.version}
    assert ada.post(f"{base}/deals/{old.pk}/edit/", form).status_code == 302
    old.refresh_from_db()
    assert (old.name, old.currency) == ("Renamed", "DEM")


def test_what_a_form_created_beside_a_record_is_tied_to_it(ada, base, workspace):
    deal = make_deal(workspace)
    ada.post(f"{base}/contacts/new/?with=deal:{deal.pk}", {"first_name": "Dora"})
    [contact] = associations.of(workspace, Ref.of(deal), "contact")
    assert str(contact) == "Dora"


def test_nothing_is_tied_to_a_record_of_another_workspace(ada, base):
    foreign = make_deal(make_workspace("Theirs"))
    address = f"{base}/contacts/new/?with=deal:{foreign.pk}"
    assert ada.post(address, {"first_name": "Dora"}).status_code == 404
    assert not Contact.objects.exists()


def test_invoices_and_payments_are_not_typed_in(ada, base):
    assert ada.get(f"{base}/invoices/new/").status_code == 404
    assert ada.get(f"{base}/payments/new/").status_code == 404


def test_a_property_is_edited_in_place(ada, base, workspace):
    deal = make_deal(workspace, name="Before")
    where = f"{base}/deals/{deal.pk}/properties/name/"
    form = ada.get(where, **HTMX)
    assert 'value="Before"' in form.text
    assert "<html" not in form.text
    saved = ada.post(where, {"name": "After", "version": deal.version}, **HTMX)
    assert saved.headers["HX-Retarget"] == "#record"
    assert "After" in saved.text
    deal.refresh_from_db()
    assert deal.name == "After"


def test_without_htmx_the_same_edit_leads_through_pages(ada, base, workspace):
    deal = make_deal(workspace)
    where = f"{base}/deals/{deal.pk}/properties/name/"
    assert ada.get(where)["Location"] == f"{base}/deals/{deal.pk}/edit/#f-name"
    assert ada.post(where, {"name": "After"})["Location"] == f"{base}/deals/{deal.pk}/"


def test_a_wrong_value_in_place_stays_in_the_field_with_its_reason(
    ada, base, workspace
):
    deal = make_deal(workspace, amount=Decimal(5))
    where = f"{base}/deals/{deal.pk}/properties/amount/"
    refused = ada.post(where, {"amount": "1.005", "version": 1}, **HTMX)
    assert refused.status_code == 422
    assert "smallest unit of USD" in refused.text
    assert 'value="1.005"' in refused.text


def test_what_the_books_fill_in_cannot_be_edited(ada, base, workspace):
    deal = make_deal(workspace)
    where = f"{base}/deals/{deal.pk}/properties/invoice_number/"
    assert ada.get(where, **HTMX).status_code == 404
    ada.post(f"{base}/deals/{deal.pk}/edit/", {"invoice_number": "1", "version": 1})
    deal.refresh_from_db()
    assert deal.invoice_number == ""


def test_two_people_do_not_overwrite_each_other_unawares(ada, base, workspace):
    deal = make_deal(workspace)
    form = {"name": "Mine", "currency": "USD", "version": deal.version}
    ada.post(f"{base}/deals/{deal.pk}/edit/", {**form, "name": "Theirs"})
    late = ada.post(f"{base}/deals/{deal.pk}/edit/", form)
    assert late.status_code == 409
    assert "Somebody changed this record" in late.text
    assert 'value="Mine"' in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)[1]
    ada.post(f"{base}/deals/{deal.pk}/edit/", {**form, "version": version})
    deal.refresh_from_db()
    assert deal.name == "Mine"


def test_a_deal_moves_along_its_path(ada, base, workspace):
    deal = make_deal(workspace)
    won = Stage.objects.get(pipeline=deal.pipeline, outcome="won")
    response = ada.post(f"{base}/deals/{deal.pk}/stage/", {"stage": won.pk}, **HTMX)
    assert 'aria-current="step"' in response.text
    deal.refresh_from_db()
    assert deal.stage == won


def test_a_deal_does_not_move_to_another_workspaces_stage(ada, base, workspace):
    deal = make_deal(workspace)
    foreign = make_deal(make_workspace("Theirs")).stage
    ada.post(f"{base}/deals/{deal.pk}/stage/", {"stage": foreign.pk}, follow=True)
    before = deal.stage_id
    deal.refresh_from_db()
    assert deal.stage_id == before


def test_moving_a_deal_leads_back_within_the_site_only(ada, base, workspace):
    deal = make_deal(workspace)
    sent = {"stage": deal.stage_id, "next": "https://evil.example/"}
    response = ada.post(f"{base}/deals/{deal.pk}/stage/", sent)
    assert response["Location"] == f"{base}/deals/{deal.pk}/"


def test_an_archived_record_leaves_the_list_and_can_be_restored(ada, base, workspace):
    contact = make_contact(workspace, first_name="Zelda")
    page = ada.post(f"{base}/contacts/{contact.pk}/archive/", follow=True).text
    assert "Archived." in page
    assert f"{base}/contacts/{contact.pk}/restore/" in page
    assert "Zelda" not in ada.get(f"{base}/contacts/").text.partition("<main")[2]
    ada.post(f"{base}/contacts/{contact.pk}/restore/")
    assert "Zelda" in ada.get(f"{base}/contacts/").text


def test_a_reader_sees_no_way_to_change_anything(auditor, base, workspace):
    deal = make_deal(workspace)
    page = auditor.get(f"{base}/deals/{deal.pk}/").text.partition("<main")[2]
    assert "method=" not in page.replace('method="get"', "")
    assert "/edit/" not in page
    assert auditor.get(f"{base}/deals/").text.count("New deal") == 0


def test_records_are_tied_and_taken_apart(ada, base, workspace):
    deal, contact = make_deal(workspace), make_contact(workspace)
    other = make_contact(make_workspace("Theirs"))
    where = f"{base}/deals/{deal.pk}/ties/contacts/"
    assert str(contact) in ada.get(where).text
    assert str(other) not in ada.get(where).text
    ada.post(where, {"id": [contact.pk]})
    assert str(contact) in ada.get(f"{base}/deals/{deal.pk}/").text
    assert ada.post(where, {"id": [other.pk]}).status_code == 404
    ada.post(f"{where}{contact.pk}/remove/")
    assert associations.of(workspace, Ref.of(deal), "contact") == []


def test_the_books_tie_payments_to_invoices_and_people_do_not(ada, base, workspace):
    payment = make_payment(workspace)
    assert ada.get(f"{base}/payments/{payment.pk}/ties/invoices/").status_code == 404


def test_line_items_are_added_changed_and_removed(ada, base, workspace):
    deal = make_deal(workspace)
    product = make_product(workspace, name="Oven", unit_price=Decimal("95.5"))
    where = f"{base}/deals/{deal.pk}/lines/"
    assert 'value="Oven"' in ada.post(where, {"do": f"add:{product.pk}"}).text
    row = {
        "line_item": "",
        "product": str(product.pk),
        "name": "Oven",
        "description": "On site",
        "quantity": "2",
        "unit_price": "95.5",
        "discount_percent": "10",
    }
    ada.post(where, {**row, "do": "save"})
    [line] = line_items.of(workspace, Ref.of(deal))
    assert line_items.amount(line).amount == Decimal("171.90")
    assert line.product == product
    assert "$171.90" in ada.get(f"{base}/deals/{deal.pk}/").text
    wrong = ada.post(where, {**row, "line_item": line.pk, "quantity": "many"})
    assert wrong.status_code == 422
    assert 'id="line-0-quantity-err"' in wrong.text
    ada.post(where, {"do": "save"})
    assert line_items.of(workspace, Ref.of(deal)) == []


def test_another_workspaces_product_cannot_be_added(ada, base, workspace):
    deal = make_deal(workspace)
    foreign = make_product(make_workspace("Theirs"))
    where = f"{base}/deals/{deal.pk}/lines/"
    assert ada.post(where, {"do": f"add:{foreign.pk}"}).status_code == 404


def test_a_quote_is_published_signed_and_then_fixed(ada, base, workspace):
    quote = make_quote(workspace)
    page = f"{base}/quotes/{quote.pk}/"
    assert "Add a line item" in ada.post(f"{page}publish/", follow=True).text
    line = {
        "line_item": "",
        "product": "",
        "name": "Cake",
        "description": "",
        "quantity": "1",
        "unit_price": "5",
        "discount_percent": "",
        "do": "save",
    }
    ada.post(f"{page}lines/", line)
    assert "Quote published" in ada.post(f"{page}publish/", follow=True).text
    assert ada.get(f"{page}lines/")["Location"] == page
    signed = ada.post(f"{page}sign/", {"signed_by": "Jun-seo Park"}, follow=True).text
    assert "Signed" in signed
    assert "Jun-seo Park" in signed
    assert "Back to draft" not in signed


def test_a_payment_shows_what_it_paid(ada, base, workspace):
    first, second = make_invoice(workspace), make_invoice(workspace)
    payment = make_payment(workspace, amount=Decimal(150))
    for invoice, part in ((first, 100), (second, 50)):
        PaymentAllocation.objects.create(
            payment=payment,
            document_remote_id=str(invoice.pk),
            invoice=invoice,
            amount=Decimal(part),
        )
    page = ada.get(f"{base}/payments/{payment.pk}/").text
    for text in (first.number, second.number, "$100.00", "$50.00"):
        assert text in page


def test_the_timeline_says_what_changed_in_words(ada, base, workspace):
    deal = make_deal(workspace)
    other = Stage.objects.get(pipeline=deal.pipeline, outcome="won")
    ada.post(f"{base}/deals/{deal.pk}/stage/", {"stage": other.pk})
    page = ada.get(f"{base}/deals/{deal.pk}/").text
    assert "Stage changed from Open to Won" in page
    money = ada.get(f"{base}/deals/{deal.pk}/timeline/?show=money", **HTMX).text
    assert "Stage changed" not in money
    assert "<html" not in money


def test_an_invoice_that_the_books_refused_does_not_pose_as_awaiting_send(
    ada, base, workspace
):
    invoice = make_invoice(workspace, number="", posting_state="rejected")
    row = ada.get(f"{base}/invoices/").text.partition("<tbody>")[2]
    assert "Refused by the books" in row
    assert "Awaiting send" not in row
    heading = ada.get(f"{base}/invoices/{invoice.pk}/").text.partition("<h1>")[2]
    assert "Refused by the books" in heading.partition("</h1>")[0]

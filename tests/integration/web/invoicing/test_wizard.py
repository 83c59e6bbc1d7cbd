from __future__ import annotations

import pytest
from django.urls import reverse
from factories import NOW, make_deal, make_quote, make_user
from integration.invoicing.books import (
    american_books,
    british_books,
    give_lines,
    oven_deal,
)
from integration.web.invoicing.walking import Walk, text
from support.clients import client_of

from counterfoil.connections.models import ConnectionState
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.posting.models import Intent
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


def test_an_invoice_is_made_in_five_steps(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    assert "2 line items" in text(walk.see("source"))
    assert walk.choose_source().url == walk.address("customer")
    page = text(walk.see("customer"))
    assert "Matched by e-mail to accounts@marbella.example" in page
    assert walk.do("customer", customer_id="58").url == walk.address("lines")
    assert "set by QuickBooks" in text(walk.see("lines"))
    assert walk.do("lines").url == walk.address("terms")
    assert 'value="2' in text(walk.see("terms"))
    assert walk.do("terms", email="pay@marbella.example").url == walk.address("review")
    assert "pay@marbella.example" in text(walk.see("review"))
    assert walk.do("review", go="next").url == walk.address("review")
    done = walk.do("review", go="finish")
    assert done.url == reverse("record", args=[workspace.pk, "deals", walk.record.pk])
    assert Invoice.objects.get().recipient == "pay@marbella.example"
    assert "Sending to QuickBooks" in text(ada.get(done.url))


def test_finishing_twice_makes_one_invoice(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    walk.do("lines")
    walk.do("terms")
    for _time in range(3):
        assert walk.do("review", go="finish").status_code == 302
    assert Invoice.objects.count() == 1
    assert Intent.objects.filter(kind="invoice").count() == 1


def test_previous_keeps_even_what_is_wrong(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    typed = {"quantity-1": "eighteen", "unit_price-1": "95", "description-1": "Night"}
    assert walk.do("lines", go="previous", **typed).url == walk.address("customer")
    page = text(walk.see("lines"))
    assert 'value="eighteen"' in page
    assert ">Night</textarea>" in page


def test_a_wrong_quantity_is_said_beside_the_field_and_at_the_top(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    response = walk.do(
        "lines", **{"description-1": "", "quantity-1": "0", "unit_price-1": "1"}
    )
    assert response.status_code == 422
    page = text(response)
    assert 'href="#f-quantity-1"' in page
    assert 'aria-describedby="f-quantity-1-err"' in page
    assert "Enter a quantity above zero." in page


def test_outside_the_us_a_line_without_a_tax_code_is_refused_beside_the_field(
    ada, workspace
):
    british_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace, currency="GBP"))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    entered = {
        "description-1": "",
        "quantity-1": "18",
        "unit_price-1": "95",
        "tax_code-1": "20",
        "description-2": "",
        "quantity-2": "3",
        "unit_price-2": "210",
        "tax_code-2": "",
    }
    response = walk.do("lines", **entered)
    page = text(response)
    assert response.status_code == 422
    assert 'href="#f-tax_code-2"' in page
    assert ">Rotor belt: Choose a tax code.<" in page
    assert 'href="#f-tax_code-1"' not in page
    assert "1 line without tax code" in page
    assert walk.do("lines", **{**entered, "tax_code-2": "20"}).status_code == 302
    assert "2,808.00" in text(walk.see("terms"))


def test_quotes_that_cannot_be_invoiced_are_greyed_with_the_reason(ada, workspace):
    american_books(workspace)
    deal = oven_deal(workspace)
    for status, day in (
        ("published", "2020-01-01"),
        ("draft", "2099-01-01"),
        ("published", "2099-01-01"),
    ):
        quote = make_quote(workspace, expires_on=day)
        quote.status = status
        quote.save()
        give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
        associations.associate(
            workspace=workspace, left=Ref.of(deal), right=Ref.of(quote), now=NOW
        )
    walk = Walk(ada, "invoice", deal)
    page = text(walk.see("source"))
    assert "It expired on Jan 1, 2020" in page
    assert "publish the quote first" in page
    expired = deal.workspace and f"quote-{quote.pk - 2}"
    refused = walk.choose_source(expired)
    assert refused.status_code == 422
    assert "It expired on Jan 1, 2020" in text(refused)
    assert walk.choose_source(f"quote-{quote.pk}").status_code == 302


def test_a_deal_without_line_items_says_so(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", make_deal(workspace))
    assert "This deal has no line items" in text(walk.see("source"))
    assert "This deal has no line items" in text(walk.choose_source("lines"))


def test_a_currency_that_quickbooks_does_not_have_is_said_at_once(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace, currency="JPY"))
    assert "does not use JPY in QuickBooks" in text(walk.choose_source())


def test_a_name_that_a_vendor_has_is_said_beside_the_name(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    page = text(walk.do("customer", customer_id="new", display_name="Norton Lumber"))
    assert "already used by a vendor in QuickBooks" in page
    assert 'href="#f-display_name"' in page


def test_a_dead_connection_is_said_and_the_draft_is_kept(ada, workspace):
    connection = american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    walk.do("lines")
    walk.do("terms")
    connection.state = ConnectionState.RECONNECT
    connection.save()
    response = walk.do("review", go="finish")
    assert response.status_code == 422
    assert "Reconnect it in the settings; this draft is kept." in text(response)
    walk.draft.refresh_from_db()
    assert walk.draft.state == DraftState.OPEN
    assert not Invoice.objects.exists()


def test_a_line_is_added_moved_and_removed_without_javascript(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    found = text(walk.do("lines", go="find:new", **{"q-new": "rotor"}))
    assert 'value="use:new:12"' in found
    assert walk.do("lines", go="use:new:12").url.endswith("#line-3")
    walk.do("lines", go="text")
    walk.do("lines", go="up:3")
    walk.do("lines", go="remove:4")
    walk.draft.refresh_from_db()
    assert [line["key"] for line in walk.draft.content["lines"]] == ["1", "3", "2"]


def test_totals_follow_what_stands_in_the_form_without_keeping_it(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    before = Draft.objects.get().content
    address = reverse("invoice_totals", args=[workspace.pk, walk.draft.pk])
    page = text(
        ada.post(
            address, {"description-1": "", "quantity-1": "1", "unit_price-1": "10"}
        )
    )
    assert "$640.00" in page
    assert 'id="amount-1" hx-swap-oob="true">$10.00' in page
    assert Draft.objects.get().content == before


def test_the_due_date_follows_the_terms(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    walk.do("lines")
    address = reverse("invoice_due", args=[workspace.pk, walk.draft.pk])
    page = text(ada.post(address, {"terms_id": "3", "issued_on": "2026-03-01"}))
    assert 'value="2026-03-31"' in page


def test_several_drafts_may_be_open_and_are_taken_up_again(ada, workspace):
    american_books(workspace)
    deal = oven_deal(workspace)
    first = Walk(ada, "invoice", deal)
    first.choose_source()
    new = reverse("invoice_new", args=[workspace.pk, *Ref.of(deal)])
    assert "You have begun already" in text(ada.get(new))
    assert ada.post(new).status_code == 302
    assert Draft.objects.count() == 2
    listed = text(ada.get(reverse("invoice_drafts", args=[workspace.pk])))
    assert "Invoice at step" in listed
    assert f">{deal}<" in listed
    ada.post(reverse("invoice_discard", args=[workspace.pk, first.draft.pk]))
    assert Draft.objects.filter(state="open").count() == 1


@pytest.mark.parametrize("name", ["Bo", "Cy"])
def test_nobody_else_sees_a_draft(ada, workspace, name):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    other = make_user(name, workspace=workspace if name == "Bo" else None)
    walk.client = client_of(other)
    assert walk.see("source").status_code == 404


def test_a_reader_may_not_create_invoices(workspace):
    reader = make_user("Bo", workspace=workspace, role=Role.READ_ONLY)
    deal = oven_deal(workspace)
    new = reverse("invoice_new", args=[workspace.pk, *Ref.of(deal)])
    assert client_of(reader).get(new).status_code == 403


@pytest.mark.parametrize("noun", ["deal", "quote", "contact", "company"])
def test_an_invoice_starts_from_a_deal_a_quote_a_contact_or_a_company(
    ada, workspace, noun
):
    american_books(workspace)
    deal = oven_deal(workspace)
    quote = make_quote(workspace)
    quote.status = "published"
    quote.save()
    give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
    tie = {"workspace": workspace, "now": NOW}
    associations.associate(left=Ref.of(quote), right=Ref.of(deal), **tie)
    started = {
        "deal": deal,
        "quote": quote,
        "contact": associations.first(workspace, Ref.of(deal), "contact"),
        "company": associations.first(workspace, Ref.of(deal), "company"),
    }[noun]
    walk = Walk(ada, "invoice", started)
    source = f"quote-{quote.pk}" if noun in {"deal", "quote"} else "scratch"
    assert walk.choose_source(source).status_code == 302
    walk.do("customer", customer_id="58")
    if source == "scratch":
        walk.do("lines", go="use:new:11")
    assert walk.do("lines").url == walk.address("terms")
    walk.do("terms")
    assert walk.do("review", go="finish").status_code == 302
    invoice = Invoice.objects.get()
    tied = associations.refs_of(workspace, Ref.of(invoice), noun)
    assert Ref.of(started) in tied
    page = text(ada.get(reverse("record", args=[workspace.pk, "invoices", invoice.pk])))
    assert "Why does this document exist?" in page


def test_a_company_must_be_chosen_when_there_are_several(ada, workspace):
    american_books(workspace)
    british_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    refused = text(walk.do("source", source="lines"))
    assert "Choose a QuickBooks company." in refused
    assert "Pier Four Ltd" in refused


def test_without_a_company_the_wizard_says_where_to_connect_one(ada, workspace):
    walk = Walk(ada, "invoice", make_deal(workspace))
    assert "No QuickBooks company is connected." in text(walk.see("source"))


def test_a_step_cannot_be_jumped_to_before_the_source_is_chosen(ada, workspace):
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    assert walk.see("review").url == walk.address("source")
    assert walk.do("review", go="finish").url == walk.address("source")


def test_another_persons_words_cannot_break_out_of_the_page(ada, workspace):
    american_books(workspace)
    deal = make_deal(workspace, name="<script>alert(1)</script>")
    give_lines(deal, [{"name": "<img src=x onerror=alert(1)>", "unit_price": 1}])
    walk = Walk(ada, "invoice", deal)
    walk.choose_source()
    page = text(walk.see("lines")) + text(walk.see("customer"))
    assert "<script>alert" not in page
    assert "<img src=x" not in page

"""The wizard for every kind of document, and the pages beside it, without JavaScript."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from factories import (
    NOW,
    make_invoice,
)
from integration.invoicing.books import (
    american_books,
    give_lines,
    hold,
    oven_deal,
    ready_draft,
)
from integration.web.invoicing.walking import Walk, full_books, page_of, paid, text

from counterfoil.connections import links
from counterfoil.crm import associations
from counterfoil.crm.models import (
    SalesReceipt,
    TimelineEntry,
)
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts
from counterfoil.invoicing.issue import issue_draft
from counterfoil.invoicing.models import Draft
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(workspace):
    return full_books(workspace)


@pytest.fixture
def payment(connection):
    return paid(connection)


def test_a_deal_offers_each_kind_with_what_it_is_for(ada, connection):
    page = page_of(ada, oven_deal(connection.workspace))
    assert "An offer. Nothing is booked until it is accepted." in page
    for kind in ("estimate", "sales_receipt", "credit_memo", "refund_receipt"):
        assert f"/new/{kind}/deal/" in page
    assert "/new/paid_invoice/" not in page


@pytest.mark.parametrize(
    ("kind", "refunded"),
    [
        ("paid_invoice", 0),
        ("sales_receipt", 0),
        ("refund_receipt", 95),
        ("credit_memo", 95),
    ],
)
def test_a_payment_becomes_its_document_with_its_day_and_reference(
    ada, connection, kind, refunded
):
    back_on = date(2026, 3, 9) if refunded else None
    payment = paid(connection, refunded=Decimal(refunded), refunded_on=back_on)
    walk = Walk(ada, kind, payment)
    walk.to_terms()
    shown = walk.read("terms")
    assert f'value="{"2026-03-09" if refunded else "2026-03-03"}"' in shown
    if kind != "credit_memo":
        assert 'value="ch_3QXy"' in shown
    assert walk.do("terms", deposit_account_id="35").url == walk.address("review")
    assert walk.do("review", go="finish").status_code == 302
    posted = sorted(Intent.objects.values_list("kind", flat=True))
    assert posted == {
        "paid_invoice": ["invoice", "payment"],
    }.get(kind, [kind])


def test_a_payment_is_booked_once_however_many_drafts_there_are(ada, payment):
    first = Walk(ada, "sales_receipt", payment)
    second = Walk(ada, "paid_invoice", payment)
    assert first.draft != second.draft
    for walk in (first, second):
        walk.to_terms()
        walk.do("terms")
    assert first.do("review", go="finish").status_code == 302
    refused = second.do("review", go="finish")
    assert refused.status_code == 422
    assert "would count the money twice" in text(refused)
    assert "would count the money twice" in second.read("review")
    begun = Walk(ada, "sales_receipt", payment).begun
    assert "Nothing can be created." in text(begun)
    assert "would count the money twice" in page_of(ada, payment)
    assert SalesReceipt.objects.count() == 1
    assert Intent.objects.count() == 1


def test_a_refund_that_is_not_full_says_so_instead_of_a_dead_end(ada, payment):
    before = Draft.objects.count()
    walk = Walk(ada, "refund_receipt", payment)
    assert "The payment is not refunded in full." in text(walk.begun)
    assert Draft.objects.count() == before
    assert "The payment is not refunded in full." in page_of(ada, payment)


def test_lines_that_do_not_come_to_the_payment_are_said_on_the_review(ada, connection):
    connection.facts = {**connection.facts, "tax_mode": "none"}
    connection.save()
    walk = Walk(ada, "sales_receipt", paid(connection, amount=Decimal("94.99")))
    walk.to_terms()
    walk.do("terms")
    assert "The lines come to $95.00, but the payment is $94.99." in walk.read("review")
    refused = walk.do("review", go="finish")
    assert refused.status_code == 422
    assert not Intent.objects.exists()


def test_the_usual_account_is_proposed_once_and_stays_away_when_changed(
    ada, connection, payment
):
    hold(connection, "accounts", "36", "Savings", type="Bank", currency="USD")
    walk = Walk(ada, "sales_receipt", payment)
    walk.to_terms()
    assert '<option value="35" selected>' in walk.read("terms")
    walk.do("terms", go="previous", deposit_account_id="36", email="")
    assert walk.do("lines").url == walk.address("terms")
    assert '<option value="36" selected>' in walk.read("terms")
    assert walk.content["email"] == ""


def test_another_customer_brings_its_address_and_terms(ada, connection):
    hold(
        connection,
        "customers",
        "61",
        "Pier Café",
        email="cafe@pier.example",
        currency="USD",
    )
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.to_terms()
    assert walk.content["email"] == "accounts@marbella.example"
    walk.do("customer", customer_id="61")
    walk.do("lines")
    assert walk.content["email"] == "cafe@pier.example"


def test_details_of_a_line_are_kept_refused_beside_their_field_and_posted(
    ada, connection
):
    walk = Walk(ada, "estimate", oven_deal(connection.workspace))
    walk.to_terms()
    line = {
        "description-1": "Night shift",
        "quantity-1": "2",
        "unit_price-1": "95",
        "discount_amount-1": "10",
        "service_on-1": "2026-03-02",
        "class_id-1": "7",
        "description-2": "",
        "quantity-2": "3",
        "unit_price-2": "210",
    }
    wrong = {**line, "discount_amount-1": "191", "class_id-1": "8"}
    refused = text(walk.do("lines", **wrong))
    assert "The discount is larger than the line." in refused
    for name in ("discount_amount", "class_id"):
        assert f'href="#f-{name}-1"' in refused
        assert f'aria-describedby="f-{name}-1-err"' in refused
    assert walk.do("lines", **line).url == walk.address("terms")
    walk.do("terms", expires_on="2099-04-30")
    review = walk.read("review")
    assert "Kitchen" in review
    assert "less $10.00" in review
    walk.do("review", go="finish")
    document = Intent.objects.get().document
    sold = document["lines"][0]
    assert (sold["amount"], sold["service_on"], sold["class_id"]) == (
        "180",
        "2026-03-02",
        "7",
    )
    assert document["expires_on"] == "2099-04-30"


@pytest.mark.parametrize("kind", ["invoice", "estimate", "credit_memo"])
def test_the_number_that_comes_next_is_that_of_the_kind(ada, connection, kind):
    make_invoice(connection.workspace, connection=connection.pk, number="INV-0041")
    walk = Walk(ada, kind, oven_deal(connection.workspace))
    walk.to_terms()
    shown = walk.read("terms")
    assert ("takes the next number, INV-0042." in shown) is (kind != "estimate")
    walk.do("terms")
    assert "Counterfoil takes it when the document is created." in walk.read("review")


def test_closed_books_offer_the_next_open_day_by_one_click(ada, connection):
    connection.facts = {**connection.facts, "closed_on": "2026-12-31"}
    connection.save()
    walk = Walk(ada, "invoice", oven_deal(connection.workspace))
    walk.to_terms()
    refused = text(walk.do("terms", terms_id="3", issued_on="2026-12-30"))
    assert "The next open day is Jan 1, 2027" in refused
    assert "Use Jan 1, 2027" in refused
    walk.do("terms", go="open_day", terms_id="3", issued_on="2026-12-30")
    assert walk.content["issued_on"] == "2027-01-01"
    assert walk.content["due_on"] == "2027-01-31"
    assert walk.do("terms").url == walk.address("review")


def test_a_customer_that_was_picked_stays_linked_to_its_record(ada, connection):
    workspace = connection.workspace
    deal = oven_deal(workspace)
    company = associations.first(workspace, Ref.of(deal), "company")
    hold(connection, "customers", "61", "Marbella (new)", currency="USD")
    walk = Walk(ada, "invoice", deal)
    walk.do("source", connection=connection.pk, source="lines")
    assert "stays linked with it when the document is created" in walk.read("customer")
    walk.do("customer", customer_id="61")
    walk.do("lines")
    walk.do("terms")
    walk.do("review", go="finish")
    assert links.remote_for(connection, "customers", Ref.of(company)) == "61"
    told = TimelineEntry.objects.get(kind="linked")
    assert told.record_id == company.pk
    again = Walk(ada, "estimate", deal)
    again.do("source", connection=connection.pk, source="lines")
    assert again.content["customer_id"] == "61"
    assert again.content["customer_reason"] == "link"
    assert "stays linked with it" not in again.read("customer")


def test_a_link_that_is_there_is_not_replaced_by_who_is_picked_once(ada, access):
    workspace = access.workspace
    connection = american_books(workspace)
    deal = oven_deal(workspace)
    company = associations.first(workspace, Ref.of(deal), "company")
    hold(connection, "customers", "61", "Pier Café", currency="USD")
    links.link(
        connection, stream="customers", remote_id="61", ref=Ref.of(company), now=NOW
    )
    draft = ready_draft(access, connection, deal)
    content = drafts.content_of(draft)
    assert content.customer_id == "61"
    draft.content = {**draft.content, "customer_id": "58"}
    draft.save()
    issue_draft(access=access, draft=draft, now=NOW)
    assert links.remote_for(connection, "customers", Ref.of(company)) == "61"


def test_a_number_that_a_document_bears_is_said_and_the_draft_is_kept(ada, connection):
    make_invoice(connection.workspace, connection=connection.pk, number="INV-0041")
    walk = Walk(ada, "credit_memo", oven_deal(connection.workspace))
    walk.to_terms()
    walk.do("terms", number="inv-0041")
    refused = walk.do("review", go="finish")
    assert refused.status_code == 422
    page = text(refused)
    assert "has a document inv-0041 already" in page
    assert f"{walk.address('terms')}#f-number" in page
    assert not Intent.objects.exists()
    walk.do("terms", number="")
    assert walk.do("review", go="finish").status_code == 302
    assert Intent.objects.get().document["number"] == "INV-0042"


def test_a_paid_invoice_with_a_taxable_line_is_refused_at_the_lines(ada, connection):
    payment = paid(connection)
    give_lines(payment, [{"name": "Rotor belt", "sku": "77-0412", "unit_price": 95}])
    walk = Walk(ada, "paid_invoice", payment)
    refused = text(walk.to_terms())
    assert "create a sales receipt instead" in refused
    assert 'href="#f-kind"' in refused
    assert 'id="f-kind"' in refused

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from factories import NOW, make_deal, make_quote
from integration.invoicing.books import (
    american_books,
    british_books,
    give_lines,
    hold,
    oven_deal,
    ready_draft,
)

from counterfoil.connections.models import ConnectionState, RemoteObject
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, InvoiceLine, QuoteStatus
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import company as companies, drafts
from counterfoil.invoicing.content import NewCustomer
from counterfoil.invoicing.issue import issue_draft
from counterfoil.invoicing.models import DraftState
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent
from counterfoil.web.invoicing import entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(access):
    return oven_deal(access.workspace)


@pytest.fixture
def draft(access, connection, deal):
    return ready_draft(access, connection, deal)


def edited(draft, **changes):
    content = replace(drafts.content_of(draft), **changes)
    return drafts.save(draft, content, now=NOW)


def issue(access, draft) -> Invoice:
    return issue_draft(access=access, draft=draft, now=NOW)


def refusal(access, draft) -> str:
    with pytest.raises(NotReady) as caught:
        issue(access, draft)
    assert not Invoice.objects.exists()
    assert not Intent.objects.exists()
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    return str(caught.value)


def test_an_invoice_is_recorded_with_its_lines_and_asked_for_in_the_books(
    access, draft
):
    invoice = issue(access, draft)
    assert invoice.total == Decimal(2340)
    assert invoice.customer_name == "Marbella Foods"
    assert invoice.posting_state == "pending"
    assert invoice.due_on == date(2026, 4, 3)
    assert invoice.terms == "Net 30"
    names = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    assert [line.name for line in names] == ["Oven service", "Rotor belt"]
    intent = Intent.objects.get()
    assert intent.document["customer_id"] == "58"
    assert [line["item_id"] for line in intent.document["lines"]] == ["11", "12"]
    assert [line["taxable"] for line in intent.document["lines"]] == [False, True]
    assert intent.record_id == invoice.pk


def test_it_belongs_to_the_deal_and_its_first_contact_and_company(access, draft, deal):
    invoice = issue(access, draft)
    ref = Ref.of(invoice)
    for noun in ("deal", "contact", "company"):
        assert len(associations.refs_of(access.workspace, ref, noun)) == 1


def test_a_second_click_is_no_second_invoice(access, draft):
    first = issue(access, draft)
    again = issue(access, drafts.get(access=access, draft_id=draft.pk))
    assert again.pk == first.pk
    assert Intent.objects.count() == 1


def test_a_deal_that_was_archived_meanwhile_is_not_invoiced(access, connection, deal):
    draft = ready_draft(access, connection, deal)
    deal.archived_at = NOW
    deal.save()
    with pytest.raises(NotReady) as caught:
        issue_draft(access=access, draft=draft, now=NOW)
    assert f"“{deal}” is archived. Restore it first." in str(caught.value)
    assert not Intent.objects.exists()


def test_a_quote_that_expired_meanwhile_is_refused_at_the_last_moment(
    access, connection, deal
):
    quote = make_quote(access.workspace, expires_on=date(2026, 3, 4))
    quote.status = QuoteStatus.PUBLISHED
    quote.save()
    give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
    associations.associate(
        workspace=access.workspace, left=Ref.of(deal), right=Ref.of(quote), now=NOW
    )
    draft = ready_draft(access, connection, deal, source=f"quote-{quote.pk}")
    with pytest.raises(NotReady) as caught:
        issue_draft(access=access, draft=draft, now=NOW + timedelta(days=2))
    assert "expired on Mar 4, 2026" in str(caught.value)
    assert not Intent.objects.exists()


def test_an_invoice_from_a_quote_belongs_to_the_quote_too(access, connection, deal):
    quote = make_quote(access.workspace)
    quote.status = QuoteStatus.PUBLISHED
    quote.save()
    give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
    associations.associate(
        workspace=access.workspace, left=Ref.of(deal), right=Ref.of(quote), now=NOW
    )
    draft = ready_draft(access, connection, deal, source=f"quote-{quote.pk}")
    invoice = issue(access, draft)
    refs = associations.refs_of(access.workspace, Ref.of(invoice), "quote")
    assert refs == [Ref.of(quote)]


def test_a_connection_that_must_be_reconnected_keeps_the_draft(
    access, draft, connection
):
    connection.state = ConnectionState.RECONNECT
    connection.save()
    assert "Reconnect it in the settings; this draft is kept" in refusal(access, draft)


def test_an_inactive_product_is_refused_by_its_name(access, draft, connection):
    RemoteObject.objects.filter(connection=connection, remote_id="12").update(
        active=False
    )
    assert "“Rotor belt” is inactive in QuickBooks" in refusal(access, draft)


def test_a_name_that_a_vendor_has_is_refused(access, draft):
    new = NewCustomer(display_name="norton lumber", currency="USD")
    draft = edited(draft, customer="new", customer_id="", new_customer=new)
    assert "already used by a vendor" in refusal(access, draft)


def test_a_currency_that_the_company_does_not_have_is_refused(access, connection):
    deal = oven_deal(access.workspace, currency="JPY")
    with pytest.raises(Invalid, match="does not use JPY in QuickBooks"):
        ready_draft(access, connection, deal)


def test_a_currency_that_went_away_is_refused_at_the_end(access, connection):
    deal = oven_deal(access.workspace, currency="EUR")
    draft = ready_draft(access, connection, deal)
    connection.facts["currencies"] = ["USD"]
    connection.save()
    assert "does not use EUR in QuickBooks" in refusal(access, draft)


def test_a_deal_without_line_items_has_nothing_to_invoice(access, connection):
    draft = ready_draft(
        access, connection, make_deal(access.workspace), source="scratch"
    )
    draft = edited(draft, customer="existing", customer_id="58")
    assert "There are no lines" in refusal(access, draft)


def test_outside_the_us_every_line_needs_a_tax_code(access):
    connection = british_books(access.workspace)
    deal = oven_deal(access.workspace, currency="GBP")
    draft = ready_draft(access, connection, deal)
    with pytest.raises(NotReady) as caught:
        issue(access, draft)
    fields = [each.field for each in caught.value.problems]
    assert fields == ["tax_code-1", "tax_code-2"]
    content = drafts.content_of(draft)
    for line in content.lines:
        content = content.changed_line(replace(line, tax_code_id="20"))
    drafts.save(draft, content, now=NOW)
    assert issue(access, draft).total == Decimal(2808)


def test_a_new_customer_and_a_new_product_come_before_the_invoice(access, connection):
    deal = make_deal(access.workspace)
    give_lines(deal, [{"name": "Night shift", "unit_price": 40}])
    draft = ready_draft(access, connection, deal)
    content = drafts.content_of(draft)
    line = replace(content.lines[0], income_account_id="79")
    new = NewCustomer(display_name="Pâtisserie Ł", currency="EUR")
    draft = edited(
        draft,
        customer="new",
        currency="EUR",
        new_customer=new,
        lines=(line,),
        exchange_rate="1.09",
    )
    issue(access, draft)
    invoice = Intent.objects.get(kind="invoice")
    assert {each.kind for each in invoice.parents.all()} == {"customer", "item"}
    assert invoice.document["exchange_rate"] == "1.09"
    customer = Intent.objects.get(kind="customer")
    assert invoice.document["customer_id"] == {"$intent": str(customer.pk)}


def test_closed_books_are_refused_with_the_day(access, draft, connection):
    connection.facts["closed_on"] = "2026-03-31"
    connection.save()
    assert "closed up to and including Mar 31, 2026" in refusal(access, draft)


def test_the_next_number_is_ours_to_take_where_numbers_are_custom(access, deal):
    connection = american_books(access.workspace, custom_numbers=True)
    Invoice.objects.create(
        workspace=access.workspace,
        connection=connection,
        number="INV-0099",
        currency="USD",
        created_at=NOW,
        updated_at=NOW,
    )
    first = issue(access, ready_draft(access, connection, deal))
    second = issue(access, ready_draft(access, connection, deal))
    assert (first.number, second.number) == ("INV-0100", "INV-0101")


def test_an_unmatched_product_asks_to_be_chosen_or_created(access, connection, deal):
    give_lines(deal, [{"name": "Something else", "unit_price": 5}])
    draft = ready_draft(access, connection, deal)
    assert "“Something else” has no match in QuickBooks" in refusal(access, draft)


def test_what_the_deal_shows_is_what_the_mirror_matches_by_name(access, connection):
    hold(connection, "items", "13", "Call-out", taxable=True, income_account_id="79")
    deal = make_deal(access.workspace)
    give_lines(deal, [{"name": "CALL-OUT", "unit_price": 5}])
    draft = ready_draft(access, connection, deal)
    assert drafts.content_of(draft).lines[0].item_id == "13"


def test_amounts_that_no_books_can_hold_are_refused(access, draft):
    content = drafts.content_of(draft)
    line = replace(content.lines[0], quantity="999999999", unit_price="999999999")
    edited(draft, lines=(line,))
    assert "The amounts are too large." in refusal(access, draft)


@pytest.mark.parametrize("issued_on", ["9999-12-31", "0001-01-01"])
def test_a_date_out_of_any_calendar_is_refused(access, draft, issued_on):
    content = drafts.content_of(draft)
    company = companies.read(draft.connection, access.workspace, content, now=NOW)
    entered = {"issued_on": issued_on, "terms_id": "3", "due_on": content.due_on}
    content = entry.terms(content, entered, company)
    drafts.save(draft, content, now=NOW)
    assert "between 1990 and 2100" in refusal(access, draft)


def test_dates_are_sent_as_the_books_read_them(access, draft):
    issue(access, edited(draft, issued_on="20260304"))
    assert Intent.objects.get().document["issued_on"] == "2026-03-04"


def test_yen_have_no_decimals(access):
    connection = american_books(access.workspace, currencies=["USD", "JPY"])
    hold(connection, "customers", "66", "Tokyo Ovens", currency="JPY")
    deal = make_deal(access.workspace, currency="JPY")
    give_lines(deal, [{"name": "Rotor belt", "quantity": 3, "unit_price": "333.5"}])
    draft = edited(
        ready_draft(access, connection, deal),
        customer="existing",
        customer_id="66",
        exchange_rate="0.0066",
    )
    invoice = issue(access, draft)
    assert (invoice.total, invoice.currency) == (Decimal(1001), "JPY")

"""Pages on which a payment is recorded and given back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from factories import (
    NOW,
    make_company,
    make_connection,
    make_contact,
    make_deal,
    make_payment,
    make_quote,
    make_user,
    make_workspace,
)
from factories.records import make_record

from counterfoil.crm import line_items
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import ExpenseLine, Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db
UGLY = "<b>“Ångström & Söhne” 한빛</b> " + "x" * 80


@pytest.fixture
def deal(access: Access) -> Record:
    deal = make_deal(access.workspace, name=UGLY, currency="EUR", amount=Decimal(450))
    add_line(access, deal)
    return deal


def add_line(access: Access, holder: Record) -> None:
    line_items.replace(
        workspace=access.workspace,
        parent=Ref.of(holder),
        lines=[Line({"name": "Gift hamper", "quantity": "3", "unit_price": "150"})],
        actor=Actor.system(),
        origin=Origin.system(),
        now=NOW,
    )


def place(access: Access, slug: str, record: Record, more: str = "") -> str:
    return f"/w/{access.workspace.pk}/{slug}/{record.pk}/{more}"


def sent(**more: Any) -> dict[str, str]:
    return {
        "amount": "450",
        "paid_on": "2026-03-01",
        "method": "Card",
        "reference": "pi_7",
        "source": "payment_link",
        "fee": "13.35",
        **more,
    }


def test_the_form_of_a_deal_has_its_amount_currency_and_line_items(
    access: Access, ada: Client, deal: Record
) -> None:
    shown = ada.get(place(access, "deals", deal, "payment/")).content.decode()
    assert 'value="450"' in shown
    assert "Copy 1 line item to the payment" in shown
    assert 'name="currency"' not in shown
    assert "&lt;b&gt;“Ångström" in shown
    assert "Entered in the books" not in shown
    assert place(access, "deals", deal, "payment/") in (
        ada.get(place(access, "deals", deal)).content.decode()
    )


def test_the_form_of_a_quote_has_its_total_and_says_that_it_came_by_it(
    access: Access, ada: Client
) -> None:
    quote = make_quote(access.workspace, currency="GBP", total=Decimal("88.5"))
    shown = ada.get(place(access, "quotes", quote, "payment/")).content.decode()
    assert 'value="88.5"' in shown
    assert '<option value="quote" selected' in shown
    page = ada.get(place(access, "quotes", quote)).content.decode()
    assert place(access, "quotes", quote, "payment/") in page


def test_a_contact_and_a_company_choose_the_currency(
    access: Access, ada: Client
) -> None:
    for slug, record in (
        ("contacts", make_contact(access.workspace)),
        ("companies", make_company(access.workspace)),
    ):
        shown = ada.get(place(access, slug, record, "payment/")).content.decode()
        assert 'name="currency"' in shown
        assert '<option value="USD" selected' in shown


def test_a_recorded_payment_leads_to_its_page_with_its_line_items(
    access: Access, ada: Client, deal: Record
) -> None:
    answer = ada.post(
        place(access, "deals", deal, "payment/"), sent(lines="1"), follow=True
    )
    payment = Payment.objects.get()
    assert answer.redirect_chain[-1][0] == place(access, "payments", payment)
    shown = answer.content.decode()
    for text in (
        "Payment recorded",
        "€450.00",
        "€13.35",
        "Payment link",
        "Gift hamper",
    ):
        assert text in shown
    assert place(access, "payments", payment, "refund/") in shown
    assert place(access, "payments", payment, "lines/") in shown
    told = ada.get(place(access, "deals", deal)).content.decode()
    assert "Payment of €450.00 recorded" in told
    listed = ada.get(f"/w/{access.workspace.pk}/payments/").content.decode()
    assert "Payment link" in listed


def test_bad_input_changes_nothing_and_is_kept_on_the_page(
    access: Access, ada: Client, deal: Record
) -> None:
    wrong = sent(amount="lots", paid_on="0001-01-01", fee="-1", reference=UGLY)
    answer = ada.post(place(access, "deals", deal, "payment/"), wrong)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "“lots” is not a number." in shown
    assert 'value="lots"' in shown
    assert "&lt;b&gt;“Ångström" in shown
    assert not Payment.objects.exists()


def test_a_reference_that_is_here_already_is_asked_about_once(
    access: Access, ada: Client, deal: Record
) -> None:
    address = place(access, "deals", deal, "payment/")
    ada.post(address, sent())
    answer = ada.post(address, sent(amount="1", fee=""))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "This payment seems to be recorded already." in shown
    assert place(access, "payments", Payment.objects.get()) in shown
    ada.post(address, sent(amount="1", fee="", is_another="1"))
    assert Payment.objects.count() == 2


@pytest.mark.parametrize("slug", ["products", "invoices", "payments", "expenses"])
def test_nothing_else_has_payments_recorded_for_it(
    slug: str, access: Access, ada: Client
) -> None:
    address = f"/w/{access.workspace.pk}/{slug}/1/payment/"
    assert ada.get(address).status_code == 404


def test_an_archived_deal_takes_no_payment(access: Access, ada: Client) -> None:
    deal = make_deal(access.workspace)
    type(deal).objects.filter(pk=deal.pk).update(archived_at=NOW)
    address = place(access, "deals", deal, "payment/")
    assert ada.post(address, sent()).status_code == 404


def test_a_refund_is_recorded_and_offered_until_all_went_back(
    access: Access, ada: Client
) -> None:
    payment = make_payment(
        access.workspace, currency="USD", paid_on=date(2026, 3, 1), reference="Check 7"
    )
    address = place(access, "payments", payment, "refund/")
    shown = ada.get(address).content.decode()
    assert 'value="100"' in shown
    assert "$100.00 of $100.00 can be given back" in shown
    too_much = ada.post(address, {"amount": "101", "refunded_on": "2026-03-03"})
    assert too_much.status_code == 422
    assert "At most $100.00 can be given back." in too_much.content.decode()
    answer = ada.post(
        address, {"amount": "100", "refunded_on": "2026-03-03"}, follow=True
    )
    told = answer.content.decode()
    assert "Refund recorded" in told
    assert "$100.00 of the payment given back" in told
    assert address not in told
    again = ada.post(address, {"amount": "1", "refunded_on": "2026-03-03"})
    assert "given back already" in again.content.decode()


def test_a_refund_form_that_was_overtaken_records_nothing(
    access: Access, ada: Client
) -> None:
    payment = make_payment(access.workspace)
    form = {"amount": "1", "refunded_on": "2026-03-03", "version": payment.version}
    address = place(access, "payments", payment, "refund/")
    for _twice in range(2):
        answer = ada.post(address, form, follow=True)
    assert "changed meanwhile" in answer.content.decode()
    payment.refresh_from_db()
    assert payment.refunded == Decimal(1)


def test_a_payment_of_the_books_has_line_items_only_when_given_some(
    access: Access, ada: Client
) -> None:
    connection = make_connection(access.workspace)
    payment = make_payment(access.workspace, connection=connection.pk)
    page = place(access, "payments", payment)
    assert "Line items" not in ada.get(page).content.decode()
    add_line(access, payment)
    shown = ada.get(page).content.decode()
    assert "Gift hamper" in shown
    assert "$450.00" in shown
    assert ada.get(f"{page}lines/").status_code == 200


def test_a_payment_that_was_entered_wrongly_tells_what_to_do_instead_of_editing(
    access: Access, ada: Client
) -> None:
    anew, void = "archive it, and record it anew.", "or void it and record it anew."

    def shown(**values: Any) -> str:
        payment = make_payment(access.workspace, **values)
        return ada.get(place(access, "payments", payment)).content.decode()

    here = shown(source="manual")
    assert anew in here
    assert void not in here
    connection = make_connection(access.workspace)
    there = shown(connection=connection)
    assert void in there
    assert anew not in there
    for gone in ({"voided": True}, {"posting_state": "rejected"}):
        assert void not in shown(connection=connection, **gone)
    reader = Client()
    reader.force_login(
        make_user("Rea", workspace=access.workspace, role=Role.READ_ONLY)
    )
    for payment in Payment.objects.all():
        page = reader.get(place(access, "payments", payment)).content.decode()
        assert "A payment is not edited" not in page


def test_an_expense_has_a_list_and_a_page_with_its_lines(
    access: Access, ada: Client
) -> None:
    expense: Any = make_record(
        access.workspace,
        "expense",
        number="31",
        vendor_name=UGLY,
        currency="USD",
        total=Decimal("13.35"),
        category="Bank charges",
        account="Checking",
        spent_on=date(2026, 3, 1),
    )
    ExpenseLine.objects.create(
        expense=expense, position=0, account="Bank charges", amount=Decimal("13.35")
    )
    listed = ada.get(f"/w/{access.workspace.pk}/expenses/").content.decode()
    shown = ada.get(place(access, "expenses", expense)).content.decode()
    for text in ("$13.35", "Bank charges", "&lt;b&gt;“Ångström"):
        assert text in listed
        assert text in shown
    assert "Checking" in shown


def test_neither_a_stranger_nor_who_may_only_look_records_anything(
    access: Access, deal: Record
) -> None:
    payment = make_payment(access.workspace)
    cy, reader = Client(), Client()
    cy.force_login(make_user("Cy", workspace=make_workspace("Cy's")))
    reader.force_login(
        make_user("Rea", workspace=access.workspace, role=Role.READ_ONLY)
    )
    for address, form in (
        (place(access, "deals", deal, "payment/"), sent()),
        (
            place(access, "payments", payment, "refund/"),
            {"amount": "1", "refunded_on": "2026-03-03"},
        ),
    ):
        for method in ("get", "post"):
            assert getattr(cy, method)(address, form).status_code == 404
            assert getattr(reader, method)(address, form).status_code == 403
    assert Payment.objects.get().refunded == 0
    page = place(access, "deals", deal)
    assert "Record payment" not in reader.get(page).content.decode()

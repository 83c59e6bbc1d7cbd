"""Fees as expenses and payments against open invoices: pages without JavaScript."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from factories import (
    NOW,
    make_contact,
    make_deal,
    make_invoice,
    make_payment,
    make_user,
)
from integration.invoicing.books import (
    british_books,
    hold,
)
from integration.web.invoicing.walking import Walk, full_books, page_of, paid, text

from counterfoil.connections import links
from counterfoil.crm import associations
from counterfoil.crm.models import (
    Expense,
    Payment,
)
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(workspace):
    return full_books(workspace)


@pytest.fixture
def payment(connection):
    return paid(connection)


def fee_page(payment):
    return reverse("payment_fee", args=[payment.workspace_id, payment.pk])


FEE = {"go": "book", "account_id": "35", "category_id": "64", "spent_on": "2026-03-03"}


def test_a_fee_is_booked_once_and_the_next_one_where_the_last_went(ada, connection):
    payment = paid(connection)
    page = fee_page(payment)
    assert "Book the fee as expense" in page_of(ada, payment)
    refused = ada.post(page, {"go": "book"})
    assert refused.status_code == 422
    assert "Choose the account that the fee was paid from." in text(refused)
    found = text(ada.post(page, {"go": "find", "q": "norton"}))
    assert "Norton Lumber" in found
    for _time in range(2):
        ada.post(page, {**FEE, "vendor_id": "90"})
    made = Expense.objects.get()
    assert (made.total, made.vendor_name) == (Decimal("3.06"), "Norton Lumber")
    assert "The fee of this payment is booked already." in text(ada.get(page))
    following = text(ada.get(fee_page(paid(connection, reference="ch_4"))))
    for value in ("35", "64"):
        assert f'<option value="{value}" selected>' in following
    assert 'value="90" checked' in following


def test_a_fee_outside_the_us_needs_its_tax_code(ada, workspace):
    british = british_books(workspace)
    hold(british, "accounts", "35", "Current", type="Bank", currency="GBP")
    hold(british, "accounts", "64", "Bank charges", type="Expense", currency="GBP")
    page = fee_page(paid(british))
    assert "Choose a tax code." in text(ada.post(page, FEE))
    assert ada.post(page, {**FEE, "tax_code_id": "20"}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"account_id": "79"}, "Choose the account that the fee was paid from."),
        ({"category_id": "35"}, "Choose the expense account that the fee belongs to."),
        ({"vendor_id": "91"}, "Choose a vendor that is active in QuickBooks."),
        ({"spent_on": "soon"}, "Enter the date."),
        ({"spent_on": "2026-03-01"}, "The next open day is Mar 2, 2026."),
    ],
)
def test_a_wrong_fee_is_said_and_changes_nothing(ada, connection, typed, said):
    connection.facts = {**connection.facts, "closed_on": "2026-03-01"}
    connection.save()
    entered = {"account_id": "35", "category_id": "64", "spent_on": "2026-03-03"}
    payment = paid(connection)
    refused = ada.post(fee_page(payment), {**entered, **typed, "go": "book"})
    assert refused.status_code == 422
    assert said in text(refused)
    assert not Expense.objects.exists()
    assert not Intent.objects.exists()


def test_a_payment_without_a_fee_has_none_to_book(ada, connection):
    payment = paid(connection, fee=Decimal(0))
    assert "Book the fee" not in page_of(ada, payment)
    assert "This payment has no fee." in text(ada.get(fee_page(payment)))


@pytest.fixture
def owed(connection):
    """Three open invoices of Marbella: 100, 50 and 25, the middle one due first."""
    made = [
        make_invoice(
            connection.workspace,
            connection=connection.pk,
            number=number,
            customer_name="Marbella Foods",
            customer_remote_id="58",
            currency="USD",
            total=Decimal(total),
            balance=Decimal(total),
            due_on=due_on,
        )
        for number, total, due_on in (
            ("1", 100, date(2026, 2, 1)),
            ("2", 50, date(2026, 1, 1)),
            ("3", 25, date(2026, 3, 1)),
        )
    ]
    for each in made:
        links.link(
            connection,
            stream="invoices",
            remote_id=f"10{each.number}",
            ref=Ref.of(each),
            now=NOW,
        )
    return made


def pay_page(record):
    return reverse("invoices_pay", args=[record.workspace_id, *Ref.of(record)])


def asked(page):
    return page.partition('name="asked" value="')[2].partition('"')[0]


def test_a_payment_is_shared_out_oldest_first_and_recorded_once(ada, owed):
    hundred, fifty, last = owed
    page = text(ada.get(pay_page(hundred)))
    assert 'name="amount" inputmode="decimal" value="100"' in page
    assert f'name="applied-{hundred.pk}" inputmode="decimal" value="100"' in page
    typed = {"asked": asked(page), "amount": "120", "paid_on": "2026-03-03"}
    shared = text(ada.post(pay_page(hundred), {**typed, "go": "share"}))
    for invoice, part in ((fifty, "50"), (hundred, "70"), (last, "")):
        assert f'name="applied-{invoice.pk}" inputmode="decimal" value="{part}"' in (
            shared
        )
    parts = {f"applied-{fifty.pk}": "50", f"applied-{hundred.pk}": "60"}
    for amount, said in (
        ("120", "The payment is on its way"),
        ("130", "This payment was recorded before, as it is here."),
    ):
        done = ada.post(
            pay_page(hundred),
            {
                **typed,
                **parts,
                "amount": amount,
                "go": "book",
                "deposit_account_id": "35",
            },
        )
        assert done.status_code == 302
        assert said in text(ada.get(done.url))
    made = Payment.objects.get()
    assert (made.amount, made.unapplied) == (Decimal(120), Decimal(10))
    [intent] = Intent.objects.filter(kind="payment")
    assert [each["amount"] for each in intent.document["applied"]] == ["60", "50"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "lots"}, "Enter an amount above zero."),
        ({"first": "many"}, "Enter an amount."),
        ({"first": "101"}, "Invoice 1 has $100.00 left to pay."),
        ({"first": "0.001"}, "The smallest unit of USD is 0.01."),
        ({"amount": "10"}, "More is applied to invoices than was paid."),
        ({"paid_on": "soon"}, "Enter the date."),
        ({"paid_on": "2026-03-01"}, "The next open day is Mar 2, 2026."),
        ({"deposit_account_id": "64"}, "Choose an account of the list."),
        ({"payment_method_id": "9"}, "Choose a payment method of the list."),
        ({"reference": "x" * 22}, "Use at most 21 characters for the reference."),
    ],
)
def test_a_wrong_payment_is_said_and_changes_nothing(
    ada, connection, owed, typed, said
):
    connection.facts = {**connection.facts, "closed_on": "2026-03-01"}
    connection.save()
    hundred = owed[0]
    entered = {"amount": "100", "first": "100", "paid_on": "2026-03-03", **typed}
    entered[f"applied-{hundred.pk}"] = entered.pop("first")
    refused = ada.post(pay_page(hundred), {**entered, "go": "book"})
    assert refused.status_code == 422
    assert said in text(refused)
    assert not Payment.objects.exists()
    assert not Intent.objects.exists()


def test_open_invoices_are_found_from_a_customer_and_from_a_recorded_payment(
    ada, connection, owed
):
    workspace = connection.workspace
    contact = make_contact(workspace)
    assert "There are no open invoices" in text(ada.get(pay_page(contact)))
    links.link(
        connection, stream="customers", remote_id="58", ref=Ref.of(contact), now=NOW
    )
    assert 'name="amount" inputmode="decimal" value="175"' in text(
        ada.get(pay_page(contact))
    )
    payment = make_payment(
        workspace, amount=Decimal(60), currency="USD", source="manual"
    )
    associations.associate(
        workspace=workspace, left=Ref.of(payment), right=Ref.of(contact), now=NOW
    )
    page = text(ada.get(pay_page(payment)))
    hundred, fifty, _last = owed
    parts = {f"applied-{fifty.pk}": "50", f"applied-{hundred.pk}": "10"}
    typed = {"asked": asked(page), "paid_on": "2026-03-03", "amount": "9999"}
    done = ada.post(pay_page(payment), {**typed, **parts, "go": "book"})
    assert done.status_code == 302
    assert Payment.objects.get().amount == 60
    assert "is in QuickBooks already" in text(ada.get(pay_page(payment)))


def test_a_stranger_sees_neither_page(client, payment, owed):
    client.force_login(make_user("Cy"))
    for address in (fee_page(payment), pay_page(owed[0])):
        assert client.get(address).status_code == 404
        assert client.post(address, FEE).status_code == 404
    assert not Intent.objects.exists()


def test_a_deal_is_no_place_to_pay_from(ada, connection):
    deal = make_deal(connection.workspace)
    address = pay_page(make_contact(connection.workspace))
    assert ada.get(address.replace("/contact/", "/deal/")).status_code == 404
    assert deal.pk


@pytest.mark.parametrize("kind", ["paid_invoice", "sales_receipt", "refund_receipt"])
def test_the_method_that_a_payment_names_is_chosen_where_the_company_has_it(
    ada, connection, kind
):
    hold(connection, "payment_methods", "1", "Cash")
    hold(connection, "payment_methods", "2", "Credit  Card")
    payment = paid(connection, method="credit card", refunded=Decimal(95))
    walk = Walk(ada, kind, payment)
    walk.to_terms()
    assert '<option value="2" selected>Credit  Card</option>' in walk.read("terms")
    walk.do("terms", go="update", payment_method_id="")
    assert walk.content["payment_method_id"] == ""


def test_a_method_that_the_company_does_not_have_is_left_open(ada, connection):
    hold(connection, "payment_methods", "1", "Cash")
    walk = Walk(ada, "sales_receipt", paid(connection, method="Barter"))
    walk.to_terms()
    assert walk.content["payment_method_id"] == ""

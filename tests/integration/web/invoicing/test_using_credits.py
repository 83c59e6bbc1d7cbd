"""Open credits beside open invoices on the page that records a payment."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from factories import make_payment, make_user
from integration.invoicing.till import booked, credited
from integration.web.invoicing.walking import full_books, page_of, text

from counterfoil.crm.models import Payment
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(access):
    return full_books(access.workspace)


def pay_page(record):
    return reverse("invoices_pay", args=[record.workspace_id, *Ref.of(record)])


def memos_in(page):
    """The numbers in the table of credit memos, none of the page's other letters."""
    table = page.partition('id="f-credits"')[2].partition("</table>")[0]
    return re.findall(r'<span class="strong">(\w+)</span>', table)


def test_open_credits_of_the_customer_stand_beside_the_invoices(ada, connection):
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    credited(connection, "10", customer_remote_id="59")
    credited(connection, "11", remaining=Decimal(0))
    credited(connection, "12", posting_state="pending")
    page = text(ada.get(pay_page(invoice)))
    assert "Open credit memos" in page
    assert f'name="credit-{memo.pk}" inputmode="decimal" value=""' in page
    assert memos_in(page) == ["C9"]


def test_nothing_is_said_of_credits_where_there_are_none(ada, connection):
    page = text(ada.get(pay_page(booked(connection, "7"))))
    assert "Open credit memos" not in page
    assert "not all applied" not in page


def test_what_is_left_of_a_payment_is_shown_with_where_to_apply_it(ada, connection):
    invoice = booked(connection, "7")
    payment = make_payment(
        connection.workspace,
        connection=connection.pk,
        customer_remote_id="58",
        currency="USD",
        unapplied=Decimal("31.95"),
        reference="cheque 7",
    )
    page = text(ada.get(pay_page(invoice)))
    assert "Payments that are not all applied yet" in page
    assert "$31.95 of" in page
    assert reverse("document_open", args=[payment.workspace_id, *Ref.of(payment)]) in (
        page
    )


def test_money_and_a_credit_are_shared_out_together_and_booked(ada, connection):
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    typed = {"amount": "50", f"credit-{memo.pk}": "30", "paid_on": "2026-03-03"}
    shared = text(ada.post(pay_page(invoice), {**typed, "go": "share"}))
    assert f'name="applied-{invoice.pk}" inputmode="decimal" value="80"' in shared
    typed[f"applied-{invoice.pk}"] = "80"
    done = ada.post(pay_page(invoice), {**typed, "go": "book"})
    assert done.status_code == 302
    assert Payment.objects.get().amount == 50
    used = {"kind": "credit_memo", "id": "9", "amount": "30"}
    assert used in Intent.objects.get().document["applied"]


@pytest.mark.parametrize(
    ("used", "said"),
    [
        ("some", "Enter an amount."),
        ("31", "Credit memo C9 has $30.00 left."),
        ("-1", "Enter how much of credit memo C9 is used."),
    ],
)
def test_a_wrong_credit_is_said_beside_it(ada, connection, used, said):
    invoice, memo = booked(connection, "7"), credited(connection, "9")
    typed = {
        "amount": "50",
        "paid_on": "2026-03-03",
        f"applied-{invoice.pk}": "60",
        f"credit-{memo.pk}": used,
    }
    refused = ada.post(pay_page(invoice), {**typed, "go": "book"})
    assert refused.status_code == 422
    assert said in text(refused)
    assert f'id="f-credit-{memo.pk}-err"' in text(refused)
    assert not Intent.objects.exists()


def test_a_credit_memo_is_used_for_open_invoices_from_its_own_page(ada, connection):
    memo = credited(connection, "9")
    assert "There are no open invoices" in text(ada.get(pay_page(memo)))
    invoice = booked(connection, "7")
    assert "Use for open invoices" in page_of(ada, memo)
    page = text(ada.get(pay_page(memo)))
    assert 'name="amount" inputmode="decimal" value="0"' in page
    for name in (f"applied-{invoice.pk}", f"credit-{memo.pk}"):
        assert f'name="{name}" inputmode="decimal" value="30"' in page
    typed = {"amount": "", f"applied-{invoice.pk}": "30", f"credit-{memo.pk}": "30"}
    done = ada.post(pay_page(memo), {**typed, "paid_on": "2026-03-03", "go": "book"})
    assert done.status_code == 302
    assert Payment.objects.get().amount == 0


def test_a_used_or_pending_credit_memo_has_no_such_button(ada, connection):
    for remote_id, values in (
        ("9", {"remaining": Decimal(0)}),
        ("10", {"voided": True}),
        ("11", {"posting_state": "pending"}),
    ):
        memo = credited(connection, remote_id, **values)
        assert "Use for open invoices" not in page_of(ada, memo)


def test_a_stranger_sees_no_credits(client, connection):
    memo = credited(connection, "9")
    client.force_login(make_user("Cy"))
    assert client.get(pay_page(memo)).status_code == 404
    assert client.post(pay_page(memo), {"go": "book"}).status_code == 404

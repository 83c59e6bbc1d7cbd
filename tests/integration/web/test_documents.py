"""Pages of estimates, receipts, credits and refunds: lists, records, and whose they are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from factories import (
    NOW,
    make_connection,
    make_contact,
    make_payment,
    make_user,
    make_workspace,
)
from factories.records import make_record

from counterfoil.core import rows
from counterfoil.crm import associations
from counterfoil.crm.models import (
    CreditMemoLine,
    EstimateLine,
    PaymentAllocation,
    RefundReceiptLine,
    SalesReceiptLine,
)
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
SLUGS = {
    "estimate": ("estimates", EstimateLine),
    "sales_receipt": ("sales-receipts", SalesReceiptLine),
    "credit_memo": ("credit-memos", CreditMemoLine),
    "refund_receipt": ("refund-receipts", RefundReceiptLine),
}


def issued(access: Access, noun: str) -> Any:
    document = make_record(
        access.workspace,
        noun,
        number="1007",
        customer_name="Breakwater Hotel",
        currency="USD",
        total=Decimal("1234.5"),
        subtotal=Decimal("1234.5"),
        issued_on=date(2026, 3, 1),
        connection=make_connection(access.workspace).pk,
    )
    model = SLUGS[noun][1]
    line = (document.pk, 0, "Wedding cake", "Three tiers", Decimal("1234.5"), "item")
    names = (model.owner, "position", "name", "description", "amount", "kind")
    blank = ("", None, None, "")
    rows.insert(
        model,
        (*names, "item_remote_id", "quantity", "unit_price", "tax_code"),
        [(*line, *blank)],
    )
    return document


@pytest.mark.parametrize("noun", list(SLUGS))
def test_a_document_has_a_list_and_a_page_with_its_lines(
    noun: str, access: Access, ada: Client
) -> None:
    document = issued(access, noun)
    address = f"/w/{access.workspace.pk}/{SLUGS[noun][0]}/"
    shown = ada.get(address).content.decode()
    assert "1007" in shown
    assert "$1,234.50" in shown
    page = ada.get(f"{address}{document.pk}/").content.decode()
    for text in ("Wedding cake", "Three tiers", "Breakwater Hotel", "$1,234.50"):
        assert text in page


@pytest.mark.parametrize("noun", list(SLUGS))
def test_an_empty_list_says_where_its_documents_come_from(
    noun: str, access: Access, ada: Client
) -> None:
    shown = ada.get(f"/w/{access.workspace.pk}/{SLUGS[noun][0]}/")
    assert "QuickBooks" in shown.content.decode()


@pytest.mark.parametrize("noun", list(SLUGS))
def test_a_stranger_sees_no_document(noun: str, access: Access) -> None:
    document = issued(access, noun)
    stranger = Client()
    stranger.force_login(make_user("Cy"))
    make_workspace("Cy's")
    address = f"/w/{access.workspace.pk}/{SLUGS[noun][0]}/{document.pk}/"
    assert stranger.get(address).status_code == 404


def test_a_contact_shows_the_kinds_of_documents_that_it_has(
    access: Access, ada: Client
) -> None:
    contact, estimate = make_contact(access.workspace), issued(access, "estimate")
    page = f"/w/{access.workspace.pk}/contacts/{contact.pk}/"
    assert "Estimates</h2>" not in ada.get(page).content.decode()
    associations.associate(
        workspace=access.workspace,
        left=Ref.of(contact),
        right=Ref.of(estimate),
        now=NOW,
    )
    shown = ada.get(page).content.decode()
    assert f"/estimates/{estimate.pk}/" in shown
    assert f"/sales-receipts/{estimate.pk}/" not in shown


def test_a_payment_shows_the_credit_that_it_used(access: Access, ada: Client) -> None:
    memo = issued(access, "credit_memo")
    payment = make_payment(access.workspace)
    PaymentAllocation.objects.create(
        payment=payment,
        connection=memo.connection,
        document_kind="credit_memo",
        document_remote_id="9",
        credit_memo=memo,
        amount=Decimal(20),
    )
    page = f"/w/{access.workspace.pk}/payments/{payment.pk}/"
    shown = ada.get(page).content.decode()
    assert "Credit memo 1007" in shown
    assert f"/credit-memos/{memo.pk}/" in shown

"""The page of an invoice: its lines, what they come to, and all that was applied to it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from factories import make_connection, make_invoice, make_payment
from integration.web.invoicing.walking import text

from counterfoil.crm.models import InvoiceLine, PaymentAllocation

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(access):
    """100 less 10, with shipping of 5 and tax of 7.60: 102.60; 72.60 was applied."""
    connection = make_connection(access.workspace, name="Harbour")
    made = make_invoice(
        access.workspace,
        connection=connection.pk,
        number="1043",
        currency="USD",
        subtotal=Decimal(100),
        tax=Decimal("7.60"),
        total=Decimal("102.60"),
        balance=Decimal(30),
    )
    rows = [
        ("item", "Oven service", Decimal(2), Decimal(50), Decimal(100)),
        ("text", "", None, None, Decimal(0)),
        ("shipping", "Shipping", None, None, Decimal(5)),
        ("discount", "Discount", None, None, Decimal(-10)),
    ]
    for position, (kind, name, quantity, price, amount) in enumerate(rows):
        InvoiceLine.objects.create(
            invoice=made,
            position=position,
            kind=kind,
            name=name,
            description="With thanks" if kind == "text" else "",
            quantity=quantity,
            unit_price=price,
            amount=amount,
        )
    return made


def apply(invoice, amount, part, **values):
    """A payment, of which a part went to the invoice; of nothing: a credit."""
    payment = make_payment(
        invoice.workspace,
        amount=Decimal(amount),
        currency="USD",
        paid_on=date(2026, 3, 3),
        **values,
    )
    PaymentAllocation.objects.create(
        payment=payment,
        invoice=invoice,
        connection=invoice.connection,
        document_kind="invoice",
        document_remote_id="9",
        amount=Decimal(part),
    )
    return payment


def sheet(client, invoice):
    """The sheet in words, without its markup."""
    address = reverse("record", args=[invoice.workspace_id, "invoices", invoice.pk])
    page = text(client.get(address))
    part = page.partition('id="sheet"')[2].partition("</section>")[0]
    return page, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


def test_it_shows_lines_totals_payments_and_credits(client, access, invoice):
    payment = apply(invoice, "200", "60", method="Check", reference="6552")
    credit = apply(invoice, "0", "12.60")
    gone = apply(invoice, "5", "5", voided=True)
    client.force_login(access.user)
    page, shown = sheet(client, invoice)
    for words in (
        "Oven service 2 $50.00 $100.00",
        "With thanks",
        "Subtotal $100.00 Shipping $5.00 Discount -$10.00 Tax $7.60 Total $102.60",
        "Payment Check · 6552 · Mar 3, 2026 -$60.00",
        "Credit",
        "-$12.60",
        "Balance $30.00",
    ):
        assert words.replace("-", "") in shown.replace("-", "").replace("\u2212", ""), (
            shown
        )
    for applied, is_there in ((payment, True), (credit, True), (gone, False)):
        link = reverse("record", args=[access.workspace.pk, "payments", applied.pk])
        assert (f'href="{link}"' in page.partition('id="sheet"')[2]) is is_there
    for part in ("Timeline", "Attachments", "Why?"):
        assert part in page


def test_what_waits_for_its_company_is_not_told_to_be_on_its_way(
    client, access, invoice
):
    client.force_login(access.user)
    type(invoice).objects.update(posting_state="pending")
    assert "On its way to QuickBooks." in sheet(client, invoice)[0]
    type(invoice.connection).objects.update(state="reconnect")
    told = sheet(client, invoice)[0]
    assert "On its way to QuickBooks." not in told
    assert "Waiting to be sent." in told
    assert "Harbour needs reconnecting. Nothing is lost" in told

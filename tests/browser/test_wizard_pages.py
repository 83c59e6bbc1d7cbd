"""Pages beside the wizard, and its steps with ugly data, in Chromium: pictures, no barrier."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from factories import NOW, make_invoice, make_payment
from integration.invoicing.books import give_lines, hold
from integration.invoicing.till import credited
from integration.web.invoicing.walking import full_books, paid
from support.browser import OUTPUT, barriers
from support.showcase_records import LONG

from counterfoil.connections import links, ports
from counterfoil.connections.models import RemoteObject
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import company as companies, drafts
from counterfoil.invoicing.content import Content

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RIGHT_TO_LEFT = "شركة الخبز 🥐 " + LONG[:200]


@pytest.fixture
def connection(access, monkeypatch):
    """Closed books in a foreign currency's company, and lists with long names."""
    # Nobody answers for these books, so nobody is asked for a rate.
    monkeypatch.delitem(ports.rates._entries, "quickbooks")
    made = full_books(access.workspace)
    made.facts = {**made.facts, "closed_on": "2098-12-31", "allows_shipping": True}
    made.save()
    RemoteObject.objects.filter(connection=made, remote_id="58").update(
        name=RIGHT_TO_LEFT,
        content={"display_name": RIGHT_TO_LEFT, "currency": "EUR", "taxable": True},
    )
    hold(made, "classes", "8", LONG[:300])
    hold(made, "vendors", "91", RIGHT_TO_LEFT)
    hold(made, "accounts", "65", LONG[:300], type="Expense", currency="USD")
    return made


@pytest.fixture
def payment(access, connection):
    """Of forty lines, in euros, refunded in part."""
    payment = paid(
        connection,
        amount=Decimal("1234567890.12"),
        currency="EUR",
        reference="pi_" + "3QXyZ0Ab" * 12,
        refunded=Decimal(5),
    )
    names = ("Oven service", RIGHT_TO_LEFT[:120], LONG[:300], "Rotor belt")
    lines = [
        {
            "name": names[number % 4],
            "quantity": "0.12345",
            "unit_price": "1234567.1234567",
            "taxable": False,
        }
        for number in range(40)
    ]
    give_lines(payment, lines)
    return payment


@pytest.fixture
def invoice(access, connection, payment):
    """One of a dozen that the customer owes, with credits beside them."""
    for number in range(12):
        made = make_invoice(
            access.workspace,
            connection=connection.pk,
            number=f"INV-2026-0000000000{number:02}",
            customer_name=RIGHT_TO_LEFT,
            customer_remote_id="58",
            currency="EUR",
            total=Decimal("123456789.5"),
            balance=Decimal("123456789.5"),
            due_on=date(2026, 1, 1 + number),
        )
        remote_id = f"9{number}"
        links.link(
            connection,
            stream="invoices",
            remote_id=remote_id,
            ref=Ref.of(made),
            now=NOW,
        )
    for number in ("80", "81"):
        credited(
            connection,
            number,
            currency="EUR",
            number="CN-" + number * 9,
            customer_name=RIGHT_TO_LEFT,
            remaining=Decimal("99999999.99"),
        )
    make_payment(
        access.workspace,
        connection=connection.pk,
        customer_remote_id="58",
        currency="EUR",
        unapplied=Decimal("31.95"),
        reference="pi_" + "9Zz" * 30,
        paid_on=date(2026, 1, 31),
    )
    return made


@pytest.fixture
def draft(access, connection, payment):
    """A sales receipt whose first line has every detail, one of them wrong."""
    draft = drafts.start(
        access=access, started=Ref.of(payment), kind="sales_receipt", now=NOW
    )
    content = drafts.choose_source(
        draft, connection=connection, key="lines", now=datetime.now(UTC)
    )
    typed = {
        **draft.content,
        "customer": "existing",
        "customer_id": "58",
        "message": RIGHT_TO_LEFT * 3,
    }
    first = typed["lines"][0]
    typed["lines"] = [
        {**first, "discount_amount": "12.5", "service_on": "2026-03-02"}
        | {"class_id": "8"},
        {**typed["lines"][1], "discount_amount": "a lot"},
        *typed["lines"][2:],
    ]
    draft.content = typed
    company = companies.read(connection, access.workspace, Content(), now=NOW)
    content = drafts.with_terms(
        drafts.content_of(draft), company, connection, now=datetime.now(UTC)
    )
    return drafts.save(draft, content, step="review", now=NOW)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_beside_the_wizard_are_without_barriers(
    access, payment, invoice, draft, open_page, theme, width
):
    root = f"/w/{access.workspace.pk}"
    step = f"{root}/invoicing/drafts/{draft.pk}"
    paths = {
        "payment": f"{root}/payments/{payment.pk}/",
        "stopped": f"{root}/invoicing/new/refund_receipt/payment/{payment.pk}/",
        "fee": f"{root}/invoicing/fee/{payment.pk}/",
        "pay": f"{root}/invoicing/pay/invoice/{invoice.pk}/",
        "invoice": f"{root}/invoices/{invoice.pk}/",
        **{
            f"receipt-{name}": f"{step}/{name}/"
            for name in ("source", "customer", "lines", "terms", "review")
        },
    }
    folder = OUTPUT / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    page = open_page(access.user, "/", width=width, theme=theme)
    found = []
    for name, path in paths.items():
        page.goto(path)
        if name == "payment":
            page.locator("details.create > summary").click()
        if name == "fee":
            page.fill("#f-q", "شركة")
            page.get_by_text(RIGHT_TO_LEFT[:40]).wait_for()
        if name == "receipt-terms":
            page.locator(".wizard-bar .primary").click()
            page.locator("#problems").wait_for()
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    refusals = [each for each in page.problems if "422" not in each]
    assert found + refusals == []


def test_totals_follow_a_discount_that_is_typed_where_a_line_folds_out(
    access, draft, open_page
):
    path = f"/w/{access.workspace.pk}/invoicing/drafts/{draft.pk}/lines/"
    page = open_page(access.user, path)
    page.locator("#line-4 + .more-row summary").press("Enter")
    page.fill("#f-unit_price-4", "10")
    page.fill("#f-quantity-4", "2")
    page.fill("#f-discount_amount-4", "5")
    page.locator("#amount-4", has_text="15.00").wait_for()

"""Recording a payment and giving it back, in Chromium: by hand, and with ugly data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from factories.records import make_record
from playwright.sync_api import expect
from support.browser import barriers, picture
from support.showcase_records import LONG

from counterfoil.crm import payments
from counterfoil.crm.models import ExpenseLine, Payment
from counterfoil.crm.payments import Entry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor

pytestmark = pytest.mark.browser
UNBROKEN = "pi_" + "3QXyZ0Ab" * 12


@pytest.fixture
def ugly(showcase) -> Payment:
    """A payment whose every text is as long as it may be, with many line items."""
    values = {
        "amount": "1234567890.12",
        "paid_on": "2026-02-28",
        "method": LONG[:100],
        "reference": UNBROKEN,
        "source": "subscription",
        "fee": "35802469.01",
    }
    return payments.record(
        workspace=showcase.access.workspace,
        parent=Ref.of(showcase.deal),
        entry=Entry(values, copies_lines=True),
        actor=Actor.system(),
        now=showcase.deal.created_at,
    )


@pytest.fixture
def expense(showcase) -> Any:
    made: Any = make_record(
        showcase.access.workspace,
        "expense",
        vendor_name=LONG,
        currency="USD",
        total=Decimal("35802469.01"),
        category=f"{LONG[:80]}:{LONG[:80]}",
        account="Checking",
        spent_on=date(2026, 3, 1),
        note=LONG,
    )
    ExpenseLine.objects.create(
        expense=made, position=0, account=LONG, description=UNBROKEN, amount=made.total
    )
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_of_payments_are_without_barriers_in(
    showcase, ugly, expense, open_page, theme, width
):
    base = f"/w/{showcase.access.workspace.pk}"
    paths = {
        "payment-new": f"{base}/deals/{showcase.deal.pk}/payment/",
        "payment-new-contact": f"{base}/contacts/{showcase.contact.pk}/payment/",
        "payment-here": f"{base}/payments/{ugly.pk}/",
        "payment-lines": f"{base}/payments/{ugly.pk}/lines/",
        "payment-refund": f"{base}/payments/{ugly.pk}/refund/",
        "expense": f"{base}/expenses/{expense.pk}/",
        "expenses": f"{base}/expenses/",
    }
    page = open_page(showcase.access.user, "/", width=width, theme=theme)
    found = []
    for name, path in paths.items():
        page.goto(path)
        picture(page, f"{name}-{theme}-{width}")
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    assert found + page.problems == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_payment_is_recorded_from_a_deal_and_given_back(showcase, open_page, width):
    base = f"/w/{showcase.access.workspace.pk}"
    deal = f"{base}/deals/{showcase.deal.pk}/"
    page = open_page(showcase.access.user, deal, width=width)
    page.get_by_text("New", exact=True).click()
    page.get_by_role("link", name="Record payment").click()
    page.get_by_label("Amount").fill("12 apples")
    page.get_by_label("Reference").fill("Check 4471")
    page.get_by_role("button", name="Record payment").click()
    expect(page.locator("#problems")).to_contain_text("“12 apples” is not a number.")
    picture(page, f"payment-refused-{width}")
    page.get_by_label("Amount").fill("1200")
    page.get_by_label("Fee").fill("35.10")
    page.get_by_label("Source").select_option("payment_link")
    page.get_by_role("button", name="Record payment").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check 4471")
    page.goto(f"{deal}payment/")
    page.get_by_label("Amount").fill("5")
    page.get_by_label("Reference").fill("Check 4471")
    page.get_by_role("button", name="Record payment").click()
    expect(page.get_by_text("seems to be recorded already")).to_be_visible()
    picture(page, f"payment-alike-{width}")
    page.locator(".note").get_by_role("link", name="Check 4471").click()
    page.get_by_role("link", name="Refund", exact=True).click()
    page.get_by_role("button", name="Record refund").click()
    expect(page.get_by_text("of the payment given back")).to_be_visible()
    expect(page.get_by_role("link", name="Refund", exact=True)).to_have_count(0)
    picture(page, f"payment-refunded-{width}")

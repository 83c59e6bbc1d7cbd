"""The list of invoices in Chromium: by age, saved views, and many sent at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories.records import make_invoice
from playwright.sync_api import Page, expect
from support.browser import OUTPUT, barriers
from support.showcase_records import LONG

from counterfoil.web.models import SavedView

pytestmark = pytest.mark.browser


@pytest.fixture
def base(showcase: Any) -> str:
    workspace = showcase.access.workspace
    today = workspace.today(datetime.now(UTC))
    for days, amount in ((-9, "12"), (5, "1234567890.12"), (45, "7.5"), (300, "99")):
        for currency in ("USD", "EUR"):
            make_invoice(
                workspace,
                now=datetime.now(UTC),
                customer_name=LONG,
                currency=currency,
                due_on=today - timedelta(days=days),
                total=Decimal(amount),
                connection=showcase.connection.pk,
                posting_state="confirmed",
                recipient="accounts@marbella.example",
            )
    for name in ("Overdue for long", LONG[:60]):
        SavedView.objects.create(
            workspace=workspace,
            owner=showcase.access.user,
            object_type="invoice",
            name=name,
            query="f=age%3Ais%3Aolder",
            is_shared=True,
            created_at=datetime.now(UTC),
            updated_at=datetime.now(UTC),
        )
    return f"/w/{workspace.pk}/invoices/"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_lists_are_without_barriers_in(showcase, base, open_page, theme, width):
    folder = OUTPUT / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    page: Page = open_page(showcase.access.user, base, width=width, theme=theme)
    view = SavedView.objects.first().pk
    found: dict[str, Any] = {}
    for name, path in {
        "invoices-list": f"{base}?saved={view}&f=currency:is:USD",
        "invoices-by-age": f"{base}?f=age:known:&c=due_on,open_30,open_older",
        "view-new": f"{base}views/new/",
        "view-edit": f"{base}views/{view}/",
    }.items():
        page.goto(path)
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
        found[name] = barriers(page)
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wide), name
    page.goto(base)
    page.get_by_role("checkbox", name="Select").last.check()
    page.get_by_role("button", name="Send by e-mail").click()
    page.screenshot(path=folder / f"send-{width}-{theme}.png", full_page=True)
    found["send"] = barriers(page)
    assert not any(found.values()), found
    assert not page.problems


def test_by_keyboard_a_sum_narrows_the_list_and_is_saved(showcase, base, open_page):
    page: Page = open_page(showcase.access.user, base)
    part = page.get_by_role("navigation", name="Open, by age").get_by_role("link")
    part.filter(has_text="Over 90 days").filter(has_text="EUR").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("1")
    page.get_by_text("View", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Save as a new view").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Old euros")
    page.keyboard.press("Enter")
    current = page.get_by_role("navigation", name="Saved views")
    expect(current.locator("[aria-current]")).to_have_text("Old euros")
    expect(page.locator("#count")).to_have_text("1")
    assert not page.problems


def test_without_scripts_the_chosen_are_shown_and_sent(showcase, base, open_page):
    page: Page = open_page(showcase.access.user, base, java_script_enabled=False)
    boxes = page.locator("tbody .pick input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Send by e-mail").click()
    expect(page.get_by_role("heading", name="2 are sent")).to_be_visible()
    page.get_by_role("button", name="Send 2").click()
    expect(page.get_by_text("2 e-mails are on their way")).to_be_visible()

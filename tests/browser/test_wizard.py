"""The wizard and the card in Chromium: pictures, no barrier, live totals, no JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from factories import make_invoice
from integration.invoicing.books import (
    american_books,
    british_books,
    give_lines,
    oven_deal,
    ready_draft,
)
from support.browser import OUTPUT, barriers
from support.showcase_records import LONG

from counterfoil.connections.models import RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC)
STEPS = ("source", "customer", "lines", "terms", "review")
UGLY = {
    "customer_name": LONG,
    "total": Decimal("123456789.5"),
    "currency": "USD",
    "number": "INV-2026-000000000071",
}


@pytest.fixture
def deal(access):
    """Long names, big sums, an unmatched product, foreign and refused invoices."""
    deal = oven_deal(access.workspace)
    connection = american_books(access.workspace, tax_mode="us_manual")
    british_books(access.workspace)
    RemoteObject.objects.filter(connection=connection, remote_id="58").update(
        name=LONG, content={"display_name": LONG, "currency": "USD", "taxable": True}
    )
    give_lines(
        deal,
        [
            {"name": "Oven service", "quantity": 18, "unit_price": 95},
            {"name": LONG, "unit_price": "1234567.891", "discount_percent": "12.5"},
            {"name": "박준서 오븐", "unit_price": 0, "quantity": "0.125"},
        ],
    )
    for values in (
        {**UGLY, "stage": "overdue", "due_on": "2026-01-31"},
        {"stage": "paid", "balance": Decimal(0), "total": Decimal(0)},
        {"currency": "EUR", "stage": "partially_paid", "balance": Decimal("0.01")},
        {"posting_state": "pending", "number": "", "customer_name": "박준서"},
        {
            "posting_state": "rejected",
            "number": "",
            "posting_message": "The name “Norton Lumber” is already used by a vendor.",
        },
        {"stage": "voided", "voided": True, "balance": Decimal(0)},
    ):
        invoice = make_invoice(
            access.workspace, connection=connection.pk, **{"currency": "USD", **values}
        )
        associations.associate(
            workspace=access.workspace,
            left=Ref.of(deal),
            right=Ref.of(invoice),
            now=NOW,
        )
    return deal


@pytest.fixture
def draft(access, deal):
    connection = access.workspace.connections.get(name="Harbour Bakery Services")
    return ready_draft(access, connection, deal)


def address(access, draft, step: str) -> str:
    return f"/w/{access.workspace.pk}/invoicing/drafts/{draft.pk}/{step}/"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_step_is_without_barriers_in(
    access, deal, draft, open_page, theme, width
):
    folder = OUTPUT / "wizard"
    folder.mkdir(parents=True, exist_ok=True)
    root = f"/w/{access.workspace.pk}"
    pages = {step: address(access, draft, step) for step in STEPS}
    pages["deal"] = f"{root}/deals/{deal.pk}/"
    pages["existing"] = f"{root}/invoicing/existing/deal/{deal.pk}/"
    pages["drafts"] = f"{root}/invoicing/drafts/"
    page = open_page(access.user, pages["source"], width=width, theme=theme)
    found = []
    for name, path in pages.items():
        page.goto(path)
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{name}: the page is {wide} px wide")
    page.goto(pages["lines"])
    page.locator(".wizard-bar .primary").click()
    page.locator("#problems").wait_for()
    page.screenshot(path=folder / f"refused-{theme}-{width}.png", full_page=True)
    found += [f"refused: {barrier}" for barrier in barriers(page)]
    assert found == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES[1:]])
def test_every_step_stays_on_a_narrow_page_in(access, draft, open_page, language):
    access.user.language = language
    access.user.save()
    page = open_page(access.user, address(access, draft, "source"), width=390)
    wide = []
    for step in STEPS:
        page.goto(address(access, draft, step))
        assert page.locator("html").get_attribute("lang") == language
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(step)
    assert wide == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_word_of_any_length_stays_on_the_page(access, open_page, width):
    deal, connection = oven_deal(access.workspace), american_books(access.workspace)
    name = "Donaudampfschifffahrt" * 12
    RemoteObject.objects.filter(connection=connection, remote_id="58").update(
        name=name, content={"display_name": name, "currency": "USD", "taxable": True}
    )
    line = {"name": "Oven service", "unit_price": 95, "description": "x" * 300}
    give_lines(deal, [line])
    draft = ready_draft(access, connection, deal)
    page = open_page(access.user, address(access, draft, "source"), width=width)
    for step in STEPS:
        page.goto(address(access, draft, step))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step


def test_totals_follow_each_keystroke(access, draft, open_page):
    page = open_page(access.user, address(access, draft, "lines"))
    page.fill("#f-quantity-1", "2")
    page.locator("#amount-1", has_text="$190.00").wait_for()
    page.fill("#f-quantity-1", "3")
    page.locator("#amount-1", has_text="$285.00").wait_for()
    assert (
        drafts.content_of(drafts.get(access=access, draft_id=draft.pk))
        .lines[0]
        .quantity
        == "18"
    )


def test_enter_goes_on_and_is_told_what_stands_in_the_way(access, draft, open_page):
    page = open_page(access.user, address(access, draft, "lines"))
    page.fill("#f-quantity-1", "2")
    page.press("#f-quantity-1", "Enter")
    page.get_by_text("2 things need a change").wait_for()
    assert page.url.endswith("/lines/")


def test_a_product_is_found_while_typing_and_added(access, draft, open_page):
    page = open_page(access.user, address(access, draft, "lines"))
    page.fill("#f-q-new", "rotor")
    page.locator("#items-new button", has_text="Choose").click()
    page.locator("#line-4").wait_for()
    assert page.locator("#line-4 .name").inner_text().startswith("Rotor belt")


def test_escape_asks_and_keeps_the_draft(access, draft, open_page):
    page = open_page(access.user, address(access, draft, "terms"))
    page.fill("#f-message", "Thank you")
    page.keyboard.press("Escape")
    page.locator("dialog#leave[open]").wait_for()
    page.locator("dialog#leave").get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/deals/**")
    page.goto(address(access, draft, "terms"))
    assert page.input_value("#f-message") == "Thank you"


def test_the_wizard_works_without_javascript(access, draft, open_page):
    page = open_page(
        access.user, address(access, draft, "source"), java_script_enabled=False
    )
    for step in ("customer", "lines"):
        page.locator(".wizard-bar .primary").click()
        page.wait_for_url(f"**/{step}/")
        if step == "customer":
            page.locator(
                "input[name=customer_id][value='58'], input[value=new]"
            ).first.check()
    page.fill("#f-q-new", "oven")
    page.locator("button[value='find:new']").click()
    page.locator("button[value='use:new:11']").click()
    assert page.locator("#line-4").count() == 1


def test_the_card_refreshes_itself(access, deal, open_page):
    page = open_page(access.user, f"/w/{access.workspace.pk}/deals/{deal.pk}/")
    late = make_invoice(access.workspace, number="9999", currency="USD")
    associations.associate(
        workspace=access.workspace, left=Ref.of(deal), right=Ref.of(late), now=NOW
    )
    page.locator("#invoices-card", has_text="9999").wait_for()
    assert page.locator("#invoices-card").count() == 1
    assert page.locator("#timeline").count() == 1


@pytest.mark.parametrize("width", [1440, 1100, 390])
def test_the_cards_title_and_its_company_each_fit_on_a_line(access, open_page, width):
    connection = american_books(access.workspace)
    connection.environment = "sandbox"
    connection.save()
    deal = oven_deal(access.workspace)
    path = f"/w/{access.workspace.pk}/deals/{deal.pk}/"
    page = open_page(access.user, path, width=width)
    heading = page.locator("#invoices-card h2").bounding_box()
    assert heading["height"] < 26
    name = page.locator("#invoices-card .whose .meta")
    assert name.inner_text() == connection.name
    assert name.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.locator("#invoices-card").screenshot(path=OUTPUT / f"card-head-{width}.png")

"""The pages of sync in Chromium: pictures, no barrier, and all without JavaScript, too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from support.browser import OUTPUT, barriers
from support.sync_showcase import SyncShowcase, make_sync_showcase

from counterfoil.connections.models import Connection

pytestmark = pytest.mark.browser


def paths(made: SyncShowcase) -> dict[str, str]:
    return {
        "sync": "",
        "import": "import/",
        "contacts": "objects/contacts/",
        "products": "objects/products/",
        "invoices": "objects/invoices/",
        "fields": "objects/contacts/fields/",
        "preview": f"changes/{made.ready.pk}/",
        "counting": f"changes/{made.counting.pk}/",
        "runs": "runs/",
        "importing": f"runs/{made.importing.pk}/",
        "held-run": f"runs/{made.held.pk}/",
        "run": f"runs/{made.done.pk}/",
        "run-created": f"runs/{made.done.pk}/?show=created",
        "held": "objects/contacts/held/",
        "undo": f"runs/{made.done.pk}/undo/",
    }


def base_of(connection: Connection) -> str:
    return (
        f"/w/{connection.workspace_id}/settings/integrations/quickbooks"
        f"/{connection.pk}/sync/"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_of_sync_is_without_barriers_in(showcase, open_page, theme, width):
    made = make_sync_showcase(showcase, datetime.now(UTC))
    base = base_of(showcase.connection)
    folder = OUTPUT / "sync"
    folder.mkdir(parents=True, exist_ok=True)
    page = open_page(showcase.access.user, "/", width=width, theme=theme)
    found = []
    for name, path in paths(made).items():
        page.goto(base + path)
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    assert found + page.problems == []


def test_a_name_is_not_squeezed_by_the_words_beside_it(showcase, open_page):
    made = make_sync_showcase(showcase, datetime.now(UTC))
    user = showcase.access.user
    user.language = "pl"
    user.save()
    path = f"{base_of(showcase.connection)}runs/{made.done.pk}/"
    page = open_page(user, path, width=390)
    names = page.get_by_role("link", name="Jun-seo Park (박준서)")
    expect(names.first).to_be_visible()
    heights = names.evaluate_all("all => all.map(e => e.parentElement.offsetHeight)")
    assert max(heights) < 50


def test_without_javascript_runs_are_stopped_and_settings_changed(showcase, open_page):
    made = make_sync_showcase(showcase, datetime.now(UTC))
    base = base_of(showcase.connection)
    where = f"{base}runs/{made.importing.pk}/"
    page = open_page(showcase.access.user, where, java_script_enabled=False)
    expect(page.get_by_role("link", name="See how far it is")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.goto(f"{base}changes/{made.counting.pk}/")
    expect(page.get_by_role("link", name="See how far it is")).to_be_visible()
    page.goto(f"{base}objects/products/?turn=on")
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_role("combobox", name="Comparison").select_option("contains")
    page.get_by_role("textbox", name="Value").fill("oven")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Name contains oven")).to_be_visible()
    account = page.get_by_role("combobox", name="Income account")
    page.get_by_role("button", name="See what would change").last.click()
    expect(account).to_have_attribute("aria-invalid", "true")
    account.fill("services")
    page.get_by_role("button", name="See what would change").last.click()
    expect(page.get_by_text("Products: what would change")).to_be_visible()
    expect(page.get_by_text("Name contains oven")).to_be_visible()

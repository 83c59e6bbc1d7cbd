"""The pages of sync in Chromium: pictures, no barrier, nothing wider than the window."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.browser import OUTPUT, barriers
from support.sync_showcase import SyncShowcase, make_sync_showcase

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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_of_sync_is_without_barriers_in(showcase, open_page, theme, width):
    made = make_sync_showcase(showcase, datetime.now(UTC))
    connection = showcase.connection
    base = (
        f"/w/{connection.workspace_id}/settings/integrations/quickbooks"
        f"/{connection.pk}/sync/"
    )
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

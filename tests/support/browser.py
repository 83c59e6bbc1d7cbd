"""What browser tests share: where pictures go, and what axe finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 60_000
"""Milliseconds for what a page is to show: a busy machine is no fault of the page."""
OUTPUT = Path(__file__).resolve().parents[2] / "test-output"
RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
    "resultTypes": ["violations"],
}
"""What axe checks; it lays out only what is against the rules, which is much quicker."""


def new_context(browser: Browser, **more: Any) -> BrowserContext:
    """A browser of somebody else's, in which nothing is given up early."""
    context = browser.new_context(**more)
    context.set_default_timeout(PATIENCE)
    return context


def watch(page: Any) -> None:
    """Keep what goes wrong on a page in ``page.problems``."""
    page.problems = []
    page.on("console", lambda said: _keep(page, said))
    page.on("pageerror", lambda error: page.problems.append(str(error)))


def _keep(page: Any, said: Any) -> None:
    if said.type == "error" and "favicon" not in said.text:
        page.problems.append(said.text)


def picture(page: Page, name: str, *, folder: str = "screens") -> None:
    """Take a picture of the whole page."""
    pictures = OUTPUT / folder
    pictures.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=pictures / f"{name}.png", full_page=True)


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""What can differ between a light and a dark page."""


def barriers(page: Page, rules: Mapping[str, Any] = RULES) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    options = {**RULES, **rules}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:140]}"
        f" {node.get('any', [{}])[0].get('message', '') if node.get('any') else ''}"
        for one in found
        for node in one["nodes"][:4]
    ]

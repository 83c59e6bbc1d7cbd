"""Every page in Chromium: pictures of it, no barrier in it, no error in its console."""

from __future__ import annotations

import os

import pytest
from support.browser import OUTPUT, barriers

pytestmark = pytest.mark.browser


def paths(showcase) -> dict[str, str]:
    base = f"/w/{showcase.access.workspace.pk}"
    return {
        "home": f"{base}/",
        "attention": f"{base}/attention/",
        "search": f"{base}/search/?q=oven",
        "contacts": f"{base}/contacts/",
        "deals": f"{base}/deals/?f=amount:greater:100",
        "deals-filter": f"{base}/deals/?add=stage",
        "board": f"{base}/deals/?view=board",
        "invoices": f"{base}/invoices/",
        "payments": f"{base}/payments/",
        "products-none": f"{base}/products/?q=nothing-like-this",
        "deal": f"{base}/deals/{showcase.deal.pk}/",
        "contact": f"{base}/contacts/{showcase.contact.pk}/",
        "company": f"{base}/companies/{showcase.company.pk}/",
        "quote": f"{base}/quotes/{showcase.quote.pk}/",
        "product": f"{base}/products/{showcase.product.pk}/",
        "invoice": f"{base}/invoices/{showcase.invoice.pk}/",
        "payment": f"{base}/payments/{showcase.payment.pk}/",
        "deal-new": f"{base}/deals/new/",
        "deal-edit": f"{base}/deals/{showcase.deal.pk}/edit/",
        "deal-lines": f"{base}/deals/{showcase.deal.pk}/lines/",
        "deal-ties": f"{base}/deals/{showcase.deal.pk}/ties/contacts/",
        "settings": f"{base}/settings/",
        "integration": f"{base}/settings/integrations/quickbooks/",
        "connection": f"{base}/settings/integrations/quickbooks/{showcase.connection.pk}/",
        "disconnect": f"{base}/settings/integrations/quickbooks/{showcase.connection.pk}/disconnect/",
        "people": f"{base}/settings/people/",
        "workspace": f"{base}/settings/workspace/",
        "invoice-refused": f"{base}/invoices/{showcase.refused.pk}/",
        "missing": f"{base}/deals/999999/",
    }


def wanted(showcase) -> dict[str, str]:
    """All pages, or those that SCREENS names."""
    only = os.environ.get("SCREENS", "").split(",")
    return {
        name: path
        for name, path in paths(showcase).items()
        if only == [""] or name in only
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_without_barriers_in(showcase, open_page, theme, width):
    folder = OUTPUT / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    user, found = showcase.access.user, []
    page = open_page(None, "/login/", width=width, theme=theme)
    page.screenshot(path=folder / f"login-{theme}-{width}.png")
    found += [f"login: {barrier}" for barrier in barriers(page)]
    page = open_page(user, "/", width=width, theme=theme)
    for name, path in wanted(showcase).items():
        page.goto(path)
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    problems = [text for text in page.problems if "404" not in text]
    assert found + problems == []

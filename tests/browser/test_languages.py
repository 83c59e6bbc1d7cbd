"""The pages that everybody opens, in every language, narrow and wide."""

from __future__ import annotations

import pytest
from django.conf import settings
from support.browser import OUTPUT, barriers

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_pages_hold_together_in(showcase, open_page, language):
    folder = OUTPUT / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    user = showcase.access.user
    user.language = language
    user.save()
    base, found = f"/w/{showcase.access.workspace.pk}", []
    for width in (1440, 390):
        page = open_page(user, "/", width=width)
        for name, path in {
            "home": "/",
            "deal": f"/deals/{showcase.deal.pk}/",
            "invoices": "/invoices/",
            "quickbooks": "/settings/integrations/quickbooks/",
        }.items():
            page.goto(f"{base}{path}")
            assert page.locator("html").get_attribute("lang") == language
            page.screenshot(path=folder / f"{name}-{language}-{width}.png")
            found += [f"{name}: {barrier}" for barrier in barriers(page)]
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                found.append(f"{name} is wider than {width}")
    assert found == []

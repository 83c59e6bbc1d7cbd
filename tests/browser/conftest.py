"""A live server, a signed-in Chromium, and axe: what browser tests and journeys share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from factories import make_access
from playwright.sync_api import Browser, Page
from support.browser import watch
from support.showcase import Showcase, make_showcase

from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import User


@pytest.fixture
def access(transactional_db: None) -> Access:
    return make_access()


@pytest.fixture
def showcase(transactional_db: None) -> Showcase:
    return make_showcase(datetime.now(UTC))


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody: ``open_page(user, "/w/1/", width=390, theme="dark")``."""
    contexts = []

    def opened(
        user: User | None,
        path: str,
        *,
        width: int = 1440,
        theme: str = "light",
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            cookie = {
                "name": name,
                "value": client.cookies[name].value,
                "url": live_server.url,
            }
            context.add_cookies([cookie])
        page = context.new_page()
        watch(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()

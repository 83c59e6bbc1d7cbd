"""A live server, a signed-in Chromium, and axe: what browser tests and journeys share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from factories import make_access
from playwright.sync_api import Browser, Page
from support.browser import new_context, watch
from support.showcase import Showcase, make_showcase

from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import User


@pytest.fixture
def access(transactional_db: None) -> Access:
    return make_access()


@pytest.fixture
def showcase(transactional_db: None) -> Showcase:
    return make_showcase(datetime.now(UTC))


class UnderWay:
    """How many requests the live server, which has threads of its own, is answering."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def begin(self, **_told: Any) -> None:
        self._add(1)

    def end(self, **_told: Any) -> None:
        self._add(-1)

    def _add(self, one: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            with self._lock:
                self.count += one


@pytest.fixture
def answered(live_server: Any) -> Iterator[None]:
    """At the end, wait for what pages that ask by themselves have asked for.

    It would read tables while the test's are emptied, and either may wait for the other.
    """
    under_way = UnderWay()
    request_started.connect(under_way.begin)
    request_finished.connect(under_way.end)
    yield
    until = time.monotonic() + 10
    while under_way.count > 0 and time.monotonic() < until:
        time.sleep(0.01)
    request_started.disconnect(under_way.begin)
    request_finished.disconnect(under_way.end)


@pytest.fixture
def open_page(
    browser: Browser, live_server: Any, answered: None
) -> Iterator[Callable[..., Page]]:
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
        context = new_context(
            browser,
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

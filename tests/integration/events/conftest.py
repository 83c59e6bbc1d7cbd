"""Subscribers of a test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterfoil.core.registry import Registry
from counterfoil.events import dispatch, publish as publishing
from counterfoil.events.dispatch import Subscriber


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry[Subscriber]]:
    """A registry of this test's own, in the place of the house's."""
    fresh: Registry[Subscriber] = Registry("subscriber")
    monkeypatch.setattr(dispatch, "subscribers", fresh)
    monkeypatch.setattr(publishing, "subscribers", fresh)
    return fresh

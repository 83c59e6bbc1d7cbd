"""Somebody who works in QuickBooks itself."""

from __future__ import annotations

import pytest
from support.simulator import Bookkeeper, Simulator


@pytest.fixture
def books(simulator: Simulator) -> Bookkeeper:
    return simulator.bookkeeper()

"""A company whose desk takes what is written to it."""

from __future__ import annotations

import pytest
from support.desk import make_desk

from counterfoil.connections.models import Connection


@pytest.fixture
def connection() -> Connection:
    """Its writes are held by ``desk_of``."""
    return make_desk()

"""The books of an American company, in Ada's workspace."""

from __future__ import annotations

import pytest
from integration.invoicing.books import american_books

from counterfoil.connections.models import Connection
from counterfoil.workspaces.access import Access


@pytest.fixture
def connection(access: Access) -> Connection:
    return american_books(access.workspace)

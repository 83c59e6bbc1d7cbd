"""A deal that becomes documents in the books of an American company."""

from __future__ import annotations

import pytest
from integration.invoicing.books import american_books, oven_deal

from counterfoil.crm.models import Deal
from counterfoil.workspaces.access import Access


@pytest.fixture
def deal(access: Access) -> Deal:
    american_books(access.workspace)
    return oven_deal(access.workspace)

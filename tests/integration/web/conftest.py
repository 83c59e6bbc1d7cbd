"""Where the pages of the workspace begin."""

from __future__ import annotations

import pytest

from counterfoil.workspaces.models import Workspace


@pytest.fixture
def base(workspace: Workspace) -> str:
    return f"/w/{workspace.pk}"

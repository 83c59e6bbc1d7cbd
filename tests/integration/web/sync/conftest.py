"""A connected company, the pages of its sync, and Bo who sells."""

from __future__ import annotations

import pytest
from django.test import Client
from factories.people import make_connection, make_user
from support.clients import client_of

from counterfoil.connections.models import Connection
from counterfoil.workspaces.models import Role, Workspace


@pytest.fixture
def connection(workspace: Workspace) -> Connection:
    return make_connection(workspace)


@pytest.fixture
def base(connection: Connection) -> str:
    return (
        f"/w/{connection.workspace_id}/settings/integrations/quickbooks"
        f"/{connection.pk}/sync/"
    )


@pytest.fixture
def bo(workspace: Workspace) -> Client:
    return client_of(make_user("Bo", workspace=workspace, role=Role.SALES))

"""A workspace, and Ada who owns it."""

from __future__ import annotations

import pytest
from django.test import Client
from factories.people import make_access, make_workspace
from support.clients import client_of

from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def access(workspace: Workspace) -> Access:
    return make_access(workspace)


@pytest.fixture
def ada(access: Access) -> Client:
    return client_of(access.user)

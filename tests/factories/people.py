"""Workspaces, people, and the companies they connect."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from counterfoil.connections.models import Connection
from counterfoil.workspaces import people
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Role, User, Workspace

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"

_numbers = itertools.count(1)


def make_workspace(
    name: str = "Harbour Bakery",
    *,
    home_currency: str = "USD",
    time_zone: str = "America/New_York",
    country: str = "US",
    now: datetime = NOW,
) -> Workspace:
    return people.create_workspace(
        name=name,
        home_currency=home_currency,
        time_zone=time_zone,
        country=country,
        language="en",
        now=now,
    )


def make_user(
    name: str = "Ada",
    *,
    workspace: Workspace | None = None,
    role: Role = Role.OWNER,
    email: str = "",
    now: datetime = NOW,
) -> User:
    """A person; a member when a workspace is given, and otherwise a stranger."""
    email = email or f"{name.lower().replace(' ', '.')}-{next(_numbers)}@example.com"
    user = people.create_user(email=email, name=name, password=PASSWORD, now=now)
    if workspace is not None:
        people.add_member(workspace=workspace, user=user, role=role, now=now)
    return user


def make_access(
    workspace: Workspace | None = None, *, name: str = "Ada", role: Role = Role.OWNER
) -> Access:
    workspace = workspace or make_workspace()
    user = make_user(name, workspace=workspace, role=role)
    return Access(workspace, user, role)


def make_connection(workspace: Workspace, **values: Any) -> Connection:
    """A connected QuickBooks company (without tokens)."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "service": "quickbooks",
        "account": f"91300000000{number}",
        "environment": "sandbox",
        "name": f"Company {number}",
        "country": "US",
        "home_currency": workspace.home_currency,
        "time_zone": workspace.time_zone,
        "connected_at": NOW,
    }
    return Connection.objects.create(workspace=workspace, **{**defaults, **values})

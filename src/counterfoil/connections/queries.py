"""Finds a workspace's connections and counts their calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.http import Http404

from counterfoil.connections.models import CallCount, Connection, ConnectionState
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Calls:
    """Calls made to a service in some span of time."""

    reads: int = 0
    writes: int = 0
    refused: int = 0


def of(workspace: Workspace, *, active: bool = True) -> list[Connection]:
    """The workspace's connections by name; ``active`` leaves out the disconnected."""
    rows = Connection.objects.filter(workspace=workspace)
    if active:
        rows = rows.filter(state=ConnectionState.ACTIVE)
    return list(rows.order_by("name", "id"))


def get(workspace: Workspace, connection_id: int) -> Connection:
    """One of the workspace's connections, or 404."""
    found = Connection.objects.filter(workspace=workspace, pk=connection_id).first()
    if found is None:
        raise Http404
    return found


def calls(
    connection: Connection, *, since: datetime, until: datetime | None = None
) -> Calls:
    """Calls since a moment (and not after another), by kind."""
    rows = CallCount.objects.filter(connection=connection, minute__gte=since)
    if until is not None:
        rows = rows.filter(minute__lte=until)
    sums = rows.aggregate(
        reads=Sum("reads"), writes=Sum("writes"), refused=Sum("refused")
    )
    return Calls(**{name: value or 0 for name, value in sums.items()})


def forget_calls(*, now: datetime) -> int:
    """Delete counts older than fourteen months; returns how many rows went."""
    old = CallCount.objects.filter(minute__lt=now - timedelta(days=425))
    return old.delete()[0]

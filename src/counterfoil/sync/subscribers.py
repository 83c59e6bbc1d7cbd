"""A company that is connected is read from at once."""

from __future__ import annotations

from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.events.dispatch import subscribe
from counterfoil.events.models import Event
from counterfoil.events.wake import wake
from counterfoil.sync import plan


@subscribe("sync.connected", kinds=("connection_connected", "connection_reconnected"))
def connected(event: Event, now: datetime) -> None:
    """Begin the first import; after a reconnect go on where it stopped."""
    connection = Connection.objects.filter(
        workspace=event.workspace, pk=event.payload["connection"]
    ).first()
    if connection is None or not connection.is_active:
        return
    plan.wake_up(connection)
    if connection.imported_at is None:
        plan.begin(connection, now)
    else:
        wake("polls")
        wake("pulls")

"""Tells of documents of the past: once for a page, in place of once for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, publish_many


def imported(
    connection: Connection,
    object_type: str,
    ids: Sequence[int],
    origin: Origin,
    now: datetime,
) -> None:
    """Publish ``documents_imported``: whoever follows documents looks at all of these."""
    if not ids:
        return
    payload = {"object_type": object_type, "ids": list(ids)}
    publish_many(
        workspace=connection.workspace,
        facts=[Fact("documents_imported", None, payload)],
        actor=Actor.connection(connection.pk, connection.name),
        origin=origin,
        now=now,
    )

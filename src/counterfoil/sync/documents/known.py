"""What is here of the books, to be compared with what is there."""

from __future__ import annotations

from counterfoil.connections.models import Connection
from counterfoil.sync import linked
from counterfoil.sync.documents import deposits
from counterfoil.sync.documents.kinds import kinds


def streams() -> list[str]:
    """The streams whose objects may be deleted there without a trace."""
    return [*(kind.key for kind in kinds), deposits.STREAM]


def known(connection: Connection, stream: str) -> set[str]:
    """The remote ids of those that are here and not known to be deleted."""
    if stream == deposits.STREAM:
        return deposits.known(connection)
    if stream not in kinds:
        return set()
    kind = kinds[stream]
    rows = kind.model._default_manager.filter(
        connection=connection, deleted_remotely=False
    )
    return linked.remote_ids(
        connection, stream, kind.object_type, rows.values_list("pk", flat=True)
    )

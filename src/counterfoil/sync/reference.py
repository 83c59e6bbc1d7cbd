"""Keeps reference data: what a company holds, as rows of ``RemoteObject``, in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection as database

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.sync.among import among
from counterfoil.sync.ports import Observed

_COLUMNS = (
    "connection_id, stream, remote_id, version, name, lookup, email, active, content,"
    " digest, remote_updated_at, seen_at"
)
_STAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS sync_staged AS
SELECT {_COLUMNS} FROM connections_remoteobject WITH NO DATA
"""  # noqa: S608
_COPY = f"COPY sync_staged ({_COLUMNS}) FROM STDIN"
_MERGE = f"""
INSERT INTO connections_remoteobject AS held ({_COLUMNS})
SELECT {_COLUMNS} FROM sync_staged ORDER BY connection_id, stream, remote_id
ON CONFLICT (connection_id, stream, remote_id) DO UPDATE SET
    version = excluded.version, name = excluded.name, lookup = excluded.lookup,
    email = excluded.email, active = excluded.active, content = excluded.content,
    digest = excluded.digest, remote_updated_at = excluded.remote_updated_at,
    seen_at = excluded.seen_at
WHERE held.remote_updated_at IS NULL
   OR excluded.remote_updated_at >= held.remote_updated_at
"""  # noqa: S608


def keep(
    connection: Connection, stream: str, observed: Sequence[Observed], *, now: datetime
) -> int:
    """Store what is new; returns how many rows changed.

    Unchanged objects are known by their digest and cost nothing; where only the time of
    change moved, what moves by itself is kept too, and is no change. Older news than
    what is held is dropped. A deleted object stays as an inactive row, since documents
    still name it.
    """
    newest = _newest(observed)
    rows = RemoteObject.objects.filter(
        among("remote_id", newest), connection=connection, stream=stream
    ).values_list("remote_id", "digest", "remote_updated_at")
    held = {remote_id: (bytes(digest), at) for remote_id, digest, at in rows}
    gone = [each.remote_id for each in newest.values() if each.deleted]
    here = [each for each in newest.values() if not each.deleted]
    moved = [
        each
        for each in here
        if held.get(each.remote_id) != (each.digest, each.updated_at)
    ]
    if moved:
        _merge(connection, moved, now)
    changed = [
        each
        for each in moved
        if each.remote_id not in held or held[each.remote_id][0] != each.digest
    ]
    return len(changed) + _deactivate(connection, stream, gone, now)


def _newest(observed: Sequence[Observed]) -> dict[str, Observed]:
    found: dict[str, Observed] = {}
    for each in observed:
        held = found.get(each.remote_id)
        if held is None or _moment(each) >= _moment(held):
            found[each.remote_id] = each
    return found


def _moment(observed: Observed) -> float:
    return observed.updated_at.timestamp() if observed.updated_at else 0.0


def _merge(connection: Connection, changed: Sequence[Observed], now: datetime) -> None:
    with database.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE sync_staged")
        with cursor.copy(_COPY) as copy:
            for each in changed:
                copy.write_row(
                    (
                        connection.pk,
                        each.stream,
                        each.remote_id,
                        each.version,
                        each.name,
                        each.lookup,
                        each.email,
                        each.active,
                        msgspec.json.encode(each.content).decode(),
                        each.digest,
                        each.updated_at,
                        now,
                    )
                )
        cursor.execute(_MERGE)


def _deactivate(
    connection: Connection, stream: str, remote_ids: Sequence[str], now: datetime
) -> int:
    """What was made from here and never read has no digest either, and is active."""
    if not remote_ids:
        return 0
    rows = RemoteObject.objects.filter(
        connection=connection, stream=stream, remote_id__in=remote_ids
    ).exclude(digest=b"", active=False)
    return rows.update(active=False, digest=b"", seen_at=now)

"""Marks records that may have to be written to a company; telling it twice is harmless."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection as database

from counterfoil.connections.models import Connection
from counterfoil.events.wake import wake
from counterfoil.sync.ports import pairings

DRAIN = "pushes"
_MARK = """
INSERT INTO sync_outgoing AS held
    (connection_id, name, object_type, record_id, stamp, attempts, next_at, since, held,
     released, run_id)
SELECT %(connection)s, %(name)s, %(object_type)s, wanted.id, 1, 0, %(now)s, %(now)s,
       false, false, %(run)s
  FROM unnest(%(ids)s::bigint[]) AS wanted(id)
 ORDER BY wanted.id
ON CONFLICT (connection_id, name, record_id) DO UPDATE SET
    stamp = held.stamp + 1, attempts = 0, next_at = least(held.next_at, excluded.next_at),
    run_id = coalesce(excluded.run_id, held.run_id)
"""


def mark(
    connection: Connection,
    name: str,
    record_ids: Collection[int],
    *,
    run_id: int | None = None,
    now: datetime,
) -> None:
    """Say that these records may differ from what the company holds.

    ``name`` is the synced object. One statement and one wake-up, whatever the number;
    what waits for a person's yes goes on waiting.
    """
    if not record_ids:
        return
    pairing = pairings[f"{connection.service}.{name}"]
    with database.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "connection": connection.pk,
                "name": name,
                "object_type": pairing.object_type,
                "ids": sorted(set(record_ids)),
                "now": now,
                "run": run_id,
            },
        )
    wake(DRAIN)

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
INSERT INTO sync_outgoing AS known
    (connection_id, name, object_type, record_id, stamp, attempts, next_at, since, held,
     released, run_id)
SELECT %(connection)s, %(name)s, %(object_type)s, wanted.id, 1, %(attempts)s, %(at)s,
       %(now)s, false, false, %(run)s
  FROM unnest(%(ids)s::bigint[]) AS wanted(id)
 ORDER BY wanted.id
ON CONFLICT (connection_id, name, record_id) DO UPDATE SET
    stamp = known.stamp + 1, attempts = least(known.attempts, excluded.attempts),
    next_at = least(known.next_at, excluded.next_at),
    run_id = coalesce(excluded.run_id, known.run_id),
    held = known.held AND excluded.run_id IS NULL
"""


def mark(
    connection: Connection,
    name: str,
    record_ids: Collection[int],
    *,
    run_id: int | None = None,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Say that these records may differ from what the company holds; look ``at`` a time.

    ``name`` is the synced object. One statement and one wake-up, whatever the number.
    What waits for a person's yes goes on waiting, unless a run asks for it, which was
    confirmed itself.
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
                "at": at or now,
                # What is new is looked at whatever the clock says: see ``push.due``.
                "attempts": 0 if at is None else 1,
                "run": run_id,
            },
        )
    wake(DRAIN, at=at)

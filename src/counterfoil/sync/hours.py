"""Counts what goes on at a connection, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import connection as database

from counterfoil.connections.models import Connection
from counterfoil.sync import lag
from counterfoil.sync.models import SyncHour

KEPT = timedelta(days=35)
_TABLE = SyncHour._meta.db_table
_NOTE = f"""
INSERT INTO {_TABLE} AS held
    (connection_id, hour, pulled, pushed, failed, polls, hints, lags)
VALUES (%(id)s, %(hour)s, %(pulled)s, %(pushed)s, %(failed)s, %(polls)s, %(hints)s,
        %(lags)s)
ON CONFLICT (connection_id, hour) DO UPDATE SET
    pulled = held.pulled + excluded.pulled,
    pushed = held.pushed + excluded.pushed,
    failed = held.failed + excluded.failed,
    polls = held.polls + excluded.polls,
    hints = held.hints + excluded.hints,
    lags = CASE WHEN excluded.lags = '{{}}'::jsonb THEN held.lags ELSE (
        SELECT jsonb_object_agg(bucket, total) FROM (
            SELECT key AS bucket, sum(value::bigint) AS total FROM (
                SELECT * FROM jsonb_each_text(held.lags)
                UNION ALL
                SELECT * FROM jsonb_each_text(excluded.lags)
            ) AS both_sides GROUP BY key
        ) AS sums
    ) END
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Happened:
    """What there is to count; ``failed`` are records that could not be synced."""

    pulled: int = 0
    pushed: int = 0
    failed: int = 0
    polls: int = 0
    hints: int = 0


def note(
    connection: Connection,
    happened: Happened,
    *,
    lags: Iterable[timedelta] = (),
    now: datetime,
) -> None:
    """Add to the counts of this hour, in one statement.

    The hour's row stays locked until the caller's transaction ends: say it last there.
    """
    buckets = lag.counted(lags)
    if happened == Happened() and not buckets:
        return
    with database.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "id": connection.pk,
                "hour": now.replace(minute=0, second=0, microsecond=0),
                **asdict(happened),
                "lags": msgspec.json.encode(buckets).decode(),
            },
        )


def forget(*, now: datetime) -> int:
    """Delete hours that nobody looks at any more."""
    return SyncHour.objects.filter(hour__lt=now - KEPT).delete()[0]

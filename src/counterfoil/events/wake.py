"""Wake-ups: a Procrastinate job that says "look at this queue", and nothing else.

The work itself is rows of ours, so a wake-up may be lost, doubled or late without harm.
It is inserted in the caller's transaction, so that it becomes visible together with the
rows it is about.

Why not one queueing lock per queue: a second transaction that meets the lock has to wait
for the first to end (and may deadlock with it), or fails and takes the caller's work with
it; and if it merely notices that a wake-up stands there, that wake-up may run before this
transaction commits, and the rows would wait for the sweep. So the lock holds the number
of the transaction: wake-ups are coalesced within one transaction, by a query that can
neither block nor fail, and those of many transactions are coalesced by whoever runs the
first of them (:func:`absorb`): each wake-up it can see has rows that it can see too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from counterfoil.core.registry import Registry

TASK_NAME = "counterfoil.run_drain"
QUEUE_NAME = "drains"
# Later work is found by the sweep; scheduled jobs are for what is due in a moment.
FARTHEST_SECONDS = 120

_INSERT = """
    INSERT INTO procrastinate_jobs
        (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    SELECT %(queue)s, %(task)s, 0, NULL, wanted.lock,
           jsonb_build_object('key', %(key)s::text), %(at)s::timestamptz
      FROM (SELECT 'wake:' || %(key)s || ':' || %(second)s || ':'
                   || pg_current_xact_id()::text AS lock) AS wanted
     WHERE NOT EXISTS (
               SELECT 1 FROM procrastinate_jobs AS job
                WHERE job.queueing_lock = wanted.lock AND job.status = 'todo'
           )
       AND COALESCE(
               %(at)s::timestamptz <= now() + make_interval(secs => %(farthest)s), true
           )
"""

_ABSORB = """
    DELETE FROM procrastinate_jobs
     WHERE id IN (
               SELECT id FROM procrastinate_jobs
                WHERE status = 'todo' AND task_name = %(task)s
                  AND args ->> 'key' = %(key)s
                  AND (scheduled_at IS NULL OR scheduled_at <= now())
                  FOR UPDATE SKIP LOCKED
           )
"""


@dataclass(frozen=True)
class Drain:
    """A queue-like table: ``run(now)`` does all that is due and returns how many rows."""

    key: str
    run: Callable[[datetime], int]


drains: Registry[Drain] = Registry("drain")


def wake(key: str, at: datetime | None = None) -> None:
    """Wake the drain ``key`` when the caller's transaction commits, or soon at ``at``.

    ``at`` is rounded up to a second. More than two minutes ahead it is left to the
    sweep, which finds what is due by ``next_at`` on the rows.
    """
    second = ""
    if at is not None:
        at = datetime.fromtimestamp(math.ceil(at.timestamp()), UTC)
        second = at.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "queue": QUEUE_NAME,
                "task": TASK_NAME,
                "key": key,
                "second": second,
                "at": at,
                "farthest": FARTHEST_SECONDS,
            },
        )


def absorb(key: str) -> int:
    """Take away the wake-ups of ``key`` that the running one makes needless."""
    with connection.cursor() as cursor:
        cursor.execute(_ABSORB, {"task": TASK_NAME, "key": key})
        return int(cursor.rowcount)

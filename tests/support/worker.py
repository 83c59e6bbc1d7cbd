"""A worker in the test's own process: ``from support.worker import run_until_idle``."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from counterfoil.events.wake import TASK_NAME, drains

MOST_ROUNDS = 200


def run_until_idle(now: datetime, *, without: Collection[str] = ()) -> int:
    """Run every drain until nothing is due at ``now``; how many rows were settled.

    Advance ``now`` between calls to make later work due. ``without``: keys of drains
    that have nothing to do with it.
    """
    left = [drain for drain in drains if drain.key not in without]
    total = idle = 0
    for drain in itertools.islice(itertools.cycle(left), MOST_ROUNDS * len(left)):
        settled = drain.run(now)
        total += settled
        idle = 0 if settled else idle + 1
        if idle == len(left):
            return total
    message = f"the drains still find work after {MOST_ROUNDS} rounds"
    raise AssertionError(message)


def wake_ups() -> list[str]:
    """The keys of the drains that have a wake-up waiting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'key' FROM procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = %s ORDER BY id",
            [TASK_NAME],
        )
        return [row[0] for row in cursor.fetchall()]


def forget_jobs() -> None:
    """Empty Procrastinate's tables, which Django does not flush between tests."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events,"
            " procrastinate_periodic_defers, procrastinate_workers"
        )

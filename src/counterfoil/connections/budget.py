"""Keeps a company's calls within what its service allows, across all processes.

Rates go by GCRA (one row, one conditional update, the database's clock), calls in
flight by slots that are leased. Nothing here waits: whoever finds no room gets
``Retryable`` with the time to come back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection as database, transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import CallCount, CallSlot, Connection
from counterfoil.connections.ports import Limits, services
from counterfoil.core.errors import Retryable

Kind = Literal["read", "write"]

# The sustained rate is four fifths of the limit and a burst may take the rest, so that
# no window of a second or a minute ever sees more than the limit.
SUSTAINED = 0.8
SLOT_LEASE = timedelta(seconds=150)
SLOT_WAIT = timedelta(milliseconds=250)

_TAKE = """
INSERT INTO connections_callbudget AS b (connection_id, second_at, minute_at)
VALUES (%(id)s, statement_timestamp() + %(second)s, statement_timestamp() + %(minute)s)
ON CONFLICT (connection_id) DO UPDATE SET
    second_at = greatest(b.second_at, statement_timestamp()) + %(second)s,
    minute_at = greatest(b.minute_at, statement_timestamp()) + %(minute)s
WHERE b.second_at <= statement_timestamp() + %(second_burst)s
  AND b.minute_at <= statement_timestamp() + %(minute_burst)s
  AND (b.closed_until IS NULL OR b.closed_until <= statement_timestamp())
RETURNING 1
"""
_WAIT = """
SELECT greatest(
    second_at - %(second_burst)s - statement_timestamp(),
    minute_at - %(minute_burst)s - statement_timestamp(),
    coalesce(closed_until - statement_timestamp(), interval '0'),
    interval '20 milliseconds')
FROM connections_callbudget WHERE connection_id = %(id)s
"""
_CLAIM_SLOT = """
UPDATE connections_callslot SET token = %(token)s,
    leased_until = statement_timestamp() + %(lease)s
WHERE id = (
    SELECT id FROM connections_callslot
    WHERE connection_id = %(id)s AND number < %(slots)s
      AND (token IS NULL OR leased_until < statement_timestamp())
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
"""
_CLOSE = """
INSERT INTO connections_callbudget (connection_id, second_at, minute_at, closed_until)
VALUES (%(id)s, statement_timestamp(), statement_timestamp(),
        statement_timestamp() + %(rest)s)
ON CONFLICT (connection_id) DO UPDATE SET closed_until = excluded.closed_until
"""


@contextmanager
def call(connection: Connection, *, kind: Kind, now: datetime) -> Iterator[None]:
    """Room for one call. Raises :class:`Retryable` when there is none."""
    limits = services[connection.service].limits()
    token = uuid.uuid4()
    with transaction.atomic():
        if limits.at_once:
            _claim_slot(connection, limits.at_once, token)
        _take(connection, limits)
        _count(connection, now, "reads" if kind == "read" else "writes")
    try:
        yield
    finally:
        if limits.at_once:
            CallSlot.objects.filter(connection=connection, token=token).update(
                token=None, leased_until=None
            )


def refused(connection: Connection, *, rest: timedelta, now: datetime) -> None:
    """The service said "too many": nobody calls for ``rest``."""
    with database.cursor() as cursor:
        values: dict[str, Any] = {"id": connection.pk, "rest": rest}
        cursor.execute(_CLOSE, values)
    _count(connection, now, "refused")


def _paces(limits: Limits) -> dict[str, Any]:
    def pace(limit: int, seconds: float) -> tuple[timedelta, timedelta]:
        if not limit:
            return timedelta(0), timedelta(days=1)
        step = timedelta(seconds=seconds / (limit * SUSTAINED))
        return step, step * max(round(limit * (1 - SUSTAINED)) - 1, 0)

    second, second_burst = pace(limits.per_second, 1)
    minute, minute_burst = pace(limits.per_minute, 60)
    return {
        "second": second,
        "second_burst": second_burst,
        "minute": minute,
        "minute_burst": minute_burst,
    }


def _take(connection: Connection, limits: Limits) -> None:
    values: dict[str, Any] = {"id": connection.pk, **_paces(limits)}
    with database.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.fetchone():
            return
        cursor.execute(_WAIT, values)
        (after,) = cursor.fetchone()
    raise Retryable(_full(connection), after=after)


def _claim_slot(connection: Connection, slots: int, token: uuid.UUID) -> None:
    values: dict[str, Any] = {
        "id": connection.pk,
        "slots": slots,
        "token": token,
        "lease": SLOT_LEASE,
    }
    with database.cursor() as cursor:
        cursor.execute(_CLAIM_SLOT, values)
        if cursor.rowcount:
            return
        if CallSlot.objects.filter(connection=connection).count() < slots:
            CallSlot.objects.bulk_create(
                [CallSlot(connection=connection, number=n) for n in range(slots)],
                ignore_conflicts=True,
            )
            cursor.execute(_CLAIM_SLOT, values)
            if cursor.rowcount:
                return
    raise Retryable(_full(connection), after=SLOT_WAIT)


def _count(connection: Connection, now: datetime, column: str) -> None:
    table = CallCount._meta.db_table
    with database.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS c (connection_id, minute, reads, writes, refused)"  # noqa: S608
            f" VALUES (%s, %s, %s, %s, %s) ON CONFLICT (connection_id, minute)"
            f" DO UPDATE SET {column} = c.{column} + 1",
            [
                connection.pk,
                now.replace(second=0, microsecond=0),
                int(column == "reads"),
                int(column == "writes"),
                int(column == "refused"),
            ],
        )


def _full(connection: Connection) -> str:
    return _("%(name)s has had as many calls as it allows for the moment.") % {
        "name": connection.name
    }

"""Who does which part of a run: taken under a token, given back, rested after a failure.

The effects of a page are committed together with the cursor, under the token; whoever
was paused for so long that another took over rolls back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Retryable
from counterfoil.events.wake import wake
from counterfoil.sync import presence
from counterfoil.sync.lanes import rest_after
from counterfoil.sync.models import Run, RunState, StreamRun
from counterfoil.sync.runs.parts import Counts, Job, Piece

DRAIN = "imports"
# Only for a worker that hangs: the part of a dead one is taken over at once.
LEASE = timedelta(seconds=150)
LOOK_AFTER = timedelta(seconds=2)
# A page that is never done in the time that workers live is taken in smaller parts.
LARGEST, SMALLEST = 1_000, 50
SPAN_SECONDS = 10
SPANS = 8

_CLAIMABLE = """
SELECT part.id
  FROM sync_streamrun AS part JOIN sync_run AS run ON run.id = part.run_id
 WHERE run.connection_id = %(connection)s
   AND run.ended_at IS NULL AND run.state = 'running'
   AND part.ended_at IS NULL
   AND (part.resume_at IS NULL OR part.resume_at <= %(now)s)
   AND NOT EXISTS (
           SELECT 1 FROM sync_streamrun AS earlier
            WHERE earlier.run_id = part.run_id AND earlier.ended_at IS NULL
              AND jsonb_exists(part.waits_for, earlier.stream)
       )
 ORDER BY run.id, part.position
"""

_HOLD = """
SELECT run.state
  FROM sync_streamrun AS part JOIN sync_run AS run ON run.id = part.run_id
 WHERE part.id = %(part)s AND part.token = %(token)s AND run.ended_at IS NULL
   FOR UPDATE OF part FOR SHARE OF run
"""


class PartLost(Exception):
    """The part is another worker's now, or its run was stopped: undo our effects."""


def take(connection: Connection, *, now: datetime) -> tuple[Job, uuid.UUID] | None:
    """The first part of the connection's runs that can be gone on with."""
    with database.cursor() as cursor:
        cursor.execute(_CLAIMABLE, {"connection": connection.pk, "now": now})
        ids = [row[0] for row in cursor.fetchall()]
    for pk in ids:
        token = uuid.uuid4()
        part = _taken(pk, token, now)
        if part is not None:
            return Job(connection, part.run, part, now), token
    return None


@transaction.atomic
def _taken(pk: int, token: uuid.UUID, now: datetime) -> StreamRun | None:
    is_alone = presence.arrive(presence.PARTS, pk)
    part = StreamRun.objects.filter(pk=pk, ended_at=None)
    if not is_alone:
        part = part.filter(leased_until__lt=Now())
    held = part.select_related("run").select_for_update(of=("self",)).first()
    if held is not None:
        held.cursor = smaller(held.cursor) if held.token is not None else held.cursor
        held.began_at = held.began_at or now
        held.token = token
        part.update(
            cursor=held.cursor,
            began_at=held.began_at,
            token=token,
            leased_until=Now() + LEASE,
        )
    elif is_alone:
        presence.leave(presence.PARTS, pk)
    return held


def smaller(cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Take half as much at once: whoever was at it before died before its end."""
    size = int(cursor.get("size") or LARGEST)
    return {**cursor, "size": max(size // 2, SMALLEST)}


def hold(job: Job, token: uuid.UUID) -> None:
    """Within a transaction: the part stays ours and its run goes on until it commits."""
    with database.cursor() as cursor:
        cursor.execute(_HOLD, {"part": job.part.pk, "token": token})
        found = cursor.fetchone()
    if found is None or found[0] != RunState.RUNNING:
        raise PartLost(job.part.pk)


def move(job: Job, piece: Piece, counts: Counts) -> None:
    """Within the same transaction: note the page as done."""
    part = job.part
    part.pace = paced(part.pace, counts.rows, job.now)
    StreamRun.objects.filter(pk=part.pk).update(
        cursor=piece.after or {},
        pages=F("pages") + 1,
        rows=F("rows") + counts.rows,
        changed=F("changed") + counts.changed,
        created=F("created") + counts.created,
        failed=F("failed") + counts.failed,
        ended_at=job.now if piece.after is None else None,
        leased_until=Now() + LEASE,
        pace=part.pace,
        failures=0,
        error="",
        resume_at=None,
    )
    # Who could begin another part is told at the end of this one; that somebody goes on
    # with it should we die, need not be said at once.
    wake(DRAIN, at=None if piece.after is None else job.now + LOOK_AFTER)


def paced(pace: list[list[int]], rows: int, now: datetime) -> list[list[int]]:
    """The counts by span of ten seconds, with ``rows`` more in the current one."""
    span = int(now.timestamp()) // SPAN_SECONDS * SPAN_SECONDS
    if pace and pace[-1][0] == span:
        return [*pace[:-1], [span, pace[-1][1] + rows]]
    return [*pace, [span, rows]][-SPANS:]


def give_back(job: Job, token: uuid.UUID) -> None:
    """Leave the part to whoever comes next."""
    StreamRun.objects.filter(pk=job.part.pk, token=token).update(
        token=None, leased_until=None
    )
    presence.leave(presence.PARTS, job.part.pk)


@transaction.atomic
def rest(job: Job, token: uuid.UUID, error: Exception, *, most_failures: int) -> None:
    """Keep what went wrong, and leave the part alone for a while; or give it up."""
    ours = StreamRun.objects.select_for_update().filter(pk=job.part.pk, token=token)
    part = ours.first()
    if part is None:
        return
    is_trouble = not (isinstance(error, Retryable) and error.after is not None)
    part.resume_at = job.now + rest_after(error, part.failures)
    part.failures += int(is_trouble)
    part.error = str(error)[:1000] if is_trouble else part.error
    if most_failures and part.failures >= most_failures:
        part.ended_at = job.now
    part.save(update_fields=["resume_at", "failures", "error", "ended_at"])
    wake(DRAIN, at=part.resume_at)


def ended(connection: Connection) -> list[Run]:
    """Running runs of which every part has ended."""
    open_parts = StreamRun.objects.filter(run=OuterRef("pk"), ended_at=None)
    rows = Run.objects.filter(
        ~Exists(open_parts),
        connection=connection,
        ended_at=None,
        state=RunState.RUNNING,
    )
    return list(rows.order_by("id"))

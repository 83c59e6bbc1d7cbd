"""One worker at a time follows a connection's news; and the rest after a failure."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from counterfoil.connections.models import Connection
from counterfoil.core.errors import (
    CounterfoilError,
    NeedsReconnect,
    Rejected,
    Retryable,
)
from counterfoil.events.wake import wake
from counterfoil.sync import presence
from counterfoil.sync.models import Hint, Lane
from counterfoil.workspaces.language import spoken

# Only for a worker that hangs: that of a dead one is taken over at once.
LEASE = timedelta(seconds=300)
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=15)

log = structlog.get_logger()

Work = Callable[[Connection], int]


# The token of the lane that this thread of work holds.
_mine: ContextVar[uuid.UUID | None] = ContextVar("lane", default=None)


class LaneLost(Exception):
    """Another worker has the connection now: undo our effects."""


def work(connection_id: int, do: Work, *, drain: str, now: datetime) -> int:
    """Do something for a connection unless another worker is at it or it rests.

    What goes wrong is kept on the lane, and the drain woken when the rest is over.
    """
    token = _taken(connection_id, now)
    if token is None:
        return 0
    connection = Connection.objects.select_related("workspace").get(pk=connection_id)
    mine = _mine.set(token)
    try:
        with spoken(connection.workspace):
            done = do(connection)
    except LaneLost:
        log.warning("lane_lost", connection=connection_id, drain=drain)
        return 0
    except NeedsReconnect as error:
        _release(connection_id, token, error=str(error))
        return 0
    except CounterfoilError as error:
        _rest(connection_id, token, error, drain=drain, now=now)
        return 0
    except Exception as error:
        log.exception("sync_failed", connection=connection_id, drain=drain)
        _rest(connection_id, token, error, drain=drain, now=now)
        return 0
    finally:
        _mine.reset(mine)
        presence.leave(presence.LANES, connection_id)
    _release(connection_id, token)
    return done


def hold(connection: Connection) -> None:
    """Within a transaction: make sure that the lane is still ours when it commits.

    Effects are applied under this lock, so that a worker that was paused for longer
    than its lease cannot write beside the one that took over.
    """
    lane = Lane.objects.select_for_update().get(connection=connection)
    if lane.token != _mine.get():
        raise LaneLost(connection.pk)


def _taken(connection_id: int, now: datetime) -> uuid.UUID | None:
    token = uuid.uuid4()
    Lane.objects.bulk_create([Lane(connection_id=connection_id)], ignore_conflicts=True)
    rested = Q(resume_at=None) | Q(resume_at__lte=now)
    lane = Lane.objects.filter(rested, connection_id=connection_id)
    is_alone = presence.arrive(presence.LANES, connection_id)
    if not is_alone:
        lane = lane.filter(leased_until__lt=Now())
    won = lane.update(token=token, leased_until=Now() + LEASE)
    if is_alone and not won:
        presence.leave(presence.LANES, connection_id)
    return token if won else None


@transaction.atomic
def _release(connection_id: int, token: uuid.UUID, *, error: str = "") -> None:
    """Give the lane back and wake what found it taken meanwhile."""
    lane = Lane.objects.filter(connection_id=connection_id, token=token)
    lane.update(token=None, leased_until=None, resume_at=None, failures=0, error=error)
    if Hint.objects.filter(connection=connection_id, attempts=0).exists():
        wake("pulls")


@transaction.atomic
def _rest(
    connection_id: int,
    token: uuid.UUID,
    error: Exception,
    *,
    drain: str,
    now: datetime,
) -> None:
    lane = (
        Lane.objects.select_for_update()
        .filter(connection_id=connection_id, token=token)
        .first()
    )
    if lane is None:
        return
    pause = rest_after(error, lane.failures)
    is_trouble = not (isinstance(error, Retryable) and error.after is not None)
    lane.failures += int(is_trouble)
    lane.error = str(error)[:1000] if is_trouble else lane.error
    lane.token = lane.leased_until = None
    lane.resume_at = now + pause
    lane.save()
    wake(drain, at=lane.resume_at)


def rest_after(error: Exception, failures: int) -> timedelta:
    """How long to leave a connection alone: what was asked for, or ever longer."""
    if isinstance(error, Retryable) and error.after is not None:
        return error.after
    times = 1 << min(failures, 10)
    if isinstance(error, Rejected):
        times *= 4
    return min(FIRST_REST * times, LONGEST_REST)

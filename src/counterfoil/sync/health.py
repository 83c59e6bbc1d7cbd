"""How a connection is doing, for its page in the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.connections import queries
from counterfoil.connections.models import Connection
from counterfoil.connections.queries import Calls
from counterfoil.connections.wording import stream_label
from counterfoil.sync import refusals
from counterfoil.sync.models import Hint, Lane, Run


@dataclass(frozen=True)
class Progress:
    """How far one stream of an import is."""

    stream: str
    label: str
    rows: int
    is_done: bool


@dataclass(frozen=True)
class Health:
    """All figures of one connection at one moment."""

    state: str
    state_label: str
    problem: str
    last_event_at: datetime | None
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    waiting: int
    calls_this_minute: Calls
    calls_this_month: Calls
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    hard_expires_at: datetime | None
    expires_soon: bool
    imported_at: datetime | None
    is_importing: bool
    progress: tuple[Progress, ...]


SOON = timedelta(days=30)


def of(connection: Connection, now: datetime) -> Health:
    """The figures of ``connection``, as its row holds them."""
    lane = Lane.objects.filter(connection=connection).first()
    run = Run.objects.filter(connection=connection).order_by("-began_at", "-pk").first()
    minute = now.replace(second=0, microsecond=0)
    month = minute.replace(day=1, hour=0, minute=0)
    ends = [
        at
        for at in (connection.refresh_expires_at, connection.hard_expires_at)
        if at is not None
    ]
    return Health(
        state=connection.state,
        state_label=str(connection.get_state_display()),
        problem=connection.state_reason
        or (lane.error if lane else "")
        or refusals.sentence(connection),
        last_event_at=connection.last_hint_at,
        last_poll_at=connection.last_poll_at,
        next_poll_at=connection.next_poll_at,
        waiting=Hint.objects.filter(connection=connection).count(),
        calls_this_minute=queries.calls(connection, since=minute),
        calls_this_month=queries.calls(connection, since=month),
        access_expires_at=connection.access_expires_at,
        refresh_expires_at=connection.refresh_expires_at,
        hard_expires_at=connection.hard_expires_at,
        expires_soon=any(at - now < SOON for at in ends),
        imported_at=connection.imported_at,
        is_importing=run is not None and run.ended_at is None,
        progress=_progress(run),
    )


def _progress(run: Run | None) -> tuple[Progress, ...]:
    if run is None:
        return ()
    return tuple(
        Progress(
            part.stream,
            stream_label(part.stream),
            part.rows,
            part.ended_at is not None,
        )
        for part in run.streams.order_by("position")
    )

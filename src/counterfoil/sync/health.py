"""How a connection is doing, for its page in the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, TruncHour
from django.utils.translation import gettext as _

from counterfoil.connections.models import CallCount, Connection
from counterfoil.connections.ports import Limits, services
from counterfoil.connections.queries import Calls
from counterfoil.connections.wording import stream_label
from counterfoil.sync import endings, lag
from counterfoil.sync.endings import Ending
from counterfoil.sync.models import (
    Hint,
    Issue,
    IssueState,
    Lane,
    Outgoing,
    Run,
    RunKind,
    SyncHour,
)

HOURS = 24
HOUR = timedelta(hours=1)
NEARLY = 0.8  # of a limit: worth a warning


@dataclass(frozen=True)
class Progress:
    """How far one stream of an import is."""

    stream: str
    label: str
    rows: int
    is_done: bool


@dataclass(frozen=True)
class Hour:
    """What went on in one hour."""

    begins_at: datetime
    pulled: int = 0
    pushed: int = 0
    failed: int = 0
    polls: int = 0
    calls: Calls = field(default_factory=Calls)

    @property
    def tone(self) -> str:
        if self.failed:
            return "bad"
        if self.calls.refused:
            return "warn"
        return "good" if self.pulled or self.pushed else "quiet"

    @property
    def word(self) -> str:
        """What the colour says."""
        return {
            "bad": _("Failures"),
            "warn": _("Slowed down by the limit"),
            "good": _("In step"),
            "quiet": _("Nothing changed"),
        }[self.tone]


@dataclass(frozen=True)
class Waiting:
    """What is on its way, and what waits for a person."""

    incoming: int = 0
    outgoing: int = 0
    held: int = 0
    failing: int = 0


@dataclass(frozen=True)
class Used:
    """Calls against a limit; a limit of 0 is none."""

    calls: int
    limit: int

    @property
    def percent(self) -> int:
        return min(self.calls * 100 // self.limit, 100) if self.limit else 0

    @property
    def is_near(self) -> bool:
        return bool(self.limit) and self.calls >= self.limit * NEARLY


@dataclass(frozen=True)
class Health:
    """All figures of one connection at one moment."""

    state: str
    state_label: str
    problem: str
    last_event_at: datetime | None
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    waiting: Waiting
    calls_this_minute: Calls
    calls_this_month: Calls
    limits: Limits
    hours: tuple[Hour, ...]
    lag_median: timedelta | None
    lag_worst: timedelta | None
    lags: int
    access_expires_at: datetime | None
    endings: Sequence[Ending]
    warning: str
    imported_at: datetime | None
    is_importing: bool
    progress: tuple[Progress, ...]

    @property
    def minute(self) -> Used:
        """Calls of this minute against the limit of one."""
        calls = self.calls_this_minute
        return Used(calls.reads + calls.writes, self.limits.per_minute)

    @property
    def month(self) -> Used:
        """Metered reads of this month against what is free."""
        return Used(self.calls_this_month.reads, self.limits.reads_per_month)

    @property
    def totals(self) -> dict[str, int]:
        """Sums over the strip."""
        return {
            name: sum(getattr(hour, name) for hour in self.hours)
            for name in ("pulled", "pushed", "failed", "polls")
        }


def of(connection: Connection, now: datetime) -> Health:
    """The figures of ``connection``, as its row holds them."""
    lane = Lane.objects.filter(connection=connection).first()
    runs = Run.objects.filter(connection=connection, kind=RunKind.IMPORT)
    run = runs.order_by("-began_at", "-pk").first()
    calls = _calls(connection, now)
    rows = _hours(connection, now)
    lags = lag.added(row.lags for row in rows.values())
    ending = endings.next_warning(connection, now)
    return Health(
        state=connection.state,
        state_label=str(connection.get_state_display()),
        problem=connection.state_reason or (lane.error if lane else ""),
        last_event_at=connection.last_hint_at,
        last_poll_at=connection.last_poll_at,
        next_poll_at=connection.next_poll_at,
        waiting=_waiting(connection),
        calls_this_minute=calls.minute,
        calls_this_month=calls.month,
        limits=_limits(connection),
        hours=_strip(now, rows, calls.by_hour),
        lag_median=lag.quantile(lags, 0.5),
        lag_worst=lag.quantile(lags, 0.99),
        lags=sum(lags.values()),
        access_expires_at=connection.access_expires_at,
        endings=endings.of(connection, now),
        warning=endings.sentence(connection, ending) if ending else "",
        imported_at=connection.imported_at,
        is_importing=run is not None and run.ended_at is None,
        progress=_progress(run),
    )


def _limits(connection: Connection) -> Limits:
    service = services.get(connection.service)
    return service.limits() if service else Limits(0, 0, 0)


@dataclass(frozen=True)
class _Calls:
    by_hour: Mapping[datetime, Calls]
    month: Calls
    minute: Calls


def _calls(connection: Connection, now: datetime) -> _Calls:
    """Calls by hour since the month began, or since a day ago; and of this minute."""
    minute = now.replace(second=0, microsecond=0)
    month = minute.replace(day=1, hour=0, minute=0)
    rows = CallCount.objects.filter(
        connection=connection, minute__gte=min(month, _first_hour(now))
    )
    latest = Q(minute__gte=minute)
    by_hour, this_month, this_minute = {}, Calls(), Calls()
    kinds = ("reads", "writes", "refused")
    sums = {f"{kind}_then": Sum(kind) for kind in kinds}
    fresh = {f"{kind}_now": Sum(kind, filter=latest) for kind in kinds}
    hourly = rows.order_by().annotate(hour=TruncHour("minute", tzinfo=UTC))
    counted: Any = hourly.values("hour").annotate(**sums, **fresh)
    for row in counted:
        found = Calls(*(row[f"{kind}_then"] or 0 for kind in kinds))
        by_hour[row["hour"]] = found
        if row["hour"] >= month:
            this_month = _sum(this_month, found)
        this_minute = _sum(
            this_minute, Calls(*(row[f"{kind}_now"] or 0 for kind in kinds))
        )
    return _Calls(by_hour, this_month, this_minute)


def _sum(one: Calls, other: Calls) -> Calls:
    return Calls(
        one.reads + other.reads,
        one.writes + other.writes,
        one.refused + other.refused,
    )


def _first_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) - (HOURS - 1) * HOUR


def _hours(connection: Connection, now: datetime) -> dict[datetime, SyncHour]:
    rows = SyncHour.objects.filter(connection=connection, hour__gte=_first_hour(now))
    return {row.hour: row for row in rows}


def _strip(
    now: datetime,
    rows: Mapping[datetime, SyncHour],
    calls: Mapping[datetime, Calls],
) -> tuple[Hour, ...]:
    """One cell per hour, the oldest first, also where nothing happened."""
    cells = []
    for index in range(HOURS):
        begins_at = _first_hour(now) + index * HOUR
        row = rows.get(begins_at) or SyncHour()
        cells.append(
            Hour(
                begins_at,
                row.pulled,
                row.pushed,
                row.failed,
                row.polls,
                calls.get(begins_at, Calls()),
            )
        )
    return tuple(cells)


def _waiting(connection: Connection) -> Waiting:
    """What waits, counted in one query."""
    asked = (
        Hint.objects.all(),
        Outgoing.objects.filter(held=False),
        Outgoing.objects.filter(held=True),
        Issue.objects.filter(state=IssueState.OPEN),
    )
    counts = [
        Coalesce(
            Subquery(
                rows.filter(connection=OuterRef("pk"))
                .order_by()
                .values("connection")
                .annotate(n=Count("pk"))
                .values("n"),
                output_field=IntegerField(),
            ),
            0,
        )
        for rows in asked
    ]
    return Waiting(*Connection.objects.filter(pk=connection.pk).values_list(*counts)[0])


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

"""How far a run is: its parts, how fast they go, and how long it will take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.connections import queries
from counterfoil.connections.queries import Calls
from counterfoil.connections.wording import stream_label
from counterfoil.sync.models import Run, RunState, StreamRun
from counterfoil.sync.runs.claiming import SPAN_SECONDS

RECENT = timedelta(seconds=60)


@dataclass(frozen=True)
class PartProgress:
    """One part: ``state`` is waiting, running, resting, done or failed.

    ``expected`` is ``None`` while nobody knows how many rows there are.
    """

    name: str
    label: str
    rows: int
    expected: int | None
    changed: int
    created: int
    failed: int
    state: str
    error: str

    @property
    def is_done(self) -> bool:
        return self.state == "done"

    @property
    def share(self) -> float | None:
        """From 0 to 1; ``None`` where it cannot be known."""
        if self.is_done:
            return 1.0
        if self.expected is None:
            return None
        return min(self.rows / self.expected, 1.0) if self.expected else 0.0


@dataclass(frozen=True)
class Progress:
    """A run at one moment. ``rate`` is rows a second over the last minute."""

    state: str
    parts: tuple[PartProgress, ...]
    rows: int
    expected: int | None
    changed: int
    created: int
    failed: int
    rate: float
    left: timedelta | None
    calls: Calls
    problem: str

    @property
    def share(self) -> float | None:
        """From 0 to 1; ``None`` where it cannot be known."""
        if self.expected is None:
            return None
        return min(self.rows / self.expected, 1.0) if self.expected else 1.0


def of(run: Run, now: datetime) -> Progress:
    """The progress of ``run``, in two statements."""
    rows = list(run.streams.order_by("position"))
    parts = tuple(_part(each, rows, now) for each in rows)
    done = sum(each.rows for each in parts)
    expected = _expected(parts)
    rate = (
        _rate(rows, now) if run.state == RunState.RUNNING and not run.ended_at else 0.0
    )
    left = None
    if rate and expected is not None:
        left = timedelta(seconds=round(max(expected - done, 0) / rate))
    until = run.ended_at or run.stopped_at
    return Progress(
        state=run.state,
        parts=parts,
        rows=done,
        expected=expected,
        changed=sum(each.changed for each in parts),
        created=sum(each.created for each in parts),
        failed=sum(each.failed for each in parts),
        rate=rate,
        left=left,
        calls=queries.calls(run.connection, since=_minute(run.began_at), until=until),
        problem=next((each.error for each in parts if each.error), ""),
    )


def counts(run: Run) -> dict[str, int]:
    """Sums over the parts of a run, for good."""
    rows = list(run.streams.all())
    return {
        "rows": sum(each.rows for each in rows),
        "changed": sum(each.changed for each in rows),
        "created": sum(each.created for each in rows),
        "failed": sum(each.failed for each in rows),
        "given_up": sum(bool(each.error) for each in rows),
    }


def _part(part: StreamRun, parts: Iterable[StreamRun], now: datetime) -> PartProgress:
    return PartProgress(
        name=part.stream,
        label=stream_label(part.stream),
        rows=part.rows,
        expected=part.expected,
        changed=part.changed,
        created=part.created,
        failed=part.failed,
        state=_state(part, parts, now),
        error=part.error,
    )


def _state(part: StreamRun, parts: Iterable[StreamRun], now: datetime) -> str:
    if part.ended_at is not None:
        return "failed" if part.error else "done"
    unfinished = {each.stream for each in parts if each.ended_at is None}
    if unfinished & set(part.waits_for) or part.began_at is None:
        return "waiting"
    if part.resume_at is not None and part.resume_at > now:
        return "resting"
    return "running"


def _expected(parts: Iterable[PartProgress]) -> int | None:
    """How many rows there are in all; what was read counts where nothing was foretold."""
    total = 0
    for part in parts:
        if part.is_done:
            total += part.rows
        elif part.expected is None:
            return None
        else:
            total += max(part.expected, part.rows)
    return total


def _rate(parts: Iterable[StreamRun], now: datetime) -> float:
    """By the spans of the last minute, from when the work in them began."""
    since = now - RECENT
    spans: list[tuple[int, int]] = [
        (int(at), int(rows))
        for part in parts
        for at, rows in part.pace
        if at + SPAN_SECONDS > since.timestamp()
    ]
    if not spans:
        return 0.0
    began = min(
        (part.began_at for part in parts if part.began_at is not None), default=since
    )
    first = max(float(min(at for at, _rows in spans)), began.timestamp())
    seconds = max(now.timestamp() - first, 1.0)
    return sum(rows for _at, rows in spans) / seconds


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)

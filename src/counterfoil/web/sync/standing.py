"""How each object of sync is doing at a connection, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from counterfoil.connections.models import Connection, Link
from counterfoil.sync import choices
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import (
    Conflict,
    Issue,
    IssueState,
    Outgoing,
    Proposal,
    ProposalState,
    Review,
    Run,
    StreamRun,
)
from counterfoil.web.sync.objects import Synced, synced
from counterfoil.web.sync.runs import title_of
from counterfoil.web.sync.wording import DIRECTION

OPEN = (ProposalState.COUNTING, ProposalState.READY)


@dataclass(frozen=True)
class Row:
    """One object; ``proposal`` is a change of its settings that waits for a yes."""

    object: Synced
    settings: Settings
    linked: int = 0
    waiting: int = 0
    held: int = 0
    conflicts: int = 0
    reviews: int = 0
    issues: int = 0
    last_at: datetime | None = None
    proposal: int | None = None

    @property
    def direction(self) -> str:
        return str(DIRECTION[self.settings.direction].label)


@dataclass(frozen=True)
class Standing:
    """All rows, and the run that is going on, if any."""

    rows: tuple[Row, ...]
    run: Run | None
    running: str


def of(connection: Connection, *, now: datetime) -> Standing:
    """The standing of every object of ``connection``."""
    found = synced(connection)
    chosen = choices.all_of(connection)
    by_kind = {(each.stream, each.object_type): each.name for each in found.values()}
    figures = _figures(connection, by_kind)
    waiting = _outgoing(connection)
    read = _read(connection)
    proposals = _proposals(connection)
    rows = tuple(
        Row(
            each,
            chosen[name],
            waiting=waiting.get((name, False), 0),
            held=waiting.get((name, True), 0),
            last_at=_latest(connection, read.get(each.stream)),
            proposal=proposals.get(name),
            **{kind: counts.get(name, 0) for kind, counts in figures.items()},
        )
        for name, each in found.items()
    )
    run = (
        Run.objects.filter(connection=connection, ended_at=None).order_by("pk").first()
    )
    return Standing(rows, run, title_of(run, connection) if run else "")


def _figures(
    connection: Connection, by_kind: Mapping[tuple[str, str], str]
) -> dict[str, dict[str, int]]:
    links = Link.objects.filter(connection=connection)
    conflicts = Conflict.objects.filter(connection=connection, resolved_at=None)
    reviews = Review.objects.filter(connection=connection, answered_at=None)
    issues = Issue.objects.filter(connection=connection, state=IssueState.OPEN)
    return {
        "linked": _by_kind(links, "", by_kind),
        "conflicts": _by_kind(conflicts, "link__", by_kind),
        "reviews": dict(_grouped(reviews, "name")),
        "issues": _issues(issues, by_kind),
    }


def _by_kind(
    rows: QuerySet[Link] | QuerySet[Conflict],
    prefix: str,
    by_kind: Mapping[tuple[str, str], str],
) -> dict[str, int]:
    names = (f"{prefix}stream", f"{prefix}object_type")
    counted = rows.order_by().values_list(*names).annotate(n=Count("pk"))
    return {
        by_kind[stream, object_type]: count
        for stream, object_type, count in counted
        if (stream, object_type) in by_kind
    }


def _grouped(rows: QuerySet[Review], by: str) -> list[tuple[str, int]]:
    return list(rows.order_by().values_list(by).annotate(n=Count("pk")))


def _issues(
    rows: QuerySet[Issue], by_kind: Mapping[tuple[str, str], str]
) -> dict[str, int]:
    """By the object's name; an issue of a whole stream counts for its first object."""
    first: dict[str, str] = {}
    for (stream, _object_type), name in by_kind.items():
        first.setdefault(stream, name)
    found: dict[str, int] = {}
    counted = rows.order_by().values_list("name", "stream").annotate(n=Count("pk"))
    for name, stream, count in counted:
        owner = name or first.get(stream, "")
        found[owner] = found.get(owner, 0) + count
    return found


def _outgoing(connection: Connection) -> dict[tuple[str, bool], int]:
    rows = Outgoing.objects.filter(connection=connection).order_by()
    counted = rows.values_list("name", "held").annotate(n=Count("pk"))
    return {(name, held): count for name, held, count in counted}


def _read(connection: Connection) -> dict[str, datetime]:
    """When each stream was last read to its end."""
    rows = StreamRun.objects.filter(run__connection=connection, ended_at__isnull=False)
    return dict(rows.order_by().values_list("stream").annotate(at=Max("ended_at")))


def _latest(connection: Connection, read: datetime | None) -> datetime | None:
    """A check for changes brings all objects into step, a full read one of them."""
    times = [at for at in (read, connection.last_poll_at) if at is not None]
    return max(times, default=None)


def _proposals(connection: Connection) -> dict[str, int]:
    rows = Proposal.objects.filter(connection=connection, state__in=OPEN)
    return dict(rows.order_by("pk").values_list("name", "pk"))

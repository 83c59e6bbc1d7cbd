"""How each object of sync is doing at a connection, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, QuerySet, TextField, Value
from django.db.models.functions import Cast

from counterfoil.connections.models import Connection, Link
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import (
    UNSETTLED,
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
from counterfoil.sync.settings import choices
from counterfoil.web.sync.objects import Synced, synced
from counterfoil.web.sync.runs import title_of
from counterfoil.web.sync.wording import DIRECTION

KINDS = ("linked", "waiting", "held", "conflicts", "reviews", "issues")
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
    waiting: Mapping[str, int]  # for a person, by kind


def of(connection: Connection) -> Standing:
    """The standing of every object of ``connection``."""
    found = synced(connection)
    chosen = choices.all_of(connection)
    figures = _figures(connection, found)
    read = _read(connection)
    proposals = _proposals(connection)
    rows = tuple(
        Row(
            each,
            chosen[name],
            last_at=_latest(connection, read.get(each.stream)),
            proposal=proposals.get(name),
            **{kind: counts.get(name, 0) for kind, counts in figures.items()},
        )
        for name, each in found.items()
    )
    runs = Run.objects.filter(connection=connection, ended_at=None).order_by("pk")
    run = runs.first()
    return Standing(
        rows,
        run,
        title_of(run, connection) if run else "",
        {
            kind: sum(figures[kind].values())
            for kind in ("reviews", "conflicts", "issues")
        },
    )


def _figures(
    connection: Connection, objects: Mapping[str, Synced]
) -> dict[str, dict[str, int]]:
    """Counts by kind and by the object's name, in one query."""
    mine = {"connection": connection}
    about = (F("stream"), F("object_type"))
    named = (F("name"), F("stream"), F("object_type"))
    waiting = (F("name"), Value(""), F("object_type"))
    counted = [
        _counted(Link.objects.filter(**mine), "linked", Value(""), *about),
        _counted(
            Conflict.objects.filter(UNSETTLED, **mine),
            "conflicts",
            Value(""),
            *about,
        ),
        _counted(Review.objects.filter(**mine, answered_at=None), "reviews", *named),
        _counted(Issue.objects.filter(**mine, state=IssueState.OPEN), "issues", *named),
        _counted(Outgoing.objects.filter(**mine, held=False), "waiting", *waiting),
        _counted(Outgoing.objects.filter(**mine, held=True), "held", *waiting),
    ]
    figures: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    by_kind = {(each.stream, each.object_type): each.name for each in objects.values()}
    first: dict[str, str] = {}
    for each in objects.values():
        first.setdefault(each.stream, each.name)
    for kind, name, stream, object_type, count in counted[0].union(
        *counted[1:], all=True
    ):
        owner = name or by_kind.get((stream, object_type)) or first.get(stream, "")
        figures[kind][owner] = figures[kind].get(owner, 0) + count
    return figures


def _counted(rows: QuerySet[Any], kind: str, *by: Any) -> QuerySet[Any]:
    """Rows of kind, name, stream, object type and count."""
    named = dict(zip(("a", "b", "c"), by, strict=True))
    grouped = rows.order_by().values(
        kind=Value(kind), **{key: _text(each) for key, each in named.items()}
    )
    counted: QuerySet[Any] = grouped.annotate(n=Count("pk"))
    return counted.values_list("kind", "a", "b", "c", "n")


def _text(expression: Any) -> Cast:
    return Cast(expression, TextField())


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

"""What sync asks of people in a workspace, for the count that is always in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.events import dispatch
from counterfoil.sync import endings
from counterfoil.sync.models import UNSETTLED, Conflict, Issue, IssueState, Review
from counterfoil.web import followups
from counterfoil.web.followups import Followup
from counterfoil.web.heldback import HeldBack, held_back, held_rows
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Company:
    """What waits at one connection; ``warning`` says that its key ends soon."""

    connection: Connection
    reviews: int
    conflicts: int
    issues: int
    warning: str
    held: HeldBack

    @property
    def is_waiting(self) -> bool:
        asked = self.reviews or self.conflicts or self.issues
        return bool(asked or self.warning or not self.held.is_empty)


@dataclass(frozen=True)
class Waiting:
    """All companies at which something waits, and what was given up.

    ``dead`` are the connections that nothing comes over until a person renews them.
    """

    companies: Sequence[Company]
    dead: Sequence[Connection]
    followups: Sequence[Followup]


def arms(workspace: Workspace) -> list[QuerySet[Any, Any]]:
    """The rows that wait, one query set per kind, for a union of their keys."""
    rows: list[QuerySet[Any, Any]] = [
        each.filter(connection__in=_in_use(workspace)).values("pk")
        for each in _open().values()
    ]
    held = held_rows(_in_use(workspace))
    return [*rows, *held, dispatch.given_up(workspace).values("pk")]


def ending(workspace: Workspace, now: datetime) -> Q:
    """The connections whose key ends within the first warning."""
    until = now + endings.STEPS[-1] * endings.DAY
    soon = Q(refresh_expires_at__lte=until) | Q(hard_expires_at__lte=until)
    return soon & Q(state=ConnectionState.ACTIVE, workspace=workspace)


def of(workspace: Workspace, now: datetime) -> Waiting:
    """Counts per company, what is held there, and what was given up: four queries."""
    rows = _in_use(workspace).order_by("name", "id")
    counted = rows.annotate(**{name: _count(each) for name, each in _open().items()})
    held = held_back(list(counted))
    companies = [_company(each, held[each.pk], now) for each in counted]
    return Waiting(
        [each for each in companies if each.is_waiting],
        [each for each in counted if each.state == ConnectionState.RECONNECT],
        followups.of(workspace),
    )


def _company(connection: Any, held: HeldBack, now: datetime) -> Company:
    found = endings.next_warning(connection, now)
    return Company(
        connection,
        connection.reviews_open,
        connection.conflicts_open,
        connection.issues_open,
        endings.sentence(connection, found) if found else "",
        held,
    )


def _in_use(workspace: Workspace) -> QuerySet[Connection]:
    rows = Connection.objects.filter(workspace=workspace)
    return rows.exclude(state=ConnectionState.DISCONNECTED)


def _open() -> dict[str, QuerySet[Any]]:
    return {
        "reviews_open": Review.objects.filter(answered_at=None),
        "conflicts_open": Conflict.objects.filter(UNSETTLED),
        "issues_open": Issue.objects.filter(state=IssueState.OPEN),
    }


def _count(rows: QuerySet[Any]) -> Coalesce:
    mine = rows.filter(connection=OuterRef("pk")).order_by().values("connection")
    count = Subquery(mine.annotate(n=Count("pk")).values("n"))
    return Coalesce(count, 0, output_field=IntegerField())

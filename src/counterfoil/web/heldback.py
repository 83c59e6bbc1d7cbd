"""What sync keeps back until a person says yes: changes on their way out, and runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Min, QuerySet

from counterfoil.connections.models import Connection
from counterfoil.sync.models import Outgoing, Run, RunState
from counterfoil.sync.outgoing import holding
from counterfoil.sync.ports import pairings


@dataclass(frozen=True)
class Held:
    """Changes of one object of sync that wait for a yes to go out."""

    name: str
    label: str
    count: int


@dataclass
class HeldBack:
    """What is kept back at one connection."""

    changes: list[Held] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.runs)


def held_rows(connections: QuerySet[Connection]) -> list[QuerySet[Any, Any]]:
    """A row for each object with held changes, and for each held run."""
    changes = Outgoing.objects.filter(connection__in=connections, held=True).order_by()
    return [
        changes.values("connection", "name").annotate(first=Min("pk")).values("first"),
        _runs(connections).values("pk"),
    ]


def held_back(connections: Sequence[Connection]) -> defaultdict[int, HeldBack]:
    """What is kept back, by connection: two queries."""
    found: defaultdict[int, HeldBack] = defaultdict(HeldBack)
    services = {each.pk: each.service for each in connections}
    for each in holding.held(*connections):
        label = _label(services[each.connection], each.name)
        found[each.connection].changes.append(Held(each.name, label, each.count))
    for run in _runs(connections).order_by("pk"):
        found[run.connection_id].runs.append(run)
    return found


def _runs(
    connections: QuerySet[Connection] | Sequence[Connection],
) -> QuerySet[Run]:
    """Runs that stopped before they changed too much."""
    return Run.objects.filter(
        connection__in=connections, state=RunState.HELD, ended_at=None
    )


def _label(service: str, name: str) -> str:
    """What people call an object of sync."""
    pairing = pairings.get(f"{service}.{name}")
    return str(pairing.label) if pairing is not None else name

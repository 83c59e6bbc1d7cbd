"""Ours beside theirs: counts and sums of what was created, published per company."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import Count

from counterfoil.connections.models import Connection
from counterfoil.posting.models import Finding, Gate, Intent, Problem
from counterfoil.posting.ports import Marked, Receipt
from counterfoil.posting.state import EXISTING
from counterfoil.workspaces.models import Workspace

CENT = Decimal("0.01")


@dataclass
class Sum:
    """How many, and how much."""

    count: int = 0
    total: Decimal = Decimal(0)

    def add(self, total: Decimal | None) -> None:
        self.count += 1
        self.total += total or Decimal(0)


Sums = defaultdict[tuple[str, str], Sum]


@dataclass(frozen=True)
class Day:
    """A day and kind on which both sides differ."""

    day: date
    kind: str
    ours: Sum
    theirs: Sum


@dataclass(frozen=True)
class Published:
    """What the last comparison with a company's books said, and what sweeps found.

    ``difference`` is 0.00 when all agrees and ``None`` before the first comparison; it
    adds up amounts of any currency, so it measures agreement, not money. ``changed``
    is how many of our documents people have changed there since, which is their right.
    ``found`` counts what nobody has settled, by ``Problem``.
    """

    connection: Connection
    compared_at: datetime | None
    since: datetime | None
    difference: Decimal | None
    days: Sequence[Day]
    changed: int
    found: dict[str, int]
    swept_until: datetime | None
    error: str


def compare(connection: Connection, seen: Marked, since: datetime) -> dict[str, object]:
    """Ours beside theirs since ``since``, by day (UTC) and kind, to be kept as JSON.

    What people have changed there since it was created counts with what was created;
    what was deleted there, and told as such, does not count.
    """
    ours, created = _ours(connection, seen, since)
    theirs: Sums = defaultdict(Sum)
    changed = 0
    for day, kind, receipt in _since(seen, since):
        version, total = created.get((kind, receipt.remote_id), ("", None))
        is_changed = bool(version) and version != receipt.version
        changed += is_changed
        theirs[day, kind].add(total if is_changed else receipt.expectation.total)
    differing = [key for key in sorted({*ours, *theirs}) if ours[key] != theirs[key]]
    difference = sum(
        (abs(ours[key].total - theirs[key].total) for key in differing), Decimal(0)
    )
    return {
        "since": since.isoformat(),
        "difference": str(difference.quantize(CENT)),
        "changed": changed,
        "days": [
            {
                "day": day,
                "kind": kind,
                "ours": _packed(ours[day, kind]),
                "theirs": _packed(theirs[day, kind]),
            }
            for day, kind in differing
        ],
    }


def published(workspace: Workspace) -> list[Published]:
    """For a page: every company of the workspace that documents were sent to."""
    gates = Gate.objects.filter(connection__workspace=workspace)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = (
        Finding.objects.filter(connection__workspace=workspace, resolved_at=None)
        .values_list("connection", "problem")
        .annotate(count=Count("id"))
    )
    for connection_id, problem, count in rows:
        found[connection_id][problem] = count
    return [
        _published(gate, dict(found[gate.pk]))
        for gate in gates.select_related("connection").order_by("connection__name")
    ]


def _ours(
    connection: Connection, seen: Marked, since: datetime
) -> tuple[Sums, dict[tuple[str, str], tuple[str, Decimal | None]]]:
    """The sums, and version and total of each document as it was created."""
    sums: Sums = defaultdict(Sum)
    created = {}
    rows = (
        Intent.objects.filter(
            connection=connection,
            kind__in=list(seen.found),
            state__in=EXISTING,
            remote_created_at__gte=since,
        )
        .exclude(findings__problem=Problem.DELETED)
        .values_list("kind", "remote_id", "version", "remote_created_at", "total")
    )
    for kind, remote_id, version, created_at, total in rows:
        if created_at is not None:
            day = created_at.astimezone(UTC).date().isoformat()
            sums[day, kind].add(total)
            created[kind, remote_id] = (version, total)
    return sums, created


def _published(gate: Gate, found: dict[str, int]) -> Published:
    held = gate.comparison
    difference, since = held.get("difference"), held.get("since")
    return Published(
        connection=gate.connection,
        compared_at=gate.compared_at,
        since=datetime.fromisoformat(since) if since else None,
        difference=None if difference is None else Decimal(difference),
        days=[
            Day(
                day=date.fromisoformat(each["day"]),
                kind=each["kind"],
                ours=_unpacked(each["ours"]),
                theirs=_unpacked(each["theirs"]),
            )
            for each in held.get("days", [])
        ],
        changed=int(held.get("changed", 0)),
        found=found,
        swept_until=gate.swept_until,
        error=gate.sweep_error,
    )


def _since(seen: Marked, since: datetime) -> list[tuple[str, str, Receipt]]:
    """What was created since, with its day by UTC and its kind."""
    return [
        (receipt.created_at.astimezone(UTC).date().isoformat(), kind, receipt)
        for kind, receipts in seen.found.items()
        for receipt in receipts
        if receipt.created_at is not None and receipt.created_at >= since
    ]


def _packed(held: Sum) -> dict[str, object]:
    return {"count": held.count, "total": str(held.total)}


def _unpacked(held: dict[str, str]) -> Sum:
    return Sum(int(held["count"]), Decimal(held["total"]))

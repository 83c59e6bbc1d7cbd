"""The last line of defence: reading the books for what must never be.

Hourly, per company: everything of ours that has changed since the last sweep. Daily:
counts and sums per day and kind, ours beside theirs. Nothing is ever voided or deleted
by this; a person is told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db import transaction
from django.db.models import Q

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import CounterfoilError
from counterfoil.posting import sightings
from counterfoil.posting.documents import KINDS
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Gate, Intent
from counterfoil.posting.ports import Marked, books
from counterfoil.posting.state import EXISTING

FIRST_SWEEP = timedelta(days=35)
COMPARED_DAYS = timedelta(days=35)
MARGIN = timedelta(minutes=10)

log = structlog.get_logger()


@dataclass
class _Sum:
    """How many, and how much."""

    count: int = 0
    total: Decimal = Decimal(0)

    def add(self, total: Decimal | None) -> None:
        self.count += 1
        self.total += total or Decimal(0)


def sweep_due(now: datetime, limits: Limits) -> int:
    """Sweep every company whose turn has come; returns how many were swept."""
    swept = 0
    while (gate := _claim(now, limits)) is not None:
        swept += _sweep(gate, now, limits)
    return swept


def compare(connection: Connection, seen: Marked, since: datetime) -> dict[str, object]:
    """Ours beside theirs since ``since``: counts and sums by day (UTC) and kind.

    ``difference`` is the sum of what differs, 0.00 when all agrees; amounts are in each
    document's own currency, so the figure is a measure of agreement, not of money.
    """
    ours: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    theirs: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    rows = Intent.objects.filter(
        connection=connection,
        kind__in=list(seen.found),
        state__in=EXISTING,
        remote_created_at__gte=since,
    ).values_list("kind", "remote_created_at", "total")
    for kind, created_at, total in rows:
        if created_at is None:
            continue
        ours[created_at.date().isoformat(), kind].add(total)
    for kind, receipts in seen.found.items():
        for receipt in receipts:
            if receipt.created_at is not None and receipt.created_at >= since:
                day = receipt.created_at.date().isoformat()
                theirs[day, kind].add(receipt.expectation.total)
    days = []
    difference = Decimal(0)
    for day, kind in sorted({*ours, *theirs}):
        mine, others = ours[day, kind], theirs[day, kind]
        difference += abs(mine.total - others.total)
        if mine != others:
            days.append(
                {
                    "day": day,
                    "kind": kind,
                    "ours": {"count": mine.count, "total": str(mine.total)},
                    "theirs": {"count": others.count, "total": str(others.total)},
                }
            )
    return {
        "since": since.isoformat(),
        "difference": str(difference.quantize(Decimal("0.01"))),
        "days": days,
    }


@transaction.atomic
def _claim(now: datetime, limits: Limits) -> Gate | None:
    gate = (
        Gate.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("connection")
        .filter(
            Q(next_sweep_at=None) | Q(next_sweep_at__lte=now),
            Q(leased_until=None) | Q(leased_until__lte=now),
            connection__state=ConnectionState.ACTIVE,
        )
        .order_by("next_sweep_at")
        .first()
    )
    if gate is not None:
        gate.lease_epoch += 1
        gate.leased_until = now + limits.lease
        gate.save(update_fields=["lease_epoch", "leased_until"])
    return gate


def _sweep(gate: Gate, now: datetime, limits: Limits) -> int:
    connection = gate.connection
    is_daily = gate.compared_at is None or now - gate.compared_at >= (
        limits.compare_every
    )
    since = now - FIRST_SWEEP if gate.swept_until is None else gate.swept_until - MARGIN
    if is_daily:
        since = min(since, now - COMPARED_DAYS)
    try:
        seen = books[connection.service].open(connection).marked_since(KINDS, since)
    except (CounterfoilError, OSError) as error:
        _finish(gate, {"sweep_error": str(error)}, now + limits.sweep_every / 4)
        log.warning("posting_sweep_failed", connection=connection.pk, error=str(error))
        return 0
    columns: dict[str, object] = {"swept_until": seen.until or now, "sweep_error": ""}
    if is_daily:
        columns["compared_at"] = now
        columns["comparison"] = compare(connection, seen, now - COMPARED_DAYS)
    with transaction.atomic():
        for kind, receipts in seen.found.items():
            sightings.record(connection, kind, receipts, now)
        for kind, remote_ids in seen.deleted.items():
            sightings.record_deleted(connection, kind, remote_ids, now)
        _finish(gate, columns, now + limits.sweep_every)
    return 1


def _finish(gate: Gate, columns: dict[str, object], next_at: datetime) -> None:
    Gate.objects.filter(pk=gate.pk, lease_epoch=gate.lease_epoch).update(
        leased_until=None, next_sweep_at=next_at, **columns
    )

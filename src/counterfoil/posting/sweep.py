"""The last line of defence: reading the books for what must never be.

Hourly, per company: everything of ours that has changed since the last sweep. Daily:
counts and sums per day and kind, ours beside theirs. Nothing is ever voided or deleted
by this; a person is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from counterfoil.connections.models import ConnectionState
from counterfoil.core.errors import CounterfoilError, Retryable
from counterfoil.posting import agreement, recovery, sightings
from counterfoil.posting.documents import KINDS
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Gate
from counterfoil.posting.ports import books
from counterfoil.workspaces.language import spoken

FIRST_SWEEP = timedelta(days=35)
COMPARED_DAYS = timedelta(days=35)
MARGIN = timedelta(minutes=10)

log = structlog.get_logger()


def sweep_due(now: datetime, limits: Limits) -> int:
    """Sweep every company whose turn has come; returns how many were swept."""
    swept = 0
    while (gate := _claim(now, limits)) is not None:
        with spoken(gate.connection.workspace):
            swept += _sweep(gate, now, limits)
    return swept


@transaction.atomic
def _claim(now: datetime, limits: Limits) -> Gate | None:
    gate = (
        Gate.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("connection__workspace")
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
        _finish(gate, {"sweep_error": str(error)}, now + _wait(error, limits))
        log.warning("posting_sweep_failed", connection=connection.pk, error=str(error))
        return 0
    columns: dict[str, object] = {"swept_until": seen.until or now, "sweep_error": ""}
    with transaction.atomic():
        for kind, receipts in seen.found.items():
            sightings.record(connection, kind, receipts, now)
        for kind, remote_ids in seen.deleted.items():
            sightings.record_deleted(connection, kind, remote_ids, now)
        if is_daily:
            since = now - COMPARED_DAYS
            columns["compared_at"] = now
            columns["comparison"] = agreement.compare(connection, seen, since)
        if _finish(gate, columns, now + limits.sweep_every):
            recovery.recovered(gate, now)
    return 1


def _wait(error: Exception, limits: Limits) -> timedelta:
    """A quarter of the usual time, or what the service asks for if that is less."""
    most = limits.sweep_every / 4
    asked = error.after if isinstance(error, Retryable) else None
    return min(most, max(asked or most, limits.sweep_every / 60))


def _finish(gate: Gate, columns: dict[str, object], next_at: datetime) -> int:
    """Keep what came of it, unless it is another's turn or the company is held since."""
    mine = Gate.objects.filter(pk=gate.pk, lease_epoch=gate.lease_epoch)
    return mine.update(leased_until=None, next_sweep_at=next_at, **columns)

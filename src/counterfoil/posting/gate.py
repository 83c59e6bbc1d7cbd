"""The gate of a company: its circuit breaker, and how far its clock is ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from counterfoil.posting.limits import Limits
from counterfoil.posting.models import ActAttempt, Attempt, AttemptOutcome, Gate

# Less is noise: answers take a moment, and lookups reach back much farther anyway.
CLOCK_NOISE = timedelta(seconds=2)
ASKED_AGAIN = timedelta(minutes=1)

log = structlog.get_logger()


def locked(connection_id: int, *, skip: bool = False) -> Gate | None:
    """The gate's row, locked; ``None`` when another has it and ``skip`` is wanted."""
    rows = Gate.objects.select_for_update(skip_locked=skip)
    return rows.filter(connection_id=connection_id).first()


def held_until(gate: Gate, now: datetime) -> datetime | None:
    """Until when nothing may be sent; ``None`` while the breaker is closed.

    After a restore nobody knows when: it is asked again in a moment.
    """
    if gate.recovery:
        return now + ASKED_AGAIN
    if gate.open_until is not None and gate.open_until > now:
        return gate.open_until
    return None


def holds(connection_id: int, now: datetime) -> datetime | None:
    """The same, asked without a lock."""
    gate = Gate.objects.filter(connection_id=connection_id).first()
    return held_until(gate, now) if gate else None


@transaction.atomic
def note_unclear(connection_id: int, now: datetime, limits: Limits) -> bool:
    """Open the breaker when too much has become unclear lately; whether it did.

    Workers of ours that were killed are no incident at the books, and do not count.
    """
    gate = locked(connection_id)
    if gate is None or held_until(gate, now) is not None:
        return False
    since = now - limits.breaker_window
    if gate.open_until is not None:
        since = max(since, gate.open_until)
    lately = {"outcome": AttemptOutcome.UNCLEAR, "finished_at__gt": since}
    unclear = (
        Attempt.objects.filter(intent__connection=connection_id, **lately).count()
        + ActAttempt.objects.filter(act__connection=connection_id, **lately).count()
    )
    if unclear < limits.breaker_unknowns:
        return False
    gate.opened_at, gate.open_until = now, now + limits.breaker_hold
    gate.save(update_fields=["opened_at", "open_until"])
    log.warning("posting_breaker_opened", connection=connection_id, unclear=unclear)
    return True


def note_clock(
    connection_id: int, provider_time: datetime | None, now: datetime
) -> None:
    """Remember how far the other side's clock is ahead of ours."""
    if provider_time is None:
        return
    gate = Gate.objects.filter(connection_id=connection_id).first()
    if gate is None:
        return
    ahead = provider_time - now
    if abs(ahead - (gate.clock_ahead or timedelta())) > CLOCK_NOISE:
        Gate.objects.filter(pk=gate.pk).update(clock_ahead=ahead)


def their_time(connection_id: int, moment: datetime) -> datetime:
    """A moment of ours by the other side's clock."""
    gate = Gate.objects.filter(connection_id=connection_id).first()
    return moment + ((gate.clock_ahead if gate else None) or timedelta())

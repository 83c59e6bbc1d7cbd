"""Taking turns: what documents and acts share on their way to a company.

Both are rows with a lease. A claim is a lease with a new epoch; whoever held the row
before can settle nothing any more. All counting is done under the lock of the company's
gate, and what is on its way of either counts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Rejected
from counterfoil.events.wake import wake
from counterfoil.posting import gate, recovery, standing
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Act, AttemptOutcome, Gate, Intent, Tried
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.ports import Found, Receipt
from counterfoil.posting.state import Standing, State, lapsed, leased

RESCUES_AT_ONCE = 100

Row = TypeVar("Row", Intent, Act)

log = structlog.get_logger()


def due(model: type[Row], state: State, now: datetime) -> QuerySet[Row]:
    """What waits in a state, is due, and is nobody's at the moment."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return model._default_manager.filter(
        free,
        state=state,
        next_at__lte=now,
        connection__state=ConnectionState.ACTIVE,
    )


def in_flight(model: type[Row], connection_id: int, now: datetime) -> QuerySet[Row]:
    """What is being sent, or is about to be."""
    held = Q(state=State.INTENDED, leased_until__gt=now)
    return model._default_manager.filter(
        Q(state=State.SENDING) | held, connection_id=connection_id
    )


def writes(connection_id: int, now: datetime) -> int:
    """How much is on its way to a company."""
    documents = in_flight(Intent, connection_id, now).count()
    return documents + in_flight(Act, connection_id, now).count()


def companies(waiting: QuerySet[Any], now: datetime) -> list[int]:
    """Where something waits and may be sent, those served longest ago first."""
    gates = (
        Gate.objects.filter(connection_id__in=waiting.values("connection_id"))
        .filter(Q(open_until=None) | Q(open_until__lte=now), recovery="")
        .order_by(F("served_at").asc(nulls_first=True))
    )
    return list(gates.values_list("connection_id", flat=True))


def is_open(connection_id: int, now: datetime, limits: Limits) -> bool:
    """Whether the company takes one more just now; its gate is then locked."""
    company = gate.locked(connection_id, skip=True)
    if company is None or gate.held_until(company, now) is not None:
        return False
    return writes(connection_id, now) < limits.writes_at_once


def take(
    row: Intent | Act, now: datetime, limits: Limits, **columns: object
) -> Standing:
    """Claim a row; what a lost worker had begun with it is not under way any more."""
    before = standing.of(row)
    held = leased(before, now, limits)
    standing.keep(row, before, held, **columns)
    if before.leased_until is not None:
        _close_lapsed(row, now)
    return held


@transaction.atomic
def rescue(model: type[Row], now: datetime) -> int:
    """What a lost worker was sending is unknown now; returns how much there was."""
    rows = (
        model._default_manager.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.SENDING, leased_until__lte=now)
        .order_by("leased_until")[:RESCUES_AT_ONCE]
    )
    lost = list(rows)
    for row in lost:
        before = standing.of(row)
        standing.keep(row, before, lapsed(before, now))
        _close_lapsed(row, now)
        log.warning("posting_rescued", row=str(row.pk), rescues=row.rescues)
    return len(lost)


def may_begin(
    row: Intent | Act,
    before: Standing,
    *,
    now: datetime,
    limits: Limits,
    has_room: Callable[[], bool],
) -> bool:
    """The last look before sending, in the transaction that commits ``sending``.

    When it may not be sent just now it is due again in a moment. Raises ``LeaseLost``,
    or ``Rejected`` when the connection is another company's by now.
    """
    company = gate.locked(row.connection_id)
    connection = Connection.objects.get(pk=row.connection_id)
    require_company(row, connection)
    hold = gate.held_until(company, now) if company else None
    if hold or not connection.is_active or not has_room():
        _put_back(row, before, hold or now + limits.backoff_first)
        return False
    if not recovery.counted():
        _put_back(row, before, now + gate.ASKED_AGAIN)
        return False
    return True


def require_company(row: Intent | Act, connection: Connection) -> None:
    """It is still the company that this was meant for."""
    wanted = (row.account, row.environment)
    if (connection.account, connection.environment) != wanted:
        raise Rejected(
            f"This was meant for company {row.account}, which is not connected.",
            code="another_company",
        )


def close(
    attempt: Tried,
    outcome: AttemptOutcome,
    said: Receipt | Found | Exception,
    now: datetime,
) -> None:
    """Write down how an attempt ended."""
    attempt.outcome, attempt.finished_at = outcome, now
    attempt.message = str(said)[:4000] if isinstance(said, Exception) else ""
    attempt.code = str(getattr(said, "code", ""))[:40]
    attempt.correlation_id = str(getattr(said, "correlation_id", ""))[:100]
    attempt.save()


def _close_lapsed(row: Intent | Act, now: datetime) -> None:
    begun = row.attempts.filter(outcome=AttemptOutcome.OPEN)
    begun.update(outcome=AttemptOutcome.LAPSED, finished_at=now)


def _put_back(row: Intent | Act, before: Standing, next_at: datetime) -> None:
    mine = type(row)._default_manager.filter(
        pk=row.pk, state=before.state, lease_epoch=before.lease_epoch
    )
    if not mine.update(leased_until=None, next_at=next_at):
        raise standing.LeaseLost(str(row.pk))
    wake(DRAIN, at=next_at)

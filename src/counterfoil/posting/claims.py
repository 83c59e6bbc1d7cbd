"""Who does what next: claiming intents, and beginning to send.

A claim is a lease with a new epoch; whoever held the intent before can settle nothing
any more. All counting is done under the lock of the company's gate.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Rejected
from counterfoil.events.wake import wake
from counterfoil.posting import act_claims, echo, gate, recovery, standing
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import (
    Attempt,
    AttemptAction,
    AttemptOutcome,
    Gate,
    Intent,
)
from counterfoil.posting.outcomes import DRAIN, has_waiting_parents
from counterfoil.posting.ports import Expectation
from counterfoil.posting.state import (
    Standing,
    State,
    lapsed,
    leased,
    sending,
)

RESCUES_AT_ONCE = 100

log = structlog.get_logger()


@dataclass
class Claim:
    """An intent that this worker holds, as it stood when it was claimed."""

    intent: Intent
    before: Standing

    @classmethod
    def take(cls, intent: Intent, now: datetime, limits: Limits) -> Claim:
        before = standing.of(intent)
        held = leased(before, now, limits)
        standing.keep(intent, before, held)
        if before.leased_until is not None:
            _close_lapsed(intent, now)
        return cls(intent, held)


@dataclass(frozen=True)
class Frozen:
    """The bytes of a generation, and what their answer must echo."""

    payload: bytes
    expectation: Expectation


def due(state: State, now: datetime) -> QuerySet[Intent]:
    """What waits in a state, is due, and is nobody's at the moment."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Intent.objects.filter(
        free,
        state=state,
        next_at__lte=now,
        connection__state=ConnectionState.ACTIVE,
    )


def sendable(now: datetime) -> QuerySet[Intent]:
    """What could be sent: due, and everything it needs exists."""
    return due(State.INTENDED, now).exclude(has_waiting_parents())


@transaction.atomic
def rescue(now: datetime) -> int:
    """What a lost worker was sending is unknown now; returns how many there were."""
    rows = (
        Intent.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.SENDING, leased_until__lte=now)
        .order_by("leased_until")[:RESCUES_AT_ONCE]
    )
    lost = list(rows)
    for intent in lost:
        before = standing.of(intent)
        standing.keep(intent, before, lapsed(before, now))
        _close_lapsed(intent, now)
        log.warning("posting_rescued", intent=str(intent.pk), rescues=intent.rescues)
    return len(lost)


@transaction.atomic
def next_lookup(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be looked up next."""
    rows = due(State.UNKNOWN, now).select_for_update(skip_locked=True, of=("self",))
    intent = rows.select_related("workspace", "connection").order_by("next_at").first()
    return Claim.take(intent, now, limits) if intent else None


def next_send(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be sent next: the companies take turns."""
    waiting = sendable(now).values("connection_id")
    turns = (
        Gate.objects.filter(connection_id__in=waiting, recovery="")
        .filter(Q(open_until=None) | Q(open_until__lte=now))
        .order_by(F("served_at").asc(nulls_first=True))
        .values_list("connection_id", flat=True)
    )
    for connection_id in list(turns):
        if (claim := _next_send_of(connection_id, now, limits)) is not None:
            return claim
    return None


@transaction.atomic
def begin(
    claim: Claim, frozen: Frozen, *, now: datetime, limits: Limits
) -> Attempt | None:
    """Commit ``sending``: after this, and only after it, the first byte may leave.

    ``None`` when it may not be sent just now; it is then due again in a moment. Raises
    ``LeaseLost``, or ``Rejected`` when the connection is another company's by now.
    """
    intent, before = claim.intent, claim.before
    company = gate.locked(intent.connection_id)
    connection = Connection.objects.get(pk=intent.connection_id)
    _require_company(intent, connection)
    hold = gate.held_until(company, now) if company else None
    if hold or not connection.is_active or not _has_room(intent, now, limits):
        _put_back(claim, hold or now + limits.backoff_first)
        return None
    if not recovery.counted():
        _put_back(claim, now + gate.ASKED_AGAIN)
        return None
    after = sending(before, now, limits, is_breaker_open=hold is not None)
    columns: dict[str, object] = {"message": ""}
    if intent.payload is None:
        columns |= {
            "payload": frozen.payload,
            "payload_digest": hashlib.sha256(frozen.payload).digest(),
            "expectation": echo.packed(frozen.expectation),
        }
    standing.keep(intent, before, after, **columns)
    claim.before = after
    if after.leased_until is not None:
        wake(DRAIN, at=after.leased_until)
    return open_attempt(claim, AttemptAction.SEND, now)


def open_attempt(claim: Claim, action: AttemptAction, now: datetime) -> Attempt:
    """Write down that something is being tried."""
    return Attempt.objects.create(
        intent=claim.intent,
        action=action,
        lease_epoch=claim.before.lease_epoch,
        generation=claim.before.generation,
        request_id=claim.intent.request_id,
        started_at=now,
    )


def close_attempt(
    attempt: Attempt,
    outcome: AttemptOutcome,
    *,
    now: datetime,
    message: str = "",
    code: str = "",
    correlation_id: str = "",
) -> None:
    """Write down how it ended."""
    attempt.outcome, attempt.finished_at = outcome, now
    attempt.message, attempt.code = message[:4000], code[:40]
    attempt.correlation_id = correlation_id[:100]
    attempt.save()


def _close_lapsed(intent: Intent, now: datetime) -> None:
    """What a lost worker had begun is not under way any more."""
    begun = Attempt.objects.filter(intent=intent, outcome=AttemptOutcome.OPEN)
    begun.update(outcome=AttemptOutcome.LAPSED, finished_at=now)


@transaction.atomic
def _next_send_of(connection_id: int, now: datetime, limits: Limits) -> Claim | None:
    company = gate.locked(connection_id, skip=True)
    if company is None or gate.held_until(company, now) is not None:
        return None
    busy = list(_in_flight(connection_id, now).values_list("lane", flat=True))
    acts = act_claims.in_flight(connection_id, now).count()
    if len(busy) + acts >= limits.writes_at_once:
        return None
    rows = (
        sendable(now)
        .filter(connection_id=connection_id)
        .exclude(lane__in=busy)
        .select_for_update(skip_locked=True, of=("self",))
    )
    intent = (
        rows.select_related("workspace", "connection")
        .order_by("created_at", "id")
        .first()
    )
    if intent is None:
        return None
    Gate.objects.filter(pk=connection_id).update(served_at=now)
    return Claim.take(intent, now, limits)


def _in_flight(connection_id: int, now: datetime) -> QuerySet[Intent]:
    """What is being sent, or is about to be."""
    held = Q(state=State.INTENDED, leased_until__gt=now)
    return Intent.objects.filter(
        Q(state=State.SENDING) | held, connection_id=connection_id
    )


def _has_room(intent: Intent, now: datetime, limits: Limits) -> bool:
    """One write at once per lane, and a few per company."""
    others = _in_flight(intent.connection_id, now).exclude(pk=intent.pk)
    lanes = list(others.values_list("lane", flat=True))
    acts = act_claims.in_flight(intent.connection_id, now).count()
    has_room = len(lanes) + acts < limits.writes_at_once
    return has_room and intent.lane not in lanes


def _put_back(claim: Claim, next_at: datetime) -> None:
    values = {"leased_until": None, "next_at": next_at}
    updated = Intent.objects.filter(
        pk=claim.intent.pk,
        state=claim.before.state,
        lease_epoch=claim.before.lease_epoch,
    ).update(**values)
    if not updated:
        raise standing.LeaseLost(str(claim.intent.pk))
    wake(DRAIN, at=next_at)


def _require_company(intent: Intent, connection: Connection) -> None:
    """The last look before sending: it is still the company that it was meant for."""
    wanted = (intent.account, intent.environment)
    if (connection.account, connection.environment) != wanted:
        raise Rejected(
            f"This was meant for company {intent.account}, which is not connected.",
            code="another_company",
        )

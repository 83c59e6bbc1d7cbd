"""Which document is looked up or sent next, and beginning to send it (see ``turns``)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from counterfoil.events.wake import wake
from counterfoil.posting import echo, standing, turns
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Act, Attempt, AttemptAction, Gate, Intent
from counterfoil.posting.outcomes import DRAIN, has_waiting_parents
from counterfoil.posting.ports import Expectation
from counterfoil.posting.state import Standing, State, sending


@dataclass
class Claim:
    """An intent that this worker holds, as it stood when it was claimed."""

    intent: Intent
    before: Standing

    @classmethod
    def take(cls, intent: Intent, now: datetime, limits: Limits) -> Claim:
        return cls(intent, turns.take(intent, now, limits))


@dataclass(frozen=True)
class Frozen:
    """The bytes of a generation, and what their answer must echo."""

    payload: bytes
    expectation: Expectation


def sendable(now: datetime) -> QuerySet[Intent]:
    """What could be sent: due, and everything it needs exists."""
    return turns.due(Intent, State.INTENDED, now).exclude(has_waiting_parents())


def rescue(now: datetime) -> int:
    """What a lost worker was sending is unknown now; returns how many there were."""
    return turns.rescue(Intent, now)


@transaction.atomic
def next_lookup(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be looked up next."""
    waiting = turns.due(Intent, State.UNKNOWN, now)
    rows = waiting.select_for_update(skip_locked=True, of=("self",))
    intent = rows.select_related("workspace", "connection").order_by("next_at").first()
    return Claim.take(intent, now, limits) if intent else None


def next_send(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be sent next: the companies take turns."""
    for connection_id in turns.companies(sendable(now), now):
        if (claim := _next_send_of(connection_id, now, limits)) is not None:
            return claim
    return None


@transaction.atomic
def begin(
    claim: Claim, frozen: Frozen, *, now: datetime, limits: Limits
) -> Attempt | None:
    """Commit ``sending``: after this, and only after it, the first byte may leave.

    ``None`` when it may not be sent just now; raises as ``turns.may_begin`` does.
    """
    intent, before = claim.intent, claim.before
    if not turns.may_begin(
        intent,
        before,
        now=now,
        limits=limits,
        has_room=lambda: _has_room(intent, now, limits),
    ):
        return None
    after = sending(before, now, limits, is_breaker_open=False)
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


@transaction.atomic
def _next_send_of(connection_id: int, now: datetime, limits: Limits) -> Claim | None:
    if not turns.is_open(connection_id, now, limits):
        return None
    busy = turns.in_flight(Intent, connection_id, now).values_list("lane", flat=True)
    rows = (
        sendable(now)
        .filter(connection_id=connection_id)
        .exclude(lane__in=list(busy))
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


def _has_room(intent: Intent, now: datetime, limits: Limits) -> bool:
    """One write at once per lane, and a few per company."""
    company = intent.connection_id
    others = turns.in_flight(Intent, company, now).exclude(pk=intent.pk)
    lanes = list(others.values_list("lane", flat=True))
    acts = turns.in_flight(Act, company, now).count()
    has_room = len(lanes) + acts < limits.writes_at_once
    return has_room and intent.lane not in lanes

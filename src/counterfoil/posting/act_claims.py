"""Which act is taken up next, and beginning it (see ``turns``).

One thing is done with a document at a time: what is not settled yet holds up whatever
was asked for the same record later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from counterfoil.events.wake import wake
from counterfoil.posting import keys, standing, turns
from counterfoil.posting.act_state import UNSETTLED, Deed, Seen, Wish, doing
from counterfoil.posting.installation import instance_key
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Act, ActAttempt, AttemptAction, Gate, Intent
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.state import Standing, State

# The document of the record exists, and it is the one that was meant.
READY = (State.CONFIRMED, State.VERIFIED)


@dataclass
class Claim:
    """An act that this worker holds, as it stood when it was claimed."""

    act: Act
    before: Standing

    @property
    def wish(self) -> Wish:
        return wish_of(self.act)


def wish_of(act: Act) -> Wish:
    """What is wanted, for the rules."""
    return Wish(
        deed=Deed(act.action),
        is_insisted=act.is_insisted,
        sent_before=act.sent_before,
    )


def rescue(now: datetime) -> int:
    """What a lost worker was doing is unknown now; returns how much there was."""
    return turns.rescue(Act, now)


@transaction.atomic
def next_look(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be read next because its answer was not clear."""
    waiting = turns.due(Act, State.UNKNOWN, now)
    rows = waiting.select_for_update(skip_locked=True, of=("self",))
    act = rows.select_related("workspace", "connection").order_by("next_at").first()
    return _take(act, now, limits) if act else None


def next_act(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be done next: the companies take turns."""
    for connection_id in turns.companies(doable(now), now):
        if (claim := _next_of(connection_id, now, limits)) is not None:
            return claim
    return None


def doable(now: datetime) -> QuerySet[Act]:
    """What is due, has its document, and waits for nothing else done with that."""
    exists = ~Q(remote_id="") | Exists(_documents())
    due = turns.due(Act, State.INTENDED, now)
    return due.filter(exists).exclude(Exists(_others(now)))


@transaction.atomic
def begin(
    claim: Claim, seen: Seen, *, now: datetime, limits: Limits
) -> ActAttempt | None:
    """Commit that it is being done: after this, and only after it, a byte may leave.

    ``None`` when it may not be done just now; raises as ``turns.may_begin`` does.
    """
    act, before = claim.act, claim.before
    if not turns.may_begin(
        act,
        before,
        now=now,
        limits=limits,
        has_room=lambda: _has_room(act, now, limits),
    ):
        return None
    after = doing(before, claim.wish, seen, now, limits, is_breaker_open=False)
    columns: dict[str, object] = {
        "message": "",
        "version": seen.version,
        "request_id": _request_id(act, seen),
    }
    if act.sent_before is None:
        columns["sent_before"] = seen.sent_at[:64]
    standing.keep(act, before, after, **columns)
    claim.before = after
    if after.leased_until is not None:
        wake(DRAIN, at=after.leased_until)
    return open_attempt(claim, AttemptAction.SEND, now)


def open_attempt(claim: Claim, action: AttemptAction, now: datetime) -> ActAttempt:
    """Write down that something is being tried."""
    return ActAttempt.objects.create(
        act=claim.act,
        action=action,
        lease_epoch=claim.before.lease_epoch,
        generation=claim.before.generation,
        request_id=claim.act.request_id,
        started_at=now,
    )


def _request_id(act: Act, seen: Seen) -> str:
    """Other bytes, another id: a refused version may be remembered under its own."""
    version = "" if act.action == Deed.SEND else seen.version
    dedup = bytes(act.dedup_hash)
    return keys.request_id(instance_key(), dedup, act.generation, version=version)


def _documents() -> QuerySet[Intent]:
    """The documents of an act's record, made here."""
    return Intent.objects.filter(
        object_type=OuterRef("object_type"),
        record_id=OuterRef("record_id"),
        connection=OuterRef("connection"),
        kind=OuterRef("kind"),
        state__in=READY,
    ).exclude(remote_id="")


def _others(now: datetime) -> QuerySet[Act]:
    """What is under way with the same record, or waits for a person's word on it.

    Whether an e-mail went out is a person's to say before another one is written.
    """
    under_way = Q(state__in=UNSETTLED) | Q(state=State.INTENDED, leased_until__gt=now)
    in_doubt = Q(state=State.ESCALATED, action=Deed.SEND, first_byte_at__isnull=False)
    same = Act.objects.filter(
        connection=OuterRef("connection"),
        object_type=OuterRef("object_type"),
        record_id=OuterRef("record_id"),
    ).exclude(pk=OuterRef("pk"))
    return same.filter(under_way | (in_doubt & Q(action=OuterRef("action"))))


@transaction.atomic
def _next_of(connection_id: int, now: datetime, limits: Limits) -> Claim | None:
    if not turns.is_open(connection_id, now, limits):
        return None
    rows = doable(now).filter(connection_id=connection_id)
    act = (
        rows.select_for_update(skip_locked=True, of=("self",))
        .select_related("workspace", "connection")
        .order_by("next_at", "created_at", "id")
        .first()
    )
    if act is None:
        return None
    Gate.objects.filter(pk=connection_id).update(served_at=now)
    return _take(act, now, limits)


def _take(act: Act, now: datetime, limits: Limits) -> Claim:
    columns = {} if act.remote_id else {"remote_id": _remote_id(act)}
    return Claim(act, turns.take(act, now, limits, **columns))


def _remote_id(act: Act) -> str:
    """The document that was made meanwhile; the newest, should there be several."""
    made = Intent.objects.filter(
        object_type=act.object_type,
        record_id=act.record_id,
        connection=act.connection_id,
        kind=act.kind,
        state__in=READY,
    ).exclude(remote_id="")
    return made.order_by("-created_at").values_list("remote_id", flat=True)[0]


def _has_room(act: Act, now: datetime, limits: Limits) -> bool:
    """A few writes at once per company, and one thing at once per document."""
    mine = turns.in_flight(Act, act.connection_id, now).filter(pk=act.pk).count()
    if turns.writes(act.connection_id, now) - mine >= limits.writes_at_once:
        return False
    under_way = Q(state__in=UNSETTLED) | Q(state=State.INTENDED, leased_until__gt=now)
    same = Act.objects.filter(
        under_way,
        connection=act.connection_id,
        object_type=act.object_type,
        record_id=act.record_id,
    )
    return not same.exclude(pk=act.pk).exists()

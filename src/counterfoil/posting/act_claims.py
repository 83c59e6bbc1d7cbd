"""Which act is taken up next, and beginning it.

As with intents: a claim is a lease with a new epoch, and all counting is done under the
lock of the company's gate. One thing is done with a document at a time: what is not
settled yet holds up whatever was asked for the same record later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Rejected
from counterfoil.events.wake import wake
from counterfoil.posting import gate, recovery, standing
from counterfoil.posting.act_state import UNSETTLED, Deed, Seen, Wish, doing
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import (
    Act,
    ActAttempt,
    AttemptAction,
    AttemptOutcome,
    Gate,
    Intent,
)
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.state import Standing, State, lapsed, leased

RESCUES_AT_ONCE = 100
# The document of the record exists, and it is the one that was meant.
READY = (State.CONFIRMED, State.VERIFIED)

log = structlog.get_logger()


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


@transaction.atomic
def rescue(now: datetime) -> int:
    """What a lost worker was doing is unknown now; returns how much there was."""
    rows = (
        Act.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.SENDING, leased_until__lte=now)
        .order_by("leased_until")[:RESCUES_AT_ONCE]
    )
    lost = list(rows)
    for act in lost:
        before = standing.of(act)
        standing.keep(act, before, lapsed(before, now))
        _close_lapsed(act, now)
        log.warning("posting_act_rescued", act=str(act.pk), rescues=act.rescues)
    return len(lost)


@transaction.atomic
def next_look(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be read next because its answer was not clear."""
    rows = _due(State.UNKNOWN, now).select_for_update(skip_locked=True, of=("self",))
    act = rows.select_related("workspace", "connection").order_by("next_at").first()
    return _take(act, now, limits) if act else None


def next_act(now: datetime, limits: Limits) -> Claim | None:
    """Claim what is to be done next: the companies take turns."""
    waiting = doable(now).values("connection_id")
    turns = (
        Gate.objects.filter(connection_id__in=waiting, recovery="")
        .filter(Q(open_until=None) | Q(open_until__lte=now))
        .order_by(F("served_at").asc(nulls_first=True))
        .values_list("connection_id", flat=True)
    )
    for connection_id in list(turns):
        if (claim := _next_of(connection_id, now, limits)) is not None:
            return claim
    return None


def doable(now: datetime) -> QuerySet[Act]:
    """What is due, has its document, and waits for nothing else done with that."""
    exists = ~Q(remote_id="") | Exists(_documents())
    return _due(State.INTENDED, now).filter(exists).exclude(Exists(_others(now)))


@transaction.atomic
def begin(
    claim: Claim, seen: Seen, *, now: datetime, limits: Limits
) -> ActAttempt | None:
    """Commit that it is being done: after this, and only after it, a byte may leave.

    ``None`` when it may not be done just now; it is then due again in a moment. Raises
    ``LeaseLost``, or ``Rejected`` when the connection is another company's by now.
    """
    act, before = claim.act, claim.before
    company = gate.locked(act.connection_id)
    connection = Connection.objects.get(pk=act.connection_id)
    require_company(act, connection)
    hold = gate.held_until(company, now) if company else None
    if hold or not connection.is_active or not _has_room(act, now, limits):
        _put_back(claim, hold or now + limits.backoff_first)
        return None
    if not recovery.counted():
        _put_back(claim, now + gate.ASKED_AGAIN)
        return None
    after = doing(before, claim.wish, seen, now, limits, is_breaker_open=False)
    columns: dict[str, object] = {"message": "", "version": seen.version}
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


def require_company(act: Act, connection: Connection) -> None:
    """The last look before doing it: it is still the company that it was meant for."""
    wanted = (act.account, act.environment)
    if (connection.account, connection.environment) != wanted:
        raise Rejected(
            f"This was meant for company {act.account}, which is not connected.",
            code="another_company",
        )


def in_flight(connection_id: int, now: datetime) -> QuerySet[Act]:
    """What is being done, or is about to be."""
    held = Q(state=State.INTENDED, leased_until__gt=now)
    return Act.objects.filter(
        Q(state=State.SENDING) | held, connection_id=connection_id
    )


def _due(state: State, now: datetime) -> QuerySet[Act]:
    """What waits in a state, is due, and is nobody's at the moment."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Act.objects.filter(
        free,
        state=state,
        next_at__lte=now,
        connection__state=ConnectionState.ACTIVE,
    )


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
    company = gate.locked(connection_id, skip=True)
    if company is None or gate.held_until(company, now) is not None:
        return None
    if _writes(connection_id, now) >= limits.writes_at_once:
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
    before = standing.of(act)
    held = leased(before, now, limits)
    columns: dict[str, object] = {}
    if not act.remote_id:
        columns["remote_id"] = _remote_id(act)
    standing.keep(act, before, held, **columns)
    if before.leased_until is not None:
        _close_lapsed(act, now)
    return Claim(act, held)


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


def _writes(connection_id: int, now: datetime) -> int:
    """How much is on its way to a company, documents and acts."""
    held = Q(state=State.INTENDED, leased_until__gt=now)
    documents = Intent.objects.filter(
        Q(state=State.SENDING) | held, connection_id=connection_id
    )
    return documents.count() + in_flight(connection_id, now).count()


def _has_room(act: Act, now: datetime, limits: Limits) -> bool:
    """A few writes at once per company, and one thing at once per document."""
    mine = in_flight(act.connection_id, now).filter(pk=act.pk).count()
    if _writes(act.connection_id, now) - mine >= limits.writes_at_once:
        return False
    under_way = Q(state__in=UNSETTLED) | Q(state=State.INTENDED, leased_until__gt=now)
    same = Act.objects.filter(
        under_way,
        connection=act.connection_id,
        object_type=act.object_type,
        record_id=act.record_id,
    )
    return not same.exclude(pk=act.pk).exists()


def _put_back(claim: Claim, next_at: datetime) -> None:
    updated = Act.objects.filter(
        pk=claim.act.pk,
        state=claim.before.state,
        lease_epoch=claim.before.lease_epoch,
    ).update(leased_until=None, next_at=next_at)
    if not updated:
        raise standing.LeaseLost(str(claim.act.pk))
    wake(DRAIN, at=next_at)


def _close_lapsed(act: Act, now: datetime) -> None:
    """What a lost worker had begun is not under way any more."""
    begun = ActAttempt.objects.filter(act=act, outcome=AttemptOutcome.OPEN)
    begun.update(outcome=AttemptOutcome.LAPSED, finished_at=now)

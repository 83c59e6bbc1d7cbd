"""Doing it: commit that it is being done, call once, settle what came back."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from counterfoil.core.errors import (
    Gone,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.events.wake import wake
from counterfoil.posting import act_outcomes, gate, recovery, standing, turns
from counterfoil.posting.act_claims import Claim, begin
from counterfoil.posting.act_state import Case, Deed, Seen
from counterfoil.posting.clock import Clock
from counterfoil.posting.faultpoints import hit
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import ActAttempt, AttemptOutcome
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.ports import Books, Receipt
from counterfoil.posting.state import State, not_sent, refused, resolved, unclear

EXPECTED = (Rejected, Retryable, NeedsReconnect, Unclear, Stale, Gone)
CHANGED = (Retryable, NeedsReconnect, Stale)

log = structlog.get_logger()

Answer = Receipt | Exception


def do(
    claim: Claim, opened: Books, seen: Seen, *, clock: Clock, limits: Limits
) -> None:
    """Do what the document as it was just read still calls for."""
    began_at = clock.seconds()
    try:
        attempt = begin(claim, seen, now=clock.now(), limits=limits)
    except Rejected as error:
        _refuse_undone(claim, error, clock)
    except standing.LeaseLost:
        log.info("posting_act_lease_lost", act=str(claim.act.pk))
    else:
        if attempt is not None:
            recovery.note(clock.now())
            until = began_at + limits.deadline.total_seconds()
            answer = _call(claim, opened, seen, clock, until)
            hit("after_send_before_settle")
            settle(claim, attempt, answer, clock=clock, limits=limits)


def settle(
    claim: Claim, attempt: ActAttempt, answer: Answer, *, clock: Clock, limits: Limits
) -> None:
    """Record an answer and all that follows from it, in one transaction."""
    act = claim.act
    if isinstance(answer, Receipt) and answer.remote_id != act.remote_id:
        message = f"the answer was about another document: {answer.remote_id}"
        answer = Unclear(message, correlation_id=answer.correlation_id)
    try:
        with transaction.atomic():
            outcome = _record(claim, answer, clock.now(), limits)
            turns.close(attempt, outcome, answer, clock.now())
            hit("inside_settle")
    except standing.LeaseLost:
        log.warning("posting_act_lease_lost", act=str(act.pk))
        return
    hit("after_settle")
    if isinstance(answer, Receipt):
        gate.note_clock(act.connection_id, answer.provider_time, clock.now())
    elif attempt.outcome == AttemptOutcome.UNCLEAR:
        gate.note_unclear(act.connection_id, clock.now(), limits)


def _call(
    claim: Claim, opened: Books, seen: Seen, clock: Clock, until: float
) -> Answer:
    """Act once. Everything that is raised is an answer too, save being killed."""
    act = claim.act
    hit("before_send")
    left = until - clock.seconds()
    if left <= 0:
        return Retryable("there was no time left to do it")
    try:
        return opened.act(
            act.action,
            act.kind,
            act.remote_id,
            version=seen.version,
            to=act.recipient,
            request_id=act.request_id,
            deadline=left,
        )
    except Exception as error:
        if not isinstance(error, EXPECTED):
            log.exception("posting_act_answer_not_understood", act=str(act.pk))
        return error


def _record(
    claim: Claim, answer: Answer, now: datetime, limits: Limits
) -> AttemptOutcome:
    act, before = claim.act, claim.before
    if isinstance(answer, Gone):
        if act.action != Deed.SEND:
            act_outcomes.confirm(act, before, None, now=now)
            return AttemptOutcome.CONFIRMED
        answer = act_outcomes.impossible(act, Case.GONE)
    if isinstance(answer, Receipt):
        act_outcomes.confirm(act, before, answer, now=now)
        return AttemptOutcome.CONFIRMED
    if isinstance(answer, Rejected):
        _record_refusal(claim, answer, now, limits)
        return AttemptOutcome.REJECTED
    if isinstance(answer, CHANGED):
        after = not_sent(before, now, limits, getattr(answer, "after", None))
        outcome = AttemptOutcome.NOT_SENT
    else:
        after, outcome = unclear(before, now, limits), AttemptOutcome.UNCLEAR
    standing.keep(act, before, after, message=str(answer))
    wake(DRAIN, at=after.next_at)
    return outcome


def _record_refusal(
    claim: Claim, error: Rejected, now: datetime, limits: Limits
) -> None:
    """Refused; but what was unclear before is read before that is believed."""
    act, before = claim.act, claim.before
    after = refused(before, now, limits)
    if after.state == State.REJECTED:
        act_outcomes.refuse(act, before, error, now=now)
        return
    standing.keep(
        act,
        before,
        after,
        message=error.message,
        field=error.field[:100],
        code=error.code[:40],
        detail=error.detail,
    )
    wake(DRAIN, at=after.next_at)


def _refuse_undone(claim: Claim, error: Rejected, clock: Clock) -> None:
    """The company is another one by now; what may have been done is a person's."""
    act, before, now = claim.act, claim.before, clock.now()
    try:
        with transaction.atomic():
            if before.state == State.UNKNOWN:
                after = resolved(before, State.ESCALATED, now)
                act_outcomes.escalate(act, before, after, now, error.message)
            else:
                act_outcomes.refuse(act, before, error, now=now)
    except standing.LeaseLost:
        log.info("posting_act_lease_lost", act=str(act.pk))

"""Acting upon a document: read it, and settle what is known, or do it once.

The reading comes first whatever was wanted: what has happened already, by whoever's
hand, is not done again. No call is made inside a transaction.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import DatabaseError, transaction

from counterfoil.core.errors import (
    CounterfoilError,
    Gone,
    InvariantBroken,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.crm.stages import is_sent
from counterfoil.events.wake import wake
from counterfoil.posting import (
    act_attempt,
    act_claims,
    act_outcomes,
    gate,
    standing,
    turns,
)
from counterfoil.posting.act_attempt import Answer
from counterfoil.posting.act_claims import Claim, open_attempt
from counterfoil.posting.act_state import GONE, Case, Deed, Seen, judge, looked
from counterfoil.posting.clock import Clock
from counterfoil.posting.faultpoints import hit
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Act, ActAttempt, AttemptAction, AttemptOutcome
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.ports import Books, Receipt, books
from counterfoil.posting.state import (
    Standing,
    State,
    Verdict,
    lookup_failed,
    not_sent,
    resolved,
)
from counterfoil.workspaces.language import spoken

# After that many failures of our own before acting, a person is told.
MOST_REFUSALS = 10
EXPECTED = (Rejected, Retryable, NeedsReconnect, Unclear, Stale, Gone)

log = structlog.get_logger()


def step(clock: Clock, limits: Limits) -> bool:
    """Claim one act and carry it as far as it goes now; whether there was any."""
    now = clock.now()
    claim = act_claims.next_look(now, limits) or act_claims.next_act(now, limits)
    if claim is None:
        return False
    hit("after_claim")
    with spoken(claim.act.workspace):
        carry(claim, clock=clock, limits=limits)
    return True


def carry(claim: Claim, *, clock: Clock, limits: Limits) -> None:
    """Read the document, settle what is known, act when that is called for."""
    started_at, attempt = clock.now(), None
    if claim.before.state == State.UNKNOWN:
        attempt = open_attempt(claim, AttemptAction.LOOKUP, started_at)
    opened, read = _read(claim.act)
    hit("after_lookup_before_settle")
    try:
        with transaction.atomic():
            goes_on = (
                _weigh(claim, read, clock, limits)
                if attempt is None
                else _settle_reading(claim, attempt, read, clock, limits)
            )
    except standing.LeaseLost:
        log.info("posting_act_lease_lost", act=str(claim.act.pk))
        return
    if goes_on and opened is not None and isinstance(read, Receipt):
        act_attempt.do(claim, opened, seen_in(read), clock=clock, limits=limits)


def seen_in(receipt: Receipt) -> Seen:
    """What a document as it was read says of acts."""
    body = receipt.body
    sent_at = str(body.get("sent_at") or "")
    status = str(body.get("email_status") or "")
    return Seen(
        version=receipt.version,
        is_sent=bool(sent_at) or is_sent(status, None),
        sent_at=sent_at,
        is_voided=bool(body.get("voided")),
    )


def _read(act: Act) -> tuple[Books | None, Answer]:
    """The document as it is now; that it is gone is an answer, too."""
    try:
        opened = books[act.connection.service].open(act.connection)
        turns.require_company(act, act.connection)
        return opened, opened.read(act.kind, act.remote_id)
    except Exception as error:
        if not isinstance(error, EXPECTED):
            log.exception("posting_act_not_read", act=str(act.pk))
        return None, error


def _seen(read: Answer) -> Seen | None:
    if isinstance(read, Receipt):
        return seen_in(read)
    return GONE if isinstance(read, Gone) else None


def _weigh(claim: Claim, read: Answer, clock: Clock, limits: Limits) -> bool:
    """What follows before anything was done; whether to go on and do it."""
    act, before, now = claim.act, claim.before, clock.now()
    seen = _seen(read)
    if seen is None:
        _not_prepared(claim, read, now, limits)
        return False
    case = judge(claim.wish, seen)
    if case is Case.OPEN and _is_second_mail(act):
        case = Case.HAPPENED
    if case is Case.OPEN:
        return True
    if case is Case.HAPPENED:
        receipt = read if isinstance(read, Receipt) else None
        act_outcomes.confirm(act, before, receipt, now=now, was_so=True)
    else:
        refusal = act_outcomes.impossible(act, case)
        act_outcomes.refuse(act, before, refusal, now=now)
    return False


def _is_second_mail(act: Act) -> bool:
    """Whether this room has sent it before, although the books do not show it."""
    if act.action != Deed.SEND or act.is_insisted:
        return False
    sent = Act.objects.filter(
        connection=act.connection_id,
        object_type=act.object_type,
        record_id=act.record_id,
        remote_id=act.remote_id,
        action=Deed.SEND,
        state=State.CONFIRMED,
    )
    return sent.exclude(pk=act.pk).exists()


def _not_prepared(claim: Claim, error: Answer, now: datetime, limits: Limits) -> None:
    """It could not be read before anything was done: later, or never."""
    act, before = claim.act, claim.before
    if isinstance(error, Rejected):
        act_outcomes.refuse(act, before, error, now=now)
        return
    if _is_hopeless(error, before.refusals):
        after = resolved(before, State.ESCALATED, now)
        act_outcomes.escalate(act, before, after, now, str(error))
        return
    after = not_sent(before, now, limits, getattr(error, "after", None))
    standing.keep(act, before, after, message=str(error))
    wake(DRAIN, at=after.next_at)


def _is_hopeless(error: object, refusals: int) -> bool:
    """Whether trying again is no use: a broken rule, or a bug of ours that stays."""
    if isinstance(error, CounterfoilError | DatabaseError):
        return False
    return isinstance(error, InvariantBroken) or refusals >= MOST_REFUSALS


def _settle_reading(
    claim: Claim, attempt: ActAttempt, read: Answer, clock: Clock, limits: Limits
) -> bool:
    """What follows from reading a document that something may have been done with."""
    act, before, now = claim.act, claim.before, clock.now()
    seen = _seen(read)
    verdict: Verdict | None
    if seen is None:
        wait = getattr(read, "after", None)
        after, verdict = lookup_failed(before, now, limits, wait)
        outcome = AttemptOutcome.FAILED
    else:
        after, verdict = looked(
            before,
            claim.wish,
            seen,
            started_at=attempt.started_at,
            now=now,
            limits=limits,
            breaker_until=gate.holds(act.connection_id, now),
        )
        outcome = AttemptOutcome.FOUND if verdict is None else AttemptOutcome.NOTHING
    turns.close(attempt, outcome, read, now)
    if verdict is not None:
        return _follow(claim, after, verdict, now)
    if after.state == State.CONFIRMED:
        receipt = read if isinstance(read, Receipt) else None
        act_outcomes.confirm(act, before, receipt, now=now)
    else:
        refusal = act_outcomes.impossible(act, Case.GONE)
        act_outcomes.refuse(act, before, refusal, now=now)
    return False


def _follow(claim: Claim, after: Standing, verdict: Verdict, now: datetime) -> bool:
    """Wait, ask a person, believe a refusal, or go on and do it once more."""
    act, before = claim.act, claim.before
    if verdict is Verdict.ESCALATE:
        act_outcomes.escalate(act, before, after, now)
        return False
    if verdict is Verdict.REJECT:
        error = Rejected(act.message, act.field, act.code, act.detail)
        act_outcomes.refuse(act, before, error, now=now)
        return False
    standing.keep(act, before, after)
    claim.before = after
    if verdict is Verdict.WAIT and after.next_at is not None:
        wake(DRAIN, at=after.next_at)
    return verdict is Verdict.RESEND

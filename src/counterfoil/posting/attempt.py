"""One attempt: freeze the bytes, commit ``sending``, send once, settle what came back."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, transaction

from counterfoil.core.errors import (
    CounterfoilError,
    Invalid,
    InvariantBroken,
    NeedsReconnect,
    Rejected,
    Retryable,
    Unclear,
)
from counterfoil.events.wake import wake
from counterfoil.posting import (
    documents,
    echo,
    gate,
    numbers,
    outcomes,
    recovery,
    standing,
    turns,
)
from counterfoil.posting.claims import Claim, Frozen, begin
from counterfoil.posting.clock import Clock
from counterfoil.posting.faultpoints import hit
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Attempt, AttemptOutcome, Intent
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.ports import Books, Expectation, Receipt, books
from counterfoil.posting.state import (
    State,
    not_sent,
    refused,
    resolved,
    unclear,
)

# After that many failures of our own before sending, a person is told.
MOST_REFUSALS = 10

log = structlog.get_logger()

Answer = Receipt | Exception


def send(claim: Claim, *, clock: Clock, limits: Limits) -> None:
    """Carry a claimed intent as far as it goes now.

    The time for it runs from before ``sending`` is committed: whoever sleeps after that
    has none left when the lease is over.
    """
    began_at = clock.seconds()
    try:
        opened = books[claim.intent.connection.service].open(claim.intent.connection)
        frozen = _frozen(claim.intent, opened)
        hit("after_render")
        attempt = begin(claim, frozen, now=clock.now(), limits=limits)
    except (Rejected, Invalid) as error:
        _refuse_unsent(claim, error, clock)
    except standing.LeaseLost:
        log.info("posting_lease_lost", intent=str(claim.intent.pk))
    except Exception as error:  # noqa: BLE001  one bad document stops no other
        _postpone(claim, error, clock, limits)
    else:
        if attempt is not None:
            recovery.note(clock.now())
            answer = _call(claim, opened, frozen, clock, limits, began_at)
            hit("after_send_before_settle")
            settle(claim, attempt, answer, clock=clock, limits=limits)


def settle(
    claim: Claim, attempt: Attempt, answer: Answer, *, clock: Clock, limits: Limits
) -> None:
    """Record an answer and all that follows from it, in one transaction."""
    now = clock.now()
    answer = _judged(claim.intent, answer)
    try:
        with transaction.atomic():
            _record(claim, attempt, answer, clock, limits)
            hit("inside_settle")
    except standing.LeaseLost:
        log.warning("posting_lease_lost", intent=str(claim.intent.pk))
        return
    hit("after_settle")
    if isinstance(answer, Receipt):
        gate.note_clock(claim.intent.connection_id, answer.provider_time, now)
    elif attempt.outcome == AttemptOutcome.UNCLEAR:
        gate.note_unclear(claim.intent.connection_id, now, limits)


def expectation_of(intent: Intent) -> Expectation:
    """What the answer must echo, as it was frozen."""
    packed = dict(intent.expectation)
    packed["total"] = echo.total_of(packed)
    return Expectation(**packed)


def _frozen(intent: Intent, opened: Books) -> Frozen:
    """The bytes of this generation: those kept, or else rendered now."""
    if intent.payload is not None:
        return Frozen(bytes(intent.payload), expectation_of(intent))
    parents = intent.parents.exclude(remote_id="")
    remote_ids = dict(parents.values_list("pk", "remote_id"))
    document = documents.filled(intent.document, remote_ids)
    if not isinstance(document, dict):
        raise InvariantBroken("a document is a mapping")
    payload, expectation = opened.render(intent.kind, document, marker=intent.marker)
    return Frozen(payload, expectation)


def _call(
    claim: Claim,
    opened: Books,
    frozen: Frozen,
    clock: Clock,
    limits: Limits,
    began_at: float,
) -> Answer:
    """Send once. Everything that is raised is an answer too, save being killed."""
    intent = claim.intent
    hit("before_send")
    left = limits.deadline.total_seconds() - (clock.seconds() - began_at)
    if left <= 0:
        return Retryable("there was no time left to send it")
    try:
        return opened.create(
            intent.kind, frozen.payload, request_id=intent.request_id, deadline=left
        )
    except Exception as error:
        if not isinstance(error, Rejected | Retryable | NeedsReconnect | Unclear):
            log.exception("posting_answer_not_understood", intent=str(intent.pk))
        return error


def _judged(intent: Intent, answer: Answer) -> Answer:
    """An answer about another document says nothing about ours."""
    if not isinstance(answer, Receipt):
        return answer
    match = echo.judge(answer, marker=intent.marker, expected=expectation_of(intent))
    if match is echo.Match.FOREIGN or is_taken(intent, answer):
        message = f"the answer was about another document: {answer.remote_id}"
        return Unclear(message, correlation_id=answer.correlation_id)
    return answer


def is_taken(intent: Intent, receipt: Receipt) -> bool:
    """Whether that document is another intent's already."""
    return (
        Intent.objects.filter(
            connection=intent.connection_id,
            kind=intent.kind,
            remote_id=receipt.remote_id,
        )
        .exclude(pk=intent.pk)
        .exists()
    )


def _record(
    claim: Claim, attempt: Attempt, answer: Answer, clock: Clock, limits: Limits
) -> None:
    intent, before, now = claim.intent, claim.before, clock.now()
    outcome = AttemptOutcome.UNCLEAR
    if isinstance(answer, Receipt):
        outcome = AttemptOutcome.CONFIRMED
        expected = expectation_of(intent)
        match = echo.judge(answer, marker=intent.marker, expected=expected)
        state = State.CONFIRMED if match is echo.Match.OURS else State.DIVERGED
        outcomes.confirm(intent, before, answer, state=state, now=now)
    elif isinstance(answer, Rejected):
        outcome = AttemptOutcome.REJECTED
        _record_refusal(claim, answer, clock, limits)
    elif isinstance(answer, Retryable | NeedsReconnect):
        outcome = AttemptOutcome.NOT_SENT
        after = not_sent(before, now, limits, getattr(answer, "after", None))
        standing.keep(intent, before, after, message=str(answer))
    else:
        message, after = str(answer), unclear(before, now, limits)
        standing.keep(intent, before, after, message=message)
    if intent.next_at is not None:
        wake(DRAIN, at=intent.next_at)
    turns.close(attempt, outcome, answer, now)


def _record_refusal(
    claim: Claim, error: Rejected, clock: Clock, limits: Limits
) -> None:
    """Refused; but what was unclear before is looked up before that is believed.

    So is a number that is taken: it may be this document that took it.
    """
    intent, before, now = claim.intent, claim.before, clock.now()
    is_taken = error.code == numbers.TAKEN
    after = refused(before, now, limits, look_first=is_taken)
    if after.state == State.REJECTED:
        outcomes.reject(intent, before, error, now=now)
        return
    standing.keep(
        intent,
        before,
        after,
        message=error.message,
        field=error.field[:100],
        code=error.code[:40],
        detail=error.detail,
    )


def _refuse_unsent(claim: Claim, error: Rejected | Invalid, clock: Clock) -> None:
    """It cannot be put into these books, as we know before sending anything.

    What may have been sent before is a person's to decide.
    """
    intent, before, now = claim.intent, claim.before, clock.now()
    if isinstance(error, Invalid):
        error = Rejected(str(error), field=next(iter(error.errors), ""))
    try:
        with transaction.atomic():
            if before.state == State.UNKNOWN:
                after = resolved(before, State.ESCALATED, now)
                standing.keep(intent, before, after, message=error.message)
                outcomes.tell(intent, "document_escalated", now)
            else:
                outcomes.reject(intent, before, error, now=now)
    except standing.LeaseLost:
        log.info("posting_lease_lost", intent=str(intent.pk))


def _is_hopeless(error: Exception, refusals: int) -> bool:
    """Whether trying again is no use: a broken rule, or a bug of ours that stays."""
    if isinstance(error, CounterfoilError | DatabaseError):
        return False
    return isinstance(error, InvariantBroken) or refusals >= MOST_REFUSALS


def _postpone(claim: Claim, error: Exception, clock: Clock, limits: Limits) -> None:
    """A fault before anything was sent: try again later, and then tell a person."""
    intent, before, now = claim.intent, claim.before, clock.now()
    log.error("posting_not_prepared", intent=str(intent.pk), exc_info=error)
    try:
        with transaction.atomic():
            if _is_hopeless(error, before.refusals):
                after = resolved(before, State.ESCALATED, now)
                standing.keep(intent, before, after, message=str(error))
                outcomes.tell(intent, "document_escalated", now)
            else:
                after = not_sent(before, now, limits, getattr(error, "after", None))
                standing.keep(intent, before, after, message=str(error))
                wake(DRAIN, at=after.next_at)
    except standing.LeaseLost:
        log.info("posting_lease_lost", intent=str(intent.pk))

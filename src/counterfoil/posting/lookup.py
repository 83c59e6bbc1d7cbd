"""Looking for a document whose fate is unclear, and what follows.

A lookup that fails proves nothing. One that works either finds the document, which is
then adopted, or counts towards the proof that it does not exist; once that is complete
the same bytes are sent again, at once, by the same worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from django.db import transaction

from counterfoil.core.errors import NeedsReconnect, Rejected, Retryable, Unclear
from counterfoil.events.wake import wake
from counterfoil.posting import (
    attempt as attempts,
    echo,
    gate,
    outcomes,
    standing,
    turns,
)
from counterfoil.posting.claims import Claim, open_attempt
from counterfoil.posting.clock import Clock
from counterfoil.posting.faultpoints import hit
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Attempt, AttemptAction, AttemptOutcome, Intent
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.ports import Expectation, Found, Lookup, Receipt, books
from counterfoil.posting.state import (
    Standing,
    State,
    Verdict,
    found_nothing,
    lookup_failed,
)

log = structlog.get_logger()


def look(claim: Claim, *, clock: Clock, limits: Limits) -> None:
    """Look up a claimed intent, settle what is known, resend when that is safe."""
    started_at = clock.now()
    attempt = open_attempt(claim, AttemptAction.LOOKUP, started_at)
    found = _find(claim.intent, limits)
    hit("after_lookup_before_settle")
    try:
        with transaction.atomic():
            verdict = _record(claim, attempt, found, started_at, clock, limits)
    except standing.LeaseLost:
        log.info("posting_lease_lost", intent=str(claim.intent.pk))
        return
    if verdict is Verdict.RESEND:
        attempts.send(claim, clock=clock, limits=limits)


def adopt(
    intent: Intent, before: Standing, receipts: Sequence[Receipt], now: datetime
) -> None:
    """These documents carry the marker: keep the earliest, tell of the others.

    One whose content is not what was sent is linked, and told as diverged.
    """
    first, *others = echo.earliest_first(receipts)
    expected = _sought(intent)
    match = echo.judge(first, marker=intent.marker, expected=expected)
    state = State.CONFIRMED if match is echo.Match.OURS else State.DIVERGED
    if others:
        state = State.DUPLICATE_DETECTED
    outcomes.confirm(intent, before, first, state=state, now=now)
    if others:
        outcomes.duplicated(intent, others, now)


def candidates(intent: Intent, receipts: Sequence[Receipt]) -> list[Receipt]:
    """Those that are ours, by marker or by name, and no other intent's."""
    expected = _sought(intent)
    return [
        receipt
        for receipt in receipts
        if echo.judge(receipt, marker=intent.marker, expected=expected)
        is not echo.Match.FOREIGN
        and not attempts.is_taken(intent, receipt)
    ]


def _find(intent: Intent, limits: Limits) -> Found | Exception:
    began = intent.first_byte_at or intent.created_at
    since = gate.their_time(intent.connection_id, began) - limits.lookup_margin
    lookup = Lookup(
        kind=intent.kind,
        marker=intent.marker,
        since=since,
        expectation=_sought(intent),
        number=str(intent.document.get("number") or ""),
    )
    try:
        opened = books[intent.connection.service].open(intent.connection)
        found = opened.find(lookup)
        return replace(found, receipts=candidates(intent, found.receipts))
    except Exception as error:
        if not isinstance(error, Rejected | Retryable | NeedsReconnect | Unclear):
            log.exception("posting_lookup_failed", intent=str(intent.pk))
        return error


def _sought(intent: Intent) -> Expectation:
    """What to search by; of what was never put into bytes, what the document says."""
    if intent.payload is not None:
        return attempts.expectation_of(intent)
    customer = intent.document.get("customer_id")
    name = intent.document.get("name") if intent.kind in {"customer", "item"} else ""
    return Expectation(
        customer_id=customer if isinstance(customer, str) else "", name=str(name or "")
    )


def _record(
    claim: Claim,
    attempt: Attempt,
    found: Found | Exception,
    started_at: datetime,
    clock: Clock,
    limits: Limits,
) -> Verdict:
    intent, before, now = claim.intent, claim.before, clock.now()
    if isinstance(found, Exception):
        after, verdict = lookup_failed(
            before, now, limits, getattr(found, "after", None)
        )
        outcome = AttemptOutcome.FAILED
    elif found.receipts:
        adopt(intent, before, found.receipts, now)
        turns.close(attempt, AttemptOutcome.FOUND, found, now)
        return Verdict.WAIT
    else:
        after, verdict = found_nothing(
            before,
            started_at=started_at,
            now=now,
            limits=limits,
            breaker_until=gate.holds(intent.connection_id, now),
        )
        outcome = AttemptOutcome.NOTHING
    _follow(claim, after, verdict, now)
    turns.close(attempt, outcome, found, now)
    return verdict


def _follow(claim: Claim, after: Standing, verdict: Verdict, now: datetime) -> None:
    intent, before = claim.intent, claim.before
    if verdict is Verdict.ESCALATE:
        outcomes.escalate(intent, before, after, now)
    elif verdict is Verdict.REJECT:
        error = Rejected(intent.message, intent.field, intent.code, intent.detail)
        outcomes.reject(intent, before, error, now=now)
    else:
        standing.keep(intent, before, after)
        claim.before = after
        if after.next_at is not None and verdict is Verdict.WAIT:
            wake(DRAIN, at=after.next_at)

"""The rules of exactly-once posting, decided on frozen data.

``Standing`` is what is known of one intent; every function takes one and gives the next.
The rules (and their numbers) are those of the exactly-once design: an attempt is
``sending`` before its first byte leaves; what is not clearly answered is ``unknown``;
the unknown is looked up, and sent again only when nothing can be on its way any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from counterfoil.core.errors import invariant
from counterfoil.posting.limits import Limits


class State(StrEnum):
    """Where an intent stands."""

    INTENDED = "intended"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DIVERGED = "diverged"
    DUPLICATE_DETECTED = "duplicate_detected"
    ESCALATED = "escalated"
    CANCELLED = "cancelled"


# The document exists and its remote id is known.
EXISTING = frozenset(
    {State.CONFIRMED, State.VERIFIED, State.DIVERGED, State.DUPLICATE_DETECTED}
)
# What waits for this intent may go on.
DONE = frozenset({State.CONFIRMED, State.VERIFIED, State.DUPLICATE_DETECTED})
# It may or may not exist.
UNCERTAIN = frozenset({State.SENDING, State.UNKNOWN, State.ESCALATED})
CANCELLABLE = frozenset({State.INTENDED, State.REJECTED, State.ESCALATED})
# A document that carries our marker may be found whatever we believe, once sent.
_FOUND = frozenset({State.CONFIRMED, State.DIVERGED, State.DUPLICATE_DETECTED})

MOVES: Mapping[State, frozenset[State]] = {
    State.INTENDED: _FOUND
    | {
        State.SENDING,
        State.UNKNOWN,
        State.REJECTED,
        State.ESCALATED,
        State.CANCELLED,
    },
    State.SENDING: _FOUND | {State.INTENDED, State.UNKNOWN, State.REJECTED},
    State.UNKNOWN: _FOUND | {State.SENDING, State.REJECTED, State.ESCALATED},
    State.CONFIRMED: frozenset(
        {State.VERIFIED, State.DIVERGED, State.DUPLICATE_DETECTED}
    ),
    State.VERIFIED: frozenset({State.DIVERGED, State.DUPLICATE_DETECTED}),
    State.DIVERGED: frozenset({State.VERIFIED, State.DUPLICATE_DETECTED}),
    State.DUPLICATE_DETECTED: frozenset({State.VERIFIED}),
    State.REJECTED: _FOUND | {State.INTENDED, State.CANCELLED},
    State.ESCALATED: _FOUND | {State.UNKNOWN, State.INTENDED, State.CANCELLED},
    State.CANCELLED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one intent.

    ``first_byte_at`` is the earliest instant at which a byte of any attempt can have
    left; ``last_byte_at`` the latest for the newest attempt. ``unknown_since`` is set
    from the first unclear attempt of a generation until it is resolved.
    ``first_clear_at`` and ``last_clear_at`` are of lookups since the newest attempt that
    found nothing. ``is_refused``: a later attempt was refused, an earlier one is unclear.
    """

    state: State
    state_at: datetime
    next_at: datetime | None = None
    generation: int = 0
    lease_epoch: int = 0
    leased_until: datetime | None = None
    first_byte_at: datetime | None = None
    last_byte_at: datetime | None = None
    unknown_since: datetime | None = None
    first_clear_at: datetime | None = None
    last_clear_at: datetime | None = None
    resends: int = 0
    refusals: int = 0
    rescues: int = 0
    is_refused: bool = field(default=False)


class Verdict(Enum):
    """What follows from a lookup that found nothing."""

    WAIT = "wait"
    RESEND = "resend"
    REJECT = "reject"
    ESCALATE = "escalate"


def moved(standing: Standing, state: State, now: datetime) -> Standing:
    """The standing in another state, when that move exists."""
    invariant(
        state in MOVES[standing.state],
        f"an intent does not go from {standing.state} to {state}",
    )
    return replace(standing, state=state, state_at=now)


def leased(standing: Standing, now: datetime, limits: Limits) -> Standing:
    """Claimed by one worker: whoever held it before can settle nothing any more."""
    invariant(
        standing.state in {State.INTENDED, State.UNKNOWN},
        "only what waits is claimed",
    )
    invariant(
        standing.leased_until is None or standing.leased_until <= now,
        "an intent is claimed by one worker at a time",
    )
    return replace(
        standing,
        lease_epoch=standing.lease_epoch + 1,
        leased_until=now + limits.lease,
    )


def sending(
    standing: Standing, now: datetime, limits: Limits, *, is_breaker_open: bool
) -> Standing:
    """About to send: to be committed before the first byte leaves."""
    invariant(not is_breaker_open, "nothing is sent while the breaker is open")
    is_resend = standing.state == State.UNKNOWN
    if is_resend:
        invariant(
            may_resend(standing, now, limits, is_breaker_open=is_breaker_open),
            "what may be on its way is not sent again",
        )
    else:
        invariant(standing.unknown_since is None, "the unclear is looked up first")
    return replace(
        moved(standing, State.SENDING, now),
        next_at=None,
        leased_until=now + limits.lease,
        first_byte_at=standing.first_byte_at or now,
        last_byte_at=now + limits.deadline,
        first_clear_at=None,
        last_clear_at=None,
        resends=standing.resends + is_resend,
    )


def lapsed(standing: Standing, now: datetime) -> Standing:
    """The worker vanished while sending: a rescue, and no resend of the books' fault."""
    invariant(standing.state == State.SENDING, "only what was being sent lapses")
    invariant(
        standing.leased_until is not None and standing.leased_until <= now,
        "a lease that runs is not taken away",
    )
    return replace(
        moved(standing, State.UNKNOWN, now),
        next_at=now,
        lease_epoch=standing.lease_epoch + 1,
        leased_until=None,
        unknown_since=standing.unknown_since or now,
        resends=standing.resends - (standing.unknown_since is not None),
        rescues=standing.rescues + 1,
    )


def unclear(standing: Standing, now: datetime, limits: Limits) -> Standing:
    """No answer, or none that proves anything."""
    invariant(standing.state == State.SENDING, "only an attempt turns out unclear")
    last = min(now, standing.last_byte_at or now)
    after = replace(
        moved(standing, State.UNKNOWN, now),
        leased_until=None,
        last_byte_at=last,
        unknown_since=standing.unknown_since or now,
    )
    return replace(after, next_at=next_lookup(after, now, limits))


def not_sent(
    standing: Standing, now: datetime, limits: Limits, after: timedelta | None = None
) -> Standing:
    """Proof that this attempt did nothing: wait and try again.

    When an earlier attempt is unclear the intent stays unknown, and the next attempt
    has to be earned by lookups as before.
    """
    wait = limits.backoff(standing.refusals) if after is None else after
    waiting = replace(
        standing,
        refusals=standing.refusals + 1,
        leased_until=None,
        next_at=now + wait,
    )
    if standing.state != State.SENDING:
        return waiting
    if standing.unknown_since is None:
        return replace(
            moved(waiting, State.INTENDED, now),
            first_byte_at=standing.first_byte_at if standing.generation else None,
            last_byte_at=None,
        )
    return replace(
        moved(waiting, State.UNKNOWN, now),
        last_byte_at=min(now, standing.last_byte_at or now),
        resends=max(standing.resends - 1, 0),
    )


def refused(
    standing: Standing, now: datetime, limits: Limits, *, look_first: bool = False
) -> Standing:
    """A definite refusal. It speaks for its own attempt only.

    An earlier unclear attempt may have created the document (a name or number is then
    refused as taken), so it is looked up before the refusal is believed. With
    ``look_first`` it is looked up once even if no earlier attempt is known.
    """
    if standing.unknown_since is not None:
        return replace(unclear(standing, now, limits), is_refused=True)
    if not look_first:
        return resolved(standing, State.REJECTED, now)
    doubtful = moved(standing, State.UNKNOWN, now)
    return replace(doubtful, leased_until=None, next_at=now, is_refused=True)


def resolved(standing: Standing, state: State, now: datetime) -> Standing:
    """Nothing more to do by itself; any worker still at it can settle no more."""
    return replace(
        moved(standing, state, now),
        next_at=None,
        lease_epoch=standing.lease_epoch + 1,
        leased_until=None,
        unknown_since=None if state in EXISTING else standing.unknown_since,
        refusals=0,
    )


def afresh(standing: Standing, now: datetime) -> Standing:
    """A new generation: after a definite refusal, or when a person insists.

    ``first_byte_at`` stays, since lookups must reach back to the first attempt of all.
    """
    invariant(
        standing.state in {State.REJECTED, State.ESCALATED, State.INTENDED},
        "a new request id needs a definite refusal or a person",
    )
    into = standing
    if standing.state != State.INTENDED:
        into = moved(standing, State.INTENDED, now)
    return replace(
        into,
        next_at=now,
        generation=standing.generation + 1,
        lease_epoch=standing.lease_epoch + 1,
        leased_until=None,
        last_byte_at=None,
        unknown_since=None,
        first_clear_at=None,
        last_clear_at=None,
        resends=0,
        refusals=0,
        rescues=0,
        is_refused=False,
    )


def looked_again(standing: Standing, now: datetime) -> Standing:
    """A person asks to try an escalated intent again: from the lookups on."""
    invariant(standing.state == State.ESCALATED, "only what was escalated is reopened")
    return replace(
        moved(standing, State.UNKNOWN, now),
        next_at=now,
        lease_epoch=standing.lease_epoch + 1,
        leased_until=None,
        unknown_since=now,
        first_clear_at=None,
        last_clear_at=None,
        resends=0,
        rescues=0,
    )


def found_nothing(
    standing: Standing,
    *,
    started_at: datetime,
    now: datetime,
    limits: Limits,
    breaker_until: datetime | None,
) -> tuple[Standing, Verdict]:
    """After a lookup that worked and found nothing; ``started_at`` is what it proves."""
    invariant(standing.state == State.UNKNOWN, "only the unknown is looked up")
    seen = replace(
        standing,
        first_clear_at=standing.first_clear_at or started_at,
        last_clear_at=started_at,
        refusals=0,
    )
    verdict = _verdict(seen, now, limits, breaker_until)
    if verdict is Verdict.ESCALATE:
        return resolved(seen, State.ESCALATED, now), verdict
    if verdict is Verdict.REJECT:
        return resolved(seen, State.REJECTED, now), verdict
    if verdict is Verdict.RESEND:
        return seen, verdict
    next_at = next_lookup(seen, now, limits)
    if breaker_until is not None and is_proven_absent(seen, now, limits):
        next_at = max(now, breaker_until)
    return replace(seen, leased_until=None, next_at=next_at), verdict


def lookup_failed(
    standing: Standing, now: datetime, limits: Limits, after: timedelta | None = None
) -> tuple[Standing, Verdict]:
    """A lookup that failed proves nothing; after a day a person is told."""
    if _is_too_old(standing, now, limits):
        return resolved(standing, State.ESCALATED, now), Verdict.ESCALATE
    return not_sent(standing, now, limits, after), Verdict.WAIT


def is_proven_absent(standing: Standing, now: datetime, limits: Limits) -> bool:
    """Settled, and two lookups apart found nothing, the last one after settling."""
    first, last = standing.first_clear_at, standing.last_clear_at
    if standing.last_byte_at is None or first is None or last is None:
        return False
    settled_at = standing.last_byte_at + limits.settle_wait
    return (
        now >= settled_at and last >= settled_at and last - first >= limits.lookup_gap
    )


def may_resend(
    standing: Standing, now: datetime, limits: Limits, *, is_breaker_open: bool
) -> bool:
    """Whether the same bytes may be sent once more."""
    return (
        standing.state == State.UNKNOWN
        and not standing.is_refused
        and not is_breaker_open
        and not _is_used_up(standing, limits)
        and not _is_too_old(standing, now, limits)
        and is_proven_absent(standing, now, limits)
    )


def next_lookup(standing: Standing, now: datetime, limits: Limits) -> datetime:
    """The next instant of the schedule, or sooner when the proof can be had sooner."""
    since = standing.last_byte_at or standing.state_at
    instants = [since + wait for wait in limits.schedule]
    instants.append(since + limits.settle_wait)
    if standing.first_clear_at is not None:
        enough = standing.first_clear_at + limits.lookup_gap
        instants.append(max(since + limits.settle_wait, enough))
    later = [instant for instant in instants if instant > now]
    return min(later) if later else now + limits.schedule[-1]


def _verdict(
    standing: Standing,
    now: datetime,
    limits: Limits,
    breaker_until: datetime | None,
) -> Verdict:
    is_open = breaker_until is not None and breaker_until > now
    if may_resend(standing, now, limits, is_breaker_open=is_open):
        return Verdict.RESEND
    is_absent = is_proven_absent(standing, now, limits)
    if standing.is_refused and (is_absent or standing.unknown_since is None):
        return Verdict.REJECT
    if _is_too_old(standing, now, limits):
        return Verdict.ESCALATE
    if is_absent and _is_used_up(standing, limits):
        return Verdict.ESCALATE
    return Verdict.WAIT


def _is_used_up(standing: Standing, limits: Limits) -> bool:
    """Sent too often for an answer, or it kills whoever sends it."""
    return (
        standing.resends >= limits.max_resends or standing.rescues >= limits.max_rescues
    )


def _is_too_old(standing: Standing, now: datetime, limits: Limits) -> bool:
    since = standing.unknown_since or standing.state_at
    return now - since > limits.give_up_after

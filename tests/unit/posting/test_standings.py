"""Each step leaves exactly what is known after it: nothing is forgotten, nothing kept.

All begin from standings in which every fact is another than at the beginning.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.core.errors import InvariantBroken
from counterfoil.posting import state
from counterfoil.posting.limits import Limits
from counterfoil.posting.state import Standing, State, Verdict

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LIMITS = Limits()
LEASE, DEADLINE, SETTLED = LIMITS.lease, LIMITS.deadline, LIMITS.settle_wait
SECOND = timedelta(seconds=1)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


# Sent twice without an answer, and proven not to be there: it may be sent again.
WORN = Standing(
    state=State.UNKNOWN,
    state_at=ago(400),
    next_at=ago(5),
    generation=2,
    lease_epoch=7,
    leased_until=ago(1),
    first_byte_at=ago(900),
    last_byte_at=ago(300),
    unknown_since=ago(600),
    first_clear_at=ago(100),
    last_clear_at=ago(50),
    resends=3,
    refusals=4,
    rescues=6,
)
AT_IT = replace(WORN, state=State.SENDING, next_at=None, leased_until=NOW + LEASE)
FRESH = Standing(state=State.INTENDED, state_at=ago(9), next_at=ago(9), refusals=2)
FIRST = replace(
    FRESH,
    state=State.SENDING,
    next_at=None,
    lease_epoch=1,
    leased_until=NOW + LEASE,
    first_byte_at=ago(2),
    last_byte_at=ago(2) + DEADLINE,
)
GIVEN_UP = replace(WORN, state=State.ESCALATED, next_at=None, is_refused=True)


def sent(standing: Standing) -> Standing:
    return state.sending(standing, NOW, LIMITS, is_breaker_open=False)


def found_nothing(
    standing: Standing, *, breaker_until: datetime | None = None
) -> tuple[Standing, Verdict]:
    return state.found_nothing(
        standing,
        started_at=ago(3),
        now=NOW,
        limits=LIMITS,
        breaker_until=breaker_until,
    )


def test_a_claim_is_a_new_epoch_and_a_lease() -> None:
    assert state.leased(WORN, NOW, LIMITS) == replace(
        WORN, lease_epoch=8, leased_until=NOW + LEASE
    )


@pytest.mark.parametrize(
    "other", [each for each in State if each not in {State.INTENDED, State.UNKNOWN}]
)
def test_only_what_waits_is_claimed(other: State) -> None:
    with pytest.raises(InvariantBroken, match="what waits"):
        state.leased(replace(WORN, state=other), NOW, LIMITS)


def test_the_first_attempt_says_from_when_on_it_may_exist() -> None:
    assert sent(FRESH) == replace(
        FRESH,
        state=State.SENDING,
        state_at=NOW,
        next_at=None,
        leased_until=NOW + LEASE,
        first_byte_at=NOW,
        last_byte_at=NOW + DEADLINE,
    )


def test_a_resend_has_to_be_proven_absent_anew() -> None:
    again = sent(WORN)
    assert again == replace(
        WORN,
        state=State.SENDING,
        state_at=NOW,
        next_at=None,
        leased_until=NOW + LEASE,
        last_byte_at=NOW + DEADLINE,
        first_clear_at=None,
        last_clear_at=None,
        resends=4,
    )
    later = NOW + SETTLED + SECOND
    unclear = state.unclear(again, NOW + SECOND, LIMITS)
    seen, verdict = state.found_nothing(
        unclear, started_at=later, now=later, limits=LIMITS, breaker_until=None
    )
    assert (verdict, seen.first_clear_at) == (Verdict.WAIT, later)


def test_what_was_never_clear_is_not_sent_as_if_it_were_new() -> None:
    with pytest.raises(InvariantBroken, match="looked up first"):
        sent(replace(FRESH, unknown_since=ago(9)))


@pytest.mark.parametrize(
    "change",
    [
        {"is_refused": True},
        {"resends": 5},
        {"rescues": 20},
        {"unknown_since": ago(86_401)},
        {"first_clear_at": ago(69)},
        {"first_clear_at": None},
        {"last_clear_at": None},
        {"last_byte_at": None},
        {"last_byte_at": ago(179)},
        # It ended in time, but says only what was when it began.
        {"first_clear_at": ago(200), "last_clear_at": ago(121)},
    ],
)
def test_each_condition_of_a_resend_is_needed(change: dict[str, object]) -> None:
    assert state.may_resend(WORN, NOW, LIMITS, is_breaker_open=False)
    other = replace(WORN, **change)  # type: ignore[arg-type]
    assert not state.may_resend(other, NOW, LIMITS, is_breaker_open=False)
    with pytest.raises(InvariantBroken, match="on its way"):
        sent(other)


def test_a_resend_waits_for_the_breaker_and_only_for_the_unknown() -> None:
    assert not state.may_resend(WORN, NOW, LIMITS, is_breaker_open=True)
    assert not state.may_resend(AT_IT, NOW, LIMITS, is_breaker_open=False)


@pytest.mark.parametrize(
    "change",
    [
        {"resends": 4},
        {"rescues": 19},
        {"unknown_since": ago(86_400)},
        {"first_clear_at": ago(70)},
        {"first_clear_at": ago(200), "last_clear_at": ago(120)},
        {"last_byte_at": ago(230)},
        {"last_byte_at": ago(180), "first_clear_at": ago(20), "last_clear_at": NOW},
    ],
)
def test_a_resend_may_be_earned_to_the_second(change: dict[str, object]) -> None:
    other = replace(WORN, **change)  # type: ignore[arg-type]
    assert state.may_resend(other, NOW, LIMITS, is_breaker_open=False)


def test_a_worker_that_vanished_is_shut_out() -> None:
    late = NOW + LEASE
    assert state.lapsed(AT_IT, late) == replace(
        AT_IT,
        state=State.UNKNOWN,
        state_at=late,
        next_at=late,
        lease_epoch=8,
        leased_until=None,
        resends=2,
        rescues=7,
    )
    assert state.lapsed(FIRST, late).unknown_since == late
    for other in (State.UNKNOWN, State.INTENDED):
        with pytest.raises(InvariantBroken, match="being sent"):
            state.lapsed(replace(AT_IT, state=other), late)
    with pytest.raises(InvariantBroken, match="not taken away"):
        state.lapsed(replace(AT_IT, leased_until=None), late)


def test_an_answer_that_proves_nothing_begins_or_goes_on_being_unclear() -> None:
    nothing_seen = replace(FIRST, lease_epoch=1)
    assert state.unclear(nothing_seen, NOW, LIMITS) == replace(
        FIRST,
        state=State.UNKNOWN,
        state_at=NOW,
        next_at=NOW + timedelta(seconds=30),
        leased_until=None,
        last_byte_at=NOW,
        unknown_since=NOW,
    )
    after = state.unclear(AT_IT, NOW, LIMITS)
    assert (after.unknown_since, after.last_byte_at) == (ago(600), ago(300))
    bare = state.unclear(replace(AT_IT, last_byte_at=None), NOW, LIMITS)
    assert bare.last_byte_at == NOW
    with pytest.raises(InvariantBroken, match="turns out unclear"):
        state.unclear(WORN, NOW, LIMITS)


def test_what_was_not_sent_waits_and_knows_no_attempt() -> None:
    assert state.not_sent(FIRST, NOW, LIMITS) == replace(
        FRESH,
        state_at=NOW,
        next_at=NOW + timedelta(seconds=8),
        lease_epoch=1,
        refusals=3,
    )
    soon = state.not_sent(FIRST, NOW, LIMITS, timedelta(0))
    assert soon.next_at == NOW


def test_a_resend_that_was_not_sent_leaves_the_doubt_about_the_ones_before() -> None:
    assert state.not_sent(AT_IT, NOW, LIMITS) == replace(
        WORN,
        state_at=NOW,
        next_at=NOW + timedelta(seconds=32),
        leased_until=None,
        resends=2,
        refusals=5,
    )
    none_yet = replace(AT_IT, resends=0, last_byte_at=NOW + DEADLINE)
    after = state.not_sent(none_yet, NOW, LIMITS)
    assert (after.resends, after.last_byte_at) == (0, NOW)


def test_a_lookup_that_failed_only_waits() -> None:
    assert state.lookup_failed(WORN, NOW, LIMITS) == (
        replace(
            WORN, refusals=5, leased_until=None, next_at=NOW + timedelta(seconds=32)
        ),
        Verdict.WAIT,
    )
    told = state.lookup_failed(WORN, NOW, LIMITS, timedelta(seconds=60))[0]
    assert told.next_at == NOW + timedelta(seconds=60)
    never_sure = replace(WORN, unknown_since=None, state_at=ago(86_401))
    assert state.lookup_failed(never_sure, NOW, LIMITS)[1] is Verdict.ESCALATE
    almost = replace(WORN, unknown_since=ago(86_400))
    assert state.lookup_failed(almost, NOW, LIMITS)[1] is Verdict.WAIT


def test_a_refusal_after_doubt_is_kept_in_mind() -> None:
    assert state.refused(AT_IT, NOW, LIMITS) == replace(
        state.unclear(AT_IT, NOW, LIMITS), is_refused=True
    )
    assert state.refused(FIRST, NOW, LIMITS, look_first=True) == replace(
        FIRST,
        state=State.UNKNOWN,
        state_at=NOW,
        next_at=NOW,
        leased_until=None,
        is_refused=True,
    )


def test_what_is_settled_waits_for_nothing_and_shuts_out_who_is_still_at_it() -> None:
    settled = state.resolved(AT_IT, State.CONFIRMED, NOW)
    assert settled == replace(
        AT_IT,
        state=State.CONFIRMED,
        state_at=NOW,
        lease_epoch=8,
        leased_until=None,
        unknown_since=None,
        refusals=0,
    )
    doubted = state.resolved(replace(WORN, leased_until=None), State.ESCALATED, NOW)
    assert (doubted.unknown_since, doubted.next_at) == (ago(600), None)


def test_a_new_generation_keeps_its_past_attempts_in_reach_only() -> None:
    assert state.afresh(GIVEN_UP, NOW) == Standing(
        state=State.INTENDED,
        state_at=NOW,
        next_at=NOW,
        generation=3,
        lease_epoch=8,
        first_byte_at=ago(900),
    )
    waiting = replace(GIVEN_UP, state=State.INTENDED)
    assert state.afresh(waiting, NOW).state_at == waiting.state_at
    for other in (State.UNKNOWN, State.SENDING, State.CONFIRMED, State.CANCELLED):
        with pytest.raises(InvariantBroken):
            state.afresh(replace(GIVEN_UP, state=other), NOW)


def test_looking_again_begins_the_proof_anew_and_keeps_the_refusal() -> None:
    assert state.looked_again(GIVEN_UP, NOW) == replace(
        GIVEN_UP,
        state=State.UNKNOWN,
        state_at=NOW,
        next_at=NOW,
        lease_epoch=8,
        leased_until=None,
        unknown_since=NOW,
        first_clear_at=None,
        last_clear_at=None,
        resends=0,
        rescues=0,
    )
    with pytest.raises(InvariantBroken, match="reopened"):
        state.looked_again(replace(GIVEN_UP, state=State.REJECTED), NOW)


def test_a_lookup_that_finds_nothing_proves_what_was_when_it_began() -> None:
    seen = replace(WORN, last_clear_at=ago(3), refusals=0)
    assert found_nothing(WORN) == (seen, Verdict.RESEND)
    first = replace(WORN, first_clear_at=None, last_clear_at=None)
    after, verdict = found_nothing(first)
    assert verdict is Verdict.WAIT
    assert (after.first_clear_at, after.last_clear_at) == (ago(3), ago(3))
    assert (after.leased_until, after.next_at) == (None, NOW + timedelta(seconds=17))
    with pytest.raises(InvariantBroken, match="only the unknown"):
        found_nothing(AT_IT)


@pytest.mark.parametrize(
    ("change", "verdict", "becomes"),
    [
        ({"is_refused": True}, Verdict.REJECT, State.REJECTED),
        ({"is_refused": True, "resends": 5}, Verdict.REJECT, State.REJECTED),
        (
            {"is_refused": True, "last_byte_at": ago(10)},
            Verdict.WAIT,
            State.UNKNOWN,
        ),
        (
            {"is_refused": True, "last_byte_at": ago(10), "unknown_since": None},
            Verdict.REJECT,
            State.REJECTED,
        ),
        ({"resends": 5}, Verdict.ESCALATE, State.ESCALATED),
        ({"rescues": 20}, Verdict.ESCALATE, State.ESCALATED),
        ({"resends": 5, "last_byte_at": ago(10)}, Verdict.WAIT, State.UNKNOWN),
        ({"unknown_since": ago(86_401)}, Verdict.ESCALATE, State.ESCALATED),
        (
            {"unknown_since": ago(86_401), "last_byte_at": ago(10)},
            Verdict.ESCALATE,
            State.ESCALATED,
        ),
    ],
)
def test_what_follows_from_finding_nothing(
    change: dict[str, object], verdict: Verdict, becomes: State
) -> None:
    after, said = found_nothing(replace(WORN, **change))  # type: ignore[arg-type]
    assert (said, after.state) == (verdict, becomes)
    if becomes != State.UNKNOWN:
        assert (after.last_clear_at, after.lease_epoch) == (ago(3), 8)


def test_an_open_breaker_puts_off_what_is_proven_and_nothing_else() -> None:
    until = NOW + timedelta(seconds=999)
    held, verdict = found_nothing(WORN, breaker_until=until)
    assert (verdict, held.next_at) == (Verdict.WAIT, until)
    unproven = replace(WORN, last_byte_at=ago(10))
    held, verdict = found_nothing(unproven, breaker_until=until)
    assert (verdict, held.next_at) == (Verdict.WAIT, NOW + timedelta(seconds=20))
    assert found_nothing(WORN, breaker_until=NOW)[1] is Verdict.RESEND


def test_the_next_lookup_is_the_schedules_or_the_one_that_would_prove_it() -> None:
    unseen = replace(WORN, first_clear_at=None, last_clear_at=None)

    def waits(**changes: object) -> float:
        standing = replace(unseen, **changes)  # type: ignore[arg-type]
        return (state.next_lookup(standing, NOW, LIMITS) - NOW).total_seconds()

    assert waits(last_byte_at=NOW) == 30
    assert waits(last_byte_at=ago(30)) == 60
    assert waits(last_byte_at=ago(100)) == 80
    assert waits(last_byte_at=ago(300)) == 600
    assert waits(last_byte_at=ago(170), first_clear_at=NOW) == 10
    assert waits(last_byte_at=ago(200), first_clear_at=ago(5)) == 15
    assert waits(last_byte_at=ago(90_000)) == 86_400
    assert waits(last_byte_at=None, state_at=ago(10)) == 20
    sooner = replace(LIMITS, settle_wait=timedelta(seconds=150))
    unproven = replace(unseen, last_byte_at=ago(100))
    assert state.next_lookup(unproven, NOW, sooner) == NOW + timedelta(seconds=50)

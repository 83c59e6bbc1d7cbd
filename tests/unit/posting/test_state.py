"""Each rule of the state machine of an intent."""

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
WAITING = Standing(state=State.INTENDED, state_at=NOW, next_at=NOW)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def sent(at: datetime = NOW, standing: Standing = WAITING) -> Standing:
    held = state.leased(standing, at, LIMITS)
    return state.sending(held, at, LIMITS, is_breaker_open=False)


def looked(standing: Standing, *seconds: float) -> tuple[Standing, Verdict]:
    verdict = Verdict.WAIT
    for each in seconds:
        at = after(each)
        standing = state.leased(replace(standing, leased_until=None), at, LIMITS)
        standing, verdict = state.found_nothing(
            standing, started_at=at, now=at, limits=LIMITS, breaker_until=None
        )
    return standing, verdict


def test_the_fastest_resend_is_three_minutes_after_the_last_byte() -> None:
    unclear = state.unclear(sent(), NOW, LIMITS)
    assert looked(unclear, 30, 90)[1] is Verdict.WAIT
    assert looked(unclear, 30, 90, 179.9)[1] is Verdict.WAIT
    assert looked(unclear, 30, 90, 180)[1] is Verdict.RESEND


def documents_made(late_by: float, lag: float, limits: Limits = LIMITS) -> int:
    """How many there are once all is settled, where request ids are ignored.

    The first answer is lost; its document exists ``late_by`` seconds after the request
    and is seen ``lag`` seconds after that. Looked for whenever it is due.
    """
    commits, standing = [after(late_by)], state.unclear(sent(), NOW, limits)
    while standing.next_at is not None:
        now = standing.next_at
        held = state.leased(standing, now, limits)
        if any(at <= now - timedelta(seconds=lag) for at in commits):
            return len(commits)
        standing, verdict = state.found_nothing(
            held, started_at=now, now=now, limits=limits, breaker_until=None
        )
        if verdict is Verdict.RESEND:
            commits.append(now)
            return len(commits)
    return len(commits)


@pytest.mark.parametrize("late_by", [0, 29, 30, 31, 60, 89, 90, 91, 119, 120])
@pytest.mark.parametrize("lag", [0, 1, 29, 30, 31, 59, 60])
def test_a_late_commit_that_is_seen_late_is_waited_for(
    late_by: float, lag: float
) -> None:
    assert documents_made(late_by, lag) == 1


@pytest.mark.parametrize("settle_wait", [120, 150, 179])
def test_a_shorter_settle_wait_would_make_a_second_document(settle_wait: int) -> None:
    shorter = replace(LIMITS, settle_wait=timedelta(seconds=settle_wait))
    assert documents_made(120, 60, shorter) == 2


def test_one_lookup_is_not_enough_nor_are_two_at_once() -> None:
    unclear = state.unclear(sent(), NOW, LIMITS)
    assert looked(unclear, 300)[1] is Verdict.WAIT
    assert looked(unclear, 300, 319)[1] is Verdict.WAIT
    assert looked(unclear, 300, 320)[1] is Verdict.RESEND


def test_lookups_follow_the_schedule() -> None:
    standing = state.unclear(sent(), NOW, LIMITS)
    standing = replace(standing, is_refused=True)  # never resent, so it goes on
    seen = []
    while standing.state == State.UNKNOWN and standing.next_at is not None:
        seen.append((standing.next_at - NOW).total_seconds())
        standing, verdict = looked(standing, seen[-1])
        if verdict is not Verdict.WAIT:
            break
    assert seen == [30, 90, 180]


def test_a_worker_that_vanished_may_have_sent_until_the_deadline() -> None:
    lost = state.lapsed(sent(), after(240))
    assert (lost.state, lost.rescues, lost.next_at) == (State.UNKNOWN, 1, after(240))
    assert looked(lost, 240)[1] is Verdict.WAIT
    assert looked(lost, 240, 261)[1] is Verdict.RESEND
    early = replace(lost, last_byte_at=after(100))
    assert looked(early, 240, 261)[1] is Verdict.WAIT


def test_a_lookup_that_fails_proves_nothing() -> None:
    unclear = state.unclear(sent(), NOW, LIMITS)
    failed, verdict = state.lookup_failed(unclear, after(30), LIMITS)
    assert verdict is Verdict.WAIT
    assert (failed.first_clear_at, failed.last_clear_at) == (None, None)


def test_an_open_breaker_holds_the_resend_until_it_closes() -> None:
    unclear = state.unclear(sent(), NOW, LIMITS)
    standing, _ = looked(unclear, 30)
    standing, verdict = state.found_nothing(
        state.leased(standing, after(180), LIMITS),
        started_at=after(180),
        now=after(180),
        limits=LIMITS,
        breaker_until=after(1_900),
    )
    assert verdict is Verdict.WAIT
    assert standing.next_at == after(1_900)
    with pytest.raises(InvariantBroken, match="breaker"):
        state.sending(standing, after(200), LIMITS, is_breaker_open=True)


def test_what_may_be_on_its_way_cannot_be_sent_again() -> None:
    unclear = state.unclear(sent(), NOW, LIMITS)
    with pytest.raises(InvariantBroken, match="on its way"):
        state.sending(unclear, after(600), LIMITS, is_breaker_open=False)


def test_after_five_resends_a_person_decides() -> None:
    unclear = replace(state.unclear(sent(), NOW, LIMITS), resends=5)
    standing, verdict = looked(unclear, 30, 180)
    assert verdict is Verdict.ESCALATE
    assert (standing.state, standing.next_at) == (State.ESCALATED, None)


def test_a_worker_that_was_killed_while_sending_uses_up_no_resend() -> None:
    """It says nothing about the books; that it does not exist is proven as ever."""
    standing, _ = looked(state.unclear(sent(), NOW, LIMITS), 30, 180)
    again = state.sending(standing, after(181), LIMITS, is_breaker_open=False)
    assert again.resends == 1
    lost = state.lapsed(again, after(181 + 240))
    assert (lost.resends, lost.rescues) == (0, 1)
    first = state.lapsed(sent(), after(240))
    assert (first.resends, first.rescues) == (0, 1)


def test_a_document_that_kills_its_workers_is_given_to_a_person() -> None:
    lost = replace(state.lapsed(sent(), after(240)), rescues=19)
    assert looked(lost, 240, 261)[1] is Verdict.RESEND
    assert looked(replace(lost, rescues=20), 240, 261)[1] is Verdict.ESCALATE
    given = looked(replace(lost, rescues=20), 240, 261)[0]
    again = state.looked_again(given, after(300))
    assert looked(again, 300, 321)[1] is Verdict.RESEND


def test_a_worker_that_is_killed_before_sending_is_committed_uses_up_no_resend() -> (
    None
):
    standing = state.leased(state.unclear(sent(), NOW, LIMITS), after(30), LIMITS)
    taken_over = state.leased(standing, after(30 + 240), LIMITS)
    assert (taken_over.resends, taken_over.state) == (0, State.UNKNOWN)


def test_after_a_day_a_person_decides() -> None:
    unclear = state.unclear(sent(), NOW, LIMITS)
    assert looked(unclear, 86_401)[1] is Verdict.ESCALATE
    assert state.lookup_failed(unclear, after(86_401), LIMITS)[1] is Verdict.ESCALATE


def test_a_number_that_is_taken_is_looked_up_once_before_it_is_believed() -> None:
    doubtful = state.refused(sent(), after(1), LIMITS, look_first=True)
    assert (doubtful.state, doubtful.next_at) == (State.UNKNOWN, after(1))
    assert doubtful.unknown_since is None
    assert looked(doubtful, 1)[1] is Verdict.REJECT
    failed, verdict = state.lookup_failed(doubtful, after(2), LIMITS)
    assert (failed.state, verdict) == (State.UNKNOWN, Verdict.WAIT)
    assert state.lookup_failed(doubtful, after(86_402), LIMITS)[1] is Verdict.ESCALATE


def test_a_taken_number_after_an_unclear_attempt_is_proven_like_the_unclear() -> None:
    standing, _ = looked(state.unclear(sent(), NOW, LIMITS), 30, 180)
    again = state.sending(standing, after(181), LIMITS, is_breaker_open=False)
    doubtful = state.refused(again, after(182), LIMITS, look_first=True)
    assert looked(doubtful, 200)[1] is Verdict.WAIT
    assert looked(doubtful, 200, 300, 362)[1] is Verdict.REJECT


def test_a_refusal_is_believed_at_once_only_when_nothing_was_unclear() -> None:
    assert state.refused(sent(), NOW, LIMITS).state == State.REJECTED
    unclear = state.unclear(sent(), NOW, LIMITS)
    standing, _ = looked(unclear, 30, 180)
    again = state.sending(standing, after(181), LIMITS, is_breaker_open=False)
    doubtful = state.refused(again, after(182), LIMITS)
    assert doubtful.state == State.UNKNOWN
    assert looked(doubtful, 200, 300, 362)[1] is Verdict.REJECT


def test_proof_that_nothing_was_sent_leaves_no_trace_of_an_attempt() -> None:
    standing = state.not_sent(sent(), after(1), LIMITS, timedelta(seconds=60))
    assert (standing.state, standing.next_at) == (State.INTENDED, after(61))
    assert standing.first_byte_at is None
    sent(after(61), standing)


def test_lookups_reach_back_to_the_first_generation_whatever_later_ones_prove() -> None:
    fresh = state.afresh(state.refused(sent(), NOW, LIMITS), after(10))
    standing = state.not_sent(sent(after(11), fresh), after(12), LIMITS)
    assert (standing.state, standing.first_byte_at) == (State.INTENDED, NOW)
    assert sent(after(61), standing).first_byte_at == NOW


def test_proof_about_one_attempt_says_nothing_of_an_earlier_one() -> None:
    standing, _ = looked(state.unclear(sent(), NOW, LIMITS), 30, 180)
    again = state.sending(standing, after(181), LIMITS, is_breaker_open=False)
    assert again.resends == 1
    back = state.not_sent(again, after(182), LIMITS)
    assert (back.state, back.resends) == (State.UNKNOWN, 0)


def test_a_claim_shuts_out_the_one_before() -> None:
    held = state.leased(WAITING, NOW, LIMITS)
    with pytest.raises(InvariantBroken, match="one worker"):
        state.leased(held, after(239), LIMITS)
    assert state.leased(held, after(240), LIMITS).lease_epoch == held.lease_epoch + 1


def test_a_lease_that_runs_is_not_taken_away() -> None:
    with pytest.raises(InvariantBroken, match="not taken away"):
        state.lapsed(sent(), after(239))


@pytest.mark.parametrize("final", [State.VERIFIED, State.CANCELLED])
@pytest.mark.parametrize("other", [State.INTENDED, State.SENDING, State.UNKNOWN])
def test_there_is_no_way_back_from_the_end(final: State, other: State) -> None:
    with pytest.raises(InvariantBroken):
        state.moved(replace(WAITING, state=final), other, NOW)


def test_a_new_generation_starts_clean_but_remembers_the_first_byte() -> None:
    refused = state.refused(sent(), NOW, LIMITS)
    fresh = state.afresh(refused, after(10))
    assert (fresh.state, fresh.generation) == (State.INTENDED, 1)
    assert fresh.first_byte_at == NOW
    assert fresh.unknown_since is None


@pytest.mark.parametrize("standing", [sent(), state.unclear(sent(), NOW, LIMITS)])
def test_what_is_not_clear_gets_no_new_request_id(standing: Standing) -> None:
    with pytest.raises(InvariantBroken):
        state.afresh(standing, NOW)

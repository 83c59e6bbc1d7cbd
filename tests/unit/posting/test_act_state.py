"""Each rule of acting upon a document, and all of them against books that misbehave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from counterfoil.core.errors import InvariantBroken
from counterfoil.posting import act_state, state
from counterfoil.posting.act_state import GONE, Case, Deed, Seen, Wish
from counterfoil.posting.limits import Limits
from counterfoil.posting.state import Standing, State, Verdict

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LIMITS = Limits()
WAITING = Standing(state=State.INTENDED, state_at=NOW, next_at=NOW)
FRESH = Seen(version="0")
SENT = Seen(version="0", is_sent=True, sent_at="2026-03-01T09:00:00+00:00")
VOID = Seen(version="1", is_voided=True)
SEND, VOIDING, DELETING = (Wish(deed=deed) for deed in Deed)


@pytest.mark.parametrize(
    ("wish", "seen", "case"),
    [
        (SEND, FRESH, Case.OPEN),
        (SEND, SENT, Case.HAPPENED),
        (SEND, VOID, Case.VOIDED),
        (SEND, GONE, Case.GONE),
        (SEND, replace(SENT, is_voided=True), Case.HAPPENED),
        (VOIDING, FRESH, Case.OPEN),
        (VOIDING, SENT, Case.OPEN),
        (VOIDING, VOID, Case.HAPPENED),
        (VOIDING, GONE, Case.HAPPENED),
        (DELETING, FRESH, Case.OPEN),
        (DELETING, VOID, Case.OPEN),
        (DELETING, GONE, Case.HAPPENED),
    ],
)
def test_what_is_read_says_what_may_still_be_done(
    wish: Wish, seen: Seen, case: Case
) -> None:
    assert act_state.judge(wish, seen) is case


def test_a_second_e_mail_that_a_person_wants_is_known_by_its_time() -> None:
    wanted = Wish(deed=Deed.SEND, is_insisted=True)
    assert act_state.judge(wanted, SENT) is Case.OPEN
    begun = replace(wanted, sent_before=SENT.sent_at)
    assert act_state.judge(begun, SENT) is Case.OPEN
    later = replace(SENT, sent_at="2026-03-04T10:00:01+00:00")
    assert act_state.judge(begun, later) is Case.HAPPENED


def begun(wish: Wish, seen: Seen = FRESH) -> Standing:
    held = state.leased(WAITING, NOW, LIMITS)
    return act_state.doing(held, wish, seen, NOW, LIMITS, is_breaker_open=False)


def read(
    standing: Standing, wish: Wish, seen: Seen, *seconds: float
) -> tuple[Standing, Verdict | None]:
    verdict: Verdict | None = Verdict.WAIT
    for each in seconds:
        at = NOW + timedelta(seconds=each)
        standing = state.leased(replace(standing, leased_until=None), at, LIMITS)
        standing, verdict = act_state.looked(
            standing,
            wish,
            seen,
            started_at=at,
            now=at,
            limits=LIMITS,
            breaker_until=None,
        )
    return standing, verdict


@pytest.mark.parametrize("seen", [SENT, VOID, GONE])
def test_nothing_is_done_to_what_was_read_otherwise(seen: Seen) -> None:
    with pytest.raises(InvariantBroken, match="not done again"):
        begun(SEND, seen)


def test_an_open_breaker_lets_nothing_be_done() -> None:
    held = state.leased(WAITING, NOW, LIMITS)
    with pytest.raises(InvariantBroken, match="breaker"):
        act_state.doing(held, SEND, FRESH, NOW, LIMITS, is_breaker_open=True)


def test_an_e_mail_without_an_answer_is_never_sent_again_by_itself() -> None:
    lost = state.unclear(begun(SEND), NOW, LIMITS)
    standing, verdict = read(lost, SEND, FRESH, 30, 90)
    assert verdict is Verdict.WAIT
    standing, verdict = read(standing, SEND, FRESH, 180)
    assert (verdict, standing.state) == (Verdict.ESCALATE, State.ESCALATED)


def test_an_e_mail_that_shows_as_sent_needs_nobody() -> None:
    lost = state.unclear(begun(SEND), NOW, LIMITS)
    standing, verdict = read(lost, SEND, SENT, 30)
    assert (verdict, standing.state) == (None, State.CONFIRMED)


def test_an_e_mail_of_what_was_deleted_meanwhile_is_not_asked_about() -> None:
    lost = state.unclear(begun(SEND), NOW, LIMITS)
    assert read(lost, SEND, GONE, 30)[0].state == State.REJECTED


@pytest.mark.parametrize("wish", [VOIDING, DELETING])
def test_voiding_and_deleting_are_repeated_once_they_have_settled(wish: Wish) -> None:
    lost = state.unclear(begun(wish), NOW, LIMITS)
    standing, verdict = read(lost, wish, FRESH, 30, 179)
    assert verdict is Verdict.WAIT
    standing, verdict = read(standing, wish, FRESH, 180)
    assert verdict is Verdict.RESEND
    again = act_state.doing(
        standing,
        wish,
        FRESH,
        NOW + timedelta(seconds=180),
        LIMITS,
        is_breaker_open=False,
    )
    assert (again.state, again.resends) == (State.SENDING, 1)


def test_a_person_may_send_again_what_nobody_knows_the_end_of() -> None:
    lost = state.unclear(begun(SEND), NOW, LIMITS)
    standing, _verdict = read(lost, SEND, FRESH, 30, 90, 180)
    at = NOW + timedelta(seconds=200)
    again = state.leased(state.afresh(standing, at), at, LIMITS)
    act_state.doing(again, SEND, FRESH, at, LIMITS, is_breaker_open=False)


LAG = timedelta(seconds=55)
LATEST = timedelta(seconds=120)
MOMENTS = st.sampled_from([timedelta(0), LATEST / 2, LATEST])
LAGS = st.sampled_from([timedelta(0), LAG])
OVER = (State.CONFIRMED, State.REJECTED, State.CANCELLED)
FATES = st.sampled_from(
    ["done", "not_sent", "refused", "unclear", "unclear_done", "lost", "lost_done"]
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that happens to the document: an e-mail, a void, a deletion."""

    at: datetime
    deed: Deed
    is_ours: bool
    version: int


class Once(RuleBasedStateMachine):
    """One act, workers that die, people at the books, answers that are lost or late.

    What we ask for happens at most 120 s later, and shows at most 55 s after that.
    """

    @initialize(deed=st.sampled_from(Deed))
    def begin(self, deed: Deed) -> None:
        self.wish = Wish(deed=deed)
        self.now = NOW
        self.standing = WAITING
        self.moments: list[Moment] = []
        self.words = 1
        self.rivals = 0
        self.calls: list[tuple[datetime, bool]] = []

    def _so_far(self, at: datetime) -> list[Moment]:
        """What has really happened by then: the books take each version once."""
        taken: list[Moment] = []
        version, is_there, is_void = 0, True, False
        for each in sorted(self.moments, key=lambda moment: moment.at):
            if each.at > at or not is_there:
                continue
            if each.deed is Deed.SEND:
                taken.append(each)
            elif each.version == version and not (is_void and each.deed is Deed.VOID):
                taken.append(each)
                version += 1
                is_there = each.deed is not Deed.DELETE
                is_void = True
        return taken

    def _seen(self, at: datetime) -> Seen:
        taken = self._so_far(at)
        if any(each.deed is Deed.DELETE for each in taken):
            return GONE
        mails = [each for each in taken if each.deed is Deed.SEND]
        return Seen(
            version=str(len(taken) - len(mails)),
            is_sent=bool(mails),
            sent_at=mails[-1].at.isoformat() if mails else "",
            is_voided=any(each.deed is Deed.VOID for each in taken),
        )

    def _note(self, at: datetime, deed: Deed, seen: Seen, *, is_ours: bool) -> None:
        version = int(seen.version)
        self.moments.append(Moment(at=at, deed=deed, is_ours=is_ours, version=version))

    def _is(self, *wanted: State) -> bool:
        return self.standing.state in wanted

    def _until_due(self) -> None:
        for instant in (self.standing.next_at, self.standing.leased_until):
            if instant is not None:
                self.now = max(self.now, instant)

    def _call(self, seen: Seen, fate: str, late: timedelta, answer: timedelta) -> None:
        """What becomes of the request that leaves now, for the version that was read."""
        was_resend = self.standing.resends > 0
        self.calls.append((self.now, was_resend))
        if fate.endswith("done"):
            at = self.now + (timedelta(0) if fate == "done" else late)
            self._note(at, self.wish.deed, seen, is_ours=True)
        current = self._seen(self.now)
        is_stale = self.wish.deed is not Deed.SEND and current.version != seen.version
        self.now += answer
        if fate == "done" and not is_stale:
            self.standing = state.resolved(self.standing, State.CONFIRMED, self.now)
        elif fate in {"done", "not_sent"}:
            self.standing = state.not_sent(self.standing, self.now, LIMITS)
        elif fate == "refused":
            self.standing = state.refused(self.standing, self.now, LIMITS)
        elif fate.startswith("unclear"):
            self.standing = state.unclear(self.standing, self.now, LIMITS)

    def _do(self, seen: Seen, fate: str, late: timedelta, answer: timedelta) -> None:
        if act_state.judge(self.wish, seen) is not Case.OPEN:
            return
        self.standing = act_state.doing(
            self.standing, self.wish, seen, self.now, LIMITS, is_breaker_open=False
        )
        self._call(seen, fate, late, answer)

    @precondition(lambda self: self._is(State.INTENDED))
    @rule(fate=FATES, late=MOMENTS, answer=MOMENTS.filter(lambda each: each < LATEST))
    def act(self, fate: str, late: timedelta, answer: timedelta) -> None:
        self._act(fate, late, answer)

    def _act(self, fate: str, late: timedelta, answer: timedelta) -> None:
        self._until_due()
        seen = self._seen(self.now)
        held = state.leased(self.standing, self.now, LIMITS)
        case = act_state.judge(self.wish, seen)
        if case is Case.OPEN:
            self.standing = held
            self._do(seen, fate, late, answer)
        else:
            to = State.CONFIRMED if case is Case.HAPPENED else State.REJECTED
            self.standing = state.resolved(held, to, self.now)

    @precondition(lambda self: self._is(State.INTENDED))
    @rule()
    def die_before_it_began(self) -> None:
        self._until_due()
        self.standing = state.leased(self.standing, self.now, LIMITS)

    @precondition(lambda self: self._is(State.SENDING))
    @rule()
    def rescue(self) -> None:
        self._until_due()
        self.standing = state.lapsed(self.standing, self.now)

    @precondition(lambda self: self._is(State.UNKNOWN))
    @rule(lag=st.none() | LAGS, fate=FATES, late=MOMENTS)
    def look(self, lag: timedelta | None, fate: str, late: timedelta) -> None:
        """Reads may lag, or fail."""
        if lag is not None:
            self._look(lag, fate, late)
            return
        self._until_due()
        held = state.leased(self.standing, self.now, LIMITS)
        self.standing, _verdict = state.lookup_failed(held, self.now, LIMITS)

    def _look(self, lag: timedelta, fate: str, late: timedelta) -> None:
        self._until_due()
        held = state.leased(self.standing, self.now, LIMITS)
        seen = self._seen(self.now - lag)
        self.standing, verdict = act_state.looked(
            held,
            self.wish,
            seen,
            started_at=self.now,
            now=self.now,
            limits=LIMITS,
            breaker_until=None,
        )
        if verdict is Verdict.RESEND:
            self._do(seen, fate, late, timedelta(0))

    @precondition(lambda self: self.rivals < 1 or self._is(*OVER))
    @rule(deed=st.sampled_from(Deed))
    def somebody_else(self, deed: Deed) -> None:
        """A person at the books does the same, or something else."""
        self.rivals += 1
        seen = self._seen(self.now)
        if seen.exists:
            self._note(self.now, deed, seen, is_ours=False)
            self.now += timedelta(seconds=1)

    @precondition(lambda self: self._is(State.ESCALATED))
    @rule()
    def a_person_wants_it_again(self) -> None:
        self.words += 1
        self.standing = state.afresh(self.standing, self.now)

    @precondition(lambda self: self._is(State.ESCALATED))
    @rule()
    def a_person_lets_it_be(self) -> None:
        self.standing = state.resolved(self.standing, State.CANCELLED, self.now)

    def teardown(self) -> None:
        """Left alone, it comes to an end, or to a person's desk."""
        if not hasattr(self, "standing"):
            return
        for _ in range(40):
            if self._is(State.SENDING):
                self._until_due()
                self.standing = state.lapsed(self.standing, self.now)
            elif self._is(State.UNKNOWN):
                self._look(LAG, "unclear_done", LATEST)
            elif self._is(State.INTENDED):
                self._act("done", LATEST, timedelta(0))
        assert self._is(*OVER, State.ESCALATED)
        self.no_more_e_mails_than_words_of_people()
        self.it_is_voided_and_deleted_once_at_most()
        self.no_e_mail_is_repeated_by_itself()

    def _ours(self, deed: Deed) -> int:
        taken = self._so_far(self.now + LATEST)
        return sum(each.is_ours and each.deed is deed for each in taken)

    @invariant()
    def no_more_e_mails_than_words_of_people(self) -> None:
        assert self._ours(Deed.SEND) <= self.words

    @invariant()
    def it_is_voided_and_deleted_once_at_most(self) -> None:
        assert self._ours(Deed.VOID) <= 1
        assert self._ours(Deed.DELETE) <= 1

    @invariant()
    def no_e_mail_is_repeated_by_itself(self) -> None:
        if self.wish.deed is Deed.SEND:
            assert not any(was_resend for _at, was_resend in self.calls)

    @invariant()
    def what_is_believed_done_is_done(self) -> None:
        if self._is(State.CONFIRMED):
            seen = self._seen(self.now)
            case = act_state.judge(self.wish, seen)
            assert case is Case.HAPPENED or (
                case is Case.GONE and self.wish.deed is Deed.SEND
            )


TestOnce = Once.TestCase
TestOnce.settings = settings(max_examples=150, stateful_step_count=20)

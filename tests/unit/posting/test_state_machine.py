"""The state machine of an intent, driven at random against books that misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from counterfoil.posting import state
from counterfoil.posting.limits import Limits
from counterfoil.posting.state import Standing, State, Verdict

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LIMITS = Limits()
WAITING = Standing(state=State.INTENDED, state_at=NOW, next_at=NOW)


class Mode(Enum):
    """What the other side does with request ids."""

    HONOURED = "honoured"
    IGNORED = "ignored"


@dataclass
class Commit:
    """A document on the other side, from the moment it exists."""

    at: datetime
    generation: int


LAG = timedelta(seconds=55)
LATEST = timedelta(seconds=120)


class Exactly(RuleBasedStateMachine):
    """One intent, workers that die, and books within the limits of the design.

    A commit comes at most 120 s after its request, reads lag by at most 55 s.
    """

    @initialize(mode=st.sampled_from(Mode))
    def begin(self, mode: Mode) -> None:
        self.mode = mode
        self.now = NOW
        self.standing = WAITING
        self.commits: list[Commit] = []
        self.sends: list[tuple[datetime, int]] = []
        self.breaker_until: datetime | None = None

    def _is(self, wanted: State) -> bool:
        return self.standing.state == wanted

    def _until_due(self) -> None:
        """Nothing happens before it is due, so time passes."""
        for instant in (self.standing.next_at, self.standing.leased_until):
            if instant is not None:
                self.now = max(self.now, instant)

    def _commit(self, late_by: timedelta) -> None:
        at = self.now + late_by
        generation = self.standing.generation
        if self.mode is Mode.HONOURED and any(
            each.generation == generation for each in self.commits
        ):
            return
        self.commits.append(Commit(at, generation))

    def _send(self, fate: str, late_by: timedelta, answers_in: timedelta) -> None:
        """What becomes of the request that leaves now."""
        self.sends.append((self.now, self.standing.generation))
        if fate in {"confirmed", "unclear_done", "lapsed_done"}:
            self._commit(timedelta(0) if fate == "confirmed" else late_by)
        self.now += answers_in
        if fate == "confirmed":
            self.standing = state.resolved(self.standing, State.CONFIRMED, self.now)
        elif fate == "not_sent":
            self.sends.pop()
            self.standing = state.not_sent(self.standing, self.now, LIMITS)
        elif fate in {"refused", "taken"}:
            self.standing = state.refused(
                self.standing, self.now, LIMITS, look_first=fate == "taken"
            )
        elif fate.startswith("unclear"):
            self.standing = state.unclear(self.standing, self.now, LIMITS)

    fates = st.sampled_from(
        [
            "confirmed",
            "refused",
            "taken",
            "not_sent",
            "unclear",
            "unclear_done",
            "lapsed",
            "lapsed_done",
        ]
    )
    lates = st.sampled_from([timedelta(0), LATEST / 2, LATEST])
    lags = st.sampled_from([timedelta(0), LAG])
    answer_times = st.sampled_from([timedelta(0), LIMITS.deadline])

    @precondition(lambda self: self._is(State.INTENDED))
    @rule(fate=fates, late_by=lates, answers_in=answer_times)
    def send(self, fate: str, late_by: timedelta, answers_in: timedelta) -> None:
        self._until_due()
        if self.breaker_until is not None:
            self.now = max(self.now, self.breaker_until)
        held = state.leased(self.standing, self.now, LIMITS)
        self.standing = state.sending(held, self.now, LIMITS, is_breaker_open=False)
        self._send(fate, late_by, answers_in)

    @precondition(lambda self: self._is(State.SENDING))
    @rule()
    def rescue(self) -> None:
        until = self.standing.leased_until
        assert until is not None
        self.now = max(self.now, until)
        self.standing = state.lapsed(self.standing, self.now)

    @precondition(lambda self: self._is(State.UNKNOWN))
    @rule()
    def fail_to_look(self) -> None:
        self._until_due()
        held = state.leased(self.standing, self.now, LIMITS)
        self.standing, _ = state.lookup_failed(held, self.now, LIMITS)

    @precondition(lambda self: self._is(State.UNKNOWN))
    @rule(lag=lags, fate=fates, late_by=lates, answers_in=answer_times)
    def look(
        self, lag: timedelta, fate: str, late_by: timedelta, answers_in: timedelta
    ) -> None:
        self._until_due()
        held = state.leased(self.standing, self.now, LIMITS)
        visible = [each for each in self.commits if each.at <= self.now - lag]
        if visible:
            self.standing = state.resolved(held, State.CONFIRMED, self.now)
            return
        self.standing, verdict = state.found_nothing(
            held,
            started_at=self.now,
            now=self.now,
            limits=LIMITS,
            breaker_until=self.breaker_until,
        )
        if verdict is Verdict.RESEND:
            self.standing = state.sending(
                self.standing, self.now, LIMITS, is_breaker_open=False
            )
            self._send(fate, late_by, answers_in)

    @precondition(lambda self: self._is(State.REJECTED))
    @rule()
    def correct(self) -> None:
        self.standing = state.afresh(self.standing, self.now)

    @precondition(lambda self: self._is(State.ESCALATED))
    @rule()
    def insist(self) -> None:
        self.standing = state.looked_again(self.standing, self.now)

    @precondition(lambda self: self.breaker_until is None)
    @rule()
    def open_the_breaker(self) -> None:
        self.breaker_until = self.now + LIMITS.breaker_hold

    @rule(seconds=st.sampled_from([1, 30, 400]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def there_is_at_most_one_document(self) -> None:
        assert len(self.commits) <= 1, (self.mode, self.commits, self.sends)

    @invariant()
    def what_is_confirmed_exists(self) -> None:
        if self._is(State.CONFIRMED):
            assert any(each.at <= self.now for each in self.commits)

    @invariant()
    def what_is_refused_does_not_exist(self) -> None:
        if self._is(State.REJECTED):
            assert self.commits == []

    @invariant()
    def nothing_open_is_forgotten(self) -> None:
        standing = self.standing
        if standing.state in {State.INTENDED, State.UNKNOWN}:
            assert standing.next_at is not None
        if standing.state == State.SENDING:
            assert standing.leased_until is not None

    @invariant()
    def the_unclear_never_gets_a_second_request_id(self) -> None:
        if self.standing.unknown_since is not None and self.sends:
            assert self.sends[-1][1] == self.standing.generation


TestExactly = Exactly.TestCase
TestExactly.settings = settings(max_examples=120, stateful_step_count=40)

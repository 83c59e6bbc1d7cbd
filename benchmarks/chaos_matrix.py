"""A kill at every named point, with every kind of fault, for every kind of document.

All of it in one process: the simulator in a thread, hours pass at once on its clock, and
a kill is an exception that nothing handles; another worker goes on afterwards. A batch is
one point and one way of treating request ids. Each of its sets asks one of two companies
of a workspace for documents of all kinds, chains included; the faults go round, so that
in as many sets as there are faults every kind meets every fault.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, product
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings

from benchmarks.chaos import MODES
from benchmarks.chaos_company import Company, all_of
from benchmarks.chaos_faults import FAULTS, Faults, laid_out
from benchmarks.chaos_verdict import OPEN, judge
from benchmarks.chaos_wishes import ALONE, Wishes
from benchmarks.outside import Simulator, say
from counterfoil.posting import claims, faultpoints, tasks
from counterfoil.posting.limits import Limits
from counterfoil.posting.models import Intent
from counterfoil.workspaces import people
from qbo_simulator.state import State

READ_LAG = 45.0
REMEMBERED = 60.0
STEP = 31.0
STEPS_UNTIL_LATE = 3
MOST_STEPS = 400
# What spares the books is tried elsewhere; here it would only take time.
QUICKBOOKS = {"throttle_rest": 1}  # after a 429; it is of real time
POSTING = {"writes_at_once": 10_000, "breaker_unknowns": 1_000_000, "time_scale": 1}


@dataclass
class Matrix:
    """Two companies in one workspace, and what has been asked of them."""

    books: Simulator
    state: State
    companies: Sequence[Company]
    wishes: Wishes
    faults: Faults
    kills: Counter[str] = field(default_factory=Counter)
    cells: set[tuple[str, str, str, str]] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)

    def batch(self, point: str, mode: str, shifts: Sequence[int]) -> None:
        """Work until nothing is open, killed at one point again and again."""
        switches = {
            "requestid": mode,
            "requestid_ttl": REMEMBERED,
            "read_lag": READ_LAG,
        }
        self.books.call("POST", "/_sim/switches", switches)
        for shift in shifts:
            with transaction.atomic():
                self._ask(shift, point, mode)
        Worker(self, point).work_off()

    def now(self) -> datetime:
        return self.state.clock.now()

    def _ask(self, shift: int, point: str, mode: str) -> None:
        number = next(self._numbers)
        company = self.companies[number % len(self.companies)]
        intents = [
            *self.wishes.chain(company, number),
            *self.wishes.two_paid_at_once(company, number),
            *(self.wishes.alone(company, kind, number) for kind in ALONE),
        ]
        for place, intent in enumerate(intents, shift):
            fault = FAULTS[place % len(FAULTS)]
            self.faults.plan(intent, fault)
            self.cells.add((point, mode, intent.kind, fault))


@dataclass
class Worker:
    """Workers, one after the other: one dies of every document."""

    matrix: Matrix
    point: str
    killed: set[UUID] = field(default_factory=set)

    def work_off(self) -> None:
        """Until nothing is open, however much time passes."""
        late = 0
        with self._sentenced() as in_hand:
            for _ in range(MOST_STEPS):
                self._live(in_hand)
                if not Intent.objects.filter(state__in=OPEN).exists():
                    return
                late = late + 1 if self.matrix.faults.is_late else 0
                if late >= STEPS_UNTIL_LATE:
                    self.matrix.faults.let_come()
                self.matrix.state.clock.advance(STEP)

    def _live(self, in_hand: list[UUID]) -> None:
        """One worker after the other, until one finds nothing to do."""
        while True:
            try:
                if not tasks.run(self.matrix.now()):
                    return
            except faultpoints.Killed:
                self.matrix.kills[self.point] += 1
                self.killed.add(in_hand[-1])
            finally:
                os.environ.pop(faultpoints.VARIABLE, None)

    @contextmanager
    def _sentenced(self) -> Iterator[list[UUID]]:
        """Whoever claims a document that nobody has died of dies at the point.

        Gives what was claimed, the last one at the end.
        """
        usual, in_hand = claims.Claim.take, list[UUID]()

        def take(intent: Intent, now: datetime, limits: Limits) -> claims.Claim:
            in_hand.append(intent.pk)
            if intent.pk not in self.killed:
                os.environ[faultpoints.VARIABLE] = f"{self.point}=raise"
            return usual(intent, now, limits)

        # The product offers no place for this, and needs none: a trial stands in it.
        claims.Claim.take = take  # type: ignore[method-assign]
        try:
            yield in_hand
        finally:
            claims.Claim.take = usual  # type: ignore[method-assign]


def run(
    books: Simulator,
    state: State,
    *,
    is_whole: bool,
    modes: Sequence[str] = MODES,
    points: Sequence[str] = faultpoints.POINTS,
) -> dict[str, Any]:
    """Try everything with everything, or such a part that each pair occurs."""
    books.call("POST", "/_sim/switches", {"throttle": False})
    now = state.clock.now()
    workspace = people.create_workspace(
        name="Chaos",
        home_currency="USD",
        time_zone="America/New_York",
        country="US",
        language="en",
        now=now,
    )
    companies = all_of(books, workspace, now)
    posting = {**settings.POSTING, **POSTING}
    quickbooks = {**settings.QUICKBOOKS, **QUICKBOOKS}
    with (
        override_settings(POSTING=posting, QUICKBOOKS=quickbooks),
        laid_out(books, state) as faults,
        _step_by_step(),
    ):
        wishes = Wishes(workspace, state.clock.now)
        matrix = Matrix(books, state, companies, wishes, faults)
        batches = product(points, modes)
        for number, (point, mode) in enumerate(batches):
            every = range(len(FAULTS))
            matrix.batch(point, mode, every if is_whole else [number])
            say(f"{point}, {mode}: {len(wishes.asked)} documents")
        books.call("POST", "/_sim/switches", {"read_lag": 0.0})
        verdict = judge(books, len(wishes.asked))
    return {
        **verdict,
        "cases": len(matrix.cells),
        "kills": matrix.kills.total(),
        "kills_at": dict(matrix.kills),
        "faults": faults.met.total(),
        "kinds_with_faults": len(faults.met),
        "not_met": len(faults.planned),
    }


@contextmanager
def _step_by_step() -> Iterator[None]:
    """Let a worker do one thing only, so that the next may die of another document."""
    usual = tasks.MOST_IN_ONE_RUN
    tasks.MOST_IN_ONE_RUN = 1
    try:
        yield
    finally:
        tasks.MOST_IN_ONE_RUN = usual

"""The two drains of this room: create what is due, and sweep the books."""

from __future__ import annotations

from datetime import datetime

import structlog

from counterfoil.events.wake import Drain, drains, wake
from counterfoil.posting import (
    act_claims,
    acting,
    attempt,
    claims,
    lookup,
    recovery,
    sweep,
)
from counterfoil.posting.clock import Clock
from counterfoil.posting.faultpoints import hit
from counterfoil.posting.installation import limits
from counterfoil.posting.limits import Limits
from counterfoil.posting.outcomes import DRAIN
from counterfoil.workspaces.language import spoken

SWEEP_DRAIN = "posting_sweep"
MOST_IN_ONE_RUN = 200

log = structlog.get_logger()


def run(now: datetime) -> int:
    """Rescue, look up, send and act until nothing is due; returns how much was done.

    Documents go out one after the other here; when more are due, another worker is woken
    beside this one, as far as the company's gate allows.
    """
    if recovery.fitness(now) is not recovery.Fitness.FIT:
        return 0
    clock, allowed = Clock(now), limits()
    done = claims.rescue(clock.now()) + act_claims.rescue(clock.now())
    for _ in range(MOST_IN_ONE_RUN):
        went = _step(clock, allowed) + acting.step(clock, allowed)
        if not went:
            return done
        done += went
    wake(DRAIN)
    return done


def run_sweep(now: datetime) -> int:
    """Sweep the companies whose turn has come."""
    if recovery.fitness(now) is not recovery.Fitness.FIT:
        return 0
    return sweep.sweep_due(now, limits())


def _step(clock: Clock, allowed: Limits) -> bool:
    """Claim one thing and do it; whether there was any."""
    now = clock.now()
    if (claim := claims.next_lookup(now, allowed)) is not None:
        hit("after_claim")
        with spoken(claim.intent.workspace):
            lookup.look(claim, clock=clock, limits=allowed)
        return True
    if (claim := claims.next_send(now, allowed)) is not None:
        hit("after_claim")
        if claims.sendable(now).exists():
            wake(DRAIN)
        with spoken(claim.intent.workspace):
            attempt.send(claim, clock=clock, limits=allowed)
        return True
    return False


drains.add(Drain(DRAIN, run))
drains.add(Drain(SWEEP_DRAIN, run_sweep))

"""How long posting waits for what, and how much it allows at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

SCHEDULE = tuple(
    timedelta(seconds=seconds)
    for seconds in (30, 90, 180, 300, 900, 3_600, 21_600, 86_400)
)
BACKOFF_FIRST = timedelta(seconds=2)
BACKOFF_MOST = timedelta(minutes=5)
SWEEP_EVERY = timedelta(hours=1)
COMPARE_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long to wait for what; see the settings for the names in the environment.

    The time scale shortens the waits, for tests; ``deadline`` and ``lease`` are about
    how quick machines are, so they are given as they shall be.
    """

    deadline: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(seconds=240)
    settle_wait: timedelta = timedelta(seconds=180)
    lookup_gap: timedelta = timedelta(seconds=20)
    lookup_margin: timedelta = timedelta(seconds=600)
    schedule: tuple[timedelta, ...] = SCHEDULE
    backoff_first: timedelta = BACKOFF_FIRST
    backoff_most: timedelta = BACKOFF_MOST
    max_resends: int = 5
    max_rescues: int = 20  # workers lost with one document in hand
    give_up_after: timedelta = timedelta(days=1)
    writes_at_once: int = 4
    breaker_unknowns: int = 5
    breaker_window: timedelta = timedelta(seconds=300)
    breaker_hold: timedelta = timedelta(seconds=1_800)
    sweep_every: timedelta = SWEEP_EVERY
    compare_every: timedelta = COMPARE_EVERY

    def __post_init__(self) -> None:
        if self.lease <= self.deadline:
            raise ValueError("the posting lease must be longer than its deadline")
        if self.writes_at_once < 1:
            raise ValueError("at least one write at once must be allowed")

    def backoff(self, refusals: int) -> timedelta:
        """2 s, 4 s, 8 s ... five minutes at most."""
        doubled: timedelta = self.backoff_first * (1 << min(refusals, 20))
        return min(doubled, self.backoff_most)

    @classmethod
    def parse(cls, settings: Mapping[str, float]) -> Limits:
        """From the settings' seconds, the time scale applied."""
        scale = settings["time_scale"]
        waits = {
            name: timedelta(seconds=settings[name] * scale)
            for name in (
                "settle_wait",
                "lookup_gap",
                "give_up_after",
                "breaker_window",
                "breaker_hold",
            )
        }
        return cls(
            deadline=timedelta(seconds=settings["deadline"]),
            lease=timedelta(seconds=settings["lease"]),
            lookup_margin=timedelta(seconds=settings["lookup_margin"]),
            schedule=tuple(wait * scale for wait in SCHEDULE),
            backoff_first=BACKOFF_FIRST * scale,
            backoff_most=BACKOFF_MOST * scale,
            sweep_every=SWEEP_EVERY * scale,
            compare_every=COMPARE_EVERY * scale,
            max_resends=int(settings["max_resends"]),
            max_rescues=4 * int(settings["max_resends"]),
            writes_at_once=int(settings["writes_at_once"]),
            breaker_unknowns=int(settings["breaker_unknowns"]),
            **waits,
        )

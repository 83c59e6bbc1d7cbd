"""The time during a long piece of work: the moment it was given, and what has passed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Clock:
    """Starts at ``now`` and goes on by the monotonic clock, which never jumps."""

    def __init__(self, now: datetime) -> None:
        self._start = now
        self._from = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        return time.monotonic() - self._from

"""The simulator's clock: real time plus an offset that tests may move forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbo_simulator.storage.store import Store

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Clock:
    """Real time plus the offset kept in the store, so that a restart keeps it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offset = float(store.setting("clock_offset", "0"))

    def now(self) -> datetime:
        """The current simulated instant, aware, in UTC."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def advance(self, seconds: float) -> datetime:
        """Move time forward (or back) and say what time it is then.

        A move out of the years 2000 to 2199 is refused with ValueError: the offset is
        kept, and one that no date can show would outlive every restart.
        """
        offset = self._offset + seconds
        if not FIRST.timestamp() <= time.time() + offset < LAST.timestamp():
            raise ValueError("The clock goes from the year 2000 to 2199.")
        self._offset = offset
        self._store.set_setting("clock_offset", repr(self._offset))
        return self.now()

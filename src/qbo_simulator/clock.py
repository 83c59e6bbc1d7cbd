"""The simulator's clock: real time plus an offset that tests may move forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbo_simulator.store import Store


class Clock:
    """Real time plus the offset kept in the store, so that a restart keeps it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offset = float(store.setting("clock_offset", "0"))

    def now(self) -> datetime:
        """The current simulated instant, aware, in UTC."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def advance(self, seconds: float) -> datetime:
        """Move time forward (or back) and say what time it is then."""
        self._offset += seconds
        self._store.set_setting("clock_offset", repr(self._offset))
        return self.now()

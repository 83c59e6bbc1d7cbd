"""How often a company may be called: windows per application and per company."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qbo_simulator.api.exchange import Call
    from qbo_simulator.switches import Switches

Key = tuple[str, str]
MINUTE = 60
RESOURCE_INTENSIVE = frozenset({"report"})


@dataclass
class Window:
    """The instants of the calls of the last minute."""

    instants: deque[float] = field(default_factory=deque)

    def is_full(self, limit: int, at: float, seconds: float = MINUTE) -> bool:
        """Whether `limit` calls, if there is a limit, were made in the last seconds."""
        while self.instants and self.instants[0] <= at - MINUTE:
            self.instants.popleft()
        if not limit:
            return False
        if seconds >= MINUTE:
            return len(self.instants) >= limit
        recent = 0
        for each in reversed(self.instants):
            if each <= at - seconds or recent >= limit:
                break
            recent += 1
        return recent >= limit


@dataclass
class Limits:
    """Who has called how often.

    All calls of an application to a company count for the minute and the second;
    batches and reports have limits of their own besides, and the batches of all
    applications together one more.
    """

    calls: dict[Key, Window] = field(default_factory=lambda: defaultdict(Window))
    batches: dict[Key, Window] = field(default_factory=lambda: defaultdict(Window))
    reports: dict[Key, Window] = field(default_factory=lambda: defaultdict(Window))
    of_realm: dict[str, Window] = field(default_factory=lambda: defaultdict(Window))
    running: dict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def admit(self, switches: Switches, call: Call) -> bool:
        """Count a call, unless it is one too many."""
        if not switches.throttle:
            return True
        at = time.monotonic()
        key = (call.realm, call.client_id)
        if switches.concurrent and self.running[key] >= switches.concurrent:
            return False
        windows = self._windows(switches, call)
        if any(
            window.is_full(limit, at, seconds) for window, limit, seconds in windows
        ):
            return False
        for window in {id(window): window for window, _, _ in windows}.values():
            window.instants.append(at)
        return True

    def _windows(
        self, switches: Switches, call: Call
    ) -> list[tuple[Window, int, float]]:
        key = (call.realm, call.client_id)
        all_calls = self.calls[key]
        found: list[tuple[Window, int, float]] = [
            (all_calls, switches.per_minute, MINUTE),
            (all_calls, switches.combined_per_minute, MINUTE),
        ]
        if self._is_so_quick(switches, key):
            found.append((all_calls, switches.per_second, 1))
        if call.operation == "batch":
            found += [
                (self.batches[key], switches.batch_per_minute, MINUTE),
                (self.of_realm[call.realm], switches.realm_batch_per_minute, MINUTE),
            ]
        if call.operation in RESOURCE_INTENSIVE:
            found.append((self.reports[key], switches.reports_per_minute, MINUTE))
        return found

    def _is_so_quick(self, switches: Switches, key: Key) -> bool:
        """Whether the service itself would ever see that many calls in a second.

        It takes `service_time` for each, so that a client which waits for its answers
        cannot come near the limit there, while here it is answered in a millisecond.
        """
        under_way = self.running[key] + 1
        return under_way > switches.service_time * switches.per_second

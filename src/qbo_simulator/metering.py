"""The request log, which also counts calls the way Intuit's price list does."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

LONGEST = 1000
CORE = frozenset({"create", "update", "void", "delete", "send"})


def price_group(entry: dict[str, Any]) -> str:
    """Name what a call counts as: core (free), core_plus (metered) or failed."""
    status = entry.get("status")
    if status is None or status >= 400:
        return "failed"
    if entry.get("operation") in CORE:
        return "core"
    if entry.get("operation") == "batch" and '"Query"' not in str(entry.get("request")):
        return "core"
    return "core_plus"


class RequestLog(deque[dict[str, Any]]):
    """The latest requests, and a count of all there ever were since it was cleared."""

    def __init__(self) -> None:
        super().__init__(maxlen=LONGEST)
        self._counts: dict[str, Counter[str]] = {}

    def append(self, entry: dict[str, Any]) -> None:
        """Log a request and count it."""
        super().append(entry)
        counts = self._counts.setdefault(str(entry.get("realm")), Counter())
        counts[price_group(entry)] += 1
        counts[f"operation:{entry.get('operation') or 'unknown'}"] += 1

    def metering(self) -> dict[str, dict[str, Any]]:
        """Return the counts of each company."""
        return {
            realm: {
                "core": counts["core"],
                "core_plus": counts["core_plus"],
                "failed": counts["failed"],
                "operations": {
                    key.partition(":")[2]: number
                    for key, number in sorted(counts.items())
                    if ":" in key
                },
            }
            for realm, counts in self._counts.items()
        }

    def clear_metering(self) -> None:
        """Count from zero again."""
        self._counts.clear()

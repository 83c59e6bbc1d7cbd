"""The request log, which also counts calls the way Intuit's price list does."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from qbo_simulator.operations import BATCH, WRITES

LONGEST = 1000


def price_group(entry: dict[str, Any]) -> str:
    """Name what a call counts as: core (free), core_plus (metered) or failed."""
    status = entry.get("status")
    if status is None or status >= 400:
        return "failed"
    if entry.get("operation") in WRITES:
        return "core"
    if entry.get("operation") == BATCH and not _items(entry)["reads"]:
        return "core"
    return "core_plus"


def priced(entry: dict[str, Any]) -> dict[str, int]:
    """How many calls of each group one request is; a batch is as many as its items."""
    group = price_group(entry)
    if group == "failed" or entry.get("operation") != BATCH:
        return {group: 1}
    items = _items(entry)
    return {"core": items["writes"], "core_plus": items["reads"]}


def _items(entry: dict[str, Any]) -> dict[str, int]:
    counted = entry.get("items") or {}
    return {"reads": counted.get("reads", 0), "writes": counted.get("writes", 0)}


class RequestLog(deque[dict[str, Any]]):
    """The latest requests, and a count of all there ever were since it was cleared."""

    def __init__(self) -> None:
        super().__init__(maxlen=LONGEST)
        self._counts: dict[str, Counter[str]] = {}
        self._months: Counter[str] = Counter()

    def append(self, entry: dict[str, Any]) -> None:
        """Log a request and count it."""
        super().append(entry)
        counts = self._counts.setdefault(str(entry.get("realm")), Counter())
        groups = priced(entry)
        counts.update(groups)
        counts[f"operation:{entry.get('operation') or 'unknown'}"] += 1
        self._months[_month(entry)] += groups.get("core_plus", 0)

    def metered_in(self, month: str) -> int:
        """How many metered calls there were, of all companies, in a month (2026-03)."""
        return self._months[month]

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
        self._months.clear()


def _month(entry: dict[str, Any]) -> str:
    return str(entry.get("at", ""))[:7]

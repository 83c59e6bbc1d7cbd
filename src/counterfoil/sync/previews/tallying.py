"""Adds verdicts up: what would be done on each side, what is left alone, and examples.

Pure but for the shapes it fills, which are the JSON of ``models.Proposal``. What is done
here is counted from the objects there and the other way round, so that a pair that is
seen from both sides counts once on each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.decide import Field, Outcome
from counterfoil.sync.engine.guard import Weight
from counterfoil.sync.engine.verdict import TOUCHING, Act, Verdict

HERE, THERE = "here", "there"
SIDES = (HERE, THERE)
EMPTIED = "emptied"
MOST_EXAMPLES = 5


@dataclass
class Example:
    """One of those that are counted; ``changes`` are name, old and new value."""

    remote_id: str
    record_id: int | None
    changes: list[list[Any]]

    def packed(self) -> dict[str, Any]:
        return {
            "remote_id": self.remote_id,
            "record_id": self.record_id,
            "changes": self.changes,
            "title": "",
        }


@dataclass
class Count:
    """How many of what, so far. ``total`` is what there is on each side."""

    acts: dict[str, Counter[str]] = field(default_factory=lambda: _each(Counter))
    left: dict[str, Counter[str]] = field(default_factory=lambda: _each(Counter))
    emptied: dict[str, int] = field(default_factory=lambda: _each(int))
    total: dict[str, int] = field(default_factory=lambda: _each(int))
    conflicts: int = 0
    beside: Counter[str] = field(default_factory=Counter)  # pairs of other objects

    def touched(self, side: str) -> int:
        """How many would be changed or made on this side."""
        return sum(n for act, n in self.acts[side].items() if act in TOUCHING)

    @property
    def needs_yes(self) -> bool:
        """Whether either side would change so much that a person must say yes."""
        return any(
            Weight(self.touched(side), self.total[side], self.emptied[side]).needs_yes
            for side in SIDES
        )

    def packed(self) -> dict[str, Any]:
        """As the JSON of a proposal; :func:`unpacked` reads it."""
        return {
            **{side: dict(self.acts[side]) for side in SIDES},
            "left": {side: dict(self.left[side]) for side in SIDES},
            "emptied": self.emptied,
            "total": self.total,
            "conflicts": self.conflicts,
            "beside": dict(self.beside),
        }


def unpacked(counts: Mapping[str, Any]) -> Count:
    """The count so far, out of a proposal's JSON."""
    found = Count()
    for side in SIDES:
        found.acts[side].update(counts.get(side, {}))
        found.left[side].update(counts.get("left", {}).get(side, {}))
        found.emptied[side] = counts.get("emptied", {}).get(side, 0)
        found.total[side] = counts.get("total", {}).get(side, 0)
    found.conflicts = counts.get("conflicts", 0)
    found.beside.update(counts.get("beside", {}))
    return found


def add(
    count: Count, verdict: Verdict, *, side: str, pairs: str
) -> list[tuple[str, Act, Example]]:
    """Count what a verdict does on one side; what was counted, as examples.

    ``pairs`` is the side from which pairs are joined: what belongs to a pair that is met
    only now (its link, what it needs on the other side) and conflicts count there alone.
    """
    act = verdict.here if side == HERE else verdict.there
    met = verdict.match is not None and verdict.match.chosen is not None
    if side == pairs and verdict.decision is not None and verdict.decision.conflicts:
        count.conflicts += 1
    found: list[tuple[str, Act, Example]] = []
    if met and side != pairs:
        return found
    if act is Act.NOTHING:
        count.left[side][str(verdict.reason)] += 1
    else:
        found.append(_counted(count, verdict, side, act))
    if met and side == HERE and verdict.there is not Act.NOTHING:
        found.append(_counted(count, verdict, THERE, verdict.there))
    return found


def _counted(
    count: Count, verdict: Verdict, side: str, act: Act
) -> tuple[str, Act, Example]:
    count.acts[side][str(act)] += 1
    changes = changes_of(verdict, side)
    if any(is_emptying(each) for each in changes):
        count.emptied[side] += 1
    return side, act, Example(verdict.remote_id, verdict.record_id, changes)


def keep(
    examples: dict[str, dict[str, list[Any]]], side: str, act: str, held: Example
) -> list[dict[str, Any]]:
    """Keep an example while there are few of its act; what was kept, to be titled."""
    kept = examples.setdefault(side, {}).setdefault(act, [])
    if len(kept) >= MOST_EXAMPLES:
        return []
    kept.append(held.packed())
    return kept[-1:]


def changes_of(verdict: Verdict, side: str) -> list[list[Any]]:
    """The values that this side would get: name, old and new."""
    if verdict.decision is None:
        return []
    outcome = Outcome.TO_LOCAL if side == HERE else Outcome.TO_REMOTE
    return [
        change(each, side)
        for each in verdict.decision.fields
        if each.outcome is outcome
    ]


def is_emptying(change: list[Any]) -> bool:
    """Whether something known would become nothing."""
    _name, old, new = change
    return is_empty(new) and not is_empty(old)


def change(each: Field, side: str) -> list[Any]:
    """What one field of this side would get: name, old and new value."""
    if side == HERE:
        return [each.rule.local, each.local, each.remote]
    return [each.rule.remote, each.remote, each.local]


def _each(make: Any) -> dict[str, Any]:
    return {side: make() for side in SIDES}

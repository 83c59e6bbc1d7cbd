"""What came of a number of objects, for progress pages and for explanations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from counterfoil.sync.engine.verdict import Reason


@dataclass
class Tally:
    """Counts; ``left`` says of what was left alone why."""

    created: int = 0
    updated: int = 0
    linked: int = 0
    reviewed: int = 0
    conflicts: int = 0
    failed: int = 0
    left: Counter[Reason] = field(default_factory=Counter)

    @property
    def changed(self) -> int:
        """How many records are others than before."""
        return self.created + self.updated

    def __iadd__(self, other: Tally) -> Tally:
        self.created += other.created
        self.updated += other.updated
        self.linked += other.linked
        self.reviewed += other.reviewed
        self.conflicts += other.conflicts
        self.failed += other.failed
        self.left.update(other.left)
        return self

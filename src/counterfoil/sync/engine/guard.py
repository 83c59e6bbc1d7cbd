"""How much may change at once before a person has said yes."""

from __future__ import annotations

from dataclasses import dataclass

MOST_RECORDS = 100
MOST_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Weight:
    """What a change comes to: records touched out of all there are.

    ``emptied`` are records that would lose a value to an empty one.
    """

    touched: int
    total: int
    emptied: int = 0

    @property
    def needs_yes(self) -> bool:
        """More than a hundred records, or more than a tenth of ten or more."""
        if self.touched > MOST_RECORDS or self.emptied > MOST_RECORDS:
            return True
        return self.total >= 10 and self.touched > self.total * MOST_SHARE

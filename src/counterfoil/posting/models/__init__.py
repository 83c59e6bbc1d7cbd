"""What is kept of every write to the books, by one name."""

from __future__ import annotations

from counterfoil.posting.models.intents import (
    Attempt,
    Finding,
    Gate,
    Intent,
    Problem,
)
from counterfoil.posting.models.progress import (
    STATES,
    AttemptAction,
    AttemptOutcome,
)

__all__ = [
    "STATES",
    "Attempt",
    "AttemptAction",
    "AttemptOutcome",
    "Finding",
    "Gate",
    "Intent",
    "Problem",
]

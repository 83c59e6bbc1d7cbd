"""What is kept of every write to the books, by one name."""

from __future__ import annotations

from counterfoil.posting.models.acts import Act, ActAttempt
from counterfoil.posting.models.installation import (
    Installation,
    Recovery,
    Restoration,
)
from counterfoil.posting.models.intents import (
    Attempt,
    Finding,
    Gate,
    Intent,
    Problem,
)
from counterfoil.posting.models.numbers import NumberSeries, NumberTaken
from counterfoil.posting.models.progress import (
    STATES,
    AttemptAction,
    AttemptOutcome,
    Progress,
    Tried,
)

__all__ = [
    "STATES",
    "Act",
    "ActAttempt",
    "Attempt",
    "AttemptAction",
    "AttemptOutcome",
    "Finding",
    "Gate",
    "Installation",
    "Intent",
    "NumberSeries",
    "NumberTaken",
    "Problem",
    "Progress",
    "Recovery",
    "Restoration",
    "Tried",
]

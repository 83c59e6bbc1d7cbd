"""When a field flips to and fro between two sides, writing it stops and a person looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SPAN = timedelta(minutes=10)
MOST_WRITES = 4
TOO_OFTEN, ALTERNATES = "too_often", "alternates"


@dataclass(frozen=True, slots=True)
class Write:
    """A value that was written to a field of one link; ``form`` is its canonical form."""

    side: str
    form: bytes
    at: datetime


def verdict(writes: Sequence[Write], now: datetime) -> str:
    """``""``, or why the field must not be written again for now.

    ``writes`` are the field's last ones, oldest first. More than four within ten minutes
    are too many; so are two values that took turns twice.
    """
    recent = [each for each in writes if now - each.at <= SPAN]
    if len(recent) > MOST_WRITES:
        return TOO_OFTEN
    last = [each.form for each in recent[-4:]]
    if len(last) == 4 and last[0] == last[2] != last[1] == last[3]:
        return ALTERNATES
    return ""

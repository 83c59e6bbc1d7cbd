"""What is compared: one property here with one field there, and who may change which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field's values are compared."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"  # as text, and never empty
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    REFERENCE = "reference"


class Direction(StrEnum):
    """Which way values may travel."""

    BOTH = "both"
    IN = "in"
    OUT = "out"


class Wins(StrEnum):
    """Whose value stays when both sides changed it."""

    REMOTE = "remote"
    LOCAL = "local"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Rule:
    """One mapping: a property of ours, a field of theirs.

    ``may_empty``: an emptied value empties the other side, too. ``longest`` is how many
    characters the remote field keeps (0: no limit).
    """

    local: str
    remote: str
    kind: FieldKind = FieldKind.TEXT
    direction: Direction = Direction.BOTH
    wins: Wins = Wins.REMOTE
    may_empty: bool = False
    longest: int = 0

    @property
    def comes_in(self) -> bool:
        return self.direction is not Direction.OUT

    @property
    def goes_out(self) -> bool:
        return self.direction is not Direction.IN

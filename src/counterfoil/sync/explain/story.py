"""What an explanation consists of: plain values for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Record
from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.models import Conflict, Issue, Quarantine, Review


class State(StrEnum):
    """How a record and one connection stand to each other."""

    IN_STEP = "in_step"
    MOVING = "moving"
    DECIDE = "decide"
    FAILED = "failed"
    IGNORED = "ignored"
    PAUSED = "paused"
    ABSENT = "absent"


STATE_LABELS = {
    State.IN_STEP: _("In step"),
    State.MOVING: _("On its way"),
    State.DECIDE: _("Needs a decision"),
    State.FAILED: _("Not synced"),
    State.IGNORED: _("Left alone"),
    State.PAUSED: _("Paused"),
    State.ABSENT: _("Not synced"),
}


class Button(StrEnum):
    """What a person can do about it."""

    SYNC = "sync"
    RETRY = "retry"
    IGNORE = "ignore"  # an issue
    UNLINK = "unlink"
    LEAVE = "leave"  # leave the record alone
    FOLLOW = "follow"  # no longer leave it alone
    LINK = "link"
    REVIEW = "review"
    OPEN = "open"
    SETTINGS = "settings"
    RESTORE = "restore"
    RECONNECT = "reconnect"


@dataclass(frozen=True)
class FieldTold:
    """One mapping of a linked pair: both values, and why they are as they are."""

    local: str
    label: str
    remote_label: str
    kind: FieldKind
    here: object
    there: object
    state: State
    sentence: str
    is_same: bool

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on either side."""
        return is_empty(self.here) and is_empty(self.there)


@dataclass(frozen=True)
class Part:
    """A record at one connection as one synced object. ``sentence`` is never empty."""

    connection: Connection
    name: str
    label: str
    state: State
    sentence: str
    buttons: tuple[Button, ...] = ()
    link: Link | None = None
    title: str = ""
    address: str = ""
    matched: str = ""
    fields: tuple[FieldTold, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    settled: tuple[Conflict, ...] = ()
    quarantines: tuple[Quarantine, ...] = ()
    issues: tuple[Issue, ...] = ()
    review: Review | None = None
    waiting_since: datetime | None = None
    is_held: bool = False
    # The record that it is synced as part of: its company, or the survivor of a merge.
    other: tuple[str, int] | None = None
    is_merged: bool = False
    # Kept values of conflicts that the record could be given: "local" and "remote".
    usable: frozenset[tuple[int, str]] = frozenset()

    @property
    def state_label(self) -> str:
        return str(STATE_LABELS[self.state])

    @property
    def differing(self) -> tuple[FieldTold, ...]:
        return tuple(each for each in self.fields if not each.is_same)

    def has(self, button: str) -> bool:
        return button in self.buttons


@dataclass(frozen=True)
class Explanation:
    """All parts; ``sentence`` says it where there is no connection to speak of."""

    record: Record | None
    parts: Sequence[Part]
    sentence: str = ""

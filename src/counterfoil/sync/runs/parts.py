"""How work over many objects is done part by part: what each kind of run declares.

A run (``models.Run``) has parts (``models.StreamRun``). Any worker takes any part whose
predecessors have ended and does it page by page: ``fetch`` reads outside of any
transaction, ``apply`` changes things inside the one that also moves the cursor. Killed at
any point, a part goes on at its last committed page. To add a kind of run: subclass
``PartWorker``, register it, and call ``plan.start``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry
from counterfoil.sync.models import Run, StreamRun

Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a run, and which other parts must have ended before it begins."""

    name: str
    after: tuple[str, ...] = ()
    cursor: Cursor = field(default_factory=dict)
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What ``fetch`` read; ``after`` is where the next one begins, ``None`` at the end."""

    held: Any
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What ``apply`` came to: objects looked at, changed, of these made, and refused."""

    rows: int = 0
    changed: int = 0
    created: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """The part that is being done, and when. Not to be changed by its worker."""

    connection: Connection
    run: Run
    part: StreamRun
    now: datetime


class Held(Exception):
    """Raised by ``fetch`` or ``apply``: the run waits for a person's yes from here on.

    The text says why. ``plan.confirm`` lets it go on; ``run.confirmed_at`` is set then.
    """


class PartWorker(ABC):
    """One kind of run; ``key`` is its ``RunKind``."""

    key: ClassVar[str]
    # Read the next page while this one is applied: for what comes over the network.
    reads_ahead: ClassVar[bool] = False
    # After so many failures in a row a part is given up; 0 is never.
    most_failures: ClassVar[int] = 0

    @abstractmethod
    def parts(self, connection: Connection, run: Run) -> Sequence[Part]:
        """What there is to do, in order. Called once, in the transaction that begins."""

    def prepare(self, job: Job) -> None:  # noqa: B027  most need nothing
        """Before the first page of the first part; repeated if that is cut short."""

    @abstractmethod
    def fetch(self, job: Job, cursor: Cursor) -> Piece:
        """Read the page at ``cursor``, outside of any transaction."""

    @abstractmethod
    def apply(self, job: Job, piece: Piece) -> Counts:
        """Carry out what was read, in the transaction that moves the cursor."""

    def left(self, connection: Connection, run: Run) -> Sequence[Part]:
        """Parts to go over once more before it ends: more has come while it was at it."""
        return ()

    def finish(self, connection: Connection, run: Run, *, now: datetime) -> None:  # noqa: B027
        """In the transaction that ends the run."""


part_workers: Registry[PartWorker] = Registry("kind of run")

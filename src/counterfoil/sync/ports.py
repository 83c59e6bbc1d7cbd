"""What sync needs of a service that it reads from. Contents are in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from counterfoil.connections.models import Connection
from counterfoil.connections.ports import CompanyFacts
from counterfoil.core.registry import Registry
from counterfoil.posting.ports import Receipt


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of object. ``in_feed``: the service tells what changed of it."""

    key: str
    depends_on: tuple[str, ...] = ()
    in_feed: bool = True
    can_vanish: bool = False  # objects may be deleted, not only made inactive


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivery says: something of a company may have changed.

    ``operation`` is create, update, delete, void, emailed or merge.
    """

    account: str
    stream: str
    remote_id: str
    operation: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Observed:
    """An object as it was read. A deleted one has an id and a time, if that."""

    stream: str
    remote_id: str
    version: str = ""
    updated_at: datetime | None = None
    deleted: bool = False
    active: bool = True
    name: str = ""
    email: str = ""
    lookup: str = ""
    content: Mapping[str, object] = field(default_factory=dict)
    digest: bytes = b""
    receipt: Receipt | None = None  # where it carries a marker of ours
    problem: str = ""  # why it could not be read; then there is no content


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed; of ``incomplete`` streams there may be more than was told.

    ``until`` is the other side's time up to which the rest is complete.
    """

    observed: Sequence[Observed]
    incomplete: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a stream; ``after`` is ``None`` at its end. ``time`` is the other side's."""

    observed: Sequence[Observed]
    after: Mapping[str, object] | None
    time: datetime | None = None


class Source(Protocol):
    """A service that is read. Errors are ``core.errors``; it never repeats a call."""

    key: str

    def streams(self) -> Sequence[Stream]:
        """In an order in which they may be read."""
        ...

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a delivery's signature is right; header names are lower case."""
        ...

    def told(self, body: bytes) -> Sequence[Told]:
        """What a genuine delivery says. ``ValueError`` when it makes no sense."""
        ...

    def fetch(
        self, connection: Connection, stream: str, ids: Sequence[str], *, now: datetime
    ) -> Sequence[Observed]:
        """The objects that exist of these."""
        ...

    def changes(
        self,
        connection: Connection,
        streams: Sequence[str],
        *,
        since: datetime,
        now: datetime,
    ) -> Changes:
        """What changed since, of several streams in one call."""
        ...

    def page(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> Page:
        """One page; an empty cursor is the beginning.

        A cursor ``{"changed_since": <ISO time>}`` begins a walk over what changed since.
        """
        ...

    def remote_ids(
        self, connection: Connection, stream: str, *, now: datetime
    ) -> set[str]:
        """The ids of everything there is."""
        ...

    def facts(self, connection: Connection, *, now: datetime) -> CompanyFacts:
        """The company as it is now."""
        ...


sources: Registry[Source] = Registry("source")
IDS_PER_CALL = 200
"""How many objects by id are read in one call; for counting what is cheapest."""

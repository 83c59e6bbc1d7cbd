"""What sync needs of a service that it reads and writes. Contents are in our words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from counterfoil.connections.models import Connection
from counterfoil.connections.ports import CompanyFacts
from counterfoil.core.registry import Registry
from counterfoil.posting.ports import Receipt
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.engine.verdict import Reason


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of object. ``in_feed``: the service tells what changed of it.

    ``is_dated``: a document of a day, of which an import may leave the older ones out.
    """

    key: str
    depends_on: tuple[str, ...] = ()
    in_feed: bool = True
    can_vanish: bool = False  # objects may be deleted, not only made inactive
    is_dated: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivery says: something of a company may have changed.

    ``operation`` is create, update, delete, void, emailed or merge; of a merge
    ``survivor`` is the object that the told one went into.
    """

    account: str
    stream: str
    remote_id: str
    operation: str
    at: datetime | None
    survivor: str = ""


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
    merged_into: str = ""  # the object that this one became part of; it is gone then


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


@dataclass(frozen=True, slots=True)
class Sightings:
    """Part of a stream, read no further than to tell one object from another.

    ``digests`` are of the bytes of each object, by its id; ``read`` reads some in full.
    """

    digests: Mapping[str, bytes]
    read: Callable[[Collection[str]], Sequence[Observed]]
    after: Mapping[str, object] | None


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

        A cursor ``{"changed_since": <ISO time>}`` begins a walk over what changed since;
        ``{"dated_since": <ISO date>}`` one over documents from that day on, and then
        over older ones that are still open. ``size``, where a cursor has it, is how many
        objects a page may have; pages grow from there again.
        """
        ...

    def sightings(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> Sightings:
        """One page as ``page`` has it, for comparing it with what is here."""
        ...

    def count(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> int:
        """How many objects a walk that begins at ``cursor`` comes by."""
        ...

    def remote_ids(
        self, connection: Connection, stream: str, *, now: datetime
    ) -> set[str]:
        """The ids of everything there is."""
        ...

    def facts(self, connection: Connection, *, now: datetime) -> CompanyFacts:
        """The company as it is now."""
        ...


@dataclass(frozen=True, slots=True)
class RemoteField:
    """A field of a stream's content that can be mapped; dots reach into parts.

    ``longest`` is how many characters the service keeps (0: no limit); ``stream`` is what
    a reference points into; ``needed``: an object cannot be without it; ``at_creation``:
    it is said when an object is created, and stays.
    """

    name: str
    label: Any
    kind: FieldKind = FieldKind.TEXT
    longest: int = 0
    writable: bool = True
    needed: bool = False
    stream: str = ""
    at_creation: bool = False


class Pairing(ABC):
    """One stream's objects as one noun's records: an object of sync with two sides.

    ``name`` is how settings, pages and rows call it: contacts, companies, products.
    """

    service: ClassVar[str]
    name: ClassVar[str]
    stream: ClassVar[str]
    object_type: ClassVar[str]
    kind: ClassVar[str]  # posting's word for creating such an object
    label: ClassVar[Any]
    sentence: ClassVar[Any]  # what turning it on does
    fields: ClassVar[tuple[RemoteField, ...]]
    match_keys: ClassVar[Mapping[MatchKey, tuple[str, str]]]  # key: (property, field)

    @property
    def key(self) -> str:
        return f"{self.service}.{self.name}"

    @abstractmethod
    def defaults(self, connection: Connection) -> Settings:
        """The settings before a person has chosen any; its rules are the default ones."""

    @abstractmethod
    def covers(self, content: Values, others: Collection[str]) -> Reason:
        """``Reason.NONE`` when an object is such a record, else why not.

        ``others`` are the names of the pairings of the stream that are on, too.
        """

    @abstractmethod
    def speaks_for(self, content: Values, others: Collection[str]) -> frozenset[str]:
        """The remote fields of an object that this pairing compares and writes.

        Where one object is a company *and* its person, each has its own.
        """

    @abstractmethod
    def title(self, content: Values) -> str:
        """What a person calls the object."""

    def starting_values(
        self, connection: Connection, content: Values
    ) -> dict[str, object]:
        """What a new record gets by property where no mapped field gives it anything."""
        return {}

    @abstractmethod
    def document(
        self, connection: Connection, settings: Settings, values: Values
    ) -> dict[str, object]:
        """The neutral document (see ``posting.ports``) that creates such an object.

        ``values`` are by remote field. ``Rejected`` when something is missing that a
        person must choose.
        """


pairings: Registry[Pairing] = Registry("pairing")


def pairings_of(service: str) -> list[Pairing]:
    """The pairings of a service, in the order in which they are applied."""
    return [pairing for pairing in pairings if pairing.service == service]


class Writer(Protocol):
    """Changes objects that exist at a service. Errors are ``core.errors``.

    ``Stale``: the version is no longer the newest. ``Gone``: it no longer exists.
    ``Unclear``: it may have been done; reading the object again tells.
    """

    key: str

    def update(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        values: Values,
        now: datetime,
    ) -> Observed:
        """Write some fields and leave the others; the object as it is afterwards.

        ``None`` or ``""`` empties a field.
        """
        ...

    def set_active(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        active: bool,
        now: datetime,
    ) -> Observed:
        """Make it inactive, or active again."""
        ...

    def restore(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        name: str,
        now: datetime,
    ) -> Observed:
        """Make it active again under another name: somebody has its own by now."""
        ...

    def page_address(self, connection: Connection, stream: str, remote_id: str) -> str:
        """Where a person opens the object in the service's own pages."""
        ...


writers: Registry[Writer] = Registry("writer")
sources: Registry[Source] = Registry("source")
IDS_PER_CALL = 200
"""How many objects by id are read in one call; for counting what is cheapest."""

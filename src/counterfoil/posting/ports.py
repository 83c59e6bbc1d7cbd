"""What posting needs of a company's books, and what documents look like on the way.

Documents are neutral: our words, Decimals as strings, dates as ISO text. The connector
renders them; nothing above it knows the wire format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry


@dataclass(frozen=True)
class Expectation:
    """What the answer must echo, or it is not our document.

    Empty fields are not compared (a customer has no total; the books may set the tax).
    """

    customer_id: str = ""
    total: Decimal | None = None
    currency: str = ""
    name: str = ""


@dataclass(frozen=True)
class Receipt:
    """A document as the books hold it after a write or as a lookup found it."""

    remote_id: str
    version: str
    number: str
    marker: str
    expectation: Expectation
    created_at: datetime | None
    updated_at: datetime | None
    body: Mapping[str, object] = field(repr=False)
    correlation_id: str = ""
    provider_time: datetime | None = None


@dataclass(frozen=True)
class Lookup:
    """Where to look for a document whose fate is unclear."""

    kind: str
    marker: str
    since: datetime
    expectation: Expectation
    number: str = ""


class Books(Protocol):
    """A connected company's books, for writing.

    ``create`` raises ``Rejected`` (definitely refused), ``Retryable`` (definitely not
    done: 429, 401 after a refresh, connection never made), ``NeedsReconnect``, or
    ``Unclear`` (anything else). It never repeats a request by itself.
    """

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        """The exact bytes of the request, and what its answer must echo."""
        ...

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        """Send once."""
        ...

    def find(self, lookup: Lookup) -> Sequence[Receipt]:
        """Everything that carries the marker; a failed search raises."""
        ...

    def pdf(self, kind: str, remote_id: str) -> bytes:
        """The document as the books print it; ``Gone`` when it no longer exists."""
        ...

    def page_address(self, kind: str, remote_id: str) -> str:
        """Where a person opens the document in the books' own pages."""
        ...


class BooksFactory(Protocol):
    """Opens a connection's books; registered by the connector under its service key."""

    key: str

    def open(self, connection: Connection) -> Books: ...


books: Registry[BooksFactory] = Registry("books")

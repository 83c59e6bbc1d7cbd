"""What posting needs of a company's books, and what documents look like on the way.

Documents are neutral: our words, Decimals as strings, dates as ISO text. The connector
renders them; nothing above it knows the wire format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry

LONGEST_NAMES = 100


@dataclass(frozen=True)
class Expectation:
    """What the answer must echo, or it is not our document.

    Empty fields are not compared (a customer has no total; the books may set the tax;
    an expense has no customer).
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
    """Where to look for a document whose fate is unclear.

    ``since`` is by the other side's clock and reaches back far enough already; compare
    it with the time of creation. Search by the narrowest thing the books can filter by
    (``number``, ``expectation.customer_id``, ``expectation.name``) and match the marker
    afterwards, page by page to the end.
    """

    kind: str
    marker: str
    since: datetime
    expectation: Expectation
    number: str = ""


@dataclass(frozen=True)
class Found:
    """What a search came to, and the names of the answers that it rests on, in order.

    Where it found nothing, those are all that is left of it.
    """

    receipts: Sequence[Receipt]
    answers: Sequence[str] = ()

    @property
    def correlation_id(self) -> str:
        """The names of its last answers, as many as a line of the trail holds."""
        names = [each for each in self.answers if each]
        while len(" ".join(names)) > LONGEST_NAMES:
            names = names[1:]
        return " ".join(names)


class Action(StrEnum):
    """What is done with a document that exists."""

    SEND = "send"
    VOID = "void"
    DELETE = "delete"


@dataclass(frozen=True)
class Marked:
    """What a sweep read: documents with a marker of ours, and what was deleted.

    Both by kind. ``deleted`` holds the remote ids of all documents of the kind that were
    deleted since, whoever made them. ``until`` is the other side's time up to which the
    answer is complete (the next sweep begins there, less a margin).
    """

    found: Mapping[str, Sequence[Receipt]]
    deleted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    until: datetime | None = None


class Books(Protocol):
    """A connected company's books, for writing.

    ``create`` raises ``Rejected`` (definitely refused), ``Retryable`` (definitely not
    done: 429, 401 after a refresh, connection never made), ``NeedsReconnect``, or
    ``Unclear`` (anything else: no answer, 5xx, an answer that cannot be read, a fault
    such as QuickBooks' 600 "duplicate request id" that does not say whether the document
    exists). It never repeats a request by itself.
    """

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        """The exact bytes of the request, and what its answer must echo.

        Makes no call. The bytes carry the marker where the kind has a place for it that
        a search can read back; where it has none (an item), ``expectation.name`` must be
        set, and an answer or a find by that exact name counts as the document.
        ``Rejected`` or ``Invalid`` when the document cannot be put into these books.
        """
        ...

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        """Send once. ``deadline`` is how many seconds the whole call may take.

        When waiting for a token or for the budget has used them up, nothing is sent:
        ``Retryable``. The receipt tells what the answer holds, marker included; comparing
        it with what was sent is the caller's.
        """
        ...

    def find(self, lookup: Lookup) -> Found:
        """Everything that carries the marker; a failed search raises.

        For a kind that cannot carry it: what has exactly ``expectation.name`` and was
        created since ``lookup.since``.
        """
        ...

    def marked_since(self, kinds: Sequence[str], since: datetime) -> Marked:
        """Everything of ``kinds`` changed since that carries *a* marker ("[#...]").

        Complete, or it raises (a saturated change feed is bisected, one that does not
        reach back to ``since`` is replaced by queries). Kinds that carry no marker are
        left out of ``found``. The marker is the one at the beginning of the note, any
        well-formed one; whose it is, the caller knows.
        """
        ...

    def read(self, kind: str, remote_id: str) -> Receipt:
        """The document as it is now; ``Gone`` when it no longer exists.

        ``body`` says where it stands: ``email_status`` and ``sent_at`` of what can be
        sent, ``voided``, ``balance`` of what is owed.
        """
        ...

    def act(  # noqa: PLR0913  the contract between the rooms
        self,
        action: Action | str,
        kind: str,
        remote_id: str,
        *,
        version: str,
        to: str = "",
        request_id: str,
        deadline: float,
    ) -> Receipt:
        """Send, void or delete a document once, with the error contract of ``create``.

        ``version`` is the one that was decided upon; ``to`` is where to send it, empty
        for the address that is on the document. Also ``Gone`` when the document does
        not exist, and ``Stale`` when it has another version by now. What cannot be done
        to a document of this kind is ``Rejected`` before anything is sent. The receipt
        of what was deleted holds no more than its id.
        """
        ...

    def pdf(self, kind: str, remote_id: str) -> bytes:
        """The document as the books print it; ``Gone`` when it no longer exists.

        ``Rejected`` for a kind that the books do not print.
        """
        ...

    def page_address(self, kind: str, remote_id: str) -> str:
        """Where a person opens the document in the books' own pages."""
        ...


class BooksFactory(Protocol):
    """Opens a connection's books; registered by the connector under its service key."""

    key: str

    def open(self, connection: Connection) -> Books: ...


books: Registry[BooksFactory] = Registry("books")

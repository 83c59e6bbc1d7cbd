"""Books kept in memory, with a switch for everything that goes wrong.

``Shelf`` is the other side and the oracle: it knows what really exists. Its time is the
test's (``shelf.now``), so hours pass at once. ``shelf.faults`` is what happens to the
next requests, one after the other; none left means that all goes well.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from counterfoil.connections.models import Connection
from counterfoil.core.errors import NeedsReconnect, Rejected, Retryable, Unclear
from counterfoil.posting.ports import (
    Expectation,
    Found,
    Lookup,
    Marked,
    Receipt,
    books,
)
from support.deeds import Deeds, Hands

SERVICE = "fake"


class Requests(Enum):
    """What the other side does with request ids."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    FORGOTTEN = "forgotten"  # after a minute


class Fault(Enum):
    """What may happen to one request."""

    NONE = "none"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    LATE = "late"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    TRUNCATED = "truncated"
    WRONG_ENTITY = "wrong_entity"
    THROTTLED = "throttled"
    NO_ROUTE = "no_route"
    REVOKED = "revoked"
    REFUSED = "refused"
    GARBAGE = "garbage"


COMMITTING = {
    Fault.NONE,
    Fault.DROP_AFTER,
    Fault.ERROR_AFTER,
    Fault.TRUNCATED,
    Fault.WRONG_ENTITY,
    Fault.GARBAGE,
}
SILENT = {
    Fault.DROP_BEFORE: "the connection broke",
    Fault.DROP_AFTER: "the connection broke",
    Fault.LATE: "no answer in time",
    Fault.ERROR_BEFORE: "500",
    Fault.ERROR_AFTER: "500",
    Fault.TRUNCATED: "the answer is not JSON",
}


@dataclass
class Document:
    """One document as the other side keeps it."""

    remote_id: str
    kind: str
    marker: str
    expectation: Expectation
    created_at: datetime
    number: str
    version: str = "0"


@dataclass
class Shelf:
    """A company's books."""

    account: str
    now: datetime
    requests: Requests = Requests.HONOURED
    faults: deque[Fault] = field(default_factory=deque)
    find_faults: deque[Exception] = field(default_factory=deque)
    late_by: timedelta = timedelta(seconds=110)
    read_lag: timedelta = timedelta(0)
    remember: timedelta = timedelta(minutes=1)
    documents: list[Document] = field(default_factory=list)
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    on_create: Any = None
    deeds: Deeds = field(default_factory=Deeds)
    has_custom_numbers: bool = False
    searches: Any = field(default_factory=lambda: itertools.count(1))
    _answers: dict[str, tuple[Document, datetime]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: defaultdict(set))
    _ids: Any = field(default_factory=lambda: itertools.count(100))

    def visible(self) -> list[Document]:
        until = self.now - self.read_lag
        return [each for each in self.documents if each.created_at <= until]

    def existing(self) -> list[Document]:
        """The oracle: what exists by now, however late it came."""
        return [each for each in self.documents if each.created_at <= self.now]

    def doubles(self) -> int:
        """How many documents there are too many."""
        keys = Counter(
            (each.kind, each.marker or each.expectation.name)
            for each in self.existing()
        )
        return sum(count - 1 for count in keys.values())

    def accept(self, kind: str, payload: bytes, request_id: str, at: datetime) -> Any:
        """Commit at ``at`` unless the request id is remembered."""
        remembered = self._answers.get(request_id)
        if remembered is not None and self._honours(remembered[1], at):
            return remembered[0]
        values = json.loads(payload)
        expectation = _expectation(values)
        if kind in {"customer", "item"} and any(
            each.kind == kind and each.expectation.name == expectation.name
            for each in self.documents
            if each.created_at <= at
        ):
            raise Rejected("That name is taken.", field="name", code="6240")
        number = str(values.get("number") or "")
        if self.has_custom_numbers and number in self._numbers[kind]:
            raise Rejected("That number is taken.", field="number", code="6140")
        document = self._add(kind, values["marker"], expectation, at, number)
        self._answers[request_id] = (document, at)
        return document

    def rival(self, kind: str, number: str, marker: str = "") -> Document:
        """Somebody else makes a document under that number."""
        stranger = Expectation("999", Decimal(1), "USD", "Stranger")
        return self._add(kind, marker, stranger, self.now, number)

    def _add(
        self,
        kind: str,
        marker: str,
        expectation: Expectation,
        at: datetime,
        number: str,
    ) -> Document:
        remote_id = str(next(self._ids))
        number = number or f"N{remote_id}"
        document = Document(remote_id, kind, marker, expectation, at, number)
        self.documents.append(document)
        self._numbers[kind].add(number)
        return document

    def _honours(self, since: datetime, at: datetime) -> bool:
        if self.requests is Requests.HONOURED:
            return True
        return self.requests is Requests.FORGOTTEN and at - since < self.remember


class FakeBooks(Hands):
    """The port, over a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        if document.get("impossible"):
            raise Rejected("The books have no place for that.", field="impossible")
        carried = "" if kind == "item" else marker
        payload = json.dumps({**document, "marker": carried}, sort_keys=True).encode()
        return payload, _expectation(document)

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        shelf = self.shelf
        shelf.sent.append((request_id, payload))
        if shelf.on_create is not None:
            shelf.on_create()
        fault = shelf.faults.popleft() if shelf.faults else Fault.NONE
        _refuse(fault)
        if fault is Fault.LATE:
            shelf.accept(kind, payload, request_id, shelf.now + shelf.late_by)
        document = None
        if fault in COMMITTING:
            document = shelf.accept(kind, payload, request_id, shelf.now)
        if fault in SILENT:
            raise Unclear(SILENT[fault], correlation_id="1-fault")
        if fault is Fault.GARBAGE:
            raise ValueError("a bug in reading the answer")
        if fault is Fault.WRONG_ENTITY:
            stranger = Expectation("999", Decimal(1), "USD", "Stranger")
            other = Document("1", kind, "[#0000000000000000]", stranger, shelf.now, "1")
            return _receipt(other, shelf.now)
        assert document is not None
        return _receipt(document, shelf.now)

    def find(self, lookup: Lookup) -> Found:
        shelf = self.shelf
        if shelf.find_faults:
            raise shelf.find_faults.popleft()
        found = [
            _receipt(each, shelf.now)
            for each in shelf.visible()
            if each.kind == lookup.kind
            and each.created_at >= lookup.since
            and _is_wanted(each, lookup)
        ]
        return Found(found, [f"1-search-{next(shelf.searches)}"])

    def marked_since(self, kinds: Sequence[str], since: datetime) -> Marked:
        shelf = self.shelf
        if shelf.find_faults:
            raise shelf.find_faults.popleft()
        found = {
            kind: [
                _receipt(each, shelf.now)
                for each in shelf.visible()
                if each.kind == kind and each.marker and each.created_at >= since
            ]
            for kind in kinds
            if kind != "item"
        }
        return Marked(found=found, deleted=shelf.deleted, until=shelf.now)

    def pdf(self, kind: str, remote_id: str) -> bytes:
        return b"%PDF-1.7"

    def page_address(self, kind: str, remote_id: str) -> str:
        return f"https://books.example/{kind}/{remote_id}"


class Shelves:
    """The factory; ``shelves.of(connection)`` is where a test turns the switches."""

    key = SERVICE

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}

    def put(self, shelf: Shelf) -> Shelf:
        self._shelves[shelf.account] = shelf
        return shelf

    def open(self, connection: Connection) -> FakeBooks:
        return FakeBooks(self._shelves[connection.account])


shelves = Shelves()
if SERVICE not in books:
    books.add(shelves)


def _refuse(fault: Fault) -> None:
    if fault is Fault.THROTTLED:
        raise Retryable("Too many requests.", after=timedelta(seconds=60))
    if fault is Fault.NO_ROUTE:
        raise Retryable("The books cannot be reached.")
    if fault is Fault.REVOKED:
        raise NeedsReconnect("Connect it again.")
    if fault is Fault.REFUSED:
        raise Rejected("The period is closed.", field="issued_on", code="6540")


def _expectation(values: Mapping[str, Any]) -> Expectation:
    total = values.get("expected_total")
    return Expectation(
        customer_id=str(values.get("customer_id") or ""),
        total=None if total is None else Decimal(str(total)),
        currency=str(values.get("currency") or ""),
        name=str(values.get("name") or ""),
    )


def _is_wanted(document: Document, lookup: Lookup) -> bool:
    if document.marker:
        return document.marker == lookup.marker
    return document.expectation.name == lookup.expectation.name


def _receipt(document: Document, now: datetime) -> Receipt:
    return Receipt(
        remote_id=document.remote_id,
        version=document.version,
        number=document.number,
        marker=document.marker,
        expectation=document.expectation,
        created_at=document.created_at,
        updated_at=document.created_at,
        body={"number": document.number},
        correlation_id=f"1-{document.remote_id}",
        provider_time=now,
    )

"""What is done with documents on a shelf: e-mails, voids, deletions, by us or by others.

``Deeds`` keeps them as moments, so that what was asked for may happen late and be seen
later still; ``faults`` is what becomes of our next requests, one after the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from counterfoil.core.errors import (
    Gone,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.posting.ports import Expectation, Receipt

if TYPE_CHECKING:
    from support.books import Document, Shelf


class Mishap(Enum):
    """What may happen to one request."""

    NONE = "none"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    LATE = "late"
    WRONG_ENTITY = "wrong_entity"
    THROTTLED = "throttled"
    NO_ROUTE = "no_route"
    REVOKED = "revoked"
    REFUSED = "refused"
    GARBAGE = "garbage"


NEVER_ARRIVING = {
    Mishap.DROP_BEFORE,
    Mishap.THROTTLED,
    Mishap.NO_ROUTE,
    Mishap.REVOKED,
    Mishap.REFUSED,
}


@dataclass(frozen=True)
class Moment:
    """One thing that was done with one document."""

    at: datetime
    action: str
    remote_id: str
    version: str
    to: str = ""
    is_ours: bool = True


@dataclass
class Deeds:
    """All that was asked of a company's documents, and what became of it."""

    moments: list[Moment] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    faults: deque[Mishap] = field(default_factory=deque)
    read_faults: deque[Exception] = field(default_factory=deque)
    on_read: Callable[[], None] | None = None
    on_act: Callable[[], None] | None = None
    late_by: timedelta = timedelta(seconds=110)

    def taken(self, remote_id: str, at: datetime) -> list[Moment]:
        """What has really happened by then: a version is taken once."""
        found: list[Moment] = []
        version, is_void = 0, False
        for each in sorted(self.moments, key=lambda moment: moment.at):
            if each.remote_id != remote_id or each.at > at:
                continue
            if any(earlier.action == "delete" for earlier in found):
                break
            if each.action == "send":
                found.append(each)
            elif each.version == str(version) and not (
                is_void and each.action == "void"
            ):
                found.append(each)
                version += 1
                is_void = is_void or each.action == "void"
        return found

    def ours(self, action: str) -> int:
        """The oracle: how often we have really done it, however late it came."""
        ever = max((each.at for each in self.moments), default=None)
        if ever is None:
            return 0
        remote_ids = {each.remote_id for each in self.moments}
        return sum(
            each.is_ours and each.action == action
            for remote_id in remote_ids
            for each in self.taken(remote_id, ever)
        )

    def by_somebody(self, action: str, shelf: Shelf, remote_id: str) -> None:
        """A person does it in the books' own pages."""
        version = _version(self.taken(remote_id, shelf.now))
        moment = Moment(shelf.now, action, remote_id, version, "x@example.com")
        self.moments.append(replace(moment, is_ours=False))

    def read(self, shelf: Shelf, kind: str, remote_id: str) -> Receipt:
        if self.read_faults:
            raise self.read_faults.popleft()
        document = _document(shelf, kind, remote_id)
        receipt = self._receipt(document, shelf.now - shelf.read_lag, shelf.now)
        if self.on_read is not None:
            self.on_read()
        return receipt

    def act(
        self, shelf: Shelf, action: str, document: Document, version: str, to: str
    ) -> Receipt:
        fault = self.faults.popleft() if self.faults else Mishap.NONE
        if self.on_act is not None:
            self.on_act()
        _refuse(fault)
        held = self.taken(document.remote_id, shelf.now)
        if fault not in NEVER_ARRIVING:
            self._accept(shelf, action, document, version, to, fault)
        return self._answer(shelf, action, document, version, held, fault)

    def _answer(
        self,
        shelf: Shelf,
        action: str,
        document: Document,
        version: str,
        held: list[Moment],
        fault: Mishap,
    ) -> Receipt:
        """What is said of it, which need not be what was done."""
        if fault in {Mishap.DROP_BEFORE, Mishap.DROP_AFTER, Mishap.LATE}:
            raise Unclear("no answer", correlation_id="1-fault")
        if fault is Mishap.GARBAGE:
            raise ValueError("a bug in reading the answer")
        if any(each.action == "delete" for each in held):
            raise Gone("It no longer exists.")
        if action != "send" and version != _version(held):
            raise Stale("Somebody changed it.")
        if fault is Mishap.WRONG_ENTITY:
            return replace(self._receipt(document, shelf.now, shelf.now), remote_id="1")
        if action == "delete":
            return Receipt(
                document.remote_id, "", "", "", Expectation(), None, None, {}
            )
        return self._receipt(document, shelf.now, shelf.now)

    def _accept(
        self,
        shelf: Shelf,
        action: str,
        document: Document,
        version: str,
        to: str,
        fault: Mishap,
    ) -> None:
        at = shelf.now + (self.late_by if fault is Mishap.LATE else timedelta())
        self.moments.append(Moment(at, action, document.remote_id, version, to))

    def _receipt(self, document: Document, at: datetime, now: datetime) -> Receipt:
        done = self.taken(document.remote_id, at)
        if any(each.action == "delete" for each in done):
            raise Gone("It no longer exists.")
        mails = [each for each in done if each.action == "send"]
        return Receipt(
            remote_id=document.remote_id,
            version=_version(done),
            number=document.number,
            marker=document.marker,
            expectation=document.expectation,
            created_at=document.created_at,
            updated_at=now,
            body={
                "number": document.number,
                "email": mails[-1].to if mails else "",
                "email_status": "EmailSent" if mails else "NotSet",
                "sent_at": mails[-1].at.isoformat() if mails else "",
                "voided": any(each.action == "void" for each in done),
            },
            correlation_id=f"1-{document.remote_id}",
            provider_time=now,
        )


def _version(done: list[Moment]) -> str:
    return str(sum(each.action != "send" for each in done))


def _document(shelf: Shelf, kind: str, remote_id: str) -> Document:
    for each in shelf.existing():
        if (each.kind, each.remote_id) == (kind, remote_id):
            return each
    raise Gone("It no longer exists.")


def _refuse(fault: Mishap) -> None:
    if fault is Mishap.THROTTLED:
        raise Retryable("Too many requests.", after=timedelta(seconds=60))
    if fault is Mishap.NO_ROUTE:
        raise Retryable("The books cannot be reached.")
    if fault is Mishap.REVOKED:
        raise NeedsReconnect("Connect it again.")
    if fault is Mishap.REFUSED:
        raise Rejected("It was deposited.", code="6540")


class Hands:
    """The part of the port that reads documents and acts upon them."""

    shelf: Shelf

    def read(self, kind: str, remote_id: str) -> Receipt:
        return self.shelf.deeds.read(self.shelf, kind, remote_id)

    def act(
        self,
        action: str,
        kind: str,
        remote_id: str,
        *,
        version: str,
        to: str = "",
        request_id: str,
        deadline: float,
    ) -> Receipt:
        deeds = self.shelf.deeds
        deeds.asked.append((str(action), remote_id, request_id))
        document = _document(self.shelf, kind, remote_id)
        return deeds.act(self.shelf, str(action), document, version, to)

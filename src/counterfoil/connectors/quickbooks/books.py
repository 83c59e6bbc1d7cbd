"""A company's books, for posting: render, create once, find what may be there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import (
    acting,
    closing,
    feed,
    pages,
    receipts,
    refusals,
)
from counterfoil.connectors.quickbooks.client import Client, tid, unreadable
from counterfoil.connectors.quickbooks.query import equals, select
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import render
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.core.http import Answer
from counterfoil.posting import documents
from counterfoil.posting.ports import (
    Action,
    Expectation,
    Found,
    Lookup,
    Marked,
    Receipt,
)

LISTS = frozenset({"customer", "item"})
# An item has no place for a marker.
MARKED_KINDS = frozenset(documents.KINDS) - {"item"}
# What a query cannot ask a payment by; its reference is the payer's own.
UNNUMBERED = frozenset({"payment"})
# Intuit does not let a query name the payee of an expense.
BY_TIME_ONLY = frozenset({"expense"})
ANY_STATE = "Active in (true, false)"
FEED_REACH = timedelta(days=29)  # Intuit keeps changes for thirty days


class QuickBooksBooks:
    """The books of one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        facts = self.connection.facts
        return render(
            kind,
            document,
            marker=marker,
            setup=Setup.of(facts, self.connection.country),
        )

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        entity = receipts.KINDS[kind].entity
        until = time.monotonic() + deadline
        try:
            answer = self._client().post(
                entity.lower(), payload, request_id=request_id, deadline=deadline
            )
        except (Rejected, Gone) as error:
            if refusals.is_of_unknown_closing(self.connection, error, payload):
                self._learn_closing(until)
            raise refusals.of_creation(self.connection, error, kind, payload) from error
        except Stale as error:
            raise refusals.conflicting(error) from error
        return receipts.written(kind, answer)

    def read(self, kind: str, remote_id: str) -> Receipt:
        entity = receipts.KINDS[kind].entity.lower()
        try:
            answer = self._client().get(f"{entity}/{quote(remote_id, safe='')}")
        except Rejected as error:
            raise refusals.gone(error) from error
        return receipts.read(kind, answer)

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
        wanted, until = Action(action), time.monotonic() + deadline
        call = acting.call_for(wanted, kind, remote_id, version=version, to=to)
        try:
            answer = self._client().post(
                call.path,
                call.body,
                request_id=request_id,
                deadline=deadline,
                content_type=call.content_type,
                params=call.params,
            )
        except Rejected as error:
            if error.code in refusals.CLOSED_CODES:
                self._learn_closing(until)
            raise refusals.of_action(self.connection, error) from error
        deleted = wanted is Action.DELETE
        receipt = (receipts.removed if deleted else receipts.written)(kind, answer)
        if receipt.remote_id != remote_id:
            unreadable(answer, is_write=True)
        return receipt

    def find(self, lookup: Lookup) -> Found:
        answers: list[str] = []
        ask = self._named if lookup.kind in LISTS else self._dated
        found = [each for each in ask(lookup, answers) if _is_sought(each, lookup)]
        return Found(found, tuple(answers))

    def marked_since(self, kinds: Sequence[str], since: datetime) -> Marked:
        """One call of the change feed, or queries where it is not enough.

        Deletions that a saturated feed left out, or that are older than it reaches, are
        found when the document is next looked at; what carries a marker is always
        complete.
        """
        client = self._client()
        wanted = {receipts.KINDS[kind].entity: kind for kind in kinds}
        reach = _now() - FEED_REACH
        changed = feed.changes(client, list(wanted), max(since, reach))
        incomplete = wanted if since < reach else changed.saturated
        found: dict[str, list[Receipt]] = {kind: [] for kind in kinds}
        deleted: dict[str, list[str]] = {kind: [] for kind in kinds}
        for entity, rows in changed.rows.items():
            for raw, answer in rows:
                receipt = _live(wanted[entity], raw, answer, deleted)
                if receipt is not None:
                    found[wanted[entity]].append(receipt)
        for entity in incomplete:
            kind = wanted[entity]
            if kind in MARKED_KINDS:
                found[kind] = list(self._changed(client, kind, since))
        return Marked(
            found={
                kind: [each for each in found[kind] if each.marker]
                for kind in kinds
                if kind in MARKED_KINDS
            },
            deleted=deleted,
            until=changed.time,
        )

    def pdf(self, kind: str, remote_id: str) -> bytes:
        acting.check_printed(kind)
        entity = receipts.KINDS[kind].entity.lower()
        path = f"{entity}/{quote(remote_id, safe='')}/pdf"
        try:
            return self._client().get(path, accept="application/pdf").body
        except Rejected as error:
            raise refusals.gone(error) from error

    def page_address(self, kind: str, remote_id: str) -> str:
        return pages.address(self.connection, documents.stream(kind), remote_id)

    def _learn_closing(self, until: float) -> None:
        """In the time that was left for the call, so that the next open day is known."""
        seconds = until - time.monotonic()
        closing.learn(self.connection, self._client(), seconds=seconds)

    def _client(self) -> Client:
        return Client(self.connection, now=_now())

    def _dated(self, lookup: Lookup, answers: list[str]) -> Iterator[Receipt]:
        """By number where we gave one, and in any case by customer and time.

        The number alone proves nothing: people may change it. The name of each answer
        goes into ``answers``.
        """
        client, kind = self._client(), lookup.kind
        entity = receipts.KINDS[kind].entity
        if lookup.number and kind not in UNNUMBERED:
            answer = client.query(select(entity, equals("DocNumber", lookup.number)))
            answers.append(tid(answer))
            by_number = receipts.found(kind, answer)
            yield from by_number
            if any(each.marker == lookup.marker for each in by_number):
                return
        customer = lookup.expectation.customer_id
        asks = customer and kind not in BY_TIME_ONLY
        also = equals("CustomerRef", customer) if asks else ""
        yield from self._since(client, kind, lookup.since, also, answers)

    def _named(self, lookup: Lookup, answers: list[str]) -> Iterator[Receipt]:
        name = "DisplayName" if lookup.kind == "customer" else "Name"
        entity = receipts.KINDS[lookup.kind].entity
        called = equals(name, lookup.expectation.name)
        client = self._client()
        answer = client.query(select(entity, called, ANY_STATE))
        answers.append(tid(answer))
        by_name = receipts.found(lookup.kind, answer)
        yield from by_name
        if lookup.kind == "customer" and not by_name:
            # Renamed since, perhaps: the note says whose it is.
            since = lookup.since
            yield from self._since(client, "customer", since, ANY_STATE, answers)

    def _since(
        self,
        client: Client,
        kind: str,
        since: datetime,
        also: str,
        answers: list[str],
    ) -> Iterator[Receipt]:
        entity = receipts.KINDS[kind].entity
        by = "MetaData.CreateTime"
        for page in feed.pages(client, entity, since, by=by, also=also):
            answers.append(tid(page.answer))
            for raw in page.rows:
                yield receipts.of_raw(kind, raw, page.answer)

    def _changed(self, client: Client, kind: str, since: datetime) -> Iterator[Receipt]:
        also = ANY_STATE if kind in LISTS else ""
        by = "MetaData.LastUpdatedTime"
        entity = receipts.KINDS[kind].entity
        seen: set[str] = set()
        for page in feed.pages(client, entity, since, by=by, also=also):
            for raw in page.rows:
                receipt = receipts.of_raw(kind, raw, page.answer)
                if receipt.remote_id not in seen:
                    seen.add(receipt.remote_id)
                    yield receipt


class Factory:
    """Opens books of connections to QuickBooks."""

    key = "quickbooks"

    def open(self, connection: Connection) -> QuickBooksBooks:
        return QuickBooksBooks(connection)


def _is_sought(receipt: Receipt, lookup: Lookup) -> bool:
    if lookup.kind != "item":
        return receipt.marker == lookup.marker
    created = receipt.created_at
    is_called_so = (
        receipt.expectation.name.casefold() == lookup.expectation.name.casefold()
    )
    return is_called_so and created is not None and created >= lookup.since


def _live(
    kind: str, raw: msgspec.Raw, answer: Answer, deleted: dict[str, list[str]]
) -> Receipt | None:
    receipt = receipts.of_raw(kind, raw, answer)
    if feed.is_deleted(raw):
        deleted[kind].append(receipt.remote_id)
        return None
    return receipt


def _now() -> datetime:
    """The port gives no time; here it only says how old a token is."""
    return datetime.fromtimestamp(time.time(), UTC)

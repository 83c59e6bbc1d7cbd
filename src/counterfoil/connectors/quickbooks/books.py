"""A company's books, for posting: render, create once, find what may be there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import feed, pages, receipts, rendering
from counterfoil.connectors.quickbooks.client import Client
from counterfoil.connectors.quickbooks.naming import explained
from counterfoil.connectors.quickbooks.query import equals, select
from counterfoil.core.errors import Gone, Rejected
from counterfoil.core.http import Answer
from counterfoil.posting import documents
from counterfoil.posting.ports import Expectation, Lookup, Marked, Receipt

MARKED_KINDS = ("customer", "invoice")
ANY_STATE = "Active in (true, false)"


class QuickBooksBooks:
    """The books of one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def render(
        self, kind: str, document: Mapping[str, object], *, marker: str
    ) -> tuple[bytes, Expectation]:
        facts = self.connection.facts
        return rendering.render(
            kind,
            document,
            marker=marker,
            multi_currency=bool(facts.get("multi_currency")),
        )

    def create(
        self, kind: str, payload: bytes, *, request_id: str, deadline: float
    ) -> Receipt:
        entity = receipts.KINDS[kind].entity
        try:
            answer = self._client().post(
                entity.lower(), payload, request_id=request_id, deadline=deadline
            )
        except Rejected as error:
            sent = msgspec.json.decode(payload)
            name = str(sent.get("DisplayName") or sent.get("Name") or "")
            raise explained(
                self.connection, error, documents.stream(kind), name
            ) from error
        return receipts.written(kind, answer)

    def find(self, lookup: Lookup) -> Sequence[Receipt]:
        if lookup.kind == "invoice":
            candidates = self._invoices(lookup)
        else:
            candidates = self._named(lookup)
        if lookup.kind == "item":
            name = lookup.expectation.name.casefold()
            return [
                each
                for each in candidates
                if each.expectation.name.casefold() == name
                and each.created_at is not None
                and each.created_at >= lookup.since
            ]
        return [each for each in candidates if each.marker == lookup.marker]

    def marked_since(self, kinds: Sequence[str], since: datetime) -> Marked:
        """One call of the change feed, or queries where it is not enough.

        Deletions that a saturated feed left out are found when the document is next
        looked at; what carries a marker is always complete.
        """
        client = self._client()
        wanted = {receipts.KINDS[kind].entity: kind for kind in kinds}
        changed = feed.changes(client, list(wanted), since)
        found: dict[str, list[Receipt]] = {kind: [] for kind in kinds}
        deleted: dict[str, list[str]] = {kind: [] for kind in kinds}
        for entity, rows in changed.rows.items():
            for raw, answer in rows:
                receipt = _live(wanted[entity], raw, answer, deleted)
                if receipt is not None:
                    found[wanted[entity]].append(receipt)
        for entity in changed.saturated:
            kind = wanted[entity]
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
        entity = receipts.KINDS[kind].entity.lower()
        path = f"{entity}/{quote(remote_id, safe='')}/pdf"
        try:
            return self._client().get(path, accept="application/pdf").body
        except Rejected as error:
            if error.code in {"610", "500"}:
                raise Gone(
                    _("It no longer exists in QuickBooks."), error.correlation_id
                ) from error
            raise

    def page_address(self, kind: str, remote_id: str) -> str:
        return pages.address(self.connection, documents.stream(kind), remote_id)

    def _client(self) -> Client:
        return Client(self.connection, now=_now())

    def _invoices(self, lookup: Lookup) -> Iterator[Receipt]:
        """By number where we gave one, and in any case by customer and time.

        The number alone proves nothing: people may change it.
        """
        client = self._client()
        if lookup.number:
            answer = client.query(select("Invoice", equals("DocNumber", lookup.number)))
            by_number = receipts.found("invoice", answer)
            yield from by_number
            if any(each.marker == lookup.marker for each in by_number):
                return
        customer = lookup.expectation.customer_id
        also = equals("CustomerRef", customer) if customer else ""
        yield from self._since(client, "invoice", lookup.since, also)

    def _named(self, lookup: Lookup) -> Iterator[Receipt]:
        name = "DisplayName" if lookup.kind == "customer" else "Name"
        entity = receipts.KINDS[lookup.kind].entity
        called = equals(name, lookup.expectation.name)
        answer = self._client().query(select(entity, called, ANY_STATE))
        by_name = receipts.found(lookup.kind, answer)
        yield from by_name
        if lookup.kind == "customer" and not by_name:
            # Renamed since, perhaps: the note says whose it is.
            yield from self._since(self._client(), "customer", lookup.since, ANY_STATE)

    def _since(
        self, client: Client, kind: str, since: datetime, also: str
    ) -> Iterator[Receipt]:
        entity = receipts.KINDS[kind].entity
        by = "MetaData.CreateTime"
        for page in feed.pages(client, entity, since, by=by, also=also):
            for raw in page.rows:
                yield receipts.of_raw(kind, raw, page.answer)

    def _changed(self, client: Client, kind: str, since: datetime) -> Iterator[Receipt]:
        also = "" if kind == "invoice" else ANY_STATE
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

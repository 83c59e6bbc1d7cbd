"""QuickBooks as a source of news, for sync."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from django.conf import settings
from msgspec import Raw

from counterfoil.connections.models import Connection
from counterfoil.connections.ports import CompanyFacts
from counterfoil.connectors.quickbooks import feed, payloads
from counterfoil.connectors.quickbooks.client import Client, unreadable
from counterfoil.connectors.quickbooks.company import facts_from
from counterfoil.connectors.quickbooks.query import quoted
from counterfoil.connectors.quickbooks.streams import QuickBooksStream, streams
from counterfoil.core.http import Answer
from counterfoil.sync.ports import Changes, Observed, Page, Sightings, Stream, Told

# Not where a backslash before it is itself escaped: that is a text about it.
NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
BY_CREATION = "MetaData.CreateTime"
BY_CHANGE = "MetaData.LastUpdatedTime"
WALKS = ("dated_since", "open_before")


class QuickBooksSource:
    """Reads in as few calls as it can; see ``sync.ports.Source``."""

    key = "quickbooks"

    def streams(self) -> Sequence[Stream]:
        return [stream.spec() for stream in streams]

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        signature = headers.get(payloads.SIGNATURE_HEADER, "")
        verifier = str(settings.QUICKBOOKS["webhook_token"])
        return payloads.is_genuine(body, signature, verifier)

    def told(self, body: bytes) -> Sequence[Told]:
        return payloads.read(body)

    def fetch(
        self, connection: Connection, stream: str, ids: Sequence[str], *, now: datetime
    ) -> Sequence[Observed]:
        spec = streams[stream]
        client = Client(connection, now=now)
        found: list[Observed] = []
        for answer, raws in feed.by_ids(client, spec.entity, ids, also=spec.condition):
            found += [observed_in(spec, raw, answer) for raw in raws]
        return spec.completed(connection, found)

    def changes(
        self,
        connection: Connection,
        streams: Sequence[str],
        *,
        since: datetime,
        now: datetime,
    ) -> Changes:
        by_entity = {_stream(key).entity: _stream(key) for key in streams}
        changed = feed.changes(Client(connection, now=now), list(by_entity), since)
        observed = [
            observed_in(by_entity[entity], raw, answer)
            for entity, rows in changed.rows.items()
            if entity in by_entity
            for raw, answer in rows
        ]
        incomplete = tuple(by_entity[entity].key for entity in changed.saturated)
        return Changes(observed, incomplete, changed.time)

    def page(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> Page:
        spec = streams[stream]
        got, after = _page(connection, spec, cursor, now)
        observed = [observed_in(spec, raw, got.answer) for raw in got.rows]
        return Page(spec.completed(connection, observed), after, got.time)

    def sightings(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> Sightings:
        spec = streams[stream]
        got, after = _page(connection, spec, cursor, now)
        raws = {feed.id_of(raw): raw for raw in got.rows}
        digests = {
            remote_id: hashlib.blake2b(raw, digest_size=16).digest()
            for remote_id, raw in raws.items()
        }

        def read(ids: Collection[str]) -> Sequence[Observed]:
            found = [observed_in(spec, raws[each], got.answer) for each in ids]
            return spec.completed(connection, found)

        return Sightings(digests, read, after)

    def count(
        self,
        connection: Connection,
        stream: str,
        cursor: Mapping[str, object],
        *,
        now: datetime,
    ) -> int:
        spec, client = streams[stream], Client(connection, now=now)
        rows = feed.count(client, spec.entity, *_conditions(spec, cursor))
        following = _next_walk(spec, cursor)
        if following is not None:
            rows += self.count(connection, stream, following, now=now)
        return rows

    def remote_ids(
        self, connection: Connection, stream: str, *, now: datetime
    ) -> set[str]:
        spec = streams[stream]
        return feed.ids(Client(connection, now=now), spec.entity, also=spec.condition)

    def facts(self, connection: Connection, *, now: datetime) -> CompanyFacts:
        client = Client(connection, now=now)
        return facts_from(client.read, connection.account)


def _page(
    connection: Connection,
    spec: QuickBooksStream,
    cursor: Mapping[str, object],
    now: datetime,
) -> tuple[feed.Page, dict[str, object] | None]:
    """The raw rows at a cursor, and the cursor of those that follow."""
    begun = cursor.get("changed_since")
    by = str(cursor.get("by") or (BY_CHANGE if begun else BY_CREATION))
    since = str(cursor.get("since") or _zulu(begun))
    start = feed.Cursor(since, int(str(cursor.get("skip") or 0)))
    also = " and ".join(part for part in _conditions(spec, cursor) if part)
    client = Client(connection, now=now)
    size = min(int(str(cursor.get("size") or feed.PAGE)), feed.PAGE)
    got = feed.page(client, spec.entity, start, by=by, also=also, size=size)
    if got.after is None:
        return got, _next_walk(spec, cursor)
    walk = {key: cursor[key] for key in WALKS if key in cursor}
    if 2 * size < feed.PAGE:
        walk["size"] = 2 * size
    return got, {"since": got.after.since, "skip": got.after.skip, "by": by, **walk}


def _stream(key: str) -> QuickBooksStream:
    return streams[key]


def observed_in(spec: QuickBooksStream, raw: Raw, answer: Answer) -> Observed:
    """One raw object of an answer; with a ``problem`` where it does not fit."""
    try:
        return spec.observed(_storable(raw))
    except msgspec.DecodeError as error:
        remote_id = feed.id_of(raw)
        if not remote_id:
            unreadable(answer, is_write=False)
        return Observed(spec.key, remote_id, problem=str(error))


def _storable(raw: Raw) -> Raw:
    """Without the character that PostgreSQL keeps in no text."""
    text = bytes(raw)
    return Raw(NUL.sub(rb"\1", text)) if rb"\u0000" in text else raw


def _conditions(spec: QuickBooksStream, cursor: Mapping[str, object]) -> list[str]:
    """What a walk asks for: all of a stream, what is of late, or what is open."""
    if since := cursor.get("dated_since"):
        return [spec.condition, f"TxnDate >= {quoted(str(since))}"]
    if before := cursor.get("open_before"):
        return [spec.condition, f"TxnDate < {quoted(str(before))}", spec.is_open]
    return [spec.condition]


def _next_walk(
    spec: QuickBooksStream, cursor: Mapping[str, object]
) -> dict[str, object] | None:
    """Documents from a day on are followed by older ones that are open."""
    if spec.is_open and "dated_since" in cursor:
        return {"open_before": cursor["dated_since"]}
    return None


def _zulu(text: object) -> str:
    if not text:
        return ""
    return feed.instant(datetime.fromisoformat(str(text)).astimezone(UTC))

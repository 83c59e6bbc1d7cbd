"""Reads what changed and what there is, completely, in as few calls as possible."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import msgspec
from msgspec import Raw

from counterfoil.connectors.quickbooks import wire
from counterfoil.connectors.quickbooks.client import Client
from counterfoil.connectors.quickbooks.query import (
    among,
    count as counting,
    quoted,
    select,
)
from counterfoil.core.errors import Retryable
from counterfoil.core.http import Answer

PAGE = 1000
FEED_MOST = 1000  # objects in one answer of the change feed, over all entities
IDS_AT_ONCE = 200  # keeps the address of a request short
LONGEST_PAUSE, MOST_PATIENCE = timedelta(seconds=2), timedelta(seconds=20)
T = TypeVar("T")


class _Stub(wire.Entity, rename="pascal", kw_only=True):
    """What paging needs of any object."""


_stub = msgspec.json.Decoder(_Stub, strict=False)


@dataclass(frozen=True)
class Cursor:
    """Where a walk by time stands: ``skip`` rows of the second ``since`` are done."""

    since: str = ""
    skip: int = 0


@dataclass(frozen=True)
class Page:
    """Raw rows as views of ``answer``; ``after`` is ``None`` at the end."""

    answer: Answer
    rows: list[Raw]
    after: Cursor | None
    time: datetime | None


@dataclass
class Feed:
    """Rows by entity with the answer they are views of."""

    rows: dict[str, list[tuple[Raw, Answer]]] = field(default_factory=dict)
    saturated: tuple[str, ...] = ()
    time: datetime | None = None

    def add(self, entity: str, raws: Sequence[Raw], answer: Answer) -> None:
        self.rows.setdefault(entity, []).extend((raw, answer) for raw in raws)


def instant(at: datetime) -> str:
    """A time as the query language and the change feed take it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def page(
    client: Client,
    entity: str,
    cursor: Cursor,
    *,
    by: str = "MetaData.CreateTime",
    also: str = "",
    size: int = PAGE,
) -> Page:
    """One page in order of time. Rows that come or go meanwhile shift nothing.

    Times have whole seconds and any number of rows may share one, so a walk goes on
    within the last second that it saw by the number of its rows that it has had.
    """
    since = f"{by} >= {quoted(cursor.since)}" if cursor.since else ""
    start = cursor.skip + 1
    answer = client.query(select(entity, also, since, order=by, start=start, most=size))
    rows, time = wire.rows(answer, entity)
    return Page(answer, rows, _after(rows, cursor, by, size), time)


def _after(rows: list[Raw], cursor: Cursor, by: str, size: int) -> Cursor | None:
    if len(rows) < size:
        return None
    last = _second(rows[-1], by)
    if last == cursor.since:
        return Cursor(last, cursor.skip + len(rows))
    same = 0
    for raw in reversed(rows):
        if _second(raw, by) != last:
            break
        same += 1
    return Cursor(last, same)


def _second(raw: Raw, by: str) -> str:
    times = _stub.decode(raw).meta_data
    at = times.create_time if by.endswith("CreateTime") else times.last_updated_time
    return instant(at) if at else ""


def pages(
    client: Client, entity: str, since: datetime, *, by: str, also: str = ""
) -> Iterator[Page]:
    """All pages from ``since`` on."""
    cursor: Cursor | None = Cursor(instant(since))
    while cursor is not None:
        ask = partial(page, client, entity, cursor, by=by, also=also)
        found = _patiently(ask)
        yield found
        cursor = found.after


def by_ids(
    client: Client, entity: str, ids: Sequence[str], *, also: str = ""
) -> Iterator[tuple[Answer, list[Raw]]]:
    """The objects of these ids that exist, in calls of two hundred."""
    numbers = [each for each in ids if each.isascii() and each.isdecimal()]
    for start in range(0, len(numbers), IDS_AT_ONCE):
        chunk = among("Id", numbers[start : start + IDS_AT_ONCE])
        answer = client.query(select(entity, chunk, also))
        yield answer, wire.rows(answer, entity)[0]


def changes(client: Client, entities: Sequence[str], since: datetime) -> Feed:
    """One call of the change feed; says which entities may be incomplete.

    The feed gives a thousand objects in all and does not say that it left some out: at
    a thousand, nothing in it can be taken as complete.
    """
    feed = Feed()
    wanted = ",".join(entities)
    answer = _patiently(
        lambda: client.get("cdc", entities=wanted, changedSince=instant(since))
    )
    found, feed.time = wire.changes(answer)
    for entity, raws in found.items():
        feed.add(entity, raws, answer)
    if sum(len(raws) for raws in found.values()) >= FEED_MOST:
        feed.saturated = tuple(entities)
    return feed


def count(client: Client, entity: str, *conditions: str) -> int:
    """How many objects of an entity meet the conditions."""
    return wire.total(client.query(counting(entity, *conditions)))


def ids(client: Client, entity: str, *, also: str = "") -> set[str]:
    """The ids of all objects of an entity."""
    found: set[str] = set()
    cursor: Cursor | None = Cursor()
    while cursor is not None:
        part = _patiently(partial(page, client, entity, cursor, also=also))
        found.update(_stub.decode(raw).id for raw in part.rows)
        cursor = part.after
    return found


def _patiently(ask: Callable[[], T]) -> T:
    """An answer; a short pause for the budget's sake would throw away those before it."""
    waited = timedelta(0)
    while True:
        try:
            return ask()
        except Retryable as error:
            pause = error.after
            if pause is None or pause > LONGEST_PAUSE or waited > MOST_PATIENCE:
                raise
            time.sleep(pause.total_seconds())
            waited += pause


def id_of(raw: Raw) -> str:
    """The id of a row of which nothing else may make sense; ``""`` if not even that."""
    try:
        return _stub.decode(raw).id
    except msgspec.DecodeError:
        return ""


def is_deleted(raw: Raw) -> bool:
    """Whether a row of the change feed only says that the object is gone."""
    return _stub.decode(raw).status == "Deleted"

"""Follows hints with as few calls as possible, and polls for what nobody hinted at."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from counterfoil.connections.authorise import apply_facts
from counterfoil.connections.models import Connection
from counterfoil.sync import hours, turns
from counterfoil.sync.documents.known import known
from counterfoil.sync.documents.touched import touched
from counterfoil.sync.hours import Happened
from counterfoil.sync.incoming import applying, echoes, standing
from counterfoil.sync.lanes import hold
from counterfoil.sync.models import Hint
from counterfoil.sync.ports import IDS_PER_CALL, Changes, Observed, Source, sources

BATCH = 1000
# The feed looks back thirty days; beyond this everything is read anew.
LOOK_BACK = timedelta(days=29)
# News may become readable later than its own time says.
OVERLAP = timedelta(minutes=2)
MOST_ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=3)
FACTS = "facts"


def follow(connection: Connection, *, now: datetime) -> int:
    """Look at what was hinted at; returns how many hints were settled."""
    settled = 0
    while batch := _due(connection, now):
        settled += _follow(connection, batch, now)
    return settled


def _due(connection: Connection, now: datetime) -> list[Hint]:
    rows = due(now).filter(connection=connection)
    return list(rows.order_by("id")[:BATCH])


def due(now: datetime) -> QuerySet[Hint]:
    """Hints to follow now; a new one always, whatever the clock of who wrote it."""
    return Hint.objects.filter(Q(attempts=0) | Q(next_at__lte=now))


def _follow(connection: Connection, batch: Sequence[Hint], now: datetime) -> int:
    source = sources[connection.service]
    began = time.monotonic()
    own = {hint.pk for hint in echoes.of(connection, batch)}
    by_stream: dict[str, dict[str, Hint]] = defaultdict(dict)
    for hint in batch:
        if hint.pk not in own:
            by_stream[hint.stream][hint.remote_id] = hint
    if by_stream.pop(FACTS, None):
        refresh_facts(connection, now=now)
    observed = _read(connection, source, by_stream, now)
    postponed: list[Hint] = []
    changed: list[Observed] = []
    with transaction.atomic():
        hold(connection)
        news_of = _ordered(source, {*by_stream, *observed})
        turns.take(connection, news_of)
        for stream in news_of:
            hints = by_stream.get(stream, {})
            news, unseen = _judged(source, stream, hints, observed.get(stream, ()))
            postponed += unseen
            changed += standing.different(connection, stream, news)
            applying.apply(connection, stream, news, now=now)
        _postpone(postponed, now)
        later = {hint.pk for hint in postponed}
        settled = _settle([hint for hint in batch if hint.pk not in later])
        moment = now + timedelta(seconds=time.monotonic() - began)
        _count(connection, changed, moment, Happened(hints=settled))
        return settled


def _count(
    connection: Connection,
    changed: Sequence[Observed],
    now: datetime,
    happened: Happened,
) -> None:
    """Say in the hour's figures what has arrived, and how long it was under way."""
    hours.note(
        connection,
        replace(happened, pulled=len(changed)),
        lags=[now - each.updated_at for each in changed if each.updated_at],
        now=now,
    )


def _read(
    connection: Connection,
    source: Source,
    wanted: Mapping[str, Mapping[str, Hint]],
    now: datetime,
) -> dict[str, list[Observed]]:
    """By the change feed where one call of it does the work of several by id."""
    observed: dict[str, list[Observed]] = defaultdict(list)
    left = {
        stream: set(hints) | {hint.survivor for hint in hints.values()} - {""}
        for stream, hints in wanted.items()
    }
    since = _earliest(wanted.values())
    in_feed = [
        spec.key for spec in source.streams() if spec.in_feed and spec.key in left
    ]
    by_id = sum(math.ceil(len(left[stream]) / IDS_PER_CALL) for stream in in_feed)
    if by_id > 1 and since is not None and now - since < LOOK_BACK:
        changes = source.changes(connection, in_feed, since=since - OVERLAP, now=now)
        for each in changes.observed:
            observed[each.stream].append(each)
            left[each.stream].discard(each.remote_id)
    for stream, ids in left.items():
        if ids:
            observed[stream] += source.fetch(connection, stream, sorted(ids), now=now)
    for stream, ids in touched(connection, observed).items():
        observed[stream] += source.fetch(connection, stream, sorted(ids), now=now)
    return observed


def _earliest(wanted: Iterable[Mapping[str, Hint]]) -> datetime | None:
    """When the oldest of the news happened; unknown when one does not say."""
    times = [hint.at for hints in wanted for hint in hints.values()]
    known = [at for at in times if at is not None]
    return min(known) if known and len(known) == len(times) else None


def _ordered(source: Source, streams: Iterable[str]) -> list[str]:
    wanted = set(streams)
    return [spec.key for spec in source.streams() if spec.key in wanted]


def _judged(
    source: Source,
    stream: str,
    hints: Mapping[str, Hint],
    observed: Sequence[Observed],
) -> tuple[list[Observed], list[Hint]]:
    """The news of a stream; and the hints of what is not to be seen yet.

    What was told to be deleted, or merged into another, or is not to be seen however
    often one looks, is gone. One empty lookup proves nothing else: what was just made
    may not be readable yet.
    """
    can_vanish = any(s.key == stream and s.can_vanish for s in source.streams())
    merged = {hint.remote_id for hint in hints.values() if hint.survivor}
    seen = {each.remote_id: each for each in observed if each.remote_id not in merged}
    news, unseen = list(seen.values()), []
    for remote_id, hint in hints.items():
        if remote_id in seen:
            continue
        is_told = hint.operation == "delete" or remote_id in merged
        if not is_told and hint.attempts < MOST_ATTEMPTS:
            unseen.append(hint)
        elif can_vanish or is_told:
            news.append(_gone(hint))
    return news, unseen


def _gone(hint: Hint) -> Observed:
    return Observed(
        hint.stream,
        hint.remote_id,
        updated_at=hint.at,
        deleted=True,
        active=False,
        merged_into=hint.survivor,
    )


def _postpone(hints: Sequence[Hint], now: datetime) -> None:
    for hint in hints:
        hint.next_at = now + FIRST_RETRY * 3**hint.attempts
        Hint.objects.filter(pk=hint.pk, stamp=hint.stamp).update(
            attempts=hint.attempts + 1, next_at=hint.next_at
        )


def _settle(hints: Sequence[Hint]) -> int:
    """Forget the hints, except those that were told again meanwhile."""
    by_stamp: dict[int, list[int]] = defaultdict(list)
    for hint in hints:
        by_stamp[hint.stamp].append(hint.pk)
    settled = Q(pk__in=[])
    for stamp, ids in by_stamp.items():
        settled |= Q(stamp=stamp, pk__in=ids)
    Hint.objects.filter(settled).delete()
    return len(hints)


def poll(connection: Connection, *, now: datetime) -> bool:
    """Read what changed since the last time; ``False`` when that is too long ago."""
    since = connection.changes_until
    if since is None or now - since > LOOK_BACK:
        return False
    source = sources[connection.service]
    streams = [spec.key for spec in source.streams() if spec.in_feed]
    changes = source.changes(connection, streams, since=since - OVERLAP, now=now)
    complete = [stream for stream in streams if stream not in changes.incomplete]
    changed: list[Observed] = []
    with transaction.atomic():
        hold(connection)
        turns.take(connection, complete)
        for stream in complete:
            news = _of(changes, stream)
            changed += standing.different(connection, stream, news)
            applying.apply(connection, stream, news, now=now)
        _count(connection, changed, now, Happened(polls=1))
    for stream in changes.incomplete:
        _catch_up(connection, source, stream, since - OVERLAP, now)
    Connection.objects.filter(pk=connection.pk).update(
        changes_until=changes.until or since, last_poll_at=now
    )
    return True


def _of(changes: Changes, stream: str) -> list[Observed]:
    return [each for each in changes.observed if each.stream == stream]


def _catch_up(
    connection: Connection,
    source: Source,
    stream: str,
    since: datetime,
    now: datetime,
) -> None:
    """Read what changed by queries, where the feed does not hold it all."""
    cursor: Mapping[str, object] | None = {"changed_since": since.isoformat()}
    while cursor is not None:
        page = source.page(connection, stream, cursor, now=now)
        with transaction.atomic():
            hold(connection)
            applying.apply(connection, stream, page.observed, now=now)
        cursor = page.after
    find_deleted(connection, stream, now=now)


def find_deleted(connection: Connection, stream: str, *, now: datetime) -> int:
    """Apply the deletions that may have gone by unseen."""
    missing = gone(connection, stream, now=now)
    with transaction.atomic():
        hold(connection)
        deleted = [Observed(stream, each, deleted=True) for each in sorted(missing)]
        return applying.apply(connection, stream, deleted, now=now)


def gone(connection: Connection, stream: str, *, now: datetime) -> set[str]:
    """Compare the ids of both sides: what is here and no longer there."""
    here = known(connection, stream)
    if not here:
        return set()
    return here - sources[connection.service].remote_ids(connection, stream, now=now)


def refresh_facts(connection: Connection, *, now: datetime) -> None:
    """Read the company's own settings again."""
    facts = sources[connection.service].facts(connection, now=now)
    apply_facts(connection, facts)
    connection.save(
        update_fields=["name", "country", "home_currency", "time_zone", "facts"]
    )

"""Deliveries in: stored before they are answered, turned into hints afterwards."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import connection as database, transaction

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.events.wake import wake
from counterfoil.sync.models import Delivery, DeliveryState, UnknownAccount
from counterfoil.sync.ports import Told, sources

DRAIN = "deliveries"
BATCH = 100
KEEP = timedelta(days=30)
# News may be old, or come from a clock that is somewhat ahead.
OLDEST, NEWEST = timedelta(days=90), timedelta(days=1)

log = structlog.get_logger()

_HINT = """
INSERT INTO sync_hint AS h
    (connection_id, stream, remote_id, operation, survivor, at, stamp, attempts, next_at)
SELECT * FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
    %s::int[], %s::int[], %s::timestamptz[])
ON CONFLICT (connection_id, stream, remote_id) DO UPDATE SET
    operation = CASE WHEN excluded.at >= h.at OR h.at IS NULL
                     THEN excluded.operation ELSE h.operation END,
    survivor = CASE WHEN excluded.survivor <> '' THEN excluded.survivor
                    ELSE h.survivor END,
    at = greatest(h.at, excluded.at), stamp = h.stamp + 1,
    attempts = 0, next_at = least(h.next_at, excluded.next_at)
"""


def store(
    *, service: str, body: bytes, headers: Mapping[str, str], now: datetime
) -> bool:
    """Keep a delivery; ``False`` when its signature is wrong. Twice is once.

    Nothing of the body is read here, so that the answer is quick.
    """
    if not sources[service].is_genuine(body, headers):
        return False
    digest = hashlib.sha256(service.encode() + b"|" + body).digest()
    with transaction.atomic():
        Delivery.objects.bulk_create(
            [Delivery(service=service, digest=digest, body=body, received_at=now)],
            ignore_conflicts=True,
        )
        wake(DRAIN)
    return True


def run(now: datetime) -> int:
    """Turn due deliveries into hints; returns how many were settled."""
    settled = 0
    while taken := _batch(now):
        settled += taken
    return settled


@transaction.atomic
def _batch(now: datetime) -> int:
    due = Delivery.objects.select_for_update(skip_locked=True).filter(
        state=DeliveryState.DUE
    )
    deliveries = list(due.order_by("id")[:BATCH])
    told: dict[str, list[Told]] = {}
    for delivery in deliveries:
        _read(delivery, told)
    for service, news in told.items():
        hint(service, news, now=now)
    Delivery.objects.bulk_update(deliveries, ["state", "hints", "error"])
    return len(deliveries)


def _read(delivery: Delivery, told: dict[str, list[Told]]) -> None:
    try:
        news = sources[delivery.service].told(bytes(delivery.body))
    except ValueError as error:
        delivery.state = DeliveryState.FAILED
        delivery.error = str(error)[:1000]
        log.warning("delivery_unreadable", delivery=delivery.pk, error=str(error))
        return
    delivery.state = DeliveryState.DONE
    delivery.hints = len(news)
    told.setdefault(delivery.service, []).extend(news)


def hint(service: str, news: Sequence[Told], *, now: datetime) -> None:
    """Note what may have changed, for every workspace that connected the company."""
    news = [_believable(each, now) for each in news]
    accounts = {each.account for each in news}
    connections: dict[str, list[int]] = {}
    rows = Connection.objects.filter(service=service, account__in=accounts)
    known = set(rows.values_list("account", flat=True))
    active = rows.filter(state=ConnectionState.ACTIVE)
    for pk, account in active.values_list("pk", "account"):
        connections.setdefault(account, []).append(pk)
    _count_unknown(service, news, known, now)
    hints = _coalesced(news, connections)
    if not hints:
        return
    _write_hints(hints, now)
    ids = {pk for pk, _stream, _id in hints}
    Connection.objects.filter(pk__in=ids).update(last_hint_at=now)
    wake("pulls")


Key = tuple[int, str, str]


def _coalesced(
    news: Sequence[Told], connections: Mapping[str, Sequence[int]]
) -> dict[Key, Told]:
    """The newest news of each object, in one order for all, so that none wait crosswise.

    Into whom it was merged is kept whatever else was told of the same moment.
    """
    found: dict[Key, Told] = {}
    for each in news:
        for pk in connections.get(each.account, ()):
            key = (pk, each.stream, each.remote_id)
            held = found.get(key, each)
            newest = each if _moment(each) >= _moment(held) else held
            survivor = newest.survivor or held.survivor or each.survivor
            found[key] = replace(newest, survivor=survivor)
    return dict(sorted(found.items()))


def _moment(told: Told) -> float:
    return told.at.timestamp() if told.at else 0.0


def _believable(told: Told, now: datetime) -> Told:
    """Without a time that cannot be: it would order wrongly, or fit no column."""
    if told.at is None or now - OLDEST < told.at < now + NEWEST:
        return told
    return replace(told, at=None)


def _write_hints(hints: Mapping[Key, Told], now: datetime) -> None:
    count = len(hints)
    columns: list[list[object]] = [
        [pk for pk, _stream, _id in hints],
        [stream for _pk, stream, _id in hints],
        [remote_id for _pk, _stream, remote_id in hints],
        [told.operation for told in hints.values()],
        [told.survivor for told in hints.values()],
        [told.at for told in hints.values()],
        [1] * count,
        [0] * count,
        [now] * count,
    ]
    with database.cursor() as cursor:
        cursor.execute(_HINT, columns)


def _count_unknown(
    service: str, news: Sequence[Told], known: set[str], now: datetime
) -> None:
    unknown = Counter(each.account for each in news if each.account not in known)
    for account, count in sorted(unknown.items()):
        log.warning("unknown_account", service=service, account=account, count=count)
        row, _created = UnknownAccount.objects.get_or_create(
            service=service, account=account[:64], defaults={"last_at": now}
        )
        row.count += count
        row.last_at = now
        row.save(update_fields=["count", "last_at"])


def forget(*, now: datetime) -> int:
    """Delete deliveries that are a month old; returns how many."""
    old = Delivery.objects.filter(received_at__lt=now - KEEP)
    return old.delete()[0]

"""Dispatch: hand every event to each of its subscribers, each by itself.

A delivery is claimed by a lease (the database's clock), its effects and its settlement
are one transaction, and the settlement names the lease's token: who has lost the lease
meanwhile rolls back. Only the oldest unsettled delivery of a subscriber's key is claimed,
so that one record's events arrive in order.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Count, QuerySet

from counterfoil.core.errors import InvariantBroken
from counterfoil.core.registry import Registry
from counterfoil.events import wake
from counterfoil.events.models import DeliveryState, Event, EventDelivery
from counterfoil.workspaces.models import Workspace

DRAIN = "events"
BATCH = 500
TURN = 2_000
LEASE_SECONDS = 300
MAX_ATTEMPTS = 10
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(hours=1)

log = structlog.get_logger()

Receiver = Callable[[Event, datetime], None]
ManyReceiver = Callable[[Sequence[Event], datetime], None]
Condition = Callable[[str, Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Subscriber:
    """Who wants to hear of which kinds of events, of which object types (all if none).

    ``historical``: also of the past that an import builds. ``when`` looks at the object
    type and the payload, where most events of a kind are of no interest.
    """

    key: str
    kinds: frozenset[str]
    object_types: frozenset[str]
    receive: Receiver
    historical: bool = False
    when: Condition | None = None
    receive_many: ManyReceiver | None = None

    def wants(self, kind: str, object_type: str, *, historical: bool = False) -> bool:
        if historical and not self.historical:
            return False
        return kind in self.kinds and (
            not self.object_types or object_type in self.object_types
        )

    def minds(self, object_type: str, payload: Mapping[str, Any]) -> bool:
        return self.when is None or self.when(object_type, payload)


subscribers: Registry[Subscriber] = Registry("subscriber")


def subscribe(
    name: str,
    *,
    kinds: Sequence[str],
    object_types: Sequence[str] = (),
    historical: bool = False,
    when: Condition | None = None,
) -> Callable[[Receiver], Receiver]:
    """Decorate ``f(event, now)``: it hears of every such event at least once.

    It runs inside a transaction with its settlement, must not talk to the network, and
    must be harmless when run twice. An import of the past starts nothing: only who says
    ``historical=True`` hears of it, and finds it marked as ``event.historical``.
    """
    asked = (frozenset(kinds), frozenset(object_types))

    def decorate(receive: Receiver) -> Receiver:
        subscribers.add(Subscriber(name, *asked, receive, historical, when))
        return receive

    return decorate


def subscribe_many(
    name: str,
    *,
    kinds: Sequence[str],
    object_types: Sequence[str] = (),
    historical: bool = False,
    when: Condition | None = None,
) -> Callable[[ManyReceiver], ManyReceiver]:
    """Decorate ``f(events, now)``: like ``subscribe``, for who does many at one go.

    The events are of different records and of any workspaces. They are settled together;
    when that fails, each is tried by itself, so that one that fails harms no other.
    """
    asked = (frozenset(kinds), frozenset(object_types))

    def decorate(receive: ManyReceiver) -> ManyReceiver:
        def receive_one(event: Event, now: datetime) -> None:
            receive([event], now)

        subscribers.add(
            Subscriber(name, *asked, receive_one, historical, when, receive)
        )
        return receive

    return decorate


# Materialised, or a plan that looks the rows up again and again would claim too many.
_CLAIM = """
    WITH chosen AS MATERIALIZED (
            SELECT id FROM events_eventdelivery AS head
             WHERE state = 'due' AND (attempts = 0 OR next_at <= %(now)s)
               AND (leased_until IS NULL OR leased_until < clock_timestamp())
               AND NOT EXISTS (
                       SELECT 1 FROM events_eventdelivery AS earlier
                        WHERE earlier.state = 'due'
                          AND earlier.subscriber = head.subscriber
                          AND earlier.order_key = head.order_key
                          AND earlier.id < head.id
                   )
             ORDER BY next_at, id
             LIMIT %(batch)s
               FOR UPDATE SKIP LOCKED
         )
  UPDATE events_eventdelivery AS claimed
     SET token = %(token)s, attempts = claimed.attempts + 1,
         leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
    FROM chosen
   WHERE claimed.id = chosen.id
RETURNING claimed.id
"""


class _LeaseLost(Exception):
    """Another worker owns the delivery now: undo our effects."""


def run(now: datetime) -> int:
    """Deliver what is due, in batches; returns how many deliveries were settled.

    After ``TURN`` of them it wakes itself again, so that a long queue is worked off with
    a fresh ``now``, gives way to other work, and lets a worker stop in time.
    """
    settled = 0
    while claimed := _claim(now):
        for key, deliveries in _by_subscriber(claimed).items():
            settled += _deliver_all(subscribers.get(key), deliveries, now)
        if settled >= TURN:
            wake.wake(DRAIN)
            break
    return settled


def failed() -> dict[str, int]:
    """How many deliveries were given up, by subscriber; each is kept with its error."""
    rows = EventDelivery.objects.filter(state=DeliveryState.FAILED).order_by()
    counts = rows.values_list("subscriber").annotate(Count("pk"))
    return dict(counts.order_by("subscriber"))


def given_up(workspace: Workspace | None = None) -> QuerySet[EventDelivery]:
    """Deliveries that are not tried any more, of one workspace or of all."""
    rows = EventDelivery.objects.filter(state=DeliveryState.FAILED)
    return rows if workspace is None else rows.filter(event__workspace=workspace)


@transaction.atomic
def retry_failed(now: datetime, *, workspace: Workspace | None = None) -> int:
    """Deliver once more what was given up; returns how many deliveries that is."""
    rows = given_up(workspace)
    due = rows.update(state=DeliveryState.DUE, attempts=0, next_at=now)
    if due:
        wake.wake(DRAIN)
    return due


def backoff(attempts: int) -> timedelta:
    """How long to wait after that many failed attempts: doubling, at most an hour."""
    doublings = min(max(attempts - 1, 0), 20)
    return min(FIRST_BACKOFF * (1 << doublings), LONGEST_BACKOFF)


def _claim(now: datetime) -> list[EventDelivery]:
    token = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {"token": token, "lease": LEASE_SECONDS, "now": now, "batch": BATCH},
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(
        EventDelivery.objects.select_related("event__workspace")
        .filter(pk__in=ids, token=token)
        .order_by("pk")
    )


def _by_subscriber(
    claimed: Sequence[EventDelivery],
) -> dict[str, list[EventDelivery]]:
    found: dict[str, list[EventDelivery]] = defaultdict(list)
    for delivery in claimed:
        found[delivery.subscriber].append(delivery)
    return found


def _deliver_all(
    subscriber: Subscriber | None, deliveries: Sequence[EventDelivery], now: datetime
) -> int:
    """Deliver at one go where the subscriber can, and one by one otherwise."""
    together = subscriber.receive_many if subscriber else None
    if together is not None and len(deliveries) > 1:
        try:
            with transaction.atomic():
                together([delivery.event for delivery in deliveries], now)
                _settle(deliveries, state=DeliveryState.DONE, error="", next_at=now)
        except Exception as error:  # noqa: BLE001  whose fault it was shows one by one
            log.info(
                "event_deliveries_parted", count=len(deliveries), reason=str(error)
            )
        else:
            return len(deliveries)
    return sum(_deliver(delivery, now) for delivery in deliveries)


def _deliver(delivery: EventDelivery, now: datetime) -> int:
    try:
        with transaction.atomic():
            subscribers[delivery.subscriber].receive(delivery.event, now)
            _settle([delivery], state=DeliveryState.DONE, error="", next_at=now)
    except _LeaseLost:
        log.warning("event_delivery_lease_lost", delivery=delivery.pk)
        return 0
    except Exception as error:  # noqa: BLE001  a failing subscriber harms no other
        _record_failure(delivery, error, now)
    return 1


def _settle(
    deliveries: Sequence[EventDelivery],
    *,
    state: DeliveryState,
    error: str,
    next_at: datetime,
) -> None:
    """Settle what was claimed together, which has one token."""
    keys = [delivery.pk for delivery in deliveries]
    mine = EventDelivery.objects.filter(pk__in=keys, token=deliveries[0].token)
    updated = mine.update(
        state=state, error=error, next_at=next_at, token=None, leased_until=None
    )
    if updated < len(keys):
        raise _LeaseLost


def _record_failure(delivery: EventDelivery, error: Exception, now: datetime) -> None:
    is_final = delivery.attempts >= MAX_ATTEMPTS or isinstance(error, InvariantBroken)
    next_at = now + backoff(delivery.attempts)
    log.error(
        "event_delivery_failed",
        subscriber=delivery.subscriber,
        event_id=delivery.event_id,
        attempts=delivery.attempts,
        is_final=is_final,
        exc_info=error,
    )
    try:
        with transaction.atomic():
            _settle(
                [delivery],
                state=DeliveryState.FAILED if is_final else DeliveryState.DUE,
                error=f"{type(error).__name__}: {error}"[:2000],
                next_at=next_at,
            )
            if not is_final:
                wake.wake(DRAIN, at=next_at)
    except _LeaseLost:
        log.warning("event_delivery_lease_lost", delivery=delivery.pk)

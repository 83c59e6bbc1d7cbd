"""Publish: write what happened into the outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from counterfoil.events import wake
from counterfoil.events.dispatch import DRAIN, subscribers
from counterfoil.events.models import Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Fact:
    """What happened, to which record; ``payload`` is JSON."""

    kind: str
    ref: tuple[str, int] | None = None
    payload: Mapping[str, object] = field(default_factory=dict)


def publish(  # noqa: PLR0913  all of it is said by name
    *,
    workspace: Workspace,
    kind: str,
    ref: tuple[str, int] | None = None,
    payload: Mapping[str, object] | None = None,
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> Event:
    """Tell one fact to everybody who subscribed to its kind."""
    fact = Fact(kind, ref, payload or {})
    events = publish_many(
        workspace=workspace, facts=[fact], actor=actor, origin=origin, now=now
    )
    return events[0]


@transaction.atomic
def publish_many(
    *,
    workspace: Workspace,
    facts: Sequence[Fact],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> list[Event]:
    """Tell many facts in three statements, whatever their number."""
    if not facts:
        return []
    events = Event.objects.bulk_create(
        Event(
            workspace=workspace,
            kind=fact.kind,
            object_type=fact.ref[0] if fact.ref else "",
            record_id=fact.ref[1] if fact.ref else None,
            payload=dict(fact.payload),
            actor_kind=actor.kind,
            actor_id=actor.actor_id,
            actor_label=actor.label[:200],
            origin_kind=origin.kind,
            origin_id=origin.origin_id,
            depth=origin.depth,
            historical=origin.historical,
            at=now,
        )
        for fact in facts
    )
    deliveries = [
        EventDelivery(
            event=event,
            subscriber=subscriber.key,
            order_key=order_key(event),
            next_at=now,
        )
        for event in events
        for subscriber in subscribers
        if subscriber.wants(event)
    ]
    if deliveries:
        EventDelivery.objects.bulk_create(deliveries)
        wake.wake(DRAIN)
    return events


def order_key(event: Event) -> str:
    """One record's events are delivered in order; the others' order does not matter."""
    if event.record_id is None:
        return f"event:{event.pk}"
    return f"{event.object_type}:{event.record_id}"

"""Publish: write what happened into the outbox, in the caller's transaction.

An event is a message, and nobody reads it but those who subscribed: history for people
is in the records' own history and timeline. So an import of the past writes the events
that somebody wants to hear of (``subscribe(..., historical=True)``) and no others. What
happens now is kept for 30 days even when nobody listened, to see what went on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from counterfoil.core import rows
from counterfoil.events import wake
from counterfoil.events.dispatch import DRAIN, Subscriber, subscribers
from counterfoil.events.models import DeliveryState, Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

_EVENT = (
    "workspace",
    "kind",
    "object_type",
    "record_id",
    "payload",
    "actor_kind",
    "actor_id",
    "actor_label",
    "origin_kind",
    "origin_id",
    "depth",
    "historical",
    "at",
)
_DELIVERY = (
    "event",
    "subscriber",
    "order_key",
    "state",
    "attempts",
    "next_at",
    "error",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened, to which record; ``payload`` is JSON."""

    kind: str
    ref: tuple[str, int] | None = None
    payload: Mapping[str, object] = field(default_factory=dict)

    @property
    def object_type(self) -> str:
        return self.ref[0] if self.ref else ""


def publish(  # noqa: PLR0913  all of it is said by name
    *,
    workspace: Workspace,
    kind: str,
    ref: tuple[str, int] | None = None,
    payload: Mapping[str, object] | None = None,
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> None:
    """Tell one fact to everybody who subscribed to its kind."""
    fact = Fact(kind, ref, payload or {})
    publish_many(workspace=workspace, facts=[fact], actor=actor, origin=origin, now=now)


@transaction.atomic(savepoint=False)
def publish_many(
    *,
    workspace: Workspace,
    facts: Iterable[Fact],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> None:
    """Tell many facts in a few statements, whatever their number."""
    heard = _heard(facts, origin)
    after = (
        actor.kind,
        actor.actor_id,
        actor.label[:200],
        origin.kind,
        origin.origin_id,
        origin.depth,
        origin.historical,
        now,
    )
    events = [
        (workspace.pk, fact.kind, *_subject(fact), fact.payload, *after)
        for fact, _listeners in heard
    ]
    if not any(listeners for _fact, listeners in heard):
        rows.insert(Event, _EVENT, events)
        return
    keys = rows.take_keys(Event, len(events))
    keyed = zip(keys, events, strict=True)
    rows.insert(Event, ("id", *_EVENT), [(key, *event) for key, event in keyed])
    deliveries = [
        (key, each.key, order_key(key, fact.ref), DeliveryState.DUE.value, 0, now, "")
        for key, (fact, listeners) in zip(keys, heard, strict=True)
        for each in listeners
    ]
    rows.insert(EventDelivery, _DELIVERY, deliveries)
    wake.wake(DRAIN)


def is_heard(kind: str, object_type: str, origin: Origin) -> bool:
    """Whether somebody may want to hear of such a fact: what to tell need be gathered."""
    return not origin.historical or bool(_interested(kind, object_type, origin))


def order_key(key: int, ref: tuple[str, int] | None) -> str:
    """One record's events are delivered in order; the others' order does not matter."""
    return f"event:{key}" if ref is None else f"{ref[0]}:{ref[1]}"


def _heard(
    facts: Iterable[Fact], origin: Origin
) -> list[tuple[Fact, Sequence[Subscriber]]]:
    """The facts to write, each with those who want to hear of it."""
    interested: dict[tuple[str, str], list[Subscriber]] = {}
    heard: list[tuple[Fact, Sequence[Subscriber]]] = []
    for fact in facts:
        sort = (fact.kind, fact.object_type)
        if sort not in interested:
            interested[sort] = _interested(*sort, origin)
        listeners = [
            each
            for each in interested[sort]
            if each.minds(fact.object_type, fact.payload)
        ]
        if listeners or not origin.historical:
            heard.append((fact, listeners))
    return heard


def _interested(kind: str, object_type: str, origin: Origin) -> list[Subscriber]:
    return [
        each
        for each in subscribers
        if each.wants(kind, object_type, historical=origin.historical)
    ]


def _subject(fact: Fact) -> tuple[str, int | None]:
    return fact.ref or ("", None)

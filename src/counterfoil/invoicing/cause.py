"""On whose behalf derived values are written: the system, caused by an event."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin


def origin_of(event: Event) -> Origin:
    """One step further from the event's origin, as the system's own doing.

    What is derived is told in words of its own, not as an edit of its properties.
    """
    came = Origin(event.origin_kind, event.origin_id, event.depth, event.historical)
    return replace(came.caused(), kind="system", origin_id="")


def actor_of(event: Event) -> Actor:
    """Who set the event off."""
    return Actor(event.actor_kind, event.actor_id, event.actor_label)

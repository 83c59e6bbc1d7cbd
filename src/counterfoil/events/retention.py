"""How long the outbox is kept: what has been heard by everybody is deleted in time.

History for people is in the records' own history and timeline; events are for programs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from counterfoil.events.models import DeliveryState, Event, EventDelivery

KEEP = timedelta(days=30)
BATCH = 5_000


def forget_events(now: datetime) -> int:
    """Delete old events that wait for nobody; a failed delivery keeps its event."""
    unheard = EventDelivery.objects.filter(event=OuterRef("pk")).exclude(
        state=DeliveryState.DONE
    )
    old = Event.objects.filter(~Exists(unheard), at__lt=now - KEEP).order_by("pk")
    forgotten = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        EventDelivery.objects.filter(event__in=ids).delete()
        forgotten += Event.objects.filter(pk__in=ids).delete()[0]
    return forgotten

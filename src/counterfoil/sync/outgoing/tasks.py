"""The drain of what goes out."""

from __future__ import annotations

from datetime import datetime

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.events.wake import Drain, drains, wake
from counterfoil.sync import lanes, marking
from counterfoil.sync.models import Outgoing
from counterfoil.sync.outgoing import push

PUSHES = marking.DRAIN


def run_pushes(now: datetime) -> int:
    """Write what is to go out, company by company."""
    companies = Connection.objects.filter(
        pk__in=push.due(now).values("connection"), state=ConnectionState.ACTIVE
    )
    done = 0
    for pk in list(companies.order_by("id").values_list("pk", flat=True)):
        done += lanes.work(pk, lambda c: push.push(c, now=now), drain=PUSHES, now=now)
    later = Outgoing.objects.filter(attempts__gt=0, next_at__gt=now, held=False)
    at = later.order_by("next_at").values_list("next_at", flat=True).first()
    if at is not None:
        wake(PUSHES, at=at)
    return done


drains.add(Drain(PUSHES, run_pushes))

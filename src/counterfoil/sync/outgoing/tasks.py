"""The drain of what goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.events.wake import Drain, drains, wake
from counterfoil.posting import recovery
from counterfoil.sync import lanes, marking
from counterfoil.sync.models import Outgoing
from counterfoil.sync.outgoing import push

PUSHES = marking.DRAIN
# What could not be begun, since somebody else was at the company, is soon tried again.
SOON = timedelta(seconds=2)


def run_pushes(now: datetime) -> int:
    """Write what is to go out, company by company.

    While nothing may be sent (see ``posting.recovery``) nobody is woken either.
    """
    if recovery.fitness(now) is not recovery.Fitness.FIT:
        return 0
    companies = _open().filter(pk__in=push.due(now).values("connection"))
    done = 0
    for pk in list(companies.order_by("id").values_list("pk", flat=True)):
        done += lanes.work(pk, lambda c: push.push(c, now=now), drain=PUSHES, now=now)
    _wake_for_the_rest(now)
    return done


def _open() -> QuerySet[Connection]:
    active = Connection.objects.filter(state=ConnectionState.ACTIVE)
    return active.exclude(pk__in=recovery.held().values("connection"))


def _wake_for_the_rest(now: datetime) -> None:
    """For what is left although it is due, and for what is due later.

    A company that rests wakes the drain itself.
    """
    rested = Q(lane__resume_at=None) | Q(lane__resume_at__lte=now)
    if push.due(now).filter(connection__in=_open().filter(rested)).exists():
        wake(PUSHES, at=now + SOON)
    later = Outgoing.objects.filter(attempts__gt=0, next_at__gt=now, held=False)
    at = later.order_by("next_at").values_list("next_at", flat=True).first()
    if at is not None:
        wake(PUSHES, at=at)


drains.add(Drain(PUSHES, run_pushes))

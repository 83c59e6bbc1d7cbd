"""The drains of this room: deliveries, hints, polls and imports."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from counterfoil.connections import queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.events.wake import Drain, drains, wake
from counterfoil.sync import endings, hours, inbound, lanes
from counterfoil.sync.incoming import pull
from counterfoil.sync.models import Hint, Lane, Run, RunState
from counterfoil.sync.pairs import disputes, flips
from counterfoil.sync.previews import counting
from counterfoil.sync.runs import changing, comparing, nightly, plan, undo
from counterfoil.sync.runs.carrying import carry_on
from counterfoil.workspaces.language import spoken

PULLS, POLLS, IMPORTS = "pulls", "polls", "imports"
# Kinds of runs that only people begin, and that no other line here names.
BY_HAND = (changing.SettingsRun, undo.UndoRun)
# A wake-up does not work at one thing for ever: others want the worker too.
SPELL_SECONDS = 20.0
# Twice, since who comes by first may die, too, before it has called the next.
LOOK_AGAIN = (timedelta(seconds=2), timedelta(seconds=10))


def _active(ids: Q) -> list[int]:
    rows = Connection.objects.filter(ids, state=ConnectionState.ACTIVE)
    return list(rows.order_by("id").values_list("pk", flat=True))


def run_deliveries(now: datetime) -> int:
    """Turn deliveries into hints."""
    return inbound.run(now)


def run_pulls(now: datetime) -> int:
    """Follow hints, company by company."""
    done = 0
    for pk in _active(Q(pk__in=pull.due(now).values("connection"))):
        done += lanes.work(pk, lambda c: pull.follow(c, now=now), drain=PULLS, now=now)
    _wake_for_postponed(now)
    return done


def _wake_for_postponed(now: datetime) -> None:
    soon = Hint.objects.filter(attempts__gt=0, next_at__gt=now).order_by("next_at")
    at = soon.values_list("next_at", flat=True).first()
    if at is not None:
        wake(PULLS, at=at)


def run_polls(now: datetime) -> int:
    """Poll the companies whose time has come; begin what is not known yet."""
    done = 0
    due = Q(next_poll_at__lte=now) | Q(next_poll_at=None)
    for pk in _active(due & ~Q(imported_at=None)):
        done += lanes.work(pk, lambda c: _poll(c, now), drain=POLLS, now=now)
    return done


def _poll(connection: Connection, now: datetime) -> int:
    if not pull.poll(connection, now=now):
        plan.begin(connection, now)
    lane = Lane.objects.get(pk=connection.pk)
    if lane.reference_due_at is None or lane.reference_due_at <= now:
        plan.begin_reference(connection, now)
    nightly.begin_if_due(connection, lane, now)
    seconds = float(str(settings.QUICKBOOKS["poll_seconds"]))
    next_at = now + timedelta(seconds=seconds)
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=next_at)
    wake(POLLS, at=next_at)
    return 1


def run_imports(now: datetime) -> int:
    """Carry runs on for a spell; what is left is woken again at its end."""
    unfinished = Run.objects.filter(ended_at=None, state=RunState.RUNNING)
    _look_again(now)
    until = time.monotonic() + SPELL_SECONDS
    done = 0
    for pk in _active(Q(pk__in=unfinished.values("connection"))):
        connection = Connection.objects.select_related("workspace").get(pk=pk)
        with spoken(connection.workspace):
            goes_on = _until(until, connection, now)
            done += carry_on(connection, goes_on=goes_on, now=now)
    return done


def _look_again(now: datetime) -> None:
    """While there is something to do, somebody comes by: who is at it now may die."""
    rested = Q(streams__resume_at=None) | Q(streams__resume_at__lte=now)
    begun = Run.objects.filter(
        rested,
        ended_at=None,
        state=RunState.RUNNING,
        streams__ended_at=None,
        connection__state=ConnectionState.ACTIVE,
    )
    if begun.exists():
        for pause in LOOK_AGAIN:
            wake(IMPORTS, at=now + pause)


def _until(until: float, connection: Connection, now: datetime) -> Callable[[], bool]:
    """Go on till the time is up or somebody's news is waiting."""

    def goes_on() -> bool:
        waiting = pull.due(now).filter(connection=connection)
        return time.monotonic() < until and not waiting.exists()

    return goes_on


def run_cleaning(now: datetime) -> int:
    """Forget what is old, and warn of the keys that end: once a day."""
    inbound.forget(now=now)
    queries.forget_calls(now=now)
    undo.forget(now)
    comparing.forget()
    disputes.forget(now=now)
    flips.forget(now=now)
    hours.forget(now=now)
    endings.tell(now)
    return 0


drains.add(Drain(inbound.DRAIN, run_deliveries))
drains.add(Drain(PULLS, run_pulls))
drains.add(Drain(POLLS, run_polls))
drains.add(Drain(IMPORTS, run_imports))
drains.add(Drain(counting.DRAIN, counting.run))
drains.add(Drain("sync_cleaning", run_cleaning))

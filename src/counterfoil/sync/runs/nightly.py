"""When a company's books are compared with what is here: at night, where the company is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from counterfoil.connections.models import Connection
from counterfoil.sync.models import Lane
from counterfoil.sync.runs import plan

FIRST = time(1)
# Companies begin one after the other within so many minutes.
SPREAD = 240
_PRIME = 97


def begin_if_due(connection: Connection, lane: Lane, now: datetime) -> None:
    """Begin tonight's comparison when its time has come, and note when the next is."""
    due = lane.comparison_due_at
    if due is not None and due > now:
        return
    Lane.objects.filter(pk=lane.pk).update(comparison_due_at=following(connection, now))
    if due is not None and settings.NIGHTLY_COMPARISON:
        plan.begin_comparison(connection, now)


def following(connection: Connection, now: datetime) -> datetime:
    """The next night's moment for this company, by its own clocks."""
    try:
        zone = ZoneInfo(connection.time_zone or connection.workspace.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    minutes = timedelta(minutes=connection.pk * _PRIME % SPREAD)
    local = now.astimezone(zone)
    for days in (0, 1, 2):
        day = local.date() + timedelta(days=days)
        at = datetime.combine(day, FIRST, zone) + minutes
        if at > now:
            break
    return at.astimezone(now.tzinfo)

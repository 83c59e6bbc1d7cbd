"""When the key of a connection ends, and how often that is said beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _, ngettext

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish

STEPS = (1, 7, 30, 60)
URGENT = 7
KIND = "connection_ends_soon"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """One way in which a key ends. ``step`` is the warning that is due, 0 for none."""

    at: datetime
    days: int
    step: int
    by_hand: bool  # it ends whether it is used or not, and only a person renews it

    @property
    def tone(self) -> str:
        if not self.step:
            return ""
        return "bad" if self.step <= URGENT else "warn"

    @property
    def left(self) -> str:
        """How long it is until then, in words."""
        if self.days < 0:
            return _("ended")
        if self.days == 0:
            return _("less than a day left")
        sentence = ngettext("%(days)s day left", "%(days)s days left", self.days)
        return sentence % {"days": self.days}


def of(connection: Connection, now: datetime) -> list[Ending]:
    """Both endings, as far as they are known, the one that comes first in front."""
    found = [
        _ending(at, now, by_hand=by_hand)
        for at, by_hand in (
            (connection.refresh_expires_at, False),
            (connection.hard_expires_at, True),
        )
        if at is not None
    ]
    return sorted(found, key=lambda each: each.at)


def next_warning(connection: Connection, now: datetime) -> Ending | None:
    """The ending that a person is to be warned of, while the connection works."""
    if connection.state != ConnectionState.ACTIVE:
        return None
    return next((each for each in of(connection, now) if each.step), None)


def sentence(connection: Connection, ending: Ending) -> str:
    """What to do about an ending."""
    words = {"company": connection.name, "left": ending.left}
    return (
        _("The connection to %(company)s ends: %(left)s. Reconnect it before.") % words
    )


def tell(now: datetime) -> int:
    """Publish each warning once: ``connection_ends_soon``, per ending and step."""
    told = 0
    horizon = now + STEPS[-1] * DAY
    rows = Connection.objects.filter(state=ConnectionState.ACTIVE)
    soon = rows.filter(hard_expires_at__lte=horizon) | rows.filter(
        refresh_expires_at__lte=horizon
    )
    for connection in soon.select_related("workspace").order_by("id"):
        ending = next_warning(connection, now)
        if ending is not None and not _was_told(connection, ending):
            publish(
                workspace=connection.workspace,
                kind=KIND,
                payload=_payload(connection, ending),
                actor=Actor.system(),
                origin=Origin.connection(connection.pk),
                now=now,
            )
            told += 1
    return told


def _ending(at: datetime, now: datetime, *, by_hand: bool) -> Ending:
    days = (at - now) // DAY
    step = next((step for step in STEPS if at - now <= step * DAY), 0)
    return Ending(at, days, step, by_hand)


def _payload(connection: Connection, ending: Ending) -> dict[str, object]:
    return {
        "connection": connection.pk,
        "days": ending.step,
        "ends_at": ending.at.isoformat(),
    }


def _was_told(connection: Connection, ending: Ending) -> bool:
    return Event.objects.filter(
        workspace=connection.workspace,
        kind=KIND,
        payload__contains=_payload(connection, ending),
    ).exists()

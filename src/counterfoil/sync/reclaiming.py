"""Gives a field back to the side that owns it, as soon as it is edited on this one.

A mapping that only leads here is the other side's word. Nobody there hears of an edit
here, so nothing would bring the owner's value back before the object changes there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.events.models import Event
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.pairs import incoming
from counterfoil.sync.ports import Pairing, pairings_of
from counterfoil.sync.settings import choices
from counterfoil.sync.telling import hearing


def reclaim(event: Event, now: datetime) -> None:
    """Judge the record's objects again where it was edited in a field of theirs.

    The edit is kept where a person finds it: see ``pairs.disputes``.
    """
    changed = event.payload.get("changed")
    if not isinstance(changed, Mapping):
        return
    for connection in hearing(event):
        chosen = choices.all_of(connection)
        for pairing in pairings_of(connection.service):
            settings = chosen[pairing.name]
            if pairing.object_type == event.object_type and _owns(settings, changed):
                _apply(connection, pairing, settings, event.record_id or 0, now)


def _owns(settings: Settings, changed: Mapping[str, object]) -> bool:
    if not settings.comes_in:
        return False
    rules = settings.effective_rules
    return any(not rule.goes_out and rule.local in changed for rule in rules)


def _apply(
    connection: Connection,
    pairing: Pairing,
    settings: Settings,
    record_id: int,
    now: datetime,
) -> None:
    link = Link.objects.filter(
        connection=connection,
        stream=pairing.stream,
        object_type=pairing.object_type,
        record_id=record_id,
        state=LinkState.OK,
    ).first()
    if link is None:
        return
    rows = RemoteObject.objects.filter(
        connection=connection, stream=link.stream, remote_id=link.remote_id
    )
    incoming.apply_rows(
        connection, pairing, settings, list(rows), historical=False, run=None, now=now
    )

"""Which companies must hear of a change of a record, and of which records then."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from counterfoil.connections.models import Connection, Link
from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.sync import marking
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.ports import Pairing, pairings_of
from counterfoil.sync.settings import choices

PERSON, ORGANISATION = "contact", "company"
NOUNS = (PERSON, ORGANISATION, "product")
CHANGED = "record_changed"


def tell(event: Event, now: datetime) -> None:
    """Mark what an event concerns, for every company that it may have to reach.

    The one that it came from knows already.
    """
    refs = _concerned(event)
    changed = event.payload.get("changed") if event.kind == CHANGED else None
    for connection in hearing(event):
        chosen = choices.all_of(connection)
        for pairing in pairings_of(connection.service):
            settings = chosen[pairing.name]
            if settings.goes_out and _minds(settings, event, pairing, changed):
                _mark(connection, pairing, refs, event, now)


def hearing(event: Event) -> list[Connection]:
    """All but the one that the event came from.

    One that is disconnected, too: what changes is caught up with afterwards.
    """
    rows = Connection.objects.filter(workspace=event.workspace)
    if event.origin_kind == "connection" and event.origin_id.isdecimal():
        rows = rows.exclude(pk=int(event.origin_id))
    return list(rows.order_by("id"))


def _concerned(event: Event) -> list[Ref]:
    """The record, and the one that it was tied to or freed from."""
    refs = [Ref(event.object_type, event.record_id or 0)]
    other = event.payload.get("with")
    if isinstance(other, list) and len(other) == 2:
        refs.append(Ref(str(other[0]), int(other[1])))
    return [ref for ref in refs if ref.object_type in NOUNS and ref.record_id]


def _minds(
    settings: Settings,
    event: Event,
    pairing: Pairing,
    changed: Mapping[str, object] | None,
) -> bool:
    """Whether a change is of anything that is mapped, filtered or named by."""
    if changed is None or event.object_type != pairing.object_type:
        return True
    known = {rule.local for rule in settings.effective_rules if rule.goes_out}
    known |= {asked[0] for asked in settings.filters}
    known |= {local for local, _remote in pairing.match_keys.values()}
    known |= {"currency"}
    return not known.isdisjoint(changed)


def _mark(
    connection: Connection,
    pairing: Pairing,
    refs: Collection[Ref],
    event: Event,
    now: datetime,
) -> None:
    ids = {ref.record_id for ref in refs if ref.object_type == pairing.object_type}
    if pairing.object_type == ORGANISATION:
        people = [ref for ref in refs if ref.object_type == PERSON]
        ids |= _waiting_companies(connection, pairing, people, event)
    marking.mark(connection, pairing.name, ids, now=now)


def _waiting_companies(
    connection: Connection, pairing: Pairing, people: list[Ref], event: Event
) -> set[int]:
    """Companies of these people that are no customers yet: the person may be why."""
    if not people:
        return set()
    ties = associations.of_many(event.workspace, people, ORGANISATION)
    ids = {ref.record_id for tied in ties.values() for ref in tied}
    linked = Link.objects.filter(
        connection=connection,
        stream=pairing.stream,
        object_type=ORGANISATION,
        record_id__in=ids,
    )
    return ids - set(linked.values_list("record_id", flat=True))

"""Which companies must hear of a change of a record, and of which records then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
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


def tell(events: Sequence[Event], now: datetime) -> None:
    """Mark what events concern, for every company that it may have to reach.

    The one that an event came from knows already.
    """
    by_workspace: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_workspace[event.workspace_id].append(event)
    for workspace_id in sorted(by_workspace):
        connections = Connection.objects.filter(workspace=workspace_id)
        for connection in connections.select_related("workspace").order_by("id"):
            _tell(connection, by_workspace[workspace_id], now)


def hearing(event: Event) -> list[Connection]:
    """All but the one that the event came from.

    One that is disconnected, too: what changes is caught up with afterwards.
    """
    rows = Connection.objects.filter(workspace=event.workspace).order_by("id")
    return [each for each in rows if not _is_from(event, each)]


def _is_from(event: Event, connection: Connection) -> bool:
    return (event.origin_kind, event.origin_id) == ("connection", str(connection.pk))


def _tell(connection: Connection, events: Sequence[Event], now: datetime) -> None:
    heard = [each for each in events if not _is_from(each, connection)]
    if not heard:
        return
    chosen = choices.all_of(connection)
    for pairing in pairings_of(connection.service):
        settings = chosen[pairing.name]
        if not settings.goes_out:
            continue
        known = _known(settings, pairing)
        refs = {
            ref
            for event in heard
            if _minds(event, pairing, known)
            for ref in _concerned(event)
        }
        _mark(connection, pairing, refs, now)


def _concerned(event: Event) -> list[Ref]:
    """The record, and the one that it was tied to or freed from."""
    refs = [Ref(event.object_type, event.record_id or 0)]
    other = event.payload.get("with")
    if isinstance(other, list) and len(other) == 2:
        refs.append(Ref(str(other[0]), int(other[1])))
    return [ref for ref in refs if ref.object_type in NOUNS and ref.record_id]


def _known(settings: Settings, pairing: Pairing) -> set[str]:
    """The properties that are mapped, filtered or named by."""
    known = {rule.local for rule in settings.effective_rules if rule.goes_out}
    known |= {asked[0] for asked in settings.filters}
    known |= {local for local, _remote in pairing.match_keys.values()}
    return known | {"currency"}


def _minds(event: Event, pairing: Pairing, known: set[str]) -> bool:
    """Whether a change is of anything that is known there."""
    changed = event.payload.get("changed") if event.kind == CHANGED else None
    if changed is None or event.object_type != pairing.object_type:
        return True
    return not known.isdisjoint(changed)


def _mark(
    connection: Connection, pairing: Pairing, refs: Collection[Ref], now: datetime
) -> None:
    ids = {ref.record_id for ref in refs if ref.object_type == pairing.object_type}
    if pairing.object_type == ORGANISATION:
        people = sorted(ref for ref in refs if ref.object_type == PERSON)
        ids |= _waiting_companies(connection, pairing, people)
    marking.mark(connection, pairing.name, ids, now=now)


def _waiting_companies(
    connection: Connection, pairing: Pairing, people: Sequence[Ref]
) -> set[int]:
    """Companies of these people that are no customers yet: the person may be why."""
    if not people:
        return set()
    ties = associations.of_many(connection.workspace, people, ORGANISATION)
    ids = {ref.record_id for tied in ties.values() for ref in tied}
    linked = Link.objects.filter(
        connection=connection,
        stream=pairing.stream,
        object_type=ORGANISATION,
        record_id__in=ids,
    )
    return ids - set(linked.values_list("record_id", flat=True))

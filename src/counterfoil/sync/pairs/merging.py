"""Objects that became part of another: their records and links follow the survivor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm import associations, records, timeline
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Record, TimelineEntry
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.pairs.judging import ARCHIVED
from counterfoil.sync.ports import Observed, Pairing

STORY = "merged_there"
Active = Sequence[tuple[Pairing, Settings]]


def follow(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    active: Active,
    *,
    now: datetime,
) -> None:
    """Move the links of what was merged.

    Where the survivor has a record of its own, the other record is archived, and what
    was tied to it is the survivor's from now on. Who is left alone takes no part in it.
    """
    for each in observed:
        if each.merged_into and each.merged_into != each.remote_id:
            _follow_one(connection, stream, each, active, now)


def _follow_one(
    connection: Connection,
    stream: str,
    observed: Observed,
    active: Active,
    now: datetime,
) -> None:
    ids = [observed.remote_id, observed.merged_into]
    held = Link.objects.select_for_update().filter(
        connection=connection, stream=stream, remote_id__in=ids
    )
    by_type: dict[str, dict[str, Link]] = defaultdict(dict)
    for link in held.order_by("id"):
        by_type[link.object_type][link.remote_id] = link
    for object_type, links in by_type.items():
        loser = links.get(observed.remote_id)
        survivor = links.get(observed.merged_into)
        if loser is None or any(
            link.state == LinkState.IGNORED for link in links.values()
        ):
            continue
        if survivor is None:
            _move(loser, observed.merged_into)
        else:
            may_archive = _takes_changes(active, object_type)
            _unite(connection, loser, survivor, now, may_archive=may_archive)


def _move(link: Link, remote_id: str) -> None:
    """The record is the survivor from now on, whose values are news to it.

    Where it was put away because its object seemed to be gone, it comes back with them.
    """
    link.remote_id = remote_id
    if bytes(link.digest) != ARCHIVED:
        link.digest = b""
    link.version, link.remote_updated_at = "", None
    link.save(update_fields=["remote_id", "version", "digest", "remote_updated_at"])
    link.conflicts.update(remote_id=remote_id)


def survivor_of(record: Record) -> Record | None:
    """What is left of a record that was put away by a merge, after all further ones.

    ``None`` for one that is in use, also where it was restored and put away since.
    """
    met, left = {record.pk}, record
    while left.archived_at is not None and (into := _merged_into(left)) is not None:
        if into.pk in met:
            break
        met.add(into.pk)
        left = into
    return None if left.pk == record.pk else left


def _merged_into(record: Record) -> Record | None:
    told = TimelineEntry.objects.filter(
        workspace=record.workspace_id,
        object_type=record.object_type,
        record_id=record.pk,
        kind=STORY,
        about_type=record.object_type,
        at__gte=record.archived_at,
    ).exclude(about_id=record.pk)
    into = told.order_by("-at", "-id").values("about_id")[:1]
    known = object_types[record.object_type].model._default_manager
    return known.filter(workspace=record.workspace_id, pk__in=into).first()


def _takes_changes(active: Active, object_type: str) -> bool:
    return any(
        pairing.object_type == object_type
        and settings.comes_in
        and settings.incoming is not Taking.NOTHING
        for pairing, settings in active
    )


def _unite(
    connection: Connection,
    loser: Link,
    survivor: Link,
    now: datetime,
    *,
    may_archive: bool,
) -> None:
    """Two records that are one customer now: the survivor's stays."""
    found = _records(connection, loser, survivor)
    loser.delete()
    if not may_archive or len(found) < 2:
        return
    old, new = found[loser.record_id], found[survivor.record_id]
    actor = Actor.connection(connection.pk, connection.name)
    origin = Origin.connection(connection.pk)
    associations.move_all(
        workspace=connection.workspace,
        source=Ref.of(old),
        target=Ref.of(new),
        origin=origin,
        now=now,
    )
    if old.archived_at is None:
        records.write(
            workspace=connection.workspace,
            changes=[Change(old.object_type, {}, old.pk, archived=True)],
            actor=actor,
            origin=origin,
            now=now,
        )
    timeline.tell(
        workspace=connection.workspace,
        on=[Ref.of(old), Ref.of(new)],
        kind=STORY,
        content={
            "merged": str(old),
            "survivor": str(new),
            "company": connection.name,
        },
        about=Ref.of(new),
        actor=actor,
        at=now,
        key=f"{STORY}:{connection.pk}:{loser.stream}:{loser.remote_id}",
    )


def _records(connection: Connection, *links: Link) -> dict[int, Record]:
    rows = object_types[links[0].object_type].model._default_manager.filter(
        workspace=connection.workspace, pk__in=[link.record_id for link in links]
    )
    return {record.pk: record for record in rows}

"""What is kept and told about written records: history, timeline, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.crm.catalogue import Property, type_of
from counterfoil.crm.models import PropertyChange, Record, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, publish_many
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Difference:
    """What a record has become: ``changed`` is ``{name: [old, new]}`` in JSON."""

    record: Record
    properties: Mapping[str, Property]
    created: bool
    changed: Mapping[str, list[Any]]

    def visible(self) -> dict[str, list[Any]]:
        return {
            name: pair
            for name, pair in self.changed.items()
            if not self.properties[name].internal
        }


def tell(
    *,
    workspace: Workspace,
    differences: Sequence[Difference],
    archived: Sequence[tuple[Record, bool]],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> None:
    """Keep history, tell the timeline and publish: one statement each."""
    PropertyChange.objects.bulk_create(
        _history(workspace, differences, actor, origin, now)
    )
    TimelineEntry.objects.bulk_create(
        [
            *_told(workspace, differences, actor, origin, now),
            *(
                _entry(workspace, record, actor, now, kind)
                for record, gone in archived
                for kind in ["archived" if gone else "restored"]
                if type_of(record).has_timeline
            ),
        ]
    )
    facts = [
        Fact(
            "record_created" if difference.created else "record_changed",
            Ref.of(difference.record),
            {"changed": dict(difference.changed)},
        )
        for difference in differences
    ]
    facts += [
        Fact("record_archived" if gone else "record_restored", Ref.of(record))
        for record, gone in archived
    ]
    publish_many(workspace=workspace, facts=facts, actor=actor, origin=origin, now=now)


def _history(
    workspace: Workspace,
    differences: Sequence[Difference],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> list[PropertyChange]:
    """One row per property; an imported record's first values are its own record."""
    return [
        PropertyChange(
            workspace=workspace,
            object_type=difference.record.object_type,
            record_id=difference.record.pk,
            name=name,
            old=old,
            new=new,
            actor_kind=actor.kind,
            actor_id=actor.actor_id,
            actor_label=actor.label[:200],
            origin_kind=origin.kind,
            origin_id=origin.origin_id,
            at=now,
        )
        for difference in differences
        if not (difference.created and origin.historical)
        for name, (old, new) in difference.visible().items()
    ]


def _told(
    workspace: Workspace,
    differences: Sequence[Difference],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> list[TimelineEntry]:
    """A creation is one entry; so is an edit, whatever the number of its properties.

    What the system derives is told in its own words by whoever derived it, and the past
    is not told property by property.
    """
    entries = []
    for difference in differences:
        if not type_of(difference.record).has_timeline:
            continue
        if difference.created:
            entries.append(_entry(workspace, difference.record, actor, now, "created"))
            continue
        visible = difference.visible()
        if visible and not origin.historical and origin.kind != "system":
            entry = _entry(workspace, difference.record, actor, now, "changed")
            entry.content = {
                "changes": [
                    {"name": name, "old": old, "new": new}
                    for name, (old, new) in visible.items()
                ]
            }
            entries.append(entry)
    return entries


def _entry(
    workspace: Workspace, record: Record, actor: Actor, now: datetime, kind: str
) -> TimelineEntry:
    return TimelineEntry(
        workspace=workspace,
        object_type=record.object_type,
        record_id=record.pk,
        kind=kind,
        actor_kind=actor.kind,
        actor_label=actor.label[:200],
        at=now,
    )

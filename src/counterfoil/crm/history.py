"""What is kept and told about written records: history, timeline, events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.core import rows
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import PropertyChange, Record, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, is_heard, publish_many
from counterfoil.workspaces.models import Workspace

_CHANGE = (
    "workspace",
    "object_type",
    "record_id",
    "name",
    "old",
    "new",
    "actor_kind",
    "actor_id",
    "actor_label",
    "origin_kind",
    "origin_id",
    "at",
)
_ENTRY = (
    "workspace",
    "object_type",
    "record_id",
    "kind",
    "content",
    "about_type",
    "actor_kind",
    "actor_label",
    "at",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a record has become: ``changed`` is ``{name: [old, new]}`` in JSON.

    ``internal`` names the properties that no history and no timeline shows.
    """

    record: Record
    internal: Set[str]
    created: bool
    changed: Mapping[str, list[Any]]

    def visible(self) -> Mapping[str, list[Any]]:
        if self.internal.isdisjoint(self.changed):
            return self.changed
        return {
            name: pair
            for name, pair in self.changed.items()
            if name not in self.internal
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
    said = _Said(workspace, actor, origin, now)
    rows.insert(PropertyChange, _CHANGE, list(_history(differences, said)))
    rows.insert(TimelineEntry, _ENTRY, list(_told(differences, archived, said)))
    publish_many(
        workspace=workspace,
        facts=_facts(differences, archived, origin),
        actor=actor,
        origin=origin,
        now=now,
    )


@dataclass(frozen=True)
class _Said:
    """By whom, which way and when: the same for all of one call."""

    workspace: Workspace
    actor: Actor
    origin: Origin
    now: datetime


def _history(differences: Sequence[Difference], said: _Said) -> Iterator[rows.Row]:
    """One row per property; an imported record's first values are its own record."""
    actor, origin = said.actor, said.origin
    after = (
        actor.kind,
        actor.actor_id,
        actor.label[:200],
        origin.kind,
        origin.origin_id,
        said.now,
    )
    for difference in differences:
        if difference.created and origin.historical:
            continue
        record = difference.record
        before = (said.workspace.pk, record.object_type, record.pk)
        for name, pair in difference.visible().items():
            yield (*before, name, *pair, *after)


def _told(
    differences: Sequence[Difference],
    archived: Sequence[tuple[Record, bool]],
    said: _Said,
) -> Iterator[rows.Row]:
    """A creation is one entry; so is an edit, whatever the number of its properties.

    What the system derives is told in its own words by whoever derived it, and the past
    is not told property by property.
    """
    after = (said.actor.kind, said.actor.label[:200], said.now)
    edits_are_told = not said.origin.historical and said.origin.kind != "system"

    def entry(record: Record, kind: str, content: Mapping[str, Any]) -> rows.Row:
        where = (said.workspace.pk, record.object_type, record.pk)
        return (*where, kind, content, "", *after)

    for difference in differences:
        if not type_of(difference.record).has_timeline:
            continue
        if difference.created:
            yield entry(difference.record, "created", {})
        elif edits_are_told and (visible := difference.visible()):
            yield entry(difference.record, "changed", {"changes": _listed(visible)})
    for record, gone in archived:
        if type_of(record).has_timeline:
            yield entry(record, "archived" if gone else "restored", {})


def _listed(changed: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "old": old, "new": new} for name, (old, new) in changed.items()
    ]


def _facts(
    differences: Sequence[Difference],
    archived: Sequence[tuple[Record, bool]],
    origin: Origin,
) -> Iterator[Fact]:
    """What to publish; nothing is gathered for whom nobody listens."""
    heard: dict[tuple[str, str], bool] = {}

    def fact(kind: str, record: Record, payload: dict[str, Any]) -> Iterator[Fact]:
        sort = (kind, record.object_type)
        if sort not in heard:
            heard[sort] = is_heard(*sort, origin)
        if heard[sort]:
            yield Fact(kind, Ref(record.object_type, record.pk), payload)

    for difference in differences:
        kind = "record_created" if difference.created else "record_changed"
        yield from fact(kind, difference.record, {"changed": difference.changed})
    for record, gone in archived:
        yield from fact("record_archived" if gone else "record_restored", record, {})

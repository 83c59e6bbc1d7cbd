"""Undoes on this side: former values are put back, what a run made is archived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.catalogue import Property, catalogue_of, object_types
from counterfoil.crm.models import PropertyChange, Record
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import turns
from counterfoil.sync.among import among
from counterfoil.sync.models import RunChange
from counterfoil.sync.pairs import disputes, returning
from counterfoil.sync.pairs.keeping import CREATED
from counterfoil.sync.runs.settling import settle
from counterfoil.workspaces.models import User

UNDONE, CHANGED_SINCE, CANNOT = returning.UNDONE, "changed_since", "cannot"


@dataclass(frozen=True)
class Undoing:
    """For whom it is undone.

    ``forgets``: links are removed, since nothing makes them again under the settings that
    were put back; otherwise they stay and are left alone, until somebody imports again.
    """

    connection: Connection
    by: User | None
    now: datetime
    forgets: bool

    @property
    def actor(self) -> Actor:
        if self.by is None:
            return Actor.connection(self.connection.pk, self.connection.name)
        return Actor.user(self.by.pk, str(self.by))

    def write(self, changes: Sequence[Change]) -> None:
        """Through the one door, as part of the past: it goes to nobody and starts nothing."""
        records.write(
            workspace=self.connection.workspace,
            changes=changes,
            actor=self.actor,
            origin=Origin.connection(self.connection.pk, historical=True),
            now=self.now,
        )


@dataclass
class _Return:
    """What one record gets back."""

    row: RunChange
    record: Record
    values: dict[str, object] = field(default_factory=dict)
    archived: bool | None = None
    outcome: str = UNDONE

    @property
    def change(self) -> Change:
        return Change(
            self.record.object_type, self.values, self.record.pk, self.archived
        )

    @property
    def does_something(self) -> bool:
        return bool(self.values) or self.archived is not None


def put_back(undoing: Undoing, rows: Sequence[RunChange]) -> int:
    """Give records their former values, each where the run's value still stands.

    Returns how many are as they were before.
    """
    turns.take(undoing.connection, {row.stream for row in rows})
    keys = sorted({row.object_type for row in rows})
    catalogue = catalogue_of(keys, undoing.connection.workspace)
    held = _locked(undoing, rows)
    returns = [
        _returned(row, held[Ref(row.object_type, row.record_id)], catalogue)
        for row in rows
        if row.record_id is not None and Ref(row.object_type, row.record_id) in held
    ]
    _write(undoing, [each for each in returns if each.does_something])
    known = {each.row.pk for each in returns}
    noted = {each.row.pk: each.outcome for each in returns}
    noted |= {row.pk: CANNOT for row in rows if row.pk not in known}
    note(noted)
    settle(
        undoing.connection,
        {Ref.of(each.record): each.values.keys() for each in returns if each.values},
    )
    return sum(outcome == UNDONE for outcome in noted.values())


def _locked(undoing: Undoing, rows: Iterable[RunChange]) -> dict[Ref, Record]:
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.record_id is not None:
            wanted.setdefault(row.object_type, set()).add(row.record_id)
    found: dict[Ref, Record] = {}
    for key in sorted(wanted):
        held = (
            object_types[key]
            .model._default_manager.filter(
                workspace=undoing.connection.workspace, pk__in=wanted[key]
            )
            .order_by("pk")
            .select_for_update(of=("self",))
        )
        found |= {Ref(key, record.pk): record for record in held}
    return found


def _returned(
    row: RunChange, record: Record, catalogue: Mapping[str, Mapping[str, Property]]
) -> _Return:
    found = _Return(row, record)
    properties = catalogue[row.object_type]
    for name, former in row.before.items():
        prop = properties.get(name)
        if prop is None:
            found.outcome = CANNOT
            continue
        held = prop.type.serialise(prop.of(record))
        if held == former:
            continue
        if held != row.after.get(name):
            found.outcome = CHANGED_SINCE
            continue
        found.values[name] = prop.type.deserialise(former)
    if row.archived is not None:
        is_archived = record.archived_at is not None
        found.archived = row.archived if is_archived != row.archived else None
    return found


def _write(undoing: Undoing, returns: Sequence[_Return]) -> None:
    """All at once; where one is refused, one by one, and it is said of that one."""
    if not returns:
        return
    try:
        with transaction.atomic():
            undoing.write([each.change for each in returns])
    except Invalid:
        if len(returns) == 1:
            returns[0].outcome = CANNOT
            returns[0].values = {}
            return
        middle = len(returns) // 2
        _write(undoing, returns[:middle])
        _write(undoing, returns[middle:])


def note(outcomes: Mapping[int, str]) -> None:
    """Say of changes what became of them."""
    for outcome in sorted(set(outcomes.values())):
        keys = [key for key, each in outcomes.items() if each == outcome]
        RunChange.objects.filter(pk__in=keys).update(undone=outcome)


def take_away(undoing: Undoing, run_id: int, links: Sequence[Link]) -> int:
    """Archive what the run made, unless somebody has worked on it; undo its links.

    Returns how many were taken away; the others are listed as changed since. What was
    archived is remembered, so that it comes back if the run is done again.
    """
    turns.take(undoing.connection, {link.stream for link in links})
    made = [link for link in links if link.reason == CREATED]
    worked_on = _worked_on(undoing.connection, made)
    going = [link for link in links if _ref(link) not in worked_on]
    _archive(undoing, [link for link in going if link.reason == CREATED])
    keys = [link.pk for link in going]
    said = [link.pk for link in links if link.state == LinkState.IGNORED]
    Link.objects.filter(pk__in=said).update(run_id=None)  # it is a person's word
    if undoing.forgets:
        Link.objects.filter(pk__in=keys).delete()
    elif keys:
        Link.objects.filter(pk__in=keys).update(state=LinkState.IGNORED)
        disputes.part(keys, now=undoing.now)
    RunChange.objects.bulk_create(
        RunChange(
            run_id=run_id,
            side="here",
            object_type=link.object_type,
            record_id=link.record_id,
            stream=link.stream,
            remote_id=link.remote_id,
            created=True,
            undone=CHANGED_SINCE if _ref(link) in worked_on else UNDONE,
        )
        for link in made
    )
    return len(going)


def follow_again(
    connection: Connection, stream: str, remote_ids: Collection[str]
) -> None:
    """Let go of links that an undo left alone: somebody wants these objects after all.

    What was archived then comes back when they are met anew (``pairs.returning``).
    """
    links = Link.objects.filter(
        among("remote_id", remote_ids), connection=connection, stream=stream
    )
    returning.let_go(connection, links)


def _ref(link: Link) -> Ref:
    return Ref(link.object_type, link.record_id)


def _archive(undoing: Undoing, made: Sequence[Link]) -> None:
    by_type: dict[str, list[int]] = {}
    for link in made:
        by_type.setdefault(link.object_type, []).append(link.record_id)
    changes: list[Change] = []
    for key, ids in by_type.items():
        rows: Any = object_types[key].model._default_manager.filter(
            workspace=undoing.connection.workspace, pk__in=ids, archived_at=None
        )
        changes += [
            Change(key, {}, pk, archived=True)
            for pk in rows.order_by("pk").values_list("pk", flat=True)
        ]
    undoing.write(changes)


def _worked_on(connection: Connection, made: Sequence[Link]) -> set[Ref]:
    """The records of which somebody else than this connection has changed something."""
    by_type: dict[str, list[int]] = {}
    for link in made:
        by_type.setdefault(link.object_type, []).append(link.record_id)
    found: set[Ref] = set()
    for key, ids in by_type.items():
        edits = (
            PropertyChange.objects.filter(
                workspace=connection.workspace, object_type=key, record_id__in=ids
            )
            .exclude(origin_kind="system")
            .exclude(origin_kind="connection", origin_id=str(connection.pk))
        )
        for record_id in edits.values_list("record_id", flat=True).distinct():
            found.add(Ref(key, record_id))
    return found

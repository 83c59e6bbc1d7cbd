"""The one door: every change to a record comes through ``write``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.core.errors import Stale
from counterfoil.crm import history, saving, uniqueness
from counterfoil.crm.catalogue import Property, object_types
from counterfoil.crm.changes import (
    Change,
    Problems,
    amount_problems,
    assign,
    missing,
    parse_values,
)
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.reference import ReferenceType
from counterfoil.crm.refs import Ref
from counterfoil.crm.shape import Shape, shapes_of
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

__all__ = ["Change", "Written", "write"]

LONGEST_TITLE = 600


@dataclass(frozen=True)
class Written:
    """What came of one change; ``changed`` are the names of the properties."""

    ref: Ref
    record: Record
    created: bool
    changed: tuple[str, ...]
    key: str | None = None


@dataclass(slots=True)
class _Draft:
    """One change on its way."""

    index: int
    change: Change
    created: bool
    shape: Shape
    values: dict[str, Any]
    record: Any = None
    changed: dict[str, list[Any]] = field(default_factory=dict)
    archived: bool | None = None


@transaction.atomic
def write(
    *,
    workspace: Workspace,
    changes: Sequence[Change],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> list[Written]:
    """Create, change and archive records: all of them or none.

    Validates against the catalogue, saves what differs, keeps history, tells the
    timeline and publishes ``record_created``, ``record_changed``, ``record_archived``
    and ``record_restored``. However many changes: a handful of statements.

    Raises :class:`Invalid` with sentences by property (``"<index>.<property>"`` when
    there are several changes) and :class:`Stale` when a record has moved on from
    ``expected_version``.
    """
    if not changes:
        return []
    problems = Problems(is_single=len(changes) == 1)
    drafts = _drafts(workspace, changes, origin, problems)
    _load(workspace, drafts, problems)
    problems.raise_if_any()
    _apply(workspace, drafts, now)
    _verify(workspace, drafts, origin, problems)
    problems.raise_if_any()
    _save(drafts, now)
    kept = [draft for draft in drafts if draft.created or draft.changed]
    differences = [
        history.Difference(
            draft.record, draft.shape.internal, draft.created, draft.changed
        )
        for draft in kept
    ]
    archived = [
        (draft.record, draft.archived) for draft in drafts if draft.archived is not None
    ]
    history.tell(
        workspace=workspace,
        differences=differences,
        archived=archived,
        actor=actor,
        origin=origin,
        now=now,
    )
    _follow(kept, actor, now)
    return [_written(draft) for draft in drafts]


def _follow(kept: Sequence[_Draft], actor: Actor, now: datetime) -> None:
    """Bring along what depends on what changed; new records have nothing yet."""
    for draft in kept:
        if not draft.created:
            noun = draft.shape.noun
            noun.follow(draft.record, draft.changed, actor=actor, now=now)


def _written(draft: _Draft) -> Written:
    return Written(
        Ref.of(draft.record),
        draft.record,
        draft.created,
        tuple(draft.changed),
        draft.change.key,
    )


def _drafts(
    workspace: Workspace, changes: Sequence[Change], origin: Origin, problems: Problems
) -> list[_Draft]:
    keys = list(dict.fromkeys(change.object_type for change in changes))
    shapes = shapes_of(workspace, keys)
    is_user, zone, language = origin.kind == "user", workspace.zone, workspace.language
    drafts = []
    for index, change in enumerate(changes):
        shape = shapes[change.object_type]
        values, wrong = parse_values(
            change, shape.properties, is_user=is_user, zone=zone, language=language
        )
        for name, sentence in wrong.items():
            problems.add(index, name, sentence)
        created = change.record_id is None
        drafts.append(_Draft(index, change, created, shape, values))
    return drafts


def _load(workspace: Workspace, drafts: Sequence[_Draft], problems: Problems) -> None:
    """Lock the rows to change, in the order of their keys, and check their versions."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for draft in drafts:
        if draft.change.record_id is not None:
            wanted[draft.change.object_type].add(draft.change.record_id)
    found: dict[str, dict[int, Record]] = {}
    for key in sorted(wanted):
        rows = (
            object_types[key]
            .model._default_manager.filter(workspace=workspace, pk__in=wanted[key])
            .order_by("pk")
            .select_for_update(of=("self",))
        )
        found[key] = {row.pk: row for row in rows}
    for draft in drafts:
        change = draft.change
        if change.record_id is None:
            draft.record = draft.shape.new()
            continue
        draft.record = found[change.object_type].get(change.record_id)
        if draft.record is None:
            label = object_types[change.object_type].label[0]
            problems.add(
                draft.index,
                "record_id",
                _("%(noun)s %(number)s does not exist.")
                % {"noun": label, "number": change.record_id},
            )
        elif change.expected_version not in {None, draft.record.version}:
            raise Stale(
                _("“%(title)s” has been changed meanwhile.") % {"title": draft.record}
            )


def _apply(workspace: Workspace, drafts: Sequence[_Draft], now: datetime) -> None:
    """Put the values on the records and complete the new ones."""
    fresh: dict[str, list[Record]] = defaultdict(list)
    for draft in drafts:
        if draft.created:
            draft.shape.fill(draft.record, draft.values)
            fresh[draft.change.object_type].append(draft.record)
        else:
            draft.changed = assign(draft.record, draft.values, draft.shape.properties)
        archived = draft.change.archived
        if archived is not None and archived != bool(draft.record.archived_at):
            draft.record.archived_at = now if archived else None
            draft.archived = archived
    for key, records in fresh.items():
        object_types[key].complete(workspace, records)
    for draft in drafts:
        if draft.created:
            draft.changed = draft.shape.first_values(draft.record, draft.values)


def _verify(
    workspace: Workspace,
    drafts: Sequence[_Draft],
    origin: Origin,
    problems: Problems,
) -> None:
    """Check what no single value shows: required, references, amounts, uniqueness."""
    for draft, prop, sentence in _broken_references(workspace, drafts):
        problems.add(draft.index, prop.name, sentence)
    problems.raise_if_any()
    for draft in drafts:
        for name, sentence in _wrong_together(draft, origin).items():
            problems.add(draft.index, name, sentence)
    for index, name, sentence in uniqueness.clashes(
        workspace,
        [
            (draft.index, draft.record, draft.shape.properties, names)
            for draft in drafts
            if (names := draft.shape.unique.intersection(draft.changed))
        ],
    ):
        problems.add(index, name, sentence)


def _wrong_together(draft: _Draft, origin: Origin) -> dict[str, str]:
    wrong: dict[str, str] = {}
    noun, record = draft.shape.noun, draft.record
    if draft.created:
        for prop in draft.shape.required:
            if prop.of(record) is None:
                wrong[prop.name] = missing(prop)
    if draft.created or draft.changed:
        if origin.kind == "user":
            wrong.update(noun.check(record))
            properties = draft.shape.properties
            wrong.update(amount_problems(record, draft.changed, properties))
        record.title = noun.title_of(record)[:LONGEST_TITLE]
    return wrong


def _broken_references(
    workspace: Workspace, drafts: Sequence[_Draft]
) -> Iterator[tuple[_Draft, Property, str]]:
    """References to rows that this workspace does not have; one query per property."""
    wanted: dict[ReferenceType, list[tuple[_Draft, Property, int]]] = defaultdict(list)
    for draft in drafts:
        for name, prop, kind in draft.shape.references:
            if name in draft.changed and (value := prop.of(draft.record)):
                wanted[kind].append((draft, prop, value))
    for kind, uses in wanted.items():
        rows = kind.within(workspace).filter(pk__in={value for _, _, value in uses})
        known = set(rows.values_list("pk", flat=True))
        for draft, prop, value in uses:
            if value not in known:
                yield draft, prop, _("Choose one from the list.")


def _save(drafts: Sequence[_Draft], now: datetime) -> None:
    created: dict[str, list[Record]] = defaultdict(list)
    updated: dict[str, dict[int, Record]] = defaultdict(dict)
    columns: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        key, record = draft.change.object_type, draft.record
        if draft.created:
            record.created_at = record.created_at or now
            record.updated_at = now
            created[key].append(record)
        elif draft.changed or draft.archived is not None:
            if record.pk not in updated[key]:
                record.version += 1
            record.updated_at = now
            updated[key][record.pk] = record
            columns[key] |= _columns(draft)
    for key, records in created.items():
        saving.insert(object_types[key].model, records)
    for key, rows in sorted(updated.items()):
        ordered = [rows[pk] for pk in sorted(rows)]
        saving.update(object_types[key].model, ordered, columns[key])


def _columns(draft: _Draft) -> set[str]:
    columns = {"version", "updated_at", "title"}
    if draft.archived is not None:
        columns.add("archived_at")
    for name in draft.changed:
        prop = draft.shape.properties[name]
        columns.add("custom" if prop.custom else prop.name)
    return columns

"""Ties between records: labelled, ordered, kept in both directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from counterfoil.crm import tying
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Association, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, is_heard, publish_many
from counterfoil.workspaces.models import Workspace


def associate(
    *,
    workspace: Workspace,
    left: Ref,
    right: Ref,
    label: str = "",
    now: datetime,
) -> None:
    """Tie two records of the workspace; a tie that exists already stays as it is."""
    associate_many(workspace=workspace, pairs=[(left, right)], label=label, now=now)


@transaction.atomic
def associate_many(
    *,
    workspace: Workspace,
    pairs: Sequence[tuple[Ref, Ref]],
    label: str = "",
    back: str | None = None,
    origin: Origin | None = None,
    now: datetime,
) -> None:
    """Tie many; each is appended after the ties that its records have already.

    ``label`` is what the right record is to the left one, ``back`` the other way round
    where that is something else (parent and child). Publishes ``associated`` for each
    new tie, with the other record in the payload; an import of the past says so by its
    ``origin``. Raises ``LookupError`` for a record that the workspace does not have.
    """
    back = label if back is None else back
    wanted = _both_ways(pairs, label, back)
    _require_all(workspace, {ref for pair in wanted for ref in pair})
    origin = origin or Origin.system()
    kinds = {left[0] for left, _right in pairs}
    if any(is_heard("associated", kind, origin) for kind in kinds):
        fresh = tying.insert(workspace, wanted, now)
        _publish(workspace, "associated", pairs, fresh, origin, now)
    else:
        tying.insert(workspace, wanted, now, is_told=False)


@transaction.atomic
def move_all(
    *, workspace: Workspace, source: Ref, target: Ref, origin: Origin, now: datetime
) -> None:
    """What was tied to one record is tied to another, with the same labels.

    Publishes ``dissociated`` for each former tie, too: figures of the one are less now.
    """
    held = Association.objects.filter(workspace=workspace)
    going = held.filter(from_type=source.object_type, from_id=source.record_id)
    coming = held.filter(to_type=source.object_type, to_id=source.record_id)
    labels = {Ref(row.from_type, row.from_id): row.label for row in coming}
    groups: dict[tuple[str, str], list[tuple[Ref, Ref]]] = defaultdict(list)
    former = []
    for row in going.order_by("position", "id"):
        other = Ref(row.to_type, row.to_id)
        former.append((source, other))
        if other != target:
            said = labels.get(other, row.label)
            groups[row.label, said].append((target, other))
    for (label, said), pairs in groups.items():
        associate_many(
            workspace=workspace,
            pairs=pairs,
            label=label,
            back=said,
            origin=origin,
            now=now,
        )
    (going | coming).delete()
    _publish(workspace, "dissociated", former, set(former), origin, now)


@transaction.atomic
def dissociate(
    *,
    workspace: Workspace,
    left: Ref,
    right: Ref,
    label: str | None = None,
    now: datetime,
) -> None:
    """Undo a tie in both directions; all of its labels when ``label`` is ``None``."""
    ties = Association.objects.filter(workspace=workspace).filter(
        _tie(left, right) | _tie(right, left)
    )
    if label is not None:
        ties = ties.filter(label=label)
    deleted, _per_model = ties.delete()
    if deleted:
        tie = (Ref(*left), Ref(*right))
        _publish(workspace, "dissociated", [tie], {tie}, Origin.system(), now)


def refs_of(workspace: Workspace, ref: Ref, to_type: str) -> list[Ref]:
    """What a record is tied to, in order; each once, whatever the number of labels."""
    rows = (
        Association.objects.filter(
            workspace=workspace,
            from_type=ref.object_type,
            from_id=ref.record_id,
            to_type=to_type,
        )
        .order_by("position", "id")
        .values_list("to_id", flat=True)
    )
    return [Ref(to_type, record_id) for record_id in dict.fromkeys(rows)]


def of(workspace: Workspace, ref: Ref, to_type: str) -> list[Record]:
    """The records of one noun that a record is tied to, in order; not the archived."""
    refs = refs_of(workspace, ref, to_type)
    found = object_types[to_type].model._default_manager.filter(
        workspace=workspace,
        pk__in=[other.record_id for other in refs],
        archived_at__isnull=True,
    )
    by_id = {record.pk: record for record in found}
    return [by_id[other.record_id] for other in refs if other.record_id in by_id]


def first(workspace: Workspace, ref: Ref, to_type: str) -> Record | None:
    """The first associated record of a noun."""
    return next(iter(of(workspace, ref, to_type)), None)


def of_many(
    workspace: Workspace, refs: Sequence[Ref], to_type: str
) -> dict[Ref, list[Ref]]:
    """What each of many records is tied to, in order, in one query."""
    found: dict[Ref, list[Ref]] = {ref: [] for ref in refs}
    by_type: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        by_type[ref.object_type].append(ref.record_id)
    for from_type, ids in by_type.items():
        rows = Association.objects.filter(
            workspace=workspace, from_type=from_type, from_id__in=ids, to_type=to_type
        ).order_by("position", "id")
        for row in rows:
            other = Ref(to_type, row.to_id)
            ties = found[Ref(from_type, row.from_id)]
            if other not in ties:
                ties.append(other)
    return found


def _both_ways(
    pairs: Iterable[tuple[Ref, Ref]], label: str, back: str
) -> dict[tuple[Ref, Ref], str]:
    """Each tie once per direction, with its label in that direction."""
    found: dict[tuple[Ref, Ref], str] = {}
    for left, right in pairs:
        found.setdefault((Ref(*left), Ref(*right)), label)
        found.setdefault((Ref(*right), Ref(*left)), back)
    return found


def _tie(left: Ref, right: Ref) -> Q:
    return Q(
        from_type=left.object_type,
        from_id=left.record_id,
        to_type=right.object_type,
        to_id=right.record_id,
    )


def _require_all(workspace: Workspace, refs: Iterable[Ref]) -> None:
    by_type: dict[str, set[int]] = defaultdict(set)
    for ref in refs:
        by_type[ref.object_type].add(ref.record_id)
    for key, ids in by_type.items():
        if unknown := tying.strangers(workspace, key, ids):
            raise LookupError(f"{key} {unknown} is not in this workspace")


def _publish(
    workspace: Workspace,
    kind: str,
    pairs: Sequence[tuple[Ref, Ref]],
    fresh: Set[tuple[Ref, Ref]],
    origin: Origin,
    now: datetime,
) -> None:
    publish_many(
        workspace=workspace,
        facts=[
            Fact(kind, left, {"with": list(right)})
            for left, right in dict.fromkeys(pairs)
            if (left, right) in fresh
        ],
        actor=Actor.system(),
        origin=origin,
        now=now,
    )

"""Ties between records whose objects belong together.

A company and its person who are one customer; a customer and those below it; and their
documents. In whatever order they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models.fields.json import KeyTextTransform

from counterfoil.connections.models import Link, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Association
from counterfoil.crm.records import Written
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.sync.among import among
from counterfoil.sync.documents import ties
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import Assessed

PARENT, CHILD = "parent", "child"
CUSTOMERS = "customers"
Pair = tuple[Ref, Ref]


def join(
    ground: Ground,
    assessed: Sequence[Assessed],
    written: Mapping[str, Written],
    fresh: Mapping[str, int],
    *,
    historical: bool,
) -> None:
    """Tie what belongs together; ``fresh`` are the records linked just now."""
    if ground.pairing.stream != CUSTOMERS:
        return
    origin = Origin.connection(ground.connection.pk, historical=historical)
    here = {
        each.row.remote_id: each.link.record_id
        for each in assessed
        if each.link is not None and each.verdict.here is not Act.UNLINK
    }
    parents = {
        each.row.remote_id: str(each.row.content.get("parent_id") or "")
        for each in assessed
    }
    _join_people(ground, fresh, origin)
    _join_parents(ground, {**here, **fresh}, parents, fresh, origin)
    _join_children(ground, fresh, origin)
    if fresh:
        ties.tie_documents(
            ground.connection, list(fresh), ground.now, historical=historical
        )


def _join_people(ground: Ground, fresh: Mapping[str, int], origin: Origin) -> None:
    """The company and the contact that are one customer."""
    if not fresh or len(ground.others) < 2:
        return
    pairs = [
        (Ref(ground.pairing.object_type, fresh[remote_id]), other)
        for remote_id, refs in _linked(ground, fresh, but_own=True).items()
        for other in refs
    ]
    _tie(ground, pairs, origin)


def _join_parents(
    ground: Ground,
    here: Mapping[str, int],
    parents: Mapping[str, str],
    fresh: Mapping[str, int],
    origin: Origin,
) -> None:
    """Each customer below another, tied to who that is; a former parent is let go."""
    by_parent = _linked(ground, {parents[each] for each in here} - {""})
    wanted = {
        Ref(ground.pairing.object_type, record_id): set(
            _of_kind(ground, by_parent.get(parents[remote_id], ()))
        )
        for remote_id, record_id in here.items()
    }
    settled = [
        Ref(ground.pairing.object_type, here[each])
        for each in here
        if each not in fresh
    ]
    held = _parents_of(ground, settled)
    for child, refs in held.items():
        for former in refs - wanted.get(child, set()):
            _let_go(ground, child, former)
    pairs = [
        (child, parent)
        for child, refs in wanted.items()
        for parent in sorted(refs - held.get(child, set()))
        if parent != child
    ]
    _tie(ground, pairs, origin, is_family=True)


def _join_children(ground: Ground, fresh: Mapping[str, int], origin: Origin) -> None:
    """Customers below one that came later than they did."""
    if not fresh:
        return
    rows = RemoteObject.objects.annotate(
        parent=KeyTextTransform("parent_id", "content")
    ).filter(
        among("parent", fresh),
        connection=ground.connection,
        stream=ground.pairing.stream,
        content__parent_id__gt="",
    )
    parents = {
        each: str(parent) for each, parent in rows.values_list("remote_id", "parent")
    }
    if not parents:
        return
    pairs = [
        (child, Ref(ground.pairing.object_type, fresh[parents[remote_id]]))
        for remote_id, refs in _linked(ground, parents).items()
        for child in _of_kind(ground, refs)
    ]
    _tie(ground, [(a, b) for a, b in pairs if a != b], origin, is_family=True)


def _linked(
    ground: Ground, remote_ids: Iterable[str], *, but_own: bool = False
) -> dict[str, list[Ref]]:
    """The records that objects are, of every noun; or of every other one."""
    ids = list(remote_ids)
    found: dict[str, list[Ref]] = defaultdict(list)
    if not ids:
        return found
    rows = Link.objects.filter(
        among("remote_id", ids),
        connection=ground.connection,
        stream=ground.pairing.stream,
    ).order_by("id")
    if but_own:
        rows = rows.exclude(object_type=ground.pairing.object_type)
    for remote_id, kind, pk in rows.values_list(
        "remote_id", "object_type", "record_id"
    ):
        found[remote_id].append(Ref(kind, pk))
    return found


def _of_kind(ground: Ground, refs: Sequence[Ref]) -> list[Ref]:
    """Those of the same noun; where there are none, those of any."""
    same = [ref for ref in refs if ref.object_type == ground.pairing.object_type]
    return same or list(refs)


def _parents_of(ground: Ground, refs: Sequence[Ref]) -> dict[Ref, set[Ref]]:
    """The parents that came from there: those of records that are linked, too."""
    found: dict[Ref, set[Ref]] = defaultdict(set)
    if not refs:
        return found
    rows = Association.objects.filter(
        among("from_id", [ref.record_id for ref in refs]),
        workspace=ground.workspace,
        from_type=ground.pairing.object_type,
        label=PARENT,
    )
    tied = rows.values_list("from_id", "to_type", "to_id")
    ours = _of_this_stream(ground, {pk for _child, _type, pk in tied})
    for from_id, to_type, to_id in tied:
        if Ref(to_type, to_id) in ours:
            found[Ref(ground.pairing.object_type, from_id)].add(Ref(to_type, to_id))
    return found


def _of_this_stream(ground: Ground, record_ids: Collection[int]) -> set[Ref]:
    """Those that are objects of this company; another one has parents of its own."""
    if not record_ids:
        return set()
    rows = Link.objects.filter(
        among("record_id", record_ids),
        connection=ground.connection,
        stream=ground.pairing.stream,
    )
    return set(map(Ref._make, rows.values_list("object_type", "record_id")))


def _let_go(ground: Ground, child: Ref, former: Ref) -> None:
    for left, right, label in ((child, former, PARENT), (former, child, CHILD)):
        associations.dissociate(
            workspace=ground.workspace,
            left=left,
            right=right,
            label=label,
            now=ground.now,
        )


def _tie(
    ground: Ground, pairs: Sequence[Pair], origin: Origin, *, is_family: bool = False
) -> None:
    if pairs:
        associations.associate_many(
            workspace=ground.workspace,
            pairs=pairs,
            label=PARENT if is_family else "",
            back=CHILD if is_family else None,
            origin=origin,
            now=ground.now,
        )

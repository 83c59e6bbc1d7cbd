"""Values that were kept from a pair, and which of them its record could still be given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.explain.case import Case
from counterfoil.sync.models import Conflict


def of(case: Case, rows: Sequence[Conflict]) -> list[Conflict]:
    """Those of the pair, and what is left of pairs of which either was one before."""
    mine = (case.connection.pk, case.pairing.stream, case.pairing.object_type)
    return [
        each
        for each in rows
        if (each.connection_id, each.stream, each.object_type) == mine
        and each.link_id in {None, case.link.pk if case.link else None}
    ]


def usable(case: Case, rows: Sequence[Conflict]) -> frozenset[tuple[int, str]]:
    """Of pairs that are none any more: where it is one, its fields are edited."""
    return frozenset(
        (each.pk, side)
        for each in rows
        if each.link_id is None
        for side in _sides(case, each)
    )


def _sides(case: Case, kept: Conflict) -> Iterator[str]:
    record, prop = case.record, case.properties.get(kept.local_field)
    if record is None or prop is None or record.archived_at is not None:
        return
    if record.pk != kept.record_id:
        return
    held = prop.type.serialise(prop.of(record))
    for side, value in (("local", kept.local_value), ("remote", kept.remote_value)):
        if not is_empty(value) and value != held:
            yield side

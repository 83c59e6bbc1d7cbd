"""Fields that both sides changed, with both values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import catalogue_of, object_types
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.models import UNSETTLED, Conflict
from counterfoil.sync.ports import Pairing, pairings_of
from counterfoil.web.sync.naming import Called, names

PAGE = 25


@dataclass(frozen=True)
class Row:
    """One conflict: whose it is, which field, and its kind."""

    conflict: Conflict
    record: Called
    remote: Called
    label: str
    remote_label: str
    kind: FieldKind


@dataclass(frozen=True)
class Conflicts:
    """A page of them, the oldest first, since they have waited longest."""

    rows: Sequence[Row]
    next: str


def of(connection: Connection, *, after: str = "") -> Conflicts:
    """The open conflicts of a connection."""
    rows = Conflict.objects.filter(UNSETTLED, connection=connection)
    if after.isdecimal():
        rows = rows.filter(pk__gt=int(after[:18]))
    found = list(rows.order_by("id")[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return Conflicts(rows_of(connection, found[:PAGE]), more)


def rows_of(connection: Connection, found: Sequence[Conflict]) -> list[Row]:
    """Conflicts with the words that a page needs."""
    called = names(
        connection,
        [(each.object_type, each.record_id) for each in found],
        [(each.stream, each.remote_id) for each in found],
    )
    types = {each.object_type for each in found} & {x.key for x in object_types}
    catalogue = catalogue_of(sorted(types), connection.workspace) if types else {}
    paired = {(x.stream, x.object_type): x for x in pairings_of(connection.service)}
    rows = []
    for each in found:
        prop = catalogue.get(each.object_type, {}).get(each.local_field)
        pairing = paired.get((each.stream, each.object_type))
        label, kind = _field(pairing, each.remote_field)
        rows.append(
            Row(
                each,
                called.record(each.object_type, each.record_id),
                called.remote(each.stream, each.remote_id),
                str(prop.label) if prop else each.local_field,
                label,
                kind,
            )
        )
    return rows


def _field(pairing: Pairing | None, name: str) -> tuple[str, FieldKind]:
    for field in pairing.fields if pairing else ():
        if field.name == name:
            return str(field.label), field.kind
    return name, FieldKind.TEXT

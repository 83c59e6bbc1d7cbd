"""Writes what was read through the one door, cut to what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.crm import records
from counterfoil.crm.catalogue import Property, properties_of
from counterfoil.crm.property_types.text import TextType
from counterfoil.crm.records import Change, Written
from counterfoil.events.origin import Actor, Origin


def write_all(
    connection: Connection,
    changes: Sequence[Change],
    *,
    origin: Origin,
    now: datetime,
) -> dict[str, Written]:
    """What was written, by the key of its change; all of it or nothing."""
    if not changes:
        return {}
    properties = properties_of(changes[0].object_type, connection.workspace)
    written = records.write(
        workspace=connection.workspace,
        changes=[
            replace(change, values=fitted(change.values, properties))
            for change in changes
        ],
        actor=Actor.connection(connection.pk, connection.name),
        origin=origin,
        now=now,
    )
    return {one.key: one for one in written if one.key is not None}


def fitted(
    values: Mapping[str, object], properties: Mapping[str, Property]
) -> dict[str, object]:
    """Texts cut to their length: the other side allows longer ones than we show."""
    found = dict(values)
    for name, value in values.items():
        kind = properties[name].type
        if isinstance(kind, TextType) and isinstance(value, str):
            found[name] = value.strip()[: kind.longest]
    return found

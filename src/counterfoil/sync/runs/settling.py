"""Says of linked pairs that both sides agree on what they hold now.

After an undo they differ on purpose: nothing is written for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.catalogue import object_types, properties_of
from counterfoil.crm.refs import Ref
from counterfoil.sync.outgoing.judging import ARCHIVED
from counterfoil.sync.pairs import others, values
from counterfoil.sync.settings import choices

Json = dict[str, Any]


def settle(connection: Connection, touched: Mapping[Ref, Collection[str]]) -> None:
    """Move the bases of the named fields, properties here or fields there, to what is.

    Bases of fields that are not mapped any more are dropped: mapped anew they never
    agreed. Within the caller's transaction.
    """
    by_type: dict[str, list[int]] = defaultdict(list)
    for ref in touched:
        by_type[ref.object_type].append(ref.record_id)
    for object_type, record_ids in by_type.items():
        rows = Link.objects.select_for_update().filter(
            connection=connection, object_type=object_type, record_id__in=record_ids
        )
        by_stream: dict[str, list[Link]] = defaultdict(list)
        for link in rows.order_by("id"):
            by_stream[link.stream].append(link)
        for stream, held in by_stream.items():
            _settle(connection, stream, object_type, held, touched)


def _settle(
    connection: Connection,
    stream: str,
    object_type: str,
    held: list[Link],
    touched: Mapping[Ref, Collection[str]],
) -> None:
    pairing = others.of_type(connection, stream, object_type)
    if pairing is None:
        return
    rules = choices.of(connection, pairing.name).rules
    properties = properties_of(object_type, connection.workspace)
    model = object_types[object_type].model
    records = model._default_manager.in_bulk([link.record_id for link in held])
    contents = dict(
        RemoteObject.objects.filter(
            connection=connection,
            stream=stream,
            remote_id__in=[link.remote_id for link in held],
        ).values_list("remote_id", "content")
    )
    known_here = {ARCHIVED} | {rule.local for rule in rules}
    known_there = {rule.remote for rule in rules}
    moved: dict[int, Json] = {}
    for link in held:
        record, content = records.get(link.record_id), contents.get(link.remote_id)
        if record is None or content is None:
            continue
        names = touched[Ref(object_type, link.record_id)]
        concerned = [
            rule for rule in rules if rule.local in names or rule.remote in names
        ]
        here = values.of_record(record, concerned, properties)
        there = values.of_content(content, concerned)
        moved[link.pk] = {
            "base_local": _kept(link.base_local, known_here) | here,
            "base_remote": _kept(link.base_remote, known_there) | there,
        }
    if moved:
        links.renew_many(connection, moved)


def _kept(base: Json, known: Collection[str]) -> Json:
    return {name: value for name, value in base.items() if name in known}

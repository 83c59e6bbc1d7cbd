"""Into what objects went that were merged, also where that was told out of order.

The service tells of a merge once, and not of what became of the survivor since: of two
merges one after the other the second may arrive first, and nothing is left to follow by
then. So the mirror keeps into what an object went.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.sync.among import among
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.ports import Observed

MERGED_INTO = "merged_into"


def followed(
    connection: Connection, stream: str, observed: Sequence[Observed], *, now: datetime
) -> Sequence[Observed]:
    """The same news, each merge with what is left of it in the end; remembers them."""
    told = {
        each.remote_id: each.merged_into
        for each in observed
        if each.merged_into and each.merged_into != each.remote_id
    }
    if not told:
        return observed
    RemoteObject.objects.bulk_create(
        [
            RemoteObject(
                connection=connection,
                stream=stream,
                remote_id=remote_id,
                active=False,
                seen_at=now,
            )
            for remote_id in sorted(told)
        ],
        ignore_conflicts=True,  # most have been read before
    )
    rows = RemoteObject.objects.filter(connection=connection, stream=stream)
    for row in rows.filter(among("remote_id", told)).order_by("pk"):
        row.content = {**row.content, MERGED_INTO: told[row.remote_id]}
        row.save(update_fields=["content"])
    return [
        replace(each, merged_into=_left(each, told, rows))
        if each.remote_id in told
        else each
        for each in observed
    ]


def gone(row: RemoteObject) -> Reason:
    """How an object that is not active there came to be so."""
    if bytes(row.digest):
        return Reason.INACTIVE
    return Reason.MERGED if row.content.get(MERGED_INTO) else Reason.ELSEWHERE


def left_of(row: RemoteObject) -> str:
    """What is left of an object that went into another; ``""`` for one that did not."""
    into = "" if row.active else str(row.content.get(MERGED_INTO) or "")
    if not into:
        return ""
    rows = RemoteObject.objects.filter(connection=row.connection_id, stream=row.stream)
    merged = Observed(row.stream, row.remote_id, merged_into=into)
    return _left(merged, {}, rows)


def _left(
    merged: Observed, told: Mapping[str, str], rows: QuerySet[RemoteObject]
) -> str:
    """From one to the next, until one is left or has been met."""
    met = {merged.remote_id}
    last = merged.merged_into
    while last not in met:
        met.add(last)
        further = told.get(last) or _remembered(rows, last)
        if not further or further in met:
            break
        last = further
    return last


def _remembered(rows: QuerySet[RemoteObject], remote_id: str) -> str:
    row = rows.filter(remote_id=remote_id, active=False).first()
    return str(row.content.get(MERGED_INTO) or "") if row is not None else ""

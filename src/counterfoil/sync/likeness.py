"""Which of what came over the wire need not be read: the same bytes meant what is here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import connection as database

from counterfoil.connections.models import Connection
from counterfoil.sync.models import Likeness
from counterfoil.sync.ports import Observed

_TABLE = Likeness._meta.db_table
_LEARN = f"""
INSERT INTO {_TABLE} AS held (connection_id, stream, remote_id, raw, digest)
SELECT %s, %s, * FROM unnest(%s::text[], %s::bytea[], %s::bytea[])
ON CONFLICT (connection_id, stream, remote_id) DO UPDATE SET
    raw = excluded.raw, digest = excluded.digest
"""  # noqa: S608
_KNOWN = f"""
SELECT remote_id, raw, digest FROM {_TABLE}
 WHERE connection_id = %s AND stream = %s AND remote_id = ANY(%s)
"""  # noqa: S608


def doubtful(
    connection: Connection,
    stream: str,
    raws: Mapping[str, bytes],
    here: Mapping[str, bytes],
) -> list[str]:
    """Those of which nobody knows yet whether they are what is here."""
    with database.cursor() as cursor:
        cursor.execute(_KNOWN, [connection.pk, stream, list(raws)])
        known = {
            remote_id: (bytes(raw), bytes(digest))
            for remote_id, raw, digest in cursor.fetchall()
        }
    return [
        remote_id
        for remote_id, raw in raws.items()
        if remote_id not in here or known.get(remote_id) != (raw, here[remote_id])
    ]


def learn(
    connection: Connection,
    stream: str,
    alike: Sequence[Observed],
    raws: Mapping[str, bytes],
) -> None:
    """Remember what was read and found to be what is here."""
    if not alike:
        return
    ids = sorted(each.remote_id for each in alike)
    digests = {each.remote_id: each.digest for each in alike}
    before = [raws[each] for each in ids]
    meant = [digests[each] for each in ids]
    with database.cursor() as cursor:
        cursor.execute(_LEARN, [connection.pk, stream, ids, before, meant])


def forget(connection: Connection, stream: str, remote_ids: Collection[str]) -> None:
    """What is gone needs no remembering."""
    Likeness.objects.filter(
        connection=connection, stream=stream, remote_id__in=remote_ids
    ).delete()

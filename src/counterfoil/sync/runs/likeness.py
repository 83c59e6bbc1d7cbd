"""Which of what came over the wire need not be read: the same bytes meant what is here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import connection as database

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.models import Likeness
from counterfoil.sync.ports import Observed

_TABLE = Likeness._meta.db_table
_LEARN = f"""
INSERT INTO {_TABLE} AS held (connection_id, stream, remote_id, raw, digest)
SELECT %s, %s, * FROM unnest(%s::text[], %s::bytea[], %s::bytea[])
ON CONFLICT (connection_id, stream, remote_id) DO UPDATE SET
    raw = excluded.raw, digest = excluded.digest
"""  # noqa: S608
_DOUBTFUL = """
SELECT seen.remote_id, here.digest
  FROM unnest(%s::text[], %s::bytea[]) AS seen (remote_id, raw)
  LEFT JOIN {here} AS here
    ON here.connection_id = %s AND here.stream = %s
   AND here.remote_id = seen.remote_id {also}
  LEFT JOIN sync_likeness AS known
    ON known.connection_id = %s AND known.stream = %s
   AND known.remote_id = seen.remote_id
 WHERE (known.raw = seen.raw AND known.digest = here.digest) IS NOT TRUE
"""
_MIRRORED = _DOUBTFUL.format(here=RemoteObject._meta.db_table, also="")
_LINKED = _DOUBTFUL.format(here=Link._meta.db_table, also="AND here.object_type = %s")


def doubtful(
    connection: Connection, stream: str, raws: Mapping[str, bytes]
) -> dict[str, bytes | None]:
    """Those of which nobody knows yet whether they are what is here, and what is."""
    place = (connection.pk, stream)
    noun = (kinds[stream].object_type,) if stream in kinds else ()
    statement = _LINKED if noun else _MIRRORED
    values = (list(raws), list(raws.values()), *place, *noun, *place)
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return {
            remote_id: bytes(digest) if digest is not None else None
            for remote_id, digest in cursor.fetchall()
        }


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

"""Which of what came over the wire need not be read: the same bytes meant what is here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import connection as database

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core import rows
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
# Each is looked up by its key: joined as a whole, all that the stream has would be read
# for every page, as long as the database knows nothing of its tables.
_DOUBTFUL = """
SELECT seen.remote_id, here.digest
  FROM unnest(%s::text[], %s::bytea[]) AS seen (remote_id, raw)
  LEFT JOIN LATERAL (
           SELECT held.digest FROM {here} AS held
            WHERE held.connection_id = %s AND held.stream = %s
              AND held.remote_id = seen.remote_id {also}
            LIMIT 1
       ) AS here ON true
  LEFT JOIN LATERAL (
           SELECT held.raw, held.digest FROM sync_likeness AS held
            WHERE held.connection_id = %s AND held.stream = %s
              AND held.remote_id = seen.remote_id
            LIMIT 1
       ) AS known ON true
 WHERE (known.raw = seen.raw AND known.digest = here.digest) IS NOT TRUE
"""
_MIRRORED = _DOUBTFUL.format(here=RemoteObject._meta.db_table, also="")
_LINKED = _DOUBTFUL.format(here=Link._meta.db_table, also="AND held.object_type = %s")


def doubtful(
    connection: Connection, stream: str, raws: Mapping[str, bytes]
) -> dict[str, bytes | None]:
    """Those of which nobody knows yet whether they are what is here, and what is."""
    place = (connection.pk, stream)
    noun = (kinds[stream].object_type,) if stream in kinds else ()
    statement = _LINKED if noun else _MIRRORED
    seen = (rows.array(raws), rows.array(raws.values()))
    values = (*seen, *place, *noun, *place)
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
    before = rows.array(raws[each] for each in ids)
    meant = rows.array(digests[each] for each in ids)
    with database.cursor() as cursor:
        cursor.execute(_LEARN, [connection.pk, stream, rows.array(ids), before, meant])


def forget(connection: Connection, stream: str, remote_ids: Collection[str]) -> None:
    """What is gone needs no remembering."""
    Likeness.objects.filter(
        connection=connection, stream=stream, remote_id__in=remote_ids
    ).delete()

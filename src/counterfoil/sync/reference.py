"""Keeps reference data: what a company holds, as rows of ``RemoteObject``, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from django.db import IntegrityError, connection as database, transaction

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.core import rows
from counterfoil.sync.ports import Observed

_COLUMNS = (
    "connection_id, stream, remote_id, version, name, lookup, email, active, content,"
    " digest, remote_updated_at, seen_at"
)
_STAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS sync_staged AS
SELECT {_COLUMNS} FROM connections_remoteobject WITH NO DATA
"""  # noqa: S608
_COPY = f"COPY connections_remoteobject ({_COLUMNS}) FROM STDIN"
_COPY_STAGED = f"COPY sync_staged ({_COLUMNS}) FROM STDIN"
_MERGE = f"""
INSERT INTO connections_remoteobject AS held ({_COLUMNS})
SELECT {_COLUMNS} FROM sync_staged ORDER BY connection_id, stream, remote_id
ON CONFLICT (connection_id, stream, remote_id) DO UPDATE SET
    version = excluded.version, name = excluded.name, lookup = excluded.lookup,
    email = excluded.email, active = excluded.active,
    content = CASE WHEN excluded.active OR NOT held.content ? 'merged_into'
                   THEN excluded.content
                   ELSE excluded.content || jsonb_build_object(
                        'merged_into', held.content -> 'merged_into') END,
    digest = excluded.digest, remote_updated_at = excluded.remote_updated_at,
    seen_at = excluded.seen_at
WHERE held.remote_updated_at IS NULL
   OR excluded.remote_updated_at > held.remote_updated_at
   OR (excluded.remote_updated_at = held.remote_updated_at
       AND CASE WHEN held.version ~ '^[0-9]+$' AND excluded.version ~ '^[0-9]+$'
                THEN excluded.version::numeric >= held.version::numeric
                ELSE true END)
"""  # noqa: S608

# Each is looked up by its key: asked for as a list, all that the stream has would be read
# for every page, as long as the database knows nothing of its tables.
_HELD = """
SELECT held.remote_id, held.digest, held.remote_updated_at, held.version
  FROM unnest(%s::text[]) AS asked (remote_id), LATERAL (
           SELECT * FROM connections_remoteobject AS one
            WHERE one.connection_id = %s AND one.stream = %s
              AND one.remote_id = asked.remote_id
            LIMIT 1
       ) AS held
"""

_json = msgspec.json.Encoder()
Held = Mapping[str, tuple[bytes, datetime | None, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows ``changed``; which were not here before; which are as observed."""

    changed: int = 0
    fresh: frozenset[str] = frozenset()
    current: Mapping[str, Observed] = field(default_factory=dict)


def keep(
    connection: Connection, stream: str, observed: Sequence[Observed], *, now: datetime
) -> Kept:
    """Store what is new.

    Unchanged objects are known by their digest and cost nothing; where only the time of
    change moved, what moves by itself is kept too, and is no change. Older news than
    what is held is dropped; of one second, the version says what is older. A deleted
    object stays as an inactive row, since documents still name it.
    """
    newest = _newest(observed)
    held = _held(connection, stream, newest)
    gone = [each.remote_id for each in newest.values() if each.deleted]
    here = [each for each in newest.values() if not each.deleted]
    moved = [
        each
        for each in here
        if held.get(each.remote_id, ())[:2] != (each.digest, each.updated_at)
    ]
    fresh = [each for each in moved if each.remote_id not in held]
    others = [each for each in moved if each.remote_id in held]
    if fresh and not _copied(connection, fresh, now):
        fresh, others = [], moved
    if others:
        _merge(connection, others, now)
    changed = [
        each
        for each in moved
        if each.remote_id not in held or held[each.remote_id][0] != each.digest
    ]
    return Kept(
        len(changed) + _deactivate(connection, stream, gone, now),
        frozenset(each.remote_id for each in fresh),
        _current(here, held, fresh),
    )


def _held(connection: Connection, stream: str, remote_ids: Iterable[str]) -> Held:
    with database.cursor() as cursor:
        cursor.execute(_HELD, [rows.array(remote_ids), connection.pk, stream])
        return {
            remote_id: (bytes(digest), at, version)
            for remote_id, digest, at, version in cursor.fetchall()
        }


def _current(
    here: Sequence[Observed], held: Held, fresh: Sequence[Observed]
) -> dict[str, Observed]:
    """Those that were copied in, and those that were not older than what was held."""
    found = {each.remote_id: each for each in fresh}
    for each in here:
        digest, at, version = held.get(each.remote_id, (b"", None, ""))
        is_same = (digest, at) == (each.digest, each.updated_at)
        is_known = at is not None and each.updated_at is not None
        if is_same or (is_known and not _is_older(each, at, version)):
            found[each.remote_id] = each
    return found


def _newest(observed: Sequence[Observed]) -> dict[str, Observed]:
    found: dict[str, Observed] = {}
    for each in observed:
        held = found.get(each.remote_id)
        if held is None or not _is_older(each, held.updated_at, held.version):
            found[each.remote_id] = each
    return found


def _is_older(observed: Observed, at: datetime | None, version: str) -> bool:
    """Than the ``version`` of that time; of one second the lower number is older."""
    mine, other = _moment(observed.updated_at), _moment(at)
    if mine != other:
        return mine < other
    is_told = observed.version.isdecimal() and version.isdecimal()
    return is_told and int(observed.version) < int(version)


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _copied(connection: Connection, fresh: Sequence[Observed], now: datetime) -> bool:
    """Straight to their place; not where somebody else has put one there meanwhile."""
    try:
        with transaction.atomic(), database.wrap_database_errors:
            _copy(_COPY, connection, fresh, now)
    except IntegrityError:
        return False
    return True


def _merge(connection: Connection, changed: Sequence[Observed], now: datetime) -> None:
    with database.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE sync_staged")
    _copy(_COPY_STAGED, connection, changed, now)
    with database.cursor() as cursor:
        cursor.execute(_MERGE)


def _copy(
    statement: str, connection: Connection, news: Sequence[Observed], now: datetime
) -> None:
    encode, pk = _json.encode, connection.pk
    with database.cursor() as cursor, cursor.copy(statement) as copy:
        for each in news:
            copy.write_row(
                (
                    pk,
                    each.stream,
                    each.remote_id,
                    each.version,
                    each.name,
                    each.lookup,
                    each.email,
                    each.active,
                    encode(each.content).decode(),
                    each.digest,
                    each.updated_at,
                    now,
                )
            )


def _deactivate(
    connection: Connection, stream: str, remote_ids: Sequence[str], now: datetime
) -> int:
    """What was made from here and never read has no digest either, and is active."""
    if not remote_ids:
        return 0
    held = RemoteObject.objects.filter(
        connection=connection, stream=stream, remote_id__in=remote_ids
    ).exclude(digest=b"", active=False)
    return held.update(active=False, digest=b"", seen_at=now)

"""Everything that is kept about one record's sync, in one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection as database, models

from counterfoil.connections.models import Link, RemoteObject
from counterfoil.sync.models import (
    Conflict,
    Hint,
    Issue,
    Outgoing,
    Quarantine,
    Review,
    Run,
    RunState,
)

SETTLED_SHOWN = 10
M = TypeVar("M", bound=models.Model)

_LINKS = f"""
    SELECT * FROM {Link._meta.db_table}
     WHERE connection_id = ANY(%(connections)s) AND
"""  # noqa: S608
_BY_RECORD = "object_type = %(object_type)s AND record_id = %(record_id)s"
_BY_OBJECT = "stream = %(stream)s AND remote_id = %(remote_id)s"
_REST = f"""
, conflicts AS (
    SELECT c.* FROM {Conflict._meta.db_table} c JOIN links ON links.id = c.link_id
    UNION ALL
    SELECT c.* FROM {Conflict._meta.db_table} c
     WHERE c.link_id IS NULL AND c.connection_id = ANY(%(connections)s)
       AND ((c.object_type = %(object_type)s AND c.record_id = %(record_id)s)
         OR (c.stream = %(stream)s AND c.remote_id = %(remote_id)s))
)
SELECT 'link', to_jsonb(x) FROM links x
UNION ALL
SELECT 'mirror', to_jsonb(x) FROM {RemoteObject._meta.db_table} x
 WHERE (x.connection_id, x.stream, x.remote_id) IN
       (SELECT connection_id, stream, remote_id FROM links)
UNION ALL
SELECT 'conflict', to_jsonb(x) FROM conflicts x
 WHERE resolved_at IS NULL AND link_id IS NOT NULL
UNION ALL
(SELECT 'settled', to_jsonb(x) FROM conflicts x
  WHERE resolved_at IS NOT NULL OR link_id IS NULL
  ORDER BY coalesce(resolved_at, opened_at) DESC, id DESC LIMIT {SETTLED_SHOWN})
UNION ALL
SELECT 'quarantine', to_jsonb(x) FROM {Quarantine._meta.db_table} x
 WHERE x.link_id IN (SELECT id FROM links)
UNION ALL
SELECT 'hint', to_jsonb(x) FROM {Hint._meta.db_table} x
 WHERE (x.connection_id, x.stream, x.remote_id) IN
       (SELECT connection_id, stream, remote_id FROM links)
UNION ALL
SELECT 'issue', to_jsonb(x) FROM {Issue._meta.db_table} x
 WHERE x.connection_id = ANY(%(connections)s)
   AND (x.object_type, x.record_id) IN (
       SELECT object_type, record_id FROM links
       UNION ALL SELECT %(object_type)s, %(record_id)s::bigint)
UNION ALL
SELECT 'issue', to_jsonb(x) FROM {Issue._meta.db_table} x
 WHERE x.connection_id = ANY(%(connections)s) AND x.record_id IS NULL
   AND (x.stream, x.remote_id) IN (
       SELECT stream, remote_id FROM links
       UNION ALL SELECT %(stream)s, %(remote_id)s)
UNION ALL
SELECT 'outgoing', to_jsonb(x) FROM {Outgoing._meta.db_table} x
 WHERE x.connection_id = ANY(%(connections)s)
   AND (x.object_type, x.record_id) IN (
       SELECT object_type, record_id FROM links
       UNION ALL SELECT %(object_type)s, %(record_id)s::bigint)
UNION ALL
SELECT 'review', to_jsonb(x) FROM {Review._meta.db_table} x
 WHERE x.connection_id = ANY(%(connections)s)
   AND ((x.side = 'out' AND x.object_type = %(object_type)s
         AND x.record_id = %(record_id)s)
     OR (x.side = 'in' AND x.stream = %(stream)s AND x.remote_id = %(remote_id)s))
UNION ALL
SELECT 'undone', to_jsonb(x) FROM {Run._meta.db_table} x
 WHERE x.connection_id = ANY(%(connections)s) AND x.state = '{RunState.UNDONE}'
"""  # noqa: S608


@dataclass
class Matters:
    """What there is, by kind."""

    links: list[Link] = field(default_factory=list)
    mirror: list[RemoteObject] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    settled: list[Conflict] = field(default_factory=list)
    quarantines: list[Quarantine] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    undone: list[Run] = field(default_factory=list)  # runs, of whatever record

    def link(self, connection_id: int, stream: str, object_type: str) -> Link | None:
        """The link of one connection's stream to a record of one noun."""
        names = (connection_id, stream, object_type)
        return next(
            (
                link
                for link in self.links
                if (link.connection_id, link.stream, link.object_type) == names
            ),
            None,
        )

    def held(self, link: Link) -> RemoteObject | None:
        """The object that a link names, as last read."""
        names = (link.connection_id, link.stream, link.remote_id)
        return next(
            (
                row
                for row in self.mirror
                if (row.connection_id, row.stream, row.remote_id) == names
            ),
            None,
        )


def of_record(connections: Sequence[int], object_type: str, record_id: int) -> Matters:
    """What is kept about a record."""
    return _read(_BY_RECORD, connections, object_type=object_type, record_id=record_id)


def of_remote(connection_id: int, stream: str, remote_id: str) -> Matters:
    """What is kept about an object of the other side."""
    return _read(_BY_OBJECT, [connection_id], stream=stream, remote_id=remote_id)


def _read(which: str, connections: Sequence[int], **given: Any) -> Matters:
    values: dict[str, Any] = {
        "object_type": "",
        "record_id": 0,
        "stream": "",
        "remote_id": "",
    }
    found = Matters()
    lists: Mapping[str, tuple[type[models.Model], list[Any]]] = {
        "link": (Link, found.links),
        "mirror": (RemoteObject, found.mirror),
        "conflict": (Conflict, found.conflicts),
        "settled": (Conflict, found.settled),
        "quarantine": (Quarantine, found.quarantines),
        "hint": (Hint, found.hints),
        "issue": (Issue, found.issues),
        "outgoing": (Outgoing, found.outgoing),
        "review": (Review, found.reviews),
        "undone": (Run, found.undone),
    }
    with database.cursor() as cursor:
        cursor.execute(
            f"WITH links AS ({_LINKS} {which}) {_REST}",
            {**values, **given, "connections": list(connections)},
        )
        for kind, row in cursor.fetchall():
            model, rows = lists[kind]
            rows.append(_instance(model, json.loads(row)))
    return found


def _instance(model: type[M], row: Mapping[str, Any]) -> M:
    """A row of JSON as an instance."""
    made = model(
        **{
            column.attname: _value(column, row[column.attname])
            for column in model._meta.concrete_fields
        }
    )
    made._state.adding = False
    return made


def _value(column: models.Field[Any, Any], given: Any) -> Any:
    if isinstance(column, models.BinaryField):
        return bytes.fromhex(given.removeprefix("\\x"))
    return column.to_python(given)

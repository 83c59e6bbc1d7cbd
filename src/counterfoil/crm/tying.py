"""The statements that tie many records at once; see ``associations``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from counterfoil.core import rows
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import Workspace

# A new tie comes after those that its record has to that noun already; what is tied
# already leaves a gap in the order, which does no harm.
_INSERT_ONLY = """
WITH wanted AS (
    SELECT * FROM unnest(
        %(left_types)s::text[], %(left_ids)s::bigint[],
        %(right_types)s::text[], %(right_ids)s::bigint[], %(labels)s::text[]
    ) WITH ORDINALITY AS each(from_type, from_id, to_type, to_id, label, place)
), last AS (
    SELECT from_type, from_id, to_type, (
               SELECT max(held.position) FROM crm_association AS held
                WHERE held.workspace_id = %(workspace)s
                  AND held.from_type = asked.from_type
                  AND held.from_id = asked.from_id AND held.to_type = asked.to_type
           ) AS position
      FROM (SELECT DISTINCT from_type, from_id, to_type FROM wanted) AS asked
)
INSERT INTO crm_association
    (workspace_id, from_type, from_id, to_type, to_id, label, position, created_at)
SELECT %(workspace)s, from_type, from_id, to_type, to_id, label,
       COALESCE(last.position, 0) + row_number() OVER (
           PARTITION BY from_type, from_id, to_type ORDER BY place
       ),
       %(now)s
  FROM wanted JOIN last USING (from_type, from_id, to_type)
ON CONFLICT (workspace_id, from_type, from_id, to_type, to_id, label) DO NOTHING
"""
_INSERT = f"{_INSERT_ONLY} RETURNING from_type, from_id, to_type, to_id"


def insert(
    workspace: Workspace,
    wanted: Mapping[tuple[Ref, Ref], str],
    now: datetime,
    *,
    is_told: bool = True,
) -> set[tuple[Ref, Ref]]:
    """Keep ties with their labels; returns those that were not there yet if asked to."""
    if not wanted:
        return set()
    arguments: dict[str, Any] = {
        "workspace": workspace.pk,
        "left_types": rows.array(left.object_type for left, _right in wanted),
        "left_ids": rows.array(left.record_id for left, _right in wanted),
        "right_types": rows.array(right.object_type for _left, right in wanted),
        "right_ids": rows.array(right.record_id for _left, right in wanted),
        "labels": rows.array(wanted.values()),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT if is_told else _INSERT_ONLY, arguments)
        if not is_told:
            return set()
        return {(Ref(a, b), Ref(c, d)) for a, b, c, d in cursor.fetchall()}


def strangers(
    workspace: Workspace, object_type: str, ids: Collection[int]
) -> list[int]:
    """Those of the ids that the workspace has no record of."""
    table = connection.ops.quote_name(object_types[object_type].model._meta.db_table)
    statement = (
        # Nothing but the name of a table of ours is put into the text. With "+ 0" the
        # rows are looked up by their keys, not by all that the workspace has.
        f"SELECT id FROM {table} WHERE id = ANY(%s) AND workspace_id + 0 = %s"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [rows.array(ids), workspace.pk])
        known = {row[0] for row in cursor.fetchall()}
    return sorted(set(ids) - known)

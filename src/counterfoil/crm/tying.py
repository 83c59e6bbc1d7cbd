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

# A new tie comes after those that its record has to that noun already.
_INSERT_ONLY = """
WITH wanted AS (
    SELECT * FROM unnest(
        %(left_types)s::text[], %(left_ids)s::bigint[],
        %(right_types)s::text[], %(right_ids)s::bigint[], %(labels)s::text[]
    ) WITH ORDINALITY AS each(from_type, from_id, to_type, to_id, label, place)
), fresh AS (
    SELECT * FROM wanted WHERE NOT EXISTS (
        SELECT 1 FROM crm_association AS held
         WHERE held.workspace_id = %(workspace)s AND held.label = wanted.label
           AND held.from_type = wanted.from_type AND held.from_id = wanted.from_id
           AND held.to_type = wanted.to_type AND held.to_id = wanted.to_id
    )
), last AS (
    SELECT from_type, from_id, to_type, (
               SELECT max(held.position) FROM crm_association AS held
                WHERE held.workspace_id = %(workspace)s
                  AND held.from_type = asked.from_type
                  AND held.from_id = asked.from_id AND held.to_type = asked.to_type
           ) AS position
      FROM (SELECT DISTINCT from_type, from_id, to_type FROM fresh) AS asked
)
INSERT INTO crm_association
    (workspace_id, from_type, from_id, to_type, to_id, label, position, created_at)
SELECT %(workspace)s, fresh.from_type, fresh.from_id, fresh.to_type, fresh.to_id,
       fresh.label,
       COALESCE(last.position, 0) + row_number() OVER (
           PARTITION BY fresh.from_type, fresh.from_id, fresh.to_type
           ORDER BY fresh.place
       ),
       %(now)s
  FROM fresh JOIN last USING (from_type, from_id, to_type)
ON CONFLICT DO NOTHING
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
        "SELECT asked.id FROM unnest(%s::bigint[]) AS asked(id)"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT 1 FROM {table} AS held"
        " WHERE held.id = asked.id AND held.workspace_id + 0 = %s) ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [rows.array(ids), workspace.pk])
        return [row[0] for row in cursor.fetchall()]

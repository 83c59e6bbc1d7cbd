"""Keeps the figures of deals, contacts and companies in step with their documents (D5).

Always computed anew from the records, never by adding or subtracting, so that nothing
can drift. Who may be out of step is marked in the transaction of what moved, and
computed soon after, many at once: a hundred documents of one customer are one sum. The
rows are locked before their documents are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from counterfoil.crm import records
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.wake import wake
from counterfoil.invoicing import sums
from counterfoil.invoicing.models import RollupDue
from counterfoil.workspaces.models import Workspace

DRAIN = "rollups"
BATCH = 1000
# The documents that figures are made of.
DOCUMENTS = ("invoice", "payment", "credit_memo", "sales_receipt", "refund_receipt")

_ONCE = """
ON CONFLICT (workspace_id, object_type, record_id) DO UPDATE SET
    historical = due.historical AND excluded.historical,
    depth = greatest(due.depth, excluded.depth)
"""
_MARK = f"""
INSERT INTO invoicing_rollupdue AS due
    (workspace_id, object_type, record_id, historical, depth)
SELECT DISTINCT %(workspace)s::bigint, asked.noun, asked.id, %(historical)s, %(depth)s
  FROM unnest(%(nouns)s::text[], %(ids)s::bigint[]) AS asked(noun, id)
 ORDER BY 2, 3 {_ONCE}
"""  # noqa: S608  constants
_MARK_TIED = f"""
INSERT INTO invoicing_rollupdue AS due
    (workspace_id, object_type, record_id, historical, depth)
SELECT DISTINCT %(workspace)s::bigint, tie.to_type, tie.to_id, %(historical)s,
       %(depth)s
  FROM unnest(%(ids)s::bigint[]) AS document(id), LATERAL (
        SELECT to_type, to_id FROM crm_association
         WHERE workspace_id = %(workspace)s AND from_type = %(noun)s
           AND from_id = document.id AND to_type = ANY(%(nouns)s) OFFSET 0
  ) AS tie
 ORDER BY 2, 3 {_ONCE}
"""  # noqa: S608  constants


def mark(workspace: Workspace, refs: Iterable[Ref], *, origin: Origin) -> None:
    """Compute these records' figures soon; other nouns have none."""
    wanted = [ref for ref in refs if ref.object_type in sums.NOUNS]
    if not wanted:
        return
    _execute(
        _MARK,
        {
            "workspace": workspace.pk,
            "nouns": [ref.object_type for ref in wanted],
            "ids": [ref.record_id for ref in wanted],
            "historical": origin.historical,
            "depth": origin.depth,
        },
    )


def mark_tied(
    workspace: Workspace, object_type: str, ids: Collection[int], *, origin: Origin
) -> None:
    """Compute the figures of whoever these documents belong to soon."""
    _execute(
        _MARK_TIED,
        {
            "workspace": workspace.pk,
            "noun": object_type,
            "ids": list(ids),
            "nouns": list(sums.NOUNS),
            "historical": origin.historical,
            "depth": origin.depth,
        },
    )


def _execute(statement: str, arguments: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        if cursor.rowcount:
            wake(DRAIN)


def run(now: datetime) -> int:
    """Compute what is due, in batches; returns how many records were looked at."""
    done = 0
    while taken := _batch(now):
        done += taken
    return done


Sort = tuple[int, str, bool, int]  # workspace, noun, historical, depth


@transaction.atomic
def _batch(now: datetime) -> int:
    """Take a batch of marks away with what comes of them: both or neither."""
    due = RollupDue.objects.select_for_update(skip_locked=True)
    taken = list(due.order_by("workspace_id", "object_type", "record_id")[:BATCH])
    RollupDue.objects.filter(pk__in=[row.pk for row in taken]).delete()
    by_sort: dict[Sort, list[int]] = defaultdict(list)
    for row in taken:
        sort = (row.workspace_id, row.object_type, row.historical, row.depth)
        by_sort[sort].append(row.record_id)
    workspaces = Workspace.objects.in_bulk({row.workspace_id for row in taken})
    for (pk, object_type, historical, depth), ids in by_sort.items():
        origin = Origin("system", depth=depth, historical=historical)
        recompute(
            workspace=workspaces[pk],
            object_type=object_type,
            ids=ids,
            origin=origin,
            now=now,
        )
    return len(taken)


@transaction.atomic
def recompute(
    *,
    workspace: Workspace,
    object_type: str,
    ids: Sequence[int],
    origin: Origin,
    now: datetime,
) -> list[int]:
    """Bring records of one noun up to date; returns the ids of those that changed."""
    model = object_types[object_type].model
    rows = model._default_manager.filter(workspace=workspace, pk__in=ids)
    locked = rows.order_by("pk").select_for_update(no_key=True)
    there = list(locked.values_list("pk", flat=True))
    if not there:
        return []
    changes = [
        Change(object_type, figures, record_id=pk)
        for pk, figures in sums.differences(workspace, object_type, there).items()
    ]
    records.write(
        workspace=workspace,
        changes=changes,
        actor=Actor.system(),
        origin=origin,
        now=now,
    )
    return [change.record_id for change in changes if change.record_id is not None]

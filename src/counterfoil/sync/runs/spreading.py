"""Tells the workspace's other companies what a run has made and changed here.

What a run writes is history, of which no subscriber hears. A second company must not miss
it for that: what it may have to hold is marked when the run has ended, and the guard
weighs it like everything that goes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from counterfoil.connections.models import Connection, Link
from counterfoil.sync import marking
from counterfoil.sync.models import Run, RunChange
from counterfoil.sync.ports import pairings_of
from counterfoil.sync.settings import choices

BATCH = 5_000


def spread(connection: Connection, run: Run, *, now: datetime) -> None:
    """Within the transaction that ends the run.

    Who is disconnected is told, too: what changes is caught up with afterwards.
    """
    others = Connection.objects.filter(workspace=connection.workspace_id).exclude(
        pk=connection.pk
    )
    for other in others.order_by("id"):
        chosen = choices.all_of(other)
        for pairing in pairings_of(other.service):
            if chosen[pairing.name].goes_out:
                for ids in _written(run, pairing.object_type):
                    marking.mark(other, pairing.name, ids, now=now)


def _written(run: Run, object_type: str) -> Iterator[list[int]]:
    """The records that the run made or changed here, or changed back, in batches."""
    runs = [each for each in (run.pk, run.undoes_id) if each]
    made = Link.objects.filter(run_id__in=runs, object_type=object_type)
    changed = RunChange.objects.filter(
        run__in=runs, side="here", object_type=object_type
    )
    for rows in (made, changed):
        found = rows.order_by("record_id").values_list("record_id", flat=True)
        batch: list[int] = []
        for record_id in found.distinct().iterator(chunk_size=BATCH):
            if record_id is not None:
                batch.append(record_id)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

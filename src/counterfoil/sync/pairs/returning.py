"""Records that an undone run had made: they come back in place of new ones."""

from __future__ import annotations

from collections.abc import Collection

from counterfoil.connections.models import Link
from counterfoil.crm.models import Record
from counterfoil.sync.among import among
from counterfoil.sync.models import Run, RunChange, RunState
from counterfoil.sync.pairs.ground import Ground

HERE, UNDONE = "here", "undone"


def archived(ground: Ground, remote_ids: Collection[str]) -> dict[str, Record]:
    """What an undo archived of these objects' records, and nobody has restored since."""
    runs = Run.objects.filter(connection=ground.connection, state=RunState.UNDONE)
    undone = list(runs.values_list("pk", flat=True)) if remote_ids else []
    if not undone:
        return {}
    made = RunChange.objects.filter(
        among("remote_id", remote_ids),
        run__in=undone,
        side=HERE,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
        created=True,
        undone=UNDONE,
    )
    rows = made.order_by("pk").values_list("remote_id", "record_id")
    found = {remote_id: pk for remote_id, pk in rows if pk is not None}
    records = ground.model._default_manager.filter(
        among("pk", found.values()),
        workspace=ground.workspace,
        archived_at__isnull=False,
    )
    held = {record.pk: record for record in records}
    linked = Link.objects.filter(
        among("record_id", held),
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
    ).values_list("record_id", flat=True)
    free = held.keys() - set(linked)
    return {each: held[pk] for each, pk in found.items() if pk in free}

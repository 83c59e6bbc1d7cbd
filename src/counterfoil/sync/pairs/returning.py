"""What undone runs had made, here or there: it comes back in place of new ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Record
from counterfoil.sync.among import Among, among
from counterfoil.sync.models import Run, RunChange, RunState
from counterfoil.sync.pairs.ground import Ground, undone_runs

UNDONE = "undone"


def records(ground: Ground, remote_ids: Collection[str]) -> dict[str, Record]:
    """The records that these objects were before an undo, where both are free now."""
    pairs = _pairs(ground, among("remote_id", remote_ids)) if remote_ids else {}
    if not pairs:
        return {}
    found = ground.model._default_manager.filter(
        among("pk", pairs.values()), workspace=ground.workspace
    )
    held = {record.pk: record for record in found}
    return {each: held[pk] for each, pk in pairs.items() if pk in held}


def objects(ground: Ground, record_ids: Collection[int]) -> dict[int, str]:
    """The objects that these records were before an undo, where both are free now."""
    pairs = _pairs(ground, among("record_id", record_ids)) if record_ids else {}
    return {pk: remote_id for remote_id, pk in pairs.items()}


def _pairs(ground: Ground, which: Among) -> dict[str, int]:
    """Object by object the record; nobody twice, and nobody who is linked."""
    if not ground.undone:
        return {}
    made = RunChange.objects.filter(
        which,
        run__in=ground.undone,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
        created=True,
        undone=UNDONE,
    )
    rows = made.order_by("pk").values_list("remote_id", "record_id")
    newest = {remote_id: pk for remote_id, pk in rows if pk is not None}
    by_record = {pk: remote_id for remote_id, pk in newest.items()}
    if not by_record:
        return {}
    links = Link.objects.filter(
        Q(among("record_id", by_record)) | Q(among("remote_id", newest)),
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
    )
    for remote_id, pk in links.values_list("remote_id", "record_id"):
        by_record.pop(pk, None)
        by_record.pop(newest.get(remote_id, 0), None)
    return {remote_id: pk for pk, remote_id in by_record.items()}


def left_by_undo(ground: Ground, links: Iterable[Link]) -> set[int]:
    """Which of some links an undo left alone, and no person."""
    return {
        link.pk
        for link in links
        if link.state == LinkState.IGNORED
        and link.run_id is not None
        and link.run_id in ground.undone
    }


def let_go(connection: Connection, links: QuerySet[Link]) -> None:
    """Let go of those that an undo left alone: somebody wants these objects after all.

    When they are met anew, what the undone run had made comes back.
    """
    if undone := undone_runs(connection):
        links.filter(state=LinkState.IGNORED, run_id__in=undone).delete()


def is_undone(run_id: int | None) -> bool:
    """Whether what this run did has been taken back."""
    if run_id is None:
        return False
    return Run.objects.filter(pk=run_id, state=RunState.UNDONE).exists()

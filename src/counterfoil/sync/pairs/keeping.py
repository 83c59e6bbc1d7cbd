"""Keeps what was agreed: links with the bases of both sides, and what a run changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from counterfoil.connections import links
from counterfoil.connections.links import NewLink
from counterfoil.connections.models import Link
from counterfoil.core import rows
from counterfoil.crm.models import Record
from counterfoil.crm.records import Written
from counterfoil.sync.engine.decide import Outcome, Whole
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import Run, RunChange
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import ARCHIVED, Assessed

CREATED, RETURNED = "created", "returned"
SETTLED = frozenset({Outcome.AGREED, Outcome.KEPT})
WITH_WRITTEN = SETTLED | {Outcome.TO_LOCAL}
MADE = frozenset({Act.CREATE, Act.LINK, Act.UPDATE, Act.RESTORE})
Json = dict[str, Any]
_CHANGE = (
    "run",
    "side",
    "object_type",
    "record_id",
    "stream",
    "remote_id",
    "created",
    "before",
    "after",
    "archived",
    "undone",
)


def keep(
    ground: Ground,
    assessed: Sequence[Assessed],
    written: Mapping[str, Written],
    *,
    run: Run | None,
    now: datetime,
) -> dict[str, int]:
    """Make, renew and end links; gives the records of the new ones by remote id."""
    new: list[NewLink] = []
    renewed: dict[int, Json] = {}
    ended: list[int] = []
    for each in assessed:
        if each.link is None:
            if each.verdict.here in MADE:
                new.append(_new(ground, each, written, run, now))
        elif each.verdict.here is Act.UNLINK:
            ended.append(each.link.pk)
        elif changed := _renewed(ground, each, written, now):
            renewed[each.link.pk] = changed
    if ended:  # first: whoever takes their place is linked to the same records
        Link.objects.filter(connection=ground.connection, pk__in=ended).delete()
    links.make_many(ground.connection, new, now=now)
    links.renew_many(ground.connection, renewed)
    return {each.remote_id: each.record_id for each in new}


def record_of(each: Assessed, written: Mapping[str, Written]) -> Record | None:
    """The record as it is now."""
    change = written.get(each.row.remote_id)
    return change.record if change is not None else each.record


def _new(
    ground: Ground,
    each: Assessed,
    written: Mapping[str, Written],
    run: Run | None,
    now: datetime,
) -> NewLink:
    row = each.row
    record = record_of(each, written)
    assert record is not None  # noqa: S101  it was found or has been written
    local, remote = _agreed(ground, each, record)
    return NewLink(
        stream=row.stream,
        remote_id=row.remote_id,
        object_type=ground.pairing.object_type,
        record_id=record.pk,
        reason=_reason(each),
        version=row.version,
        remote_updated_at=row.remote_updated_at,
        digest=bytes(row.digest),
        base_remote=remote,
        base_local=local,
        run_id=run.pk if run is not None else None,
        pulled_at=now,
    )


def _reason(each: Assessed) -> str:
    """By what they are one; who was met again without a key was known before an undo."""
    match = each.verdict.match
    if match is None:
        return CREATED
    return str(match.key) if match.key else RETURNED


def _renewed(
    ground: Ground, each: Assessed, written: Mapping[str, Written], now: datetime
) -> Json:
    """The columns of a link that are others now; nothing where nothing happened."""
    link, row, verdict = each.link, each.row, each.verdict
    record = record_of(each, written)
    assert link is not None  # noqa: S101
    if verdict.here is Act.ARCHIVE:
        return {"digest": ARCHIVED, "pulled_at": now}
    if verdict.decision is None or record is None:
        return {}
    local, remote = _agreed(ground, each, record)
    rules = ground.settings.rules
    unmapped = set(ground.properties) - {rule.local for rule in rules}
    unmapped_there = {each.name for each in ground.pairing.fields}
    unmapped_there -= {rule.remote for rule in rules}
    found: Json = {
        "base_local": _merged(link.base_local, local, unmapped),
        "base_remote": _merged(link.base_remote, remote, unmapped_there),
        "version": row.version,
        "remote_updated_at": row.remote_updated_at,
        "digest": bytes(row.digest),
    }
    is_same = all(
        (bytes(link.digest) if name == "digest" else getattr(link, name)) == value
        for name, value in found.items()
    )
    return {} if is_same else {**found, "pulled_at": now}


def _merged(old: Json, new: Json, unmapped: set[str]) -> Json:
    """Without the bases of what is mapped no longer: mapped anew, it never agreed."""
    return {name: value for name, value in old.items() if name not in unmapped} | new


def _agreed(ground: Ground, each: Assessed, record: Record) -> tuple[Json, Json]:
    """What each side holds of the fields on which they agree now.

    What this side made of the other's spelling, not the spelling itself.
    """
    decision = each.verdict.decision
    if decision is None:
        return {}, {}
    if isinstance(decision, Whole):
        here = ground.told_by(record, (rule.local for rule in decision.rules))
        remotes = (rule.remote for rule in decision.rules)
        return here, dict(zip(remotes, decision.there, strict=True))
    settled = WITH_WRITTEN if ground.takes_changes else SETTLED
    agreed = [field for field in decision.fields if field.outcome in settled]
    here = ground.told_by(record, [field.rule.local for field in agreed])
    return here, {field.rule.remote: field.remote for field in agreed}


def keep_changes(
    run: Run,
    assessed: Sequence[Assessed],
    written: Mapping[str, Written],
    ground: Ground,
) -> None:
    """What a run changed of records that were here already, so that it can be undone."""
    found = [
        row
        for each in assessed
        if (change := written.get(each.row.remote_id)) is not None
        and not change.created
        and (row := _run_change(run, each, change, ground))
    ]
    rows.insert(RunChange, _CHANGE, found)


def _run_change(
    run: Run, each: Assessed, change: Written, ground: Ground
) -> rows.Row | None:
    is_moved = each.verdict.here in {Act.ARCHIVE, Act.RESTORE}
    if each.record is None or not (change.changed or is_moved):
        return None
    properties = {name: ground.properties[name] for name in change.changed}

    def state(record: Record) -> Json:
        return {
            name: prop.type.serialise(prop.of(record))
            for name, prop in properties.items()
        }

    was_archived = each.record.archived_at is not None
    return (
        run.pk,
        "here",
        *change.ref,
        each.row.stream,
        each.row.remote_id,
        False,
        state(each.record),
        state(change.record),
        was_archived if is_moved else None,
        "",
    )

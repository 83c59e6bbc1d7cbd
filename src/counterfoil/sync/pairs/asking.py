"""Asks people which record an object is, where several could be it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from counterfoil.crm.models import Record
from counterfoil.sync.among import among
from counterfoil.sync.engine.match import Candidate
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import Review
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import Assessed

MOST_CANDIDATES = 20
RENEWED = (
    "title",
    "candidates",
    "answered_at",
    "answered_by",
    "answer",
    "opened_at",
    "run_id",
)


def ask(
    ground: Ground, assessed: Sequence[Assessed], *, run_id: int | None, now: datetime
) -> int:
    """Keep the questions with their candidates, and take back those that are settled.

    Returns how many questions there are.
    """
    unclear = [each for each in assessed if each.verdict.here is Act.REVIEW]
    asked = [each.row.remote_id for each in unclear]
    clear = [
        each.row.remote_id for each in assessed if each.verdict.here is not Act.REVIEW
    ]
    reviews = Review.objects.filter(
        connection=ground.connection, name=ground.pairing.name, side="in"
    )
    reviews.filter(among("remote_id", clear), answered_at=None).delete()
    if not unclear:
        return 0
    open_rows = {row.remote_id: row for row in reviews.filter(remote_id__in=asked)}
    records = _records(ground, unclear)
    new = []
    for each in unclear:
        held = open_rows.get(each.row.remote_id)
        row = held or _question(ground, each, run_id, now)
        row.title = ground.pairing.title(each.row.content)[:600]
        row.candidates = _candidates(ground, each, records)
        if row.answered_at is not None:  # what was answered no longer holds
            row.answered_at, row.answered_by, row.answer = None, "", {}
            row.opened_at, row.run_id = now, run_id
        if held is None:
            new.append(row)
    Review.objects.bulk_create(new)
    Review.objects.bulk_update(
        open_rows.values(),
        RENEWED,
        batch_size=500,
    )
    return len(unclear)


def _question(
    ground: Ground, each: Assessed, run_id: int | None, now: datetime
) -> Review:
    return Review(
        connection=ground.connection,
        name=ground.pairing.name,
        side="in",
        stream=ground.pairing.stream,
        remote_id=each.row.remote_id,
        object_type=ground.pairing.object_type,
        opened_at=now,
        run_id=run_id,
    )


def _records(ground: Ground, unclear: Sequence[Assessed]) -> dict[int, Record]:
    ids = {
        int(candidate.candidate_id) for each in unclear for candidate in _others(each)
    }
    found = ground.model._default_manager.filter(workspace=ground.workspace, pk__in=ids)
    return {record.pk: record for record in found}


def _others(each: Assessed) -> Sequence[Candidate]:
    match = each.verdict.match
    return match.others[:MOST_CANDIDATES] if match is not None else ()


def _candidates(
    ground: Ground, each: Assessed, records: dict[int, Record]
) -> list[dict[str, object]]:
    match = each.verdict.match
    return [
        {
            "id": int(candidate.candidate_id),
            "title": candidate.title,
            "detail": _detail(ground, records[int(candidate.candidate_id)]),
            "by": str(match.key) if match is not None and match.key else "",
        }
        for candidate in _others(each)
        if int(candidate.candidate_id) in records
    ]


def _detail(ground: Ground, record: Record) -> str:
    """What tells records of the same name from one another."""
    names = dict.fromkeys(
        local for local, _remote in ground.pairing.match_keys.values()
    )
    parts = [str(getattr(record, name) or "") for name in names if name != "title"]
    return " · ".join(part for part in parts if part and part != record.title)

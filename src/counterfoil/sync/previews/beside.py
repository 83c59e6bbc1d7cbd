"""What turning an object on or off leaves to the other object of the same customers.

A customer that is a company and its person is shared out between the two: which of them
keeps its telephone and its e-mail changes with this. The run that follows leaves the
pairs of the other object alone; each is brought in step when one of it is changed next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.sync.among import among
from counterfoil.sync.engine.decide import Field, Outcome
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.pairs import judging, others
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import Assessed
from counterfoil.sync.ports import Pairing
from counterfoil.sync.previews import tallying
from counterfoil.sync.previews.tallying import HERE, THERE

Noun = tuple[Pairing, Settings]
BESIDE = "beside"


@dataclass(frozen=True)
class Change:
    """One pair of another object that will be written, on ``side``, and its values."""

    remote_id: str
    record_id: int | None
    title: str
    side: str
    changes: list[list[Any]]

    def packed(self) -> dict[str, Any]:
        return {
            "remote_id": self.remote_id,
            "record_id": self.record_id,
            "title": self.title,
            "side": self.side,
            "changes": self.changes,
        }


def nouns(
    connection: Connection, pairing: Pairing, former: Settings, wanted: Settings
) -> list[Noun]:
    """The other objects that are on, where this turns one of the same customers on or off."""
    if former.enabled == wanted.enabled:
        return []
    on = others.on(connection, pairing.stream)
    return [each for each in on if each[0].name != pairing.name]


def judge(
    connection: Connection,
    noun: Noun,
    rows: Sequence[RemoteObject],
    *,
    about: str,
    is_on: bool,
    now: datetime,
) -> list[Change]:
    """Which pairs of a noun will differ where ``about`` is turned on, or off.

    A handful of statements, however many rows there are; nothing is written.
    """
    pairing, settings = noun
    before = Ground(connection, pairing, settings, now=now)
    after = Ground(connection, pairing, settings, now=now)
    after.others = before.others | {about} if is_on else before.others - {about}
    linked = Link.objects.filter(
        among("remote_id", [row.remote_id for row in rows]),
        connection=connection,
        stream=pairing.stream,
        object_type=pairing.object_type,
    )
    ids = set(linked.values_list("remote_id", flat=True))
    known = [row for row in rows if row.remote_id in ids]
    assessed = judging.assess(after, known) if known else []
    return [found for each in assessed for found in _changed(each, before, after)]


def _changed(each: Assessed, before: Ground, after: Ground) -> Iterator[Change]:
    """What a pair gets by fields that it did not compare before."""
    if each.verdict.decision is None or not each.row.active:
        return
    known = set(before.rules_for(each.row.content))
    fields = [one for one in each.verdict.decision.fields if one.rule not in known]
    wanted = (
        (HERE, Outcome.TO_LOCAL, after.takes_changes),
        (THERE, Outcome.TO_REMOTE, after.sends_changes),
        (HERE, Outcome.CONFLICT, True),
    )
    for side, outcome, is_written in wanted:
        moved = [one for one in fields if one.outcome is outcome]
        if moved and is_written:
            yield _change(each, side, moved)
            return


def _change(each: Assessed, side: str, moved: Sequence[Field]) -> Change:
    return Change(
        each.row.remote_id,
        each.verdict.record_id,
        each.record.title if each.record is not None else "",
        side,
        [tallying.change(one, side) for one in moved],
    )

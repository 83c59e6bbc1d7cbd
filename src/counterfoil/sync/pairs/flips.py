"""Writes to fields, counted: a field that flips to and fro is not written again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.sync.among import among
from counterfoil.sync.engine import quarantine
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.models import FieldWrite, Quarantine

HERE, THERE = "here", "there"
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Flip:
    """A value that was written over another one; ``side`` is where."""

    link_id: int
    rule: Rule
    side: str
    value: object
    before: object


def note(connection: Connection, flips: Sequence[Flip], *, now: datetime) -> int:
    """Keep the writes; returns how many fields must not be written again for now."""
    if not flips:
        return 0
    FieldWrite.objects.bulk_create(
        FieldWrite(
            link_id=each.link_id,
            field=each.rule.local,
            side=each.side,
            digest=form_of(each.rule, each.value),
            at=now,
        )
        for each in flips
    )
    history = _recent([each.link_id for each in flips], now)
    found = []
    for each in flips:
        place = (each.link_id, each.rule.local)
        why = quarantine.verdict(history[place], now)
        if why:
            told = _told(each, history[place])
            found.append(
                Quarantine(
                    link_id=each.link_id,
                    connection=connection,
                    field=each.rule.local,
                    why=why,
                    history=told,
                    since=now,
                )
            )
    Quarantine.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def forget(*, now: datetime) -> int:
    """Delete writes that no verdict looks at any more."""
    return FieldWrite.objects.filter(at__lt=now - quarantine.SPAN).delete()[0]


def form_of(rule: Rule, value: object) -> bytes:
    """The same for every spelling of a value, on either side."""
    return hashlib.blake2b(canon(rule, value).encode(), digest_size=16).digest()


def _recent(
    link_ids: Sequence[int], now: datetime
) -> Mapping[Place, list[quarantine.Write]]:
    rows = FieldWrite.objects.filter(
        among("link_id", set(link_ids)), at__gte=now - quarantine.SPAN
    ).order_by("at", "id")
    found: dict[Place, list[quarantine.Write]] = defaultdict(list)
    for row in rows:
        write = quarantine.Write(row.side, bytes(row.digest), row.at)
        found[row.link_id, row.field].append(write)
    return found


def _told(flip: Flip, writes: Sequence[quarantine.Write]) -> list[list[object]]:
    """The last writes for people; of values only the two newest are still known."""
    known = {
        form_of(flip.rule, flip.before): flip.before,
        form_of(flip.rule, flip.value): flip.value,
    }
    return [
        [each.side, known.get(each.form), each.at.isoformat()] for each in writes[-6:]
    ]

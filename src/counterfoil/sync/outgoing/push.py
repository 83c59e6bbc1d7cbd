"""Carries waiting records out, record by record, each settled by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db.models import Q, QuerySet

from counterfoil.connections.models import Connection
from counterfoil.core.errors import NeedsReconnect, Rejected, Retryable
from counterfoil.events.wake import wake
from counterfoil.posting import recovery
from counterfoil.sync import marking
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.lanes import LaneLost
from counterfoil.sync.models import Hint, Outgoing, Run
from counterfoil.sync.outgoing import holding, judging, settling, updating
from counterfoil.sync.outgoing.judging import Assessed
from counterfoil.sync.outgoing.settling import Task
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import pairings_of, writers
from counterfoil.sync.settings import choices

BATCH = 100
SPELL_SECONDS = 20.0
# What concerns the whole connection, and none of its records.
NOT_OF_A_RECORD = (Retryable, NeedsReconnect, Rejected, LaneLost)

log = structlog.get_logger()


def due(now: datetime) -> QuerySet[Outgoing]:
    """What is to go out now; a new one always, whatever the clock of who wrote it."""
    return Outgoing.objects.filter(_is_due(now), held=False)


def _is_due(now: datetime) -> Q:
    return Q(attempts=0) | Q(next_at__lte=now)


def push(connection: Connection, *, now: datetime) -> int:
    """Write what is due for a spell; returns how many records were settled.

    News that are waiting come first: what is known of the other side is then newer.
    A database that was restored, or is a copy, writes nothing (see
    ``posting.recovery``).
    """
    if writers.get(connection.service) is None or holding.is_gathering(connection):
        return 0
    spell = _Spell(connection, now)
    done = 0
    for name in spell.names():
        ground = spell.ground(name)
        holding.weigh(ground, _is_due(now))
        for batch in spell.batches(name):
            if not recovery.may_write(connection, spell.now):
                return done
            done += _push(spell, ground, batch)
            if spell.is_over:
                wake(marking.DRAIN)
                return done
    return done


@dataclass
class _Spell:
    """One worker's turn at a connection."""

    connection: Connection
    now: datetime
    until: float = field(default_factory=lambda: time.monotonic() + SPELL_SECONDS)

    @property
    def is_over(self) -> bool:
        waiting = Hint.objects.filter(connection=self.connection, attempts=0)
        return time.monotonic() > self.until or waiting.exists()

    def names(self) -> list[str]:
        """In the order in which pairings are applied: companies before their people."""
        rows = due(self.now).filter(connection=self.connection)
        found = set(rows.values_list("name", flat=True).distinct())
        known = [each.name for each in pairings_of(self.connection.service)]
        return [name for name in known if name in found]

    def ground(self, name: str) -> Ground:
        pairing = next(
            each for each in pairings_of(self.connection.service) if each.name == name
        )
        settings = choices.of(self.connection, name)
        return Ground(self.connection, pairing, settings, now=self.now)

    def batches(self, name: str) -> Iterator[list[Outgoing]]:
        """Each row once, whatever becomes of it."""
        last = 0
        while True:
            rows = due(self.now).filter(
                connection=self.connection, name=name, pk__gt=last
            )
            batch = list(rows.order_by("pk")[:BATCH])
            if not batch:
                return
            last = batch[-1].pk
            yield batch


def _is_withdrawn(waiting: Outgoing) -> bool:
    """Whether the run that asked for it was undone since the batch was read."""
    if waiting.run_id is None:
        return False
    return not Outgoing.objects.filter(pk=waiting.pk).exists()


def _in_order(
    batch: Sequence[Outgoing], assessed: Sequence[Assessed]
) -> list[tuple[Outgoing, Assessed]]:
    """Links that end come first: others of the batch may take their place."""
    pairs = zip(batch, assessed, strict=True)
    return sorted(pairs, key=lambda pair: pair[1].verdict.there is not Act.UNLINK)


def _push(spell: _Spell, ground: Ground, batch: Sequence[Outgoing]) -> int:
    if not ground.settings.goes_out:
        for waiting in batch:
            settling.settle(Task(ground, waiting, None, spell.now))
        return len(batch)
    runs = Run.objects.in_bulk({row.run_id for row in batch if row.run_id is not None})
    assessed = judging.assess(ground, [waiting.record_id for waiting in batch])
    for waiting, each in _in_order(batch, assessed):
        if _is_withdrawn(waiting):
            continue
        task = Task(ground, waiting, runs.get(waiting.run_id or 0), spell.now)
        try:
            updating.bring(task, each)
        except NOT_OF_A_RECORD:
            raise
        except Exception as error:
            log.exception(
                "push_failed",
                connection=spell.connection.pk,
                object_type=waiting.object_type,
                record_id=waiting.record_id,
            )
            updating.postpone(task, error)
    return len(batch)

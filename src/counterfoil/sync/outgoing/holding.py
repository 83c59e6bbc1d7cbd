"""Holds back more writes at once than anybody makes by hand, until a person says yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Count, Q

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import object_types
from counterfoil.events.models import DeliveryState, EventDelivery
from counterfoil.events.wake import wake
from counterfoil.sync import marking
from counterfoil.sync.among import among
from counterfoil.sync.engine.guard import MOST_RECORDS, Weight
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import (
    UNSETTLED,
    Conflict,
    Issue,
    Outgoing,
    Run,
    RunKind,
)
from counterfoil.sync.outgoing import judging, known
from counterfoil.sync.outgoing.judging import Assessed
from counterfoil.sync.pairs.ground import Ground
from counterfoil.workspaces.models import User

SUBSCRIBER = "sync.outgoing"
PAGE = 500
# So many are edited one by one: a tenth of a small workspace is no bulk change.
BY_HAND = 20
LOOKED_AT = (RunKind.SETTINGS, RunKind.UNDO)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Held:
    """How many records of one kind wait for a yes to go out to a company."""

    connection: int
    name: str
    count: int


def held(*connections: Connection) -> list[Held]:
    """What waits for a person's yes, by company and synced object: one query."""
    rows = Outgoing.objects.filter(connection__in=connections, held=True).order_by()
    counted = rows.values_list("connection", "name").annotate(n=Count("pk"))
    return [Held(*row) for row in counted.order_by("connection", "name")]


@transaction.atomic
def release(connection: Connection, name: str, *, by: User, now: datetime) -> int:
    """A person's yes: everything that was held goes out. Returns how much that is."""
    rows = Outgoing.objects.filter(connection=connection, name=name, held=True)
    done = rows.update(held=False, released=True, next_at=now)
    if done:
        wake(marking.DRAIN)
    log.info("writes_released", connection=connection.pk, name=name, by=by.pk)
    return done


@transaction.atomic
def discard(connection: Connection, name: str, *, by: User, now: datetime) -> int:
    """A person's no: nothing is written. The next change of a record counts anew."""
    rows = Outgoing.objects.filter(connection=connection, name=name, held=True)
    log.info("writes_discarded", connection=connection.pk, name=name, by=by.pk)
    return rows.delete()[0]


def is_gathering(connection: Connection) -> bool:
    """Whether much that was done here has not been told to sync yet.

    What comes of one import is weighed as a whole, and not bit by bit as it is told.
    """
    rows = EventDelivery.objects.filter(
        subscriber=SUBSCRIBER,
        state=DeliveryState.DUE,
        attempts=0,
        event__workspace=connection.workspace_id,
    )
    return rows[: MOST_RECORDS + 1].count() > MOST_RECORDS


def weigh(ground: Ground, due: Q) -> int:
    """Hold what waits of one kind if it is too much; returns how many are held.

    What needs no write is settled, and does not count. What a change of settings or an
    undo asked for was looked at before it began, and what a person let go by that person.
    """
    looked_at = Run.objects.filter(connection=ground.connection, kind__in=LOOKED_AT)
    rows = Outgoing.objects.filter(
        due,
        connection=ground.connection,
        name=ground.pairing.name,
        held=False,
        released=False,
    ).exclude(run_id__in=looked_at.values("pk"))
    total = object_types[ground.pairing.object_type].model._default_manager.filter(
        workspace=ground.workspace, archived_at=None
    )
    waiting = list(rows.order_by("id").values_list("pk", "record_id", "stamp"))
    if not _is_much(len(waiting), total.count):
        return 0
    loud: list[int] = []
    for start in range(0, len(waiting), PAGE):
        loud += _sifted(ground, waiting[start : start + PAGE])
    if not _is_much(len(loud), total.count):
        return 0
    return Outgoing.objects.filter(pk__in=loud).update(held=True)


def _is_much(count: int, total: object) -> bool:
    if count <= BY_HAND:
        return False
    return Weight(count, total() if callable(total) else 0).needs_yes


def _sifted(ground: Ground, page: Sequence[tuple[int, int, int]]) -> list[int]:
    """Settle what needs no write and is nobody's question; gives what must be written."""
    assessed = judging.assess(ground, [record_id for _pk, record_id, _ in page])
    asked = _asked_about(ground, assessed)
    loud = []
    for (pk, record_id, stamp), each in zip(page, assessed, strict=True):
        verdict = each.verdict
        if verdict.there not in {Act.NOTHING, Act.REVIEW, Act.LINK}:
            loud.append(pk)
        elif verdict.is_quiet and not verdict.reason and record_id not in asked:
            Outgoing.objects.filter(pk=pk, stamp=stamp).delete()
    return loud


def _asked_about(ground: Ground, assessed: Sequence[Assessed]) -> set[int | None]:
    """The records with an issue or a conflict: whoever settles those looks at that, too."""
    kind = ground.pairing.object_type
    subjects = [known.subject(kind, each.record.pk) for each in assessed if each.record]
    issues = Issue.objects.filter(
        among("subject", subjects), connection=ground.connection
    )
    links = [each.link.pk for each in assessed if each.link is not None]
    conflicts = Conflict.objects.filter(among("link_id", links), UNSETTLED)
    return {
        *issues.values_list("record_id", flat=True),
        *conflicts.values_list("record_id", flat=True),
    }

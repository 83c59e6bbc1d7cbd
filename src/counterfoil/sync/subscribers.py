"""What sync hears of: connections, records that are written, answers of the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.connections.qualification import qualifiers
from counterfoil.events.dispatch import subscribe, subscribe_many
from counterfoil.events.models import Event
from counterfoil.events.wake import wake
from counterfoil.sync import qualified, reclaiming, telling
from counterfoil.sync.outgoing import answers, holding, tasks
from counterfoil.sync.runs import plan

# Told where subscribers are: whoever hears of this room may ask it, too.
qualifiers.add(qualified.FilterQualifier())


@subscribe("sync.connected", kinds=("connection_connected", "connection_reconnected"))
def connected(event: Event, now: datetime) -> None:
    """Begin the first import; after a reconnect go on where it stopped."""
    connection = Connection.objects.filter(
        workspace=event.workspace, pk=event.payload["connection"]
    ).first()
    if connection is None or not connection.is_active:
        return
    plan.wake_up(connection)
    if connection.imported_at is None:
        plan.begin(connection, now)
    else:
        wake("polls")
        wake("pulls")
        wake(tasks.PUSHES)


@subscribe_many(
    holding.SUBSCRIBER,
    kinds=(
        "record_created",
        "record_changed",
        "record_archived",
        "record_restored",
        "associated",
        "dissociated",
    ),
    object_types=telling.NOUNS,
)
def records_written(events: Sequence[Event], now: datetime) -> None:
    """Somebody here changed what a company may hold."""
    telling.tell(events, now)


@subscribe("sync.reclaimed", kinds=("record_changed",), object_types=telling.NOUNS)
def record_edited(event: Event, now: datetime) -> None:
    """Somebody here changed what only a company may change."""
    reclaiming.reclaim(event, now)


@subscribe(answers.ANSWERED, kinds=("document_confirmed",), object_types=telling.NOUNS)
def document_confirmed(event: Event, now: datetime) -> None:
    """The books created what was asked for."""
    answers.confirmed(event, now)


@subscribe(answers.REFUSED, kinds=("document_rejected",), object_types=telling.NOUNS)
def document_rejected(event: Event, now: datetime) -> None:
    """The books refused it."""
    answers.refused(event, now)


@subscribe("sync.uncertain", kinds=("document_escalated",), object_types=telling.NOUNS)
def document_escalated(event: Event, now: datetime) -> None:
    """Nobody knows whether they created it."""
    answers.uncertain(event, now)

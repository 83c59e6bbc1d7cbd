"""After a restore nothing is sent until the books have been read.

A database restored from a backup has forgotten what was sent since, and would send it
again. It is known by its mark (see ``mark``): then every company is held, its books are
swept for what carries our markers, and sending goes on company by company when a person
says so. A database whose keys are not here is somebody's copy, and sends nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid, Retryable
from counterfoil.events.origin import Actor
from counterfoil.events.wake import wake
from counterfoil.posting import act_outcomes, keys, mark as marks
from counterfoil.posting.gate import ASKED_AGAIN
from counterfoil.posting.installation import limits
from counterfoil.posting.mark import Mark
from counterfoil.posting.models import (
    Act,
    Finding,
    Gate,
    Installation,
    Intent,
    Problem,
    Recovery,
    Restoration,
)
from counterfoil.posting.outcomes import DRAIN, has_waiting_parents
from counterfoil.posting.state import State
from counterfoil.workspaces.models import Workspace

REMEMBERED = timedelta(days=35)

log = structlog.get_logger()


class Fitness(Enum):
    """Whether this process may speak to the books for this database.

    COPY: the keys are others'. STRANGER: this machine has no mark of it, and the
    database has sent before; nobody can tell whether it is up to date.
    """

    FIT = "fit"
    COPY = "copy"
    STRANGER = "stranger"


@dataclass(frozen=True)
class Held:
    """A company to which nothing is sent for now, and how far reading it has got."""

    connection: Connection
    is_read: bool
    orphans: int
    error: str


@dataclass(frozen=True)
class Standstill:
    """Why nothing is sent: since when, how much is forgotten, and by company."""

    restoration: Restoration
    companies: Sequence[Held]

    @property
    def can_resume(self) -> bool:
        active = [each for each in self.companies if each.connection.is_active]
        return all(each.is_read for each in active)


def fitness(now: datetime) -> Fitness:
    """Look at keys and mark; holds every company when the database was restored."""
    row = Installation.objects.get(pk=1)
    judged = _judged(row)
    if judged is Fitness.COPY:
        log.error("posting_keys_are_others", installation=str(row.number))
        return judged
    _keep_key_check(row)
    path = _path()
    if judged is Fitness.STRANGER:
        log.error("posting_mark_is_missing", path=str(path))
        return judged
    if path is None:
        return judged
    kept = marks.read(path)
    if kept is None or kept.installation != row.number:
        marks.keep(path, Mark(row.number, 0, None))
    elif kept.count > row.sent:
        hold(kept, now)
    return judged


def known_fitness() -> Fitness:
    """The same for a page: it changes nothing, and holds nothing."""
    return _judged(Installation.objects.get(pk=1))


def may_write(connection: Connection, now: datetime) -> bool:
    """Whether anything at all may be written to a company: what sync asks, too."""
    if fitness(now) is not Fitness.FIT:
        return False
    return not held().filter(pk=connection.pk).exists()


def held() -> QuerySet[Gate]:
    """The gates of the companies to which nothing is sent since a restore."""
    return Gate.objects.exclude(recovery=Recovery.NONE)


def counted() -> bool:
    """Count one thing that is about to be sent, in the transaction that says so.

    ``False``: the database is behind its mark, so nothing may be sent. Afterwards, and
    before the first byte, ``note`` has to write the mark down.
    """
    path = _path()
    kept = marks.read(path) if path else None
    if kept is None:
        return True
    row = Installation.objects.select_for_update().get(pk=1)
    kept = marks.read(path) if path else None  # again: now nobody else counts
    if kept is None or kept.installation != row.number or kept.count > row.sent:
        return False
    Installation.objects.filter(pk=1).update(sent=F("sent") + 1)
    return True


def count(now: datetime) -> None:
    """Count a change that sync is about to write, with no transaction open.

    ``Retryable`` when the database is behind its mark.
    """
    with transaction.atomic():
        is_up_to_date = counted()
    if not is_up_to_date:
        sentence = _("Nothing is sent: the database was restored, or is a copy.")
        raise Retryable(sentence, after=ASKED_AGAIN)
    note(now)


def note(now: datetime) -> None:
    """Write down how much was sent, outside the database."""
    if (path := _path()) is None:
        return
    row = Installation.objects.get(pk=1)
    if not marks.keep(path, Mark(row.number, row.sent, now)):
        log.error("posting_mark_not_kept", path=str(path))


@transaction.atomic
def hold(kept: Mark, now: datetime) -> None:
    """Send nothing to any company before its books are read and a person agrees.

    The gates are locked before the row that counts, as by whoever is about to send.
    """
    Gate.objects.bulk_create(
        [Gate(connection=connection) for connection in Connection.objects.all()],
        ignore_conflicts=True,
    )
    gates = list(Gate.objects.select_for_update().order_by("pk"))
    row = Installation.objects.select_for_update().get(pk=1)
    forgotten = kept.count - row.sent
    if forgotten <= 0:
        return
    Restoration.objects.create(
        noticed_at=now, forgotten=forgotten, sent_at=kept.sent_at
    )
    settled_at = (kept.sent_at or now) + limits().deadline + limits().settle_wait
    Gate.objects.filter(pk__in=[gate.pk for gate in gates]).update(
        recovery=Recovery.PERSON,
        recovered_at=None,
        next_sweep_at=max(now, settled_at),
        leased_until=None,
        lease_epoch=F("lease_epoch") + 1,
    )
    row.sent = kept.count
    row.save(update_fields=["sent"])
    log.error("posting_held_after_a_restore", forgotten=forgotten)


def recovered(gate: Gate, now: datetime) -> None:
    """A company's books have been read since; what waits only for that goes on."""
    Gate.objects.filter(pk=gate.pk).exclude(recovery=Recovery.NONE).update(
        recovered_at=now
    )
    if _open(Gate.objects.filter(pk=gate.pk, recovery=Recovery.SWEEP), now):
        wake(DRAIN)


@transaction.atomic
def resume(*, actor: Actor, now: datetime, workspace: Workspace | None = None) -> int:
    """A person says: go on. Returns for how many companies; ``Invalid`` when too early.

    A company that is not connected at present goes on once it is, and has been read.
    """
    gates = Gate.objects.filter(recovery=Recovery.PERSON)
    if workspace is not None:
        gates = gates.filter(connection__workspace=workspace)
    unread = gates.filter(
        recovered_at=None, connection__state=ConnectionState.ACTIVE
    ).select_related("connection")
    if names := [gate.connection.name for gate in unread]:
        sentence = _(
            "The books of %(companies)s have not been read yet. Wait for that."
        )
        raise Invalid({"": [sentence % {"companies": ", ".join(names)}]})
    gates.filter(recovered_at=None).update(recovery=Recovery.SWEEP)
    count = _open(gates.exclude(recovered_at=None), now)
    if not Gate.objects.filter(recovery=Recovery.PERSON).exists():
        Restoration.objects.filter(resumed_at=None).update(
            resumed_at=now, resumed_by=actor.label[:200]
        )
    log.warning("posting_resumed", companies=count, actor=actor.label)
    wake(DRAIN)
    return count


def join(now: datetime) -> None:
    """A person says: this machine is new, but the database is not; it may send."""
    row = Installation.objects.get(pk=1)
    if (path := _path()) is not None:
        marks.keep(path, Mark(row.number, row.sent, now))
    log.warning("posting_joined", at=now.isoformat())


def begin_anew(now: datetime) -> None:
    """A person says: this database was restored, although no mark tells."""
    row = Installation.objects.get(pk=1)
    latest = Intent.objects.order_by("-state_at").first()
    sent_at = latest.state_at if latest else None
    kept = Mark(row.number, row.sent + 1, sent_at)
    hold(kept, now)
    if (path := _path()) is not None:
        marks.keep(path, kept)


def standstill(workspace: Workspace | None = None) -> Standstill | None:
    """What a page tells while companies are held; ``None`` when none is."""
    gates = held().select_related("connection")
    if workspace is not None:
        gates = gates.filter(connection__workspace=workspace)
    companies = [
        Held(
            connection=gate.connection,
            is_read=gate.recovered_at is not None,
            orphans=_orphans(gate),
            error=gate.sweep_error,
        )
        for gate in gates.order_by("connection_id")
    ]
    restoration = Restoration.objects.order_by("-id").first() if companies else None
    if restoration is None:
        return None
    return Standstill(restoration, companies)


def of_new(now: datetime) -> str:
    """How a company begins that has had no documents here so far."""
    lately = Restoration.objects.filter(noticed_at__gt=now - REMEMBERED)
    return Recovery.SWEEP if lately.exists() else Recovery.NONE


def _open(gates: QuerySet[Gate], now: datetime) -> int:
    """Let companies go on; what waits to be sent is looked up there before."""
    locked = gates.select_for_update(of=("self",)).order_by("pk")
    ids = list(locked.values_list("pk", flat=True))
    waiting = Intent.objects.filter(connection__in=ids, state=State.INTENDED)
    waiting.exclude(has_waiting_parents()).update(
        state=State.UNKNOWN,
        state_at=now,
        unknown_since=now,
        next_at=now,
        first_byte_at=F("created_at"),
        last_byte_at=now - limits().settle_wait,
        first_clear_at=None,
        last_clear_at=None,
        lease_epoch=F("lease_epoch") + 1,
        leased_until=None,
    )
    _doubt_mails(ids, now)
    return Gate.objects.filter(pk__in=ids).update(recovery=Recovery.NONE)


def _doubt_mails(connection_ids: Sequence[int], now: datetime) -> None:
    """What was asked for and due before the restore was noticed may have gone out."""
    restoration = Restoration.objects.order_by("-id").first()
    if restoration is None:
        return
    noticed_at = restoration.noticed_at
    asked = Act.objects.select_related("workspace", "connection").filter(
        connection__in=connection_ids, created_at__lte=noticed_at
    )
    act_outcomes.doubt_second_mails(asked.exclude(not_before__gt=noticed_at), now)


def _orphans(gate: Gate) -> int:
    return Finding.objects.filter(
        connection=gate.connection_id, problem=Problem.ORPHAN, resolved_at=None
    ).count()


def _judged(row: Installation) -> Fitness:
    if row.key_check and row.key_check not in keys.checks(settings.ENCRYPTION_KEYS):
        return Fitness.COPY
    path = _path()
    if path is None or row.sent == 0:
        return Fitness.FIT
    kept = marks.read(path)
    is_known = kept is not None and kept.installation == row.number
    return Fitness.FIT if is_known else Fitness.STRANGER


def _keep_key_check(row: Installation) -> None:
    """Note by which of our keys the database is used."""
    newest = keys.checks(settings.ENCRYPTION_KEYS)[0]
    if row.key_check != newest:
        Installation.objects.filter(pk=row.pk).update(key_check=newest)


def _path() -> Path | None:
    path = settings.POSTING_MARK_FILE
    return Path(path) if path else None

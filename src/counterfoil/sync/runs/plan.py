"""Begins runs and keeps them in hand: stop, resume, confirm, and how far they are.

What a run does part by part is declared by its worker (``parts``) and carried on by
``carrying``. Begin, stop and resume are a person's or the clock's; each is one commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.events.wake import wake
from counterfoil.sync.models import Lane, Run, RunState, StreamRun
from counterfoil.sync.runs import progress as figures
from counterfoil.sync.runs.claiming import DRAIN
from counterfoil.sync.runs.comparing import Comparison
from counterfoil.sync.runs.importing import SINCE, Import, Reference, Scope, ordered
from counterfoil.sync.runs.parts import part_workers
from counterfoil.sync.runs.progress import PartProgress, Progress
from counterfoil.workspaces.models import User

__all__ = ["PartProgress", "Progress", "Scope", "ordered"]
IMPORT, REFERENCE, COMPARISON = Import.key, Reference.key, Comparison.key


@transaction.atomic
def begin(
    connection: Connection,
    now: datetime,
    scope: Scope | None = None,
    by: User | None = None,
) -> Run:
    """Plan the reading of all streams; an unfinished import goes on instead.

    Unless a person wants another one: then it ends where it is.
    """
    _locked(connection)
    wanted = scope or Scope()
    if wanted.take == SINCE and wanted.since is None:
        raise Invalid({"since": [_("Choose the day from which documents are taken.")]})
    unfinished = _unfinished(connection, IMPORT)
    if unfinished is not None:
        if by is None or Scope.of(unfinished) == wanted:
            return unfinished if by is None else _resumed(unfinished, now)
        _abandon(unfinished, now)
    for kind in (REFERENCE, COMPARISON):
        other = _unfinished(connection, kind)
        if other is not None:
            _abandon(other, now)
    return start(connection, IMPORT, now, scope=wanted.packed(), by=by)


@transaction.atomic
def begin_reference(connection: Connection, now: datetime) -> Run:
    """Plan the reading of what neither webhooks nor the feed tell of."""
    return _begin_beside_nothing(connection, REFERENCE, now)


@transaction.atomic
def begin_comparison(connection: Connection, now: datetime) -> Run:
    """Plan to compare all that is there with all that is here."""
    return _begin_beside_nothing(connection, COMPARISON, now)


def _begin_beside_nothing(connection: Connection, kind: str, now: datetime) -> Run:
    _locked(connection)
    for each in (IMPORT, kind):
        unfinished = _unfinished(connection, each)
        if unfinished is None:
            continue
        if each is IMPORT or unfinished.state == RunState.RUNNING:
            wake(DRAIN)
            return unfinished
        _abandon(unfinished, now)
    return start(connection, kind, now)


@transaction.atomic
def start(
    connection: Connection,
    kind: str,
    now: datetime,
    *,
    name: str = "",
    scope: Mapping[str, Any] | None = None,
    by: User | None = None,
) -> Run:
    """Make a run of any kind with its parts, and wake who carries it on."""
    run = Run.objects.create(
        connection=connection,
        kind=kind,
        name=name,
        scope=dict(scope or {}),
        started_by=by,
        began_at=now,
    )
    add_parts(run)
    return run


@transaction.atomic
def add_parts(run: Run) -> None:
    """Give a run that was made without them its parts, and wake who carries it on."""
    parts = part_workers[run.kind].parts(run.connection, run)
    StreamRun.objects.bulk_create(
        StreamRun(
            run=run,
            stream=part.name,
            position=position,
            waits_for=list(part.after),
            cursor=dict(part.cursor),
            expected=part.expected,
        )
        for position, part in enumerate(parts)
    )
    wake(DRAIN)


@transaction.atomic
def stop(run: Run, by: User | None, now: datetime) -> Run:
    """Stop where it is: what is done stays, and it can go on from there."""
    held = _locked_run(run)
    if held.ended_at is None and held.state in {RunState.RUNNING, RunState.HELD}:
        held.state, held.stopped_at = RunState.STOPPED, now
        held.save(update_fields=["state", "stopped_at"])
    return held


@transaction.atomic
def resume(run: Run, by: User | None, now: datetime) -> Run:
    """Go on where it was stopped, or try again at once what rests after a failure."""
    held = _locked_run(run)
    return _resumed(held, now)


def _resumed(held: Run, now: datetime) -> Run:
    if held.ended_at is not None:
        raise Invalid({"": [_("This has ended already. Begin it anew.")]})
    if held.state == RunState.STOPPED:
        is_held = bool(held.held_reason) and held.confirmed_at is None
        held.state = RunState.HELD if is_held else RunState.RUNNING
        held.stopped_at = None
        held.save(update_fields=["state", "stopped_at"])
    StreamRun.objects.filter(run=held, ended_at=None).update(resume_at=None)
    wake(DRAIN)
    return held


@transaction.atomic
def confirm(run: Run, by: User, now: datetime) -> Run:
    """Let a run go on that waited for a person's yes."""
    held = _locked_run(run)
    if held.state != RunState.HELD or held.ended_at is not None:
        raise Invalid({"": [_("This does not wait for a yes any more.")]})
    held.state, held.confirmed_by, held.confirmed_at = RunState.RUNNING, by, now
    held.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    wake(DRAIN)
    return held


def progress(run: Run, now: datetime) -> Progress:
    """How far a run is, how fast, and how long it will take."""
    return figures.of(run, now)


def wake_up(connection: Connection) -> None:
    """Try at once what rests: the reason may be gone, after a reconnect for instance."""
    Lane.objects.filter(connection=connection).update(
        resume_at=None, failures=0, error=""
    )
    StreamRun.objects.filter(run__connection=connection, ended_at=None).update(
        resume_at=None, failures=0
    )
    wake(DRAIN)


def _abandon(run: Run, now: datetime) -> None:
    run.ended_at = run.stopped_at = now
    run.state = RunState.STOPPED
    run.counts = {**run.counts, **figures.counts(run)}
    run.save(update_fields=["ended_at", "stopped_at", "state", "counts"])


def _unfinished(connection: Connection, kind: str) -> Run | None:
    rows = Run.objects.select_for_update(of=("self",))
    return rows.filter(connection=connection, kind=kind, ended_at=None).first()


def _locked(connection: Connection) -> None:
    Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)


def _locked_run(run: Run) -> Run:
    return Run.objects.select_for_update(of=("self",)).get(pk=run.pk)

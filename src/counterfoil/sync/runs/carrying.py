"""Carries runs on: a spell at a time, page by page, each page one commit."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import connection as database, transaction

from counterfoil.connections.models import Connection
from counterfoil.core.errors import CounterfoilError
from counterfoil.events.wake import wake
from counterfoil.sync.models import Run, RunState, StreamRun
from counterfoil.sync.runs import claiming, progress, spreading
from counterfoil.sync.runs.parts import Held, Job, Part, PartWorker, Piece, part_workers
from counterfoil.sync.runs.reading_ahead import Reader

log = structlog.get_logger()

GoesOn = Callable[[], bool]


def carry_on(connection: Connection, *, goes_on: GoesOn, now: datetime) -> int:
    """Do what can be done while ``goes_on``; returns how many pages and endings."""
    began = time.monotonic()
    done = 0
    while True:
        moment = now + timedelta(seconds=time.monotonic() - began)
        done += sum(end(connection, run, moment) for run in claiming.ended(connection))
        taken = claiming.take(connection, now=moment)
        if taken is None:
            return done
        job, token = taken
        done += _work(job, token, goes_on)
        if not goes_on():
            wake(claiming.DRAIN)
            return done


def _work(job: Job, token: uuid.UUID, goes_on: GoesOn) -> int:
    """Pages of one part; what goes wrong is kept on it and stops no other part."""
    worker = part_workers[job.run.kind]
    pages = 0
    try:
        if job.part.position == 0 and job.part.pages == 0:
            worker.prepare(job)
        for is_done in _pages(worker, job, token, goes_on):
            pages += is_done
    except claiming.PartLost:
        log.warning("part_lost", run=job.run.pk, part=job.part.stream)
    except Held as error:
        _hold_run(job, str(error))
    except CounterfoilError as error:
        claiming.rest(job, token, error, most_failures=worker.most_failures)
    except Exception as error:
        log.exception("part_failed", run=job.run.pk, part=job.part.stream)
        claiming.rest(job, token, error, most_failures=worker.most_failures)
    finally:
        claiming.give_back(job, token)
    return pages


def _pages(
    worker: PartWorker, job: Job, token: uuid.UUID, goes_on: GoesOn
) -> Iterator[int]:
    began = time.monotonic()
    with Reader(worker, job) as reader:
        piece = reader.read(job.part.cursor)
        while True:
            after = piece.after if piece.after is not None and goes_on() else None
            if after is not None:
                reader.begin(after)
            passed = timedelta(seconds=time.monotonic() - began)
            _commit(worker, replace(job, now=job.now + passed), token, piece)
            yield 1
            if after is None:
                return
            piece = reader.read(after)


@transaction.atomic
def _commit(worker: PartWorker, job: Job, token: uuid.UUID, piece: Piece) -> None:
    _in_bulk(worker)
    claiming.hold(job, token)
    counts = worker.apply(job, piece)
    claiming.move(job, piece, counts)


def _in_bulk(worker: PartWorker) -> None:
    """Until the page is committed: look rows up one by one, and do not wait for the disk.

    The planner would rather read whole tables: what it knows of those that a run is
    filling is old, and memory makes a thousand look-ups cheaper than it thinks. And a
    page that can be read again need not be on the disk before the next is begun: its
    cursor is lost with it, and whoever commits later and waits, as everybody does before
    a call that cannot be repeated, has it written first.
    """
    chosen = {"enable_seqscan": "off", "random_page_cost": "1.1", "jit": "off"}
    if worker.reads_ahead:
        chosen["synchronous_commit"] = "off"
    said = ", ".join("set_config(%s, %s, true)" for _each in chosen)
    with database.cursor() as cursor:
        given = [text for pair in chosen.items() for text in pair]
        cursor.execute(f"SELECT {said}", given)


@transaction.atomic
def _hold_run(job: Job, reason: str) -> None:
    running = Run.objects.filter(pk=job.run.pk, state=RunState.RUNNING, ended_at=None)
    running.update(state=RunState.HELD, held_reason=reason)


@transaction.atomic
def end(connection: Connection, run: Run, now: datetime) -> int:
    """End a run whose parts have all ended; 1 unless somebody else has."""
    locked = Run.objects.select_for_update().filter(
        pk=run.pk, ended_at=None, state=RunState.RUNNING
    )
    held = locked.first()
    if held is None:
        return 0
    worker = part_workers[held.kind]
    if left := worker.left(connection, held):
        _go_over(held, left)
        return 0
    sums = progress.counts(held)
    held.counts = {**held.counts, **sums}
    held.state = RunState.FAILED if sums["given_up"] else RunState.DONE
    held.ended_at = now
    held.save(update_fields=["counts", "state", "ended_at"])
    worker.finish(connection, held, now=now)
    spreading.spread(connection, held, now=now)
    log.info("run_finished", connection=connection.pk, kind=held.kind)
    return 1


def _go_over(run: Run, parts: Sequence[Part]) -> None:
    """Begin parts of a run once more, or at last, in the transaction that looked."""
    held = {each.stream: each for each in run.streams.all()}
    for place, part in enumerate(parts, start=len(held)):
        row = held.get(part.name) or StreamRun(
            run=run, stream=part.name, position=place
        )
        row.cursor, row.ended_at, row.resume_at = dict(part.cursor), None, None
        row.expected = row.rows + (part.expected or 0)
        row.save()
    wake(claiming.DRAIN)

"""Reads everything a company holds, page by page, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from counterfoil.connections.models import Connection
from counterfoil.events.wake import wake
from counterfoil.sync import applying, pull
from counterfoil.sync.documents import known
from counterfoil.sync.lanes import LaneLost, hold
from counterfoil.sync.models import Lane, Run, StreamRun
from counterfoil.sync.ports import Stream, sources

IMPORT, REFERENCE = "import", "reference"
REFERENCE_EVERY = timedelta(days=1)
# What changed while a run went on is read afterwards, from a little before it began.
MARGIN = timedelta(minutes=5)

log = structlog.get_logger()


@transaction.atomic
def begin(connection: Connection, now: datetime) -> Run:
    """Plan the reading of all streams; an unfinished import goes on instead."""
    return _begin(connection, IMPORT, now)


@transaction.atomic
def begin_reference(connection: Connection, now: datetime) -> Run:
    """Plan the reading of what neither webhooks nor the feed tell of."""
    return _begin(connection, REFERENCE, now)


def _begin(connection: Connection, kind: str, now: datetime) -> Run:
    Connection.objects.select_for_update().get(pk=connection.pk)
    unfinished = Run.objects.filter(connection=connection, ended_at=None).first()
    wake("imports")
    if unfinished is not None:
        if kind in {unfinished.kind, REFERENCE}:
            return unfinished
        unfinished.ended_at = now
        unfinished.save(update_fields=["ended_at"])
    run = Run.objects.create(connection=connection, kind=kind, began_at=now)
    specs = ordered(sources[connection.service].streams())
    StreamRun.objects.bulk_create(
        StreamRun(run=run, stream=spec.key, position=position)
        for position, spec in enumerate(specs)
        if kind == IMPORT or not spec.in_feed
    )
    return run


def ordered(specs: Sequence[Stream]) -> list[Stream]:
    """Each stream after those that it depends on."""
    by_key = {spec.key: spec for spec in specs}
    done: dict[str, Stream] = {}

    def put(spec: Stream) -> None:
        if spec.key in done:
            return
        for key in spec.depends_on:
            put(by_key[key])
        done[spec.key] = spec

    for spec in specs:
        put(spec)
    return list(done.values())


def go_on(connection: Connection, *, now: datetime) -> int:
    """Read one page of the connection's unfinished run; 0 when there is none."""
    run = Run.objects.filter(connection=connection, ended_at=None).first()
    if run is None:
        return 0
    part = run.streams.filter(ended_at=None).order_by("position").first()
    if part is None:
        _finish(connection, run, now)
        return 1
    if part.position == 0 and not part.cursor and run.kind == REFERENCE:
        pull.refresh_facts(connection, now=now)
    _page(connection, run, part, now)
    return 1


def _page(connection: Connection, run: Run, part: StreamRun, now: datetime) -> None:
    source = sources[connection.service]
    page = source.page(connection, part.stream, part.cursor, now=now)
    is_first = connection.imported_at is None
    with transaction.atomic():
        hold(connection)
        changed = applying.apply(
            connection, part.stream, page.observed, historical=is_first, now=now
        )
        ended = now if page.after is None else None
        moved = StreamRun.objects.filter(pk=part.pk, pages=part.pages).update(
            cursor=page.after or {},
            pages=F("pages") + 1,
            rows=F("rows") + len(page.observed),
            changed=F("changed") + changed,
            ended_at=ended,
        )
        if not moved:
            raise LaneLost(connection.pk)
        if run.began_there_at is None and page.time is not None:
            run.began_there_at = page.time
            run.save(update_fields=["began_there_at"])
        wake("imports")


def _finish(connection: Connection, run: Run, now: datetime) -> None:
    if run.kind == IMPORT and connection.imported_at is not None:
        for stream in known.streams():
            pull.find_deleted(connection, stream, now=now)
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(ended_at=now)
        Lane.objects.filter(connection=connection).update(
            reference_due_at=now + REFERENCE_EVERY
        )
        if run.kind == IMPORT:
            began = run.began_there_at or run.began_at
            Connection.objects.filter(pk=connection.pk).update(
                imported_at=now, changes_until=began - MARGIN, next_poll_at=now
            )
            wake("polls")
    log.info("run_finished", connection=connection.pk, kind=run.kind)

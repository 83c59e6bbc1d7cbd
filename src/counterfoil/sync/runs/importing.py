"""Reads what a company holds, stream by stream: imports and reference data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

import structlog
from django.db.models import F

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Rejected, Retryable
from counterfoil.events.wake import wake
from counterfoil.sync import turns
from counterfoil.sync.among import among
from counterfoil.sync.documents import known
from counterfoil.sync.incoming import applying, pull, refusals
from counterfoil.sync.models import Lane, Run, RunKind, StreamRun
from counterfoil.sync.ports import Observed, Page, Stream, sources
from counterfoil.sync.runs import restoring
from counterfoil.sync.runs.claiming import LARGEST
from counterfoil.sync.runs.parts import (
    Counts,
    Cursor,
    Job,
    Part,
    PartWorker,
    Piece,
    part_workers,
)

EVERYTHING, SINCE, NEW = "everything", "since", "new"
DELETIONS = "deletions"
REFERENCE_EVERY = timedelta(days=1)
# What changed while a run went on is read afterwards, from a little before it began.
MARGIN = timedelta(minutes=5)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the past an import takes: everything, since a day, or nothing of it.

    Names, items and reference data are read in any case: documents need them. ``since``
    takes documents from that day on, and older ones that are still open, so that what is
    owed is right. ``new`` takes no documents, only what changes from now on.
    """

    take: str = EVERYTHING
    since: date | None = None

    def packed(self) -> dict[str, str]:
        return {
            "take": self.take,
            "since": self.since.isoformat() if self.since else "",
        }

    @classmethod
    def of(cls, run: Run) -> Scope:
        since = run.scope.get("since") or ""
        return cls(
            run.scope.get("take") or EVERYTHING,
            date.fromisoformat(since) if since else None,
        )

    def cursor(self, spec: Stream) -> Cursor | None:
        """Where a stream begins; ``None`` where it is left out."""
        if not spec.is_dated or self.take == EVERYTHING:
            return {}
        if self.take == NEW or self.since is None:
            return None
        return {"dated_since": self.since.isoformat()}


class Reading(PartWorker):
    """A part per stream, each after those that it depends on."""

    reads_ahead = True

    def streams(self, connection: Connection, run: Run) -> dict[Stream, Cursor]:
        """What is read, in order, and from where."""
        raise NotImplementedError

    def parts(self, connection: Connection, run: Run) -> Sequence[Part]:
        wanted = self.streams(connection, run)
        keys = {spec.key for spec in wanted}
        return [
            Part(
                spec.key,
                tuple(key for key in spec.depends_on if key in keys),
                cursor,
            )
            for spec, cursor in wanted.items()
        ]

    def prepare(self, job: Job) -> None:
        """Ask how much there is, so that the progress has an end."""
        source = sources[job.connection.service]
        known_streams = {spec.key for spec in source.streams()}
        for part in StreamRun.objects.filter(run=job.run, expected=None):
            if part.stream not in known_streams:
                continue
            try:
                expected = source.count(
                    job.connection, part.stream, part.cursor, now=job.now
                )
            except Rejected as error:
                log.warning("not_counted", stream=part.stream, error=str(error))
                continue
            StreamRun.objects.filter(pk=part.pk).update(expected=expected)

    def fetch(self, job: Job, cursor: Cursor) -> Piece:
        """A page, and if it is a full one the next with it: a commit has its price."""
        page = self._page(job, cursor)
        if page.after is None or len(page.observed) < LARGEST:
            return Piece((job.part.stream, page.observed), page.after)
        try:
            following = self._page(job, page.after)
        except Retryable:  # what has been read was paid for
            return Piece((job.part.stream, page.observed), page.after)
        both = [*page.observed, *following.observed]
        return Piece((job.part.stream, both), following.after)

    def _page(self, job: Job, cursor: Cursor) -> Page:
        source = sources[job.connection.service]
        page = source.page(job.connection, job.part.stream, cursor, now=job.now)
        if job.run.began_there_at is None and page.time is not None:
            job.run.began_there_at = page.time
            Run.objects.filter(pk=job.run.pk, began_there_at=None).update(
                began_there_at=page.time
            )
        return page

    def apply(self, job: Job, piece: Piece) -> Counts:
        stream, observed = piece.held
        ids = [each.remote_id for each in observed]
        if job.run.started_by_id is not None:
            turns.take(job.connection, [stream])
            restoring.follow_again(job.connection, stream, ids)
        changed = applying.apply(
            job.connection,
            stream,
            observed,
            historical=is_historical(job.connection, job.run),
            run=job.run,
            now=job.now,
        )
        return Counts(
            rows=len(observed),
            changed=changed,
            created=_created(job, stream, ids) if changed else 0,
            failed=refusals.count(job.connection, stream, ids),
        )


def _created(job: Job, stream: str, remote_ids: Sequence[str]) -> int:
    """How many records this run has made of these objects."""
    # With "+ 0" they are looked up by their keys, not by all that the run has made.
    rows = Link.objects.alias(made_by=F("run_id") + 0)
    return rows.filter(
        among("remote_id", remote_ids),
        connection=job.connection,
        stream=stream,
        made_by=job.run.pk,
    ).count()


def is_historical(connection: Connection, run: Run) -> bool:
    """Whether it brings the past in, which starts nothing here."""
    return connection.imported_at is None or run.started_by_id is not None


@part_workers.register
class Import(Reading):
    """Everything that a person chose to take."""

    key: ClassVar = RunKind.IMPORT

    def streams(self, connection: Connection, run: Run) -> dict[Stream, Cursor]:
        scope = Scope.of(run)
        specs = ordered(sources[connection.service].streams())
        begins = {spec: scope.cursor(spec) for spec in specs}
        return {spec: cursor for spec, cursor in begins.items() if cursor is not None}

    def parts(self, connection: Connection, run: Run) -> Sequence[Part]:
        """Where there was an import before, something may have been deleted since."""
        parts = list(super().parts(connection, run))
        read = tuple(part.name for part in parts)
        vanishing = [stream for stream in known.streams() if stream in read]
        if connection.imported_at is not None and vanishing:
            left: Cursor = {"left": vanishing}
            parts.append(Part(DELETIONS, read, left, expected=0))
        return parts

    def fetch(self, job: Job, cursor: Cursor) -> Piece:
        if job.part.stream != DELETIONS:
            return super().fetch(job, cursor)
        stream, *left = cursor["left"]
        gone = pull.gone(job.connection, stream, now=job.now)
        deleted = [Observed(stream, each, deleted=True) for each in sorted(gone)]
        return Piece((stream, deleted), {"left": left} if left else None)

    def finish(self, connection: Connection, run: Run, *, now: datetime) -> None:
        began = run.began_there_at or run.began_at
        Connection.objects.filter(pk=connection.pk).update(
            imported_at=now, changes_until=began - MARGIN, next_poll_at=now
        )
        _reference_is_fresh(connection, now)
        wake("polls")


@part_workers.register
class Reference(Reading):
    """What neither webhooks nor the feed tell of."""

    key: ClassVar = RunKind.REFERENCE

    def streams(self, connection: Connection, run: Run) -> dict[Stream, Cursor]:
        specs = ordered(sources[connection.service].streams())
        return {spec: {} for spec in specs if not spec.in_feed}

    def prepare(self, job: Job) -> None:
        pull.refresh_facts(job.connection, now=job.now)
        super().prepare(job)

    def finish(self, connection: Connection, run: Run, *, now: datetime) -> None:
        _reference_is_fresh(connection, now)


def _reference_is_fresh(connection: Connection, now: datetime) -> None:
    Lane.objects.update_or_create(
        connection=connection, defaults={"reference_due_at": now + REFERENCE_EVERY}
    )


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

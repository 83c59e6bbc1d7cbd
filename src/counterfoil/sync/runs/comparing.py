"""Compares all that is there with all that is here, by digest, and mends what differs.

First every stream is walked without writing a record; what differs is noted. Then what is
no longer there is looked for, where the numbers do not agree. At last the differences are
read once more, by id, and applied like any news; more than a few wait for a person's yes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _, ngettext

from counterfoil.connections.models import (
    Connection,
    Link,
    LinkState,
    RemoteObject,
)
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.engine.guard import Weight
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.incoming import applying, standing
from counterfoil.sync.models import Difference, Run, RunKind
from counterfoil.sync.pairs import others
from counterfoil.sync.ports import (
    IDS_PER_CALL,
    Observed,
    Sightings,
    Stream,
    sources,
)
from counterfoil.sync.runs import likeness
from counterfoil.sync.runs.importing import NEW, Scope, ordered
from counterfoil.sync.runs.parts import (
    Counts,
    Cursor,
    Held,
    Job,
    Part,
    PartWorker,
    Piece,
    part_workers,
)
from counterfoil.sync.settings import choices

VANISHED, REPAIR = "vanished", "repair"
RENEWED = "renewed"  # documents that were here and otherwise there


@part_workers.register
class Comparison(PartWorker):
    """A part per stream, then what has vanished, then the repair of what differs."""

    key: ClassVar = RunKind.COMPARISON
    reads_ahead = True
    most_failures = 6

    def parts(self, connection: Connection, run: Run) -> Sequence[Part]:
        wanted = _streams(connection)
        walks = [Part(spec.key, (), cursor) for spec, cursor in wanted.items()]
        names = tuple(part.name for part in walks)
        return [
            *walks,
            Part(VANISHED, names, {"left": list(names)}, expected=0),
            Part(REPAIR, (*names, VANISHED), {"left": list(names), "done": 0}),
        ]

    def fetch(self, job: Job, cursor: Cursor) -> Piece:
        if job.part.stream == REPAIR:
            return _differences(job, cursor)
        if job.part.stream == VANISHED:
            return _vanished(job, cursor)
        source, stream = sources[job.connection.service], job.part.stream
        page = source.sightings(job.connection, stream, cursor, now=job.now)
        return Piece(page, page.after)

    def apply(self, job: Job, piece: Piece) -> Counts:
        if job.part.stream == REPAIR:
            return _repaired(job, piece.held)
        if job.part.stream == VANISHED:
            stream, gone = piece.held
            _note(job, stream, gone, is_here=True)
            return Counts()
        return _compared(job, piece.held)

    def finish(self, connection: Connection, run: Run, *, now: datetime) -> None:
        renewed = run.differences.filter(stream__in=choices.DOCUMENTS, is_here=True)
        found = {"found": run.differences.count(), RENEWED: renewed.count()}
        run.counts = {**run.counts, **found}
        run.save(update_fields=["counts"])
        run.differences.all().delete()


def _streams(connection: Connection) -> dict[Stream, Cursor]:
    """What is compared, from where; what an import left out is none of our business."""
    latest = Run.objects.filter(connection=connection, kind=RunKind.IMPORT)
    newest = latest.order_by("-began_at", "-pk").first()
    settings = choices.all_of(connection)
    found: dict[Stream, Cursor] = {}
    for spec in ordered(sources[connection.service].streams()):
        cursor = _begin(spec, settings.get(spec.key), newest)
        if cursor is not None:
            found[spec] = cursor
    return found


def forget() -> int:
    """Delete what differed, of comparisons that have ended or were given up."""
    return Difference.objects.filter(run__ended_at__isnull=False).delete()[0]


def _begin(
    spec: Stream, settings: Settings | None, newest: Run | None
) -> Cursor | None:
    is_off = settings is not None and (
        not settings.comes_in or settings.incoming is Taking.NOTHING
    )
    if spec.key in kinds and is_off:
        return None
    scope = Scope.of(newest) if newest is not None else Scope()
    if spec.is_dated and scope.take == NEW and newest is not None:
        return {"changed_since": newest.began_at.isoformat()}
    since = settings.since if settings is not None else None
    if spec.is_dated and since is not None:
        since = max(since, scope.since or date.min)
        return {"dated_since": since.isoformat()}
    return scope.cursor(spec) or {}


def _compared(job: Job, page: Sightings) -> Counts:
    """Read what nobody knows to be alike, and note what is not."""
    if not page.digests:
        return Counts()
    connection, stream = job.connection, job.part.stream
    here = likeness.doubtful(connection, stream, page.digests)
    found = page.read(list(here)) if here else ()
    alike = [
        each
        for each in found
        if not each.problem and here[each.remote_id] == standing.expected(each)
    ]
    likeness.learn(connection, stream, alike, page.digests)
    same = {each.remote_id for each in alike}
    differing = [
        each.remote_id
        for each in found
        if not each.problem and each.remote_id not in same
    ]
    missing = {each for each in differing if here[each] is None}
    _note(job, stream, set(differing) - missing, is_here=True)
    _note(job, stream, missing, is_here=False)
    return Counts(rows=len(page.digests))


def _note(job: Job, stream: str, remote_ids: Collection[str], *, is_here: bool) -> None:
    if not remote_ids:
        return
    left_alone = set(
        Link.objects.filter(
            connection=job.connection,
            stream=stream,
            remote_id__in=remote_ids,
            state=LinkState.IGNORED,
        ).values_list("remote_id", flat=True)
    )
    Difference.objects.bulk_create(
        [
            Difference(run=job.run, stream=stream, remote_id=each, is_here=is_here)
            for each in sorted(remote_ids)
            if stream not in kinds or each not in left_alone
        ],
        ignore_conflicts=True,
    )


def _vanished(job: Job, cursor: Cursor) -> Piece:
    """Where as many were seen as are here, none has gone; else the ids are compared."""
    left = list(cursor["left"])
    seen = dict(job.run.streams.values_list("stream", "rows"))
    added = job.run.differences.filter(is_here=False).order_by()
    missing = dict(added.values_list("stream").annotate(Count("pk")))
    while left:
        stream = left.pop(0)
        here = standing.present(job.connection, stream)
        if here.count() != seen[stream] - missing.get(stream, 0):
            gone = _gone(job, stream, here)
            return Piece((stream, gone), {"left": left} if left else None)
    return Piece(("", ()), None)


def _gone(
    job: Job, stream: str, here: QuerySet[Link] | QuerySet[RemoteObject]
) -> list[str]:
    source = sources[job.connection.service]
    there = source.remote_ids(job.connection, stream, now=job.now)
    gone = set(here.values_list("remote_id", flat=True)) - there
    likeness.forget(job.connection, stream, gone)
    return sorted(gone)


def _differences(job: Job, cursor: Cursor) -> Piece:
    """Read some of what differs again: it may have arrived meanwhile."""
    if not cursor.get("is_allowed") and job.run.confirmed_at is None:
        _guard(job)
    waiting = job.run.differences.order_by().values_list("stream", flat=True)
    differing = set(waiting.distinct())
    left = [each for each in cursor["left"] if each in differing]
    if not left:
        return Piece(("", ()), None)
    stream, *others_left = left
    rows = job.run.differences.filter(stream=stream, pk__gt=cursor["done"])
    batch = list(rows.order_by("pk")[:IDS_PER_CALL])
    after: Cursor | None = {"left": others_left, "done": 0, "is_allowed": True}
    if len(batch) == IDS_PER_CALL:
        after = {"left": left, "done": batch[-1].pk, "is_allowed": True}
    elif not others_left:
        after = None
    if not batch:
        return Piece((stream, ()), after)
    wanted = [each.remote_id for each in batch]
    source = sources[job.connection.service]
    found = source.fetch(job.connection, stream, wanted, now=job.now)
    seen = {each.remote_id for each in found}
    gone = [
        Observed(stream, each, deleted=True, active=False)
        for each in wanted
        if each not in seen
    ]
    return Piece((stream, [*found, *gone]), after)


def _guard(job: Job) -> None:
    """Raise ``Held`` when more would change here than goes without a person's yes."""
    touched: Mapping[str, int] = {
        stream: job.run.differences.filter(stream=stream).count()
        for stream in job.run.differences.order_by()
        .values_list("stream", flat=True)
        .distinct()
        if stream in kinds or others.on(job.connection, stream)
    }
    total = sum(standing.present(job.connection, each).count() for each in touched)
    count = sum(touched.values())
    if Weight(touched=count, total=total).needs_yes:
        raise Held(
            ngettext(
                "%(count)s record here is otherwise than in QuickBooks.",
                "%(count)s records here are otherwise than in QuickBooks.",
                count,
            )
            % {"count": count}
            + " "
            + _("Nothing has been changed. Say yes to take over what the books hold.")
        )


def _repaired(job: Job, held: tuple[str, Sequence[Observed]]) -> Counts:
    stream, observed = held
    if not observed:
        return Counts()
    changed = applying.apply(job.connection, stream, observed, run=job.run, now=job.now)
    return Counts(rows=len(observed), changed=changed)

"""Takes a run back: value by value, where what the run wrote still stands.

Settings go back first, so that sync does not do again what is being undone. Then both
sides are walked page by page, like any other run: it can be stopped and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _, ngettext

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.connections.wording import stream_label
from counterfoil.core.errors import Invalid, Retryable
from counterfoil.posting import recovery
from counterfoil.posting.gate import ASKED_AGAIN
from counterfoil.sync.engine.settings import unpacked
from counterfoil.sync.models import (
    UNSETTLED,
    Conflict,
    ObjectSetting,
    Proposal,
    ProposalState,
    Review,
    Run,
    RunChange,
    RunKind,
    RunState,
)
from counterfoil.sync.runs import comparing, plan, restoring, sending, withdrawing
from counterfoil.sync.runs.changing import forget_questions
from counterfoil.sync.runs.parts import (
    Counts,
    Cursor,
    Job,
    Part,
    PartWorker,
    Piece,
    part_workers,
)
from counterfoil.sync.runs.restoring import CANNOT, CHANGED_SINCE, UNDONE, Undoing
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

UNDOABLE = frozenset({RunKind.IMPORT, RunKind.SETTINGS, RunKind.COMPARISON})
HERE, THERE, CREATED = "here", "there", "created"
PAGE, PAGE_THERE = 500, 10
# So long it can be told, and undone, what a run changed.
KEPT = timedelta(days=90)
FORGOTTEN = "forgotten"
SOON = timedelta(seconds=2)


@transaction.atomic
def begin(run: Run, *, by: User, now: datetime) -> Run:
    """Begin to undo; what waits to be written there on behalf of the run is not written.

    ``Invalid`` when there is nothing to undo, or when it is being undone already.
    """
    connection = Connection.objects.select_for_update(no_key=True).get(
        pk=run.connection_id
    )
    held = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if sentence := why_not(held):
        raise Invalid({"": [sentence]})
    if held.ended_at is None:
        held.ended_at = now
        held.save(update_fields=["ended_at"])
    is_quiet = sending.withdraw(connection, held)
    Conflict.objects.filter(UNSETTLED, connection=connection, run_id=held.pk).delete()
    Review.objects.filter(
        connection=connection, run_id=held.pk, answered_at=None
    ).delete()
    reverted = _put_settings_back(connection, held, by, now)
    undoing = Run.objects.create(
        connection=connection,
        kind=RunKind.UNDO,
        name=held.name,
        scope={"settings": reverted, "waits": not is_quiet},
        started_by=by,
        began_at=now,
        undoes=held,
    )
    plan.add_parts(undoing)
    return undoing


def why_not(run: Run) -> str:
    """Why a run cannot be undone; empty when it can."""
    if run.kind not in UNDOABLE:
        return _("Only an import, a comparison or a change of settings can be undone.")
    if run.state == RunState.UNDONE or Run.objects.filter(undoes=run).exists():
        return _("This is undone already, or being undone.")
    if run.counts.get(FORGOTTEN):
        return _("This is too long ago: what it changed is no longer kept.")
    if not run.connection.is_active:
        return _("Reconnect the company first: nothing goes on without it.")
    if run.state == RunState.RUNNING and run.ended_at is None:
        return _("Stop it first, then undo what it has done.")
    return _in_the_way(run)


def forget(now: datetime) -> int:
    """Drop what runs changed long ago, and old proposals; how many rows that were."""
    limit = now - KEPT
    dropped = 0
    old = Run.objects.filter(ended_at__lt=limit)
    for run in old.filter(pk__in=RunChange.objects.values("run")).order_by("pk"):
        with transaction.atomic():
            dropped += run.changes.all().delete()[0]
            run.counts = {**run.counts, FORGOTTEN: True}
            run.save(update_fields=["counts"])
    proposals = Proposal.objects.filter(created_at__lt=limit)
    return dropped + proposals.exclude(state=ProposalState.COUNTING).delete()[0]


def _in_the_way(run: Run) -> str:
    """What must end before; empty when nothing is."""
    if sending.is_under_way(run.connection, run):
        return _("Some of it is still on its way to QuickBooks. Try again in a minute.")
    busy = Run.objects.filter(
        connection=run.connection_id,
        ended_at=None,
        name=run.name,
        kind__in=[RunKind.UNDO, RunKind.SETTINGS],
    ).exclude(pk=run.pk)
    if busy.exists():
        return _(
            "Another change of this is being carried out. Wait until it has ended."
        )
    return ""


def what_cannot(run: Run) -> list[str]:
    """What an undo will not take back, in sentences with counts, said beforehand."""
    return list(_limits(run))


def _limits(run: Run) -> Iterator[str]:
    made = run.changes.filter(side=THERE, created=True)
    for stream in sorted(set(made.values_list("stream", flat=True))):
        count = made.filter(stream=stream).count()
        sentence = ngettext(
            "%(kind)s: %(count)s made in QuickBooks cannot be deleted there. It is made"
            " inactive.",
            "%(kind)s: %(count)s made in QuickBooks cannot be deleted there. They are"
            " made inactive.",
            count,
        )
        yield sentence % {"kind": stream_label(stream), "count": count}
    yield from _of_documents(run)
    changed = "former" in run.scope
    returns = puts_settings_back(run)
    if changed and not returns:
        yield _(
            "The settings have been changed again since: they stay as they are now."
        )
    if not returns:
        yield _(
            "What it linked is left alone on both sides until somebody imports again."
        )
    yield _("What somebody has changed since the run stays, and is listed.")


def _of_documents(run: Run) -> Iterator[str]:
    """The books have the last word on documents: undone, they would come back at once."""
    read, renewed = _documents(run)
    if read:
        sentence = ngettext(
            "%(count)s document that was read from QuickBooks stays.",
            "%(count)s documents that were read from QuickBooks stay.",
            read,
        )
        yield sentence % {"count": read}
    if renewed:
        sentence = ngettext(
            "%(count)s document that was here before stays as QuickBooks has it now.",
            "%(count)s documents that were here before stay as QuickBooks has them now.",
            renewed,
        )
        yield sentence % {"count": renewed}


def _documents(run: Run) -> tuple[int, int]:
    """How many it made here, and how many that were here it wrote anew."""
    if run.kind == RunKind.COMPARISON:
        made = _linked_by(run).filter(stream__in=choices.DOCUMENTS)
        return made.count(), run.counts.get(comparing.RENEWED, 0)
    if run.kind != RunKind.IMPORT:
        return 0, 0
    parts = run.streams.filter(stream__in=choices.DOCUMENTS)
    sums = parts.aggregate(changed=Sum("changed"), created=Sum("created"))
    created = sums["created"] or 0
    return created, (sums["changed"] or 0) - created


def left_alone(run: Run) -> int:
    """How many links an undone run has left, which neither side follows."""
    if run.state != RunState.UNDONE:
        return 0
    return _linked_by(run).filter(state=LinkState.IGNORED).count()


def _linked_by(run: Run) -> QuerySet[Link]:
    return Link.objects.filter(connection=run.connection_id, run_id=run.pk)


def puts_settings_back(run: Run) -> bool:
    """Whether its undo restores settings: not if they have been changed again since."""
    if "former" not in run.scope:
        return False
    row = ObjectSetting.objects.filter(connection=run.connection_id, name=run.name)
    version = row.values_list("version", flat=True).first()
    return bool(version == run.scope.get("version"))


def _put_settings_back(
    connection: Connection, run: Run, by: User, now: datetime
) -> bool:
    if not puts_settings_back(run):
        return False
    defaults = choices.defaults(connection, run.name)
    former = unpacked(run.scope["former"], defaults)
    choices.save(connection, former, by=by, now=now)
    if not former.enabled:
        forget_questions(connection, run.name)
    return True


@part_workers.register
class UndoRun(PartWorker):
    """Changes here, changes there, then what was made: each from the newest back."""

    key = RunKind.UNDO

    def parts(self, connection: Connection, run: Run) -> Sequence[Part]:
        counts = {
            HERE: _changes(run, HERE).count(),
            THERE: _changes(run, THERE).count(),
            CREATED: _links(connection, run).count(),
        }
        # What was made there is found by its links, which go last.
        after = {CREATED: (HERE, THERE)}
        waits = run.scope["waits"]
        begun = [name for name in (HERE, THERE, CREATED) if counts[name] or waits]
        return [
            Part(
                name,
                tuple(other for other in after.get(name, ()) if other in begun),
                expected=counts[name],
            )
            for name in begun
        ]

    def fetch(self, job: Job, cursor: Cursor) -> Piece:
        """Keys of a page, newest first; there, the writing itself is done."""
        before = cursor.get("before")
        if before is None and job.run.scope.get("waits"):
            _wait(job)
        if job.part.stream == CREATED:
            return _page(_links(job.connection, job.run), before, PAGE)
        if job.part.stream == HERE:
            return _once_each(_page(_changes(job.run, HERE), before, PAGE))
        if not recovery.may_write(job.connection, job.now):
            sentence = _("Nothing is sent: the database was restored, or is a copy.")
            raise Retryable(sentence, after=ASKED_AGAIN)
        piece = _once_each(_page(_changes(job.run, THERE), before, PAGE_THERE))
        answers = [
            withdrawing.withdraw(job.connection, row, now=job.now) for row in piece.held
        ]
        return Piece(answers, piece.after)

    def apply(self, job: Job, piece: Piece) -> Counts:
        rows = len(piece.held)
        undoing = Undoing(
            job.connection,
            job.run.started_by,
            job.now,
            forgets=bool(job.run.scope.get("settings")),
        )
        if job.part.stream == CREATED:
            done = restoring.take_away(undoing, _undone(job.run).pk, piece.held)
        elif job.part.stream == HERE:
            done = restoring.put_back(undoing, piece.held)
        else:
            done = withdrawing.keep(undoing, piece.held)
        return Counts(rows, done, 0, rows - done)

    def left(self, connection: Connection, run: Run) -> Sequence[Part]:
        """What the run made and nobody knew of until a page had been read."""
        counts = {side: _changes(run, side).count() for side in (HERE, THERE)}
        return [Part(side, expected=count) for side, count in counts.items() if count]

    def finish(self, connection: Connection, run: Run, *, now: datetime) -> None:
        undone = _undone(run)
        outcomes = {
            outcome: undone.changes.filter(undone=outcome).count()
            for outcome in (UNDONE, CHANGED_SINCE, CANNOT)
        }
        run.counts = {**run.counts, **outcomes}
        run.save(update_fields=["counts"])
        Run.objects.filter(pk=undone.pk).update(state=RunState.UNDONE)


def _wait(job: Job) -> None:
    """What is being written when the undo begins is undone, too: it is waited for."""
    if not sending.withdraw(job.connection, _undone(job.run)):
        raise Retryable(_("The last of it is being written."), after=SOON)


def _undone(run: Run) -> Run:
    undone = run.undoes
    assert undone is not None  # noqa: S101  an undo is of a run
    return undone


def _changes(run: Run, side: str) -> Any:
    """What is still to be undone on one side."""
    return RunChange.objects.filter(run=run.undoes_id, side=side, undone="")


def _links(connection: Connection, run: Run) -> Any:
    """What the run linked. Documents stay, and go on following the books."""
    rows = Link.objects.filter(connection=connection, run_id=run.undoes_id)
    return rows.exclude(stream__in=choices.DOCUMENTS)


def _page(rows: Any, before: int | None, size: int) -> Piece:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    held = list(rows.order_by("-pk")[:size])
    after = {"before": held[-1].pk} if len(held) == size else None
    return Piece(held, after)


def _once_each(piece: Piece) -> Piece:
    """Cut the page before a record comes up again: newer values are put back first.

    What is known of an object there is renewed with the page that wrote it.
    """
    seen: set[tuple[str, int | None]] = set()
    for place, row in enumerate(piece.held):
        ref = (row.object_type, row.record_id)
        if ref in seen:
            held = piece.held[:place]
            return Piece(held, {"before": held[-1].pk})
        seen.add(ref)
    return piece

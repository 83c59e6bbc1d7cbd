"""One run, ready for the page: how far it is, what it did, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection
from counterfoil.sync import categories
from counterfoil.sync.models import Issue, Run, RunKind, RunState
from counterfoil.sync.runs import changing, plan, restoring, sending, undo
from counterfoil.sync.runs.plan import PartProgress, Progress
from counterfoil.web.sync import changes, runs
from counterfoil.web.sync.changes import Page
from counterfoil.web.sync.runs import Refused, State

SHOWN = ("changed", "created")
STATES = {
    "waiting": _("Waiting"),
    "running": _("Running"),
    "resting": _("Resting"),
    "done": _("Done"),
    "failed": _("Given up"),
    "stopped": _("Stopped"),
}
OUTCOMES = {
    restoring.CHANGED_SINCE: _("Kept: changed since"),
    restoring.CANNOT: _("Could not be put back"),
}


@dataclass(frozen=True)
class Part:
    """One part of a run; ``share`` is from 0 to 1 where it can be known."""

    label: str
    state: str
    rows: int
    expected: int | None
    changed: int
    created: int
    failed: int
    error: str
    share: float | None


@dataclass(frozen=True)
class Failure:
    """What failed for one cause."""

    label: str
    sentence: str
    count: int


@dataclass(frozen=True)
class RunPage:
    """Everything that the page of one run shows."""

    run: Run
    title: str
    state: State
    progress: Progress
    sums: Mapping[str, int]
    parts: Sequence[Part]
    failures: Sequence[Failure]
    show: str
    changes: Page
    undone_by: int | None
    held: int
    may_be_undone: bool
    outcomes: Sequence[tuple[str, int]]
    left_alone: int

    @staticmethod
    def said(state: str) -> str:
        """A part's state in a word."""
        return str(STATES.get(state, state))

    @property
    def share(self) -> float:
        """From 0 to 1: of the rows where their number is known, else of the parts."""
        if self.progress.share is not None:
            return self.progress.share
        return sum(part.share or 0 for part in self.parts) / max(len(self.parts), 1)

    @property
    def counts_calls(self) -> bool:
        """Whether it reads from QuickBooks: other runs only use what has been read."""
        return self.run.kind not in {RunKind.SETTINGS, RunKind.UNDO}

    @property
    def is_unfinished(self) -> bool:
        return self.run.ended_at is None

    @property
    def is_moving(self) -> bool:
        """Whether something of it is being done."""
        return self.is_unfinished and self.run.state == RunState.RUNNING

    @property
    def asks_again(self) -> bool:
        """Whether the page does that by itself: something will be otherwise soon."""
        is_sent = bool(self.state.sending) and self.run.connection.is_active
        return self.is_moving or is_sent


def of(
    connection: Connection, run: Run, *, show: str, after: str, now: datetime
) -> RunPage:
    """The page of ``run``; ``show`` is what it changed or what it created."""
    progress = plan.progress(run, now)
    failures, refused = _failures(run)
    listed = changes.created if show == "created" else changes.page
    return RunPage(
        run,
        runs.title_of(run, connection),
        State.of(run, sending.on_their_way(connection, [run.pk])[run.pk]),
        progress,
        refused.told(vars(progress)),
        [_part(connection, run, each, refused) for each in progress.parts],
        failures,
        show if show in SHOWN else "changed",
        listed(connection, run.undoes or run, after),
        getattr(getattr(run, "undone_by", None), "pk", None),
        getattr(run, "held_writes", 0),
        _may_be_undone(run),
        _outcomes(run),
        undo.left_alone(run.undoes or run),
    )


def _part(
    connection: Connection, run: Run, part: PartProgress, refused: Refused
) -> Part:
    """One part; what was refused there is of the part that sends."""
    fate = refused if part.name.startswith(changing.OUT) else Refused()
    sums = fate.told(vars(part))
    return Part(
        runs.part_label(connection, part.name),
        _state_of(part.state, run),
        part.rows,
        part.expected,
        sums["changed"],
        sums["created"],
        sums["failed"],
        part.error,
        part.share,
    )


def _state_of(part: str, run: Run) -> str:
    """Nothing of a run that was stopped is going on, however far its parts were."""
    is_stopped = run.state == RunState.STOPPED and part not in {"done", "failed"}
    return "stopped" if is_stopped else part


def _may_be_undone(run: Run) -> bool:
    """Whether an undo is offered; its page says what else may be in the way."""
    is_going_on = run.ended_at is None and run.state == RunState.RUNNING
    is_undone = getattr(run, "undone_by", None) is not None
    return run.kind in undo.UNDOABLE and not is_undone and not is_going_on


def _outcomes(run: Run) -> list[tuple[str, int]]:
    """What an undo has come to, once it has ended."""
    if run.kind != RunKind.UNDO or run.ended_at is None:
        return []
    return [(str(said), run.counts.get(name, 0)) for name, said in OUTCOMES.items()]


def _failures(run: Run) -> tuple[list[Failure], Refused]:
    """What failed, grouped by cause, the commonest first; and what of it there."""
    rows = Issue.objects.filter(connection=run.connection_id, run_id=run.pk)
    grouped = rows.order_by().values_list("category")
    counted = grouped.annotate(
        n=Count("pk"),
        said=Min("sentence"),
        out=Count("pk", filter=runs.GOING_OUT),
        new=Count("pk", filter=runs.OF_NEW),
    )
    failures, refused, new = [], 0, 0
    for category, count, said, out, out_new in counted.order_by("-n"):
        label = str(categories.by_key(category).label)
        failures.append(Failure(label, said, count))
        refused, new = refused + out, new + out_new
    sends = run.kind == RunKind.SETTINGS
    return failures, Refused(refused, new) if sends else Refused()

"""The runs of a connection as a list: what each was for, how far it is, what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.connections.models import Connection
from counterfoil.connections.wording import stream_label
from counterfoil.sync import issues
from counterfoil.sync.models import Issue, Run, RunKind, RunState, StreamRun
from counterfoil.sync.runs import sending
from counterfoil.web import formats
from counterfoil.web.sync.objects import label_of

SIZE = 25
SUMMED = ("rows", "changed", "created", "failed")
# Issues of what was to be written there, and of these of what is not there yet.
GOING_OUT = Q(subject__startswith=f"{issues.OUT}:")
OF_NEW = GOING_OUT & Q(remote_id="")
# The parts of runs that are no streams.
PARTS: Mapping[str, Any] = {
    "here": gettext_lazy("Values here"),
    "there": gettext_lazy("Values in QuickBooks"),
    "created": gettext_lazy("What was linked or created here"),
    "deletions": gettext_lazy("What is gone in QuickBooks"),
    "vanished": gettext_lazy("What is gone in QuickBooks"),
    "repair": gettext_lazy("What differs, taken over"),
}
LOOKS: Mapping[str, str] = {
    RunState.RUNNING: "info",
    RunState.HELD: "warn",
    RunState.STOPPED: "warn",
    RunState.DONE: "good",
    RunState.FAILED: "bad",
    RunState.UNDONE: "plain",
}


@dataclass(frozen=True)
class Refused:
    """How much of what a run sent there was refused, and how much of that was new.

    Its parts count what they send; what becomes of it is known only later.
    """

    count: int = 0
    new: int = 0

    def told(self, sums: Mapping[str, int]) -> dict[str, int]:
        """Sums by name, with what was refused among the failures and nowhere else."""
        found = {name: sums.get(name) or 0 for name in SUMMED}
        found["changed"] = max(found["changed"] - self.count, 0)
        found["created"] = max(found["created"] - self.new, 0)
        found["failed"] += self.count
        return found


@dataclass(frozen=True)
class State:
    """Where a run stands, in a word; ``sending`` is how many writes are on their way."""

    said: str
    look: str
    sending: int = 0

    @classmethod
    def of(cls, run: Run, sending: int = 0) -> State:
        """Nothing is done as long as QuickBooks does not have it."""
        if sending and run.state == RunState.DONE:
            return cls(_("Still sending"), LOOKS[RunState.RUNNING], sending)
        return cls(str(run.get_state_display()), LOOKS.get(run.state, ""), sending)


@dataclass(frozen=True)
class Row:
    """One run and its sums."""

    run: Run
    title: str
    state: State
    rows: int
    changed: int
    created: int
    failed: int

    @property
    def took(self) -> timedelta | None:
        return self.run.ended_at - self.run.began_at if self.run.ended_at else None


@dataclass(frozen=True)
class Page:
    """Newest first; ``older`` is the number to go on behind."""

    rows: Sequence[Row]
    older: int | None
    is_first: bool


def page(connection: Connection, before: str) -> Page:
    """A page of runs, by their number downwards; what is unreadable is the first one."""
    rows = Run.objects.filter(connection=connection).select_related("started_by")
    is_later = before.isdecimal() and len(before) < 18
    if is_later:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: SIZE + 1])
    shown = found[:SIZE]
    sums, fates = _sums(shown), refused(connection, shown)
    left = sending.on_their_way(connection, [run.pk for run in shown])
    return Page(
        [
            Row(
                run,
                title_of(run, connection),
                State.of(run, left[run.pk]),
                **fates[run.pk].told(sums.get(run.pk, {})),
            )
            for run in shown
        ],
        shown[-1].pk if len(found) > SIZE else None,
        is_first=not is_later,
    )


def _sums(runs: Sequence[Run]) -> dict[int, dict[str, int]]:
    totals = [Sum(name) for name in SUMMED]
    parts = StreamRun.objects.filter(run__in=runs).order_by()
    rows = parts.values_list("run").annotate(*totals)
    return {pk: dict(zip(SUMMED, sums, strict=True)) for pk, *sums in rows}


def refused(connection: Connection, runs: Sequence[Run]) -> Mapping[int, Refused]:
    """What was refused there of these runs, for each of them; only settings send."""
    ids = [run.pk for run in runs if run.kind == RunKind.SETTINGS]
    rows = Issue.objects.filter(GOING_OUT, connection=connection, run_id__in=ids)
    counted = rows.order_by().values_list("run_id")
    found = counted.annotate(n=Count("pk"), new=Count("pk", filter=OF_NEW))
    by_run = {pk: Refused(count, new) for pk, count, new in found}
    return {run.pk: by_run.get(run.pk, Refused()) for run in runs}


def title_of(run: Run, connection: Connection) -> str:
    """What the run was for, and of which object."""
    kind = str(run.get_kind_display())
    if run.kind == RunKind.IMPORT:
        return _scope(run, kind)
    return f"{kind}: {label_of(connection, run.name)}" if run.name else kind


def _scope(run: Run, kind: str) -> str:
    take = run.scope.get("take")
    if take == "since":
        since = formats.day(run.scope.get("since"))
        return _("%(kind)s since %(day)s") % {"kind": kind, "day": since}
    if take == "new":
        return _("%(kind)s of what is new") % {"kind": kind}
    return kind


def part_label(connection: Connection, name: str) -> str:
    """What a part works through: a stream there, or the records here."""
    way, colon, about = name.partition(":")
    if not colon:
        return str(PARTS.get(name) or stream_label(name))
    label = label_of(connection, about)
    if way == "in":
        return _("%(objects)s: from QuickBooks") % {"objects": label}
    if way == "out":
        return _("%(objects)s: to QuickBooks") % {"objects": label}
    return label

"""Carries a change of settings out: over the objects there, then over the records here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.sync import marking, turns
from counterfoil.sync.engine.guard import MOST_RECORDS
from counterfoil.sync.engine.settings import Settings, packed
from counterfoil.sync.engine.verdict import TOUCHING, Act
from counterfoil.sync.models import (
    UNSETTLED,
    Conflict,
    ObjectSetting,
    Review,
    Run,
    RunKind,
    StreamRun,
)
from counterfoil.sync.outgoing.judging import judge_out
from counterfoil.sync.pairs import incoming, returning
from counterfoil.sync.ports import Pairing, pairings
from counterfoil.sync.runs import plan
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
from counterfoil.sync.settings import choices, remapping
from counterfoil.workspaces.models import User

PAGE = 500
IN, OUT = "in:", "out:"
HERE, THERE = "here", "there"


@transaction.atomic
def begin(
    connection: Connection,
    *,
    former: Settings,
    wanted: Settings,
    promised: Mapping[str, int],
    by: User | None,
    now: datetime,
) -> Run | None:
    """Begin what follows from settings that have just been saved, if anything does.

    ``former`` is kept, so that an undo can put it back; ``promised`` is how many the
    preview said would be touched on each side; ``version`` is the settings' own, by which
    an undo knows whether they are still the ones that the run began with.
    """
    name = wanted.name
    if name in choices.DOCUMENTS:
        return _read_more(connection, former, wanted, now)
    if not wanted.enabled:
        forget_questions(connection, name)
        return None
    busy = Run.objects.filter(connection=connection, ended_at=None, name=name)
    if busy.filter(kind__in=[RunKind.SETTINGS, RunKind.UNDO]).exists():
        sentence = _(
            "A change of these settings is still being carried out. Wait until"
            " it has ended, or stop it."
        )
        raise Invalid({"": [sentence]})
    version = ObjectSetting.objects.get(connection=connection, name=name).version
    scope = {
        "former": packed(former),
        **afresh(former, wanted),
        "promised": dict(promised),
        "version": version,
    }
    return plan.start(connection, RunKind.SETTINGS, now, name=name, scope=scope, by=by)


def afresh(former: Settings, wanted: Settings) -> dict[str, Any]:
    """Which known pairs a change of settings lets meet anew, for :func:`meet_anew`."""
    return {
        "crossed": remapping.crossed(former, wanted),
        "turned_on": not former.enabled,
    }


def meet_anew(
    connection: Connection, links: QuerySet[Link], which: Mapping[str, Any]
) -> None:
    """Before they are judged: the same for a run and for a preview, which takes it back.

    Fields that are mapped crosswise have not agreed in their new pairs. What an undo left
    alone is wanted after all when the object is turned on.
    """
    if which.get("turned_on"):
        returning.let_go(connection, links)
    remapping.forget(links, which.get("crossed", ()))


def _read_more(
    connection: Connection, former: Settings, wanted: Settings, now: datetime
) -> Run | None:
    """Documents that are taken now and were not before are found by a comparison."""
    if not reads_more(connection, former, wanted):
        return None
    return plan.begin_comparison(connection, now)


def reads_more(connection: Connection, former: Settings, wanted: Settings) -> bool:
    """Whether documents may be wanted that have been left out so far.

    Before the first import there is nothing to compare: it will take them.
    """
    if not wanted.enabled or connection.imported_at is None:
        return False
    taken = (former.enabled, former.incoming, former.since)
    return taken != (True, wanted.incoming, wanted.since)


def forget_questions(connection: Connection, name: str) -> None:
    """What waits for a person's answer is asked anew when it is turned on again."""
    Review.objects.filter(connection=connection, name=name, answered_at=None).delete()
    pairing = pairings[f"{connection.service}.{name}"]
    Conflict.objects.filter(
        UNSETTLED,
        connection=connection,
        stream=pairing.stream,
        object_type=pairing.object_type,
    ).delete()


@part_workers.register
class SettingsRun(PartWorker):
    """A change of settings: ``in:<name>`` walks the mirror, ``out:<name>`` the records."""

    key = RunKind.SETTINGS

    def parts(self, connection: Connection, run: Run) -> Sequence[Part]:
        settings = choices.of(connection, run.name)
        pairing = _pairing(connection, run)
        parts = []
        if settings.comes_in:
            objects = _objects(connection, pairing).count()
            parts.append(Part(f"{IN}{run.name}", expected=objects))
        if settings.goes_out:
            before = tuple(part.name for part in parts)
            records = _records(connection, pairing).count()
            parts.append(Part(f"{OUT}{run.name}", after=before, expected=records))
        return parts

    def fetch(self, job: Job, cursor: Cursor) -> Piece:
        """The keys of a page; what they hold is read when it is applied."""
        pairing = _pairing(job.connection, job.run)
        is_in = job.part.stream.startswith(IN)
        rows = (
            _objects(job.connection, pairing)
            if is_in
            else _records(job.connection, pairing)
        )
        after = int(cursor.get("after", 0))
        keys = list(
            rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:PAGE]
        )
        following = {"after": keys[-1]} if len(keys) == PAGE else None
        return Piece(keys, following)

    def apply(self, job: Job, piece: Piece) -> Counts:
        settings = choices.of(job.connection, job.run.name)
        pairing = _pairing(job.connection, job.run)
        page = _Page(job, pairing, settings, piece.held)
        is_in = job.part.stream.startswith(IN)
        counts = page.apply_in() if is_in else page.apply_out()
        guard(job, HERE if is_in else THERE, counts.changed)
        return counts


@dataclass(frozen=True)
class _Page:
    """Some keys of one side, and by what to judge them."""

    job: Job
    pairing: Pairing
    settings: Settings
    keys: Sequence[int]

    def apply_in(self) -> Counts:
        rows = list(
            _objects(self.job.connection, self.pairing)
            .filter(pk__in=self.keys)
            .order_by("pk")
        )
        turns.take(self.job.connection, [self.pairing.stream])
        self._meet_anew(remote_id__in=[row.remote_id for row in rows])
        tally = incoming.apply_rows(
            self.job.connection,
            self.pairing,
            self.settings,
            rows,
            historical=True,
            run=self.job.run,
            now=self.job.now,
        )
        return Counts(len(self.keys), tally.changed, tally.created, tally.failed)

    def apply_out(self) -> Counts:
        connection, now = self.job.connection, self.job.now
        if not self.settings.comes_in:
            turns.take(connection, [self.pairing.stream])
            self._meet_anew(record_id__in=list(self.keys))
        verdicts = judge_out(
            connection, self.pairing, self.settings, self.keys, now=now
        )
        acts = {
            verdict.record_id: verdict.there
            for verdict in verdicts
            if verdict.there is not Act.NOTHING and verdict.record_id is not None
        }
        name, run_id = self.job.run.name, self.job.run.pk
        marking.mark(connection, name, list(acts), run_id=run_id, now=now)
        touched = sum(act in TOUCHING for act in acts.values())
        created = sum(act is Act.CREATE for act in acts.values())
        return Counts(len(self.keys), touched, created)

    def _meet_anew(self, **some: Any) -> None:
        connection = self.job.connection
        links = remapping.links_of(connection, self.pairing)
        meet_anew(connection, links.filter(**some), self.job.run.scope)


def guard(job: Job, side: str, found: int) -> None:
    """Stop before a page that makes it far more than the preview promised.

    Raised within the transaction of the page: nothing of it stays.
    """
    if job.run.confirmed_at is not None:
        return
    promised = int(job.run.scope.get("promised", {}).get(side, 0))
    so_far = (
        StreamRun.objects.filter(pk=job.part.pk).values_list("changed", flat=True).get()
    )
    total = so_far + found
    if total > MOST_RECORDS and total > 2 * promised:
        sentence = _(
            "The preview said that %(promised)s would be changed, but there are"
            " %(total)s by now. Look at it and say whether to go on."
        )
        raise Held(sentence % {"promised": promised, "total": total})


def _pairing(connection: Connection, run: Run) -> Pairing:
    return pairings[f"{connection.service}.{run.name}"]


def _objects(connection: Connection, pairing: Pairing) -> Any:
    return RemoteObject.objects.filter(connection=connection, stream=pairing.stream)


def _records(connection: Connection, pairing: Pairing) -> Any:
    model = object_types[pairing.object_type].model
    return model._default_manager.filter(workspace=connection.workspace)

"""Counts a proposal in the background: page by page over both sides, nothing written.

The cursor is committed with what was counted, so that a worker that dies loses a page.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.catalogue import object_types
from counterfoil.events.wake import wake
from counterfoil.sync import presence
from counterfoil.sync.engine.settings import Settings, Taking, unpacked
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.models import Proposal, ProposalState
from counterfoil.sync.outgoing.judging import judge_out
from counterfoil.sync.pairs.judging import judge_in
from counterfoil.sync.ports import Pairing, pairings
from counterfoil.sync.previews import beside, tallying
from counterfoil.sync.previews.beside import BESIDE
from counterfoil.sync.previews.tallying import (
    EMPTIED,
    HERE,
    MOST_EXAMPLES,
    THERE,
    Count,
    Example,
)
from counterfoil.sync.runs import changing
from counterfoil.sync.settings import choices, remapping
from counterfoil.workspaces.language import spoken

DRAIN = "previews"
PAGE = 1000
SPELL_SECONDS = 20.0

log = structlog.get_logger()


def run(now: datetime) -> int:
    """Count what is waiting, for a spell; returns how many pages were judged."""
    waiting = Proposal.objects.filter(state=ProposalState.COUNTING).order_by("id")
    until = time.monotonic() + SPELL_SECONDS
    return sum(
        _work(pk, now, until) for pk in waiting.values_list("pk", flat=True)[:100]
    )


def count(proposal: Proposal, *, now: datetime) -> Proposal:
    """Count one proposal to its end, for whoever cannot wait for the drain."""
    _work(proposal.pk, now, float("inf"))
    proposal.refresh_from_db()
    return proposal


def sides_walked(settings: Settings) -> list[str]:
    """What is done here is found among the objects there, and the other way round."""
    walks = {HERE: settings.comes_in, THERE: settings.goes_out}
    return [side for side, is_walked in walks.items() if is_walked]


def _work(proposal_id: int, now: datetime, until: float) -> int:
    """Count pages of one proposal, unless another worker is alive and at it."""
    if not presence.arrive(presence.PREVIEWS, proposal_id):
        return 0
    try:
        return _spell(proposal_id, now, until)
    finally:
        presence.leave(presence.PREVIEWS, proposal_id)


def _spell(proposal_id: int, now: datetime, until: float) -> int:
    """Whoever is paused for long finds a token that is not its own, and stops."""
    token = uuid.uuid4()
    waiting = Proposal.objects.filter(pk=proposal_id, state=ProposalState.COUNTING)
    waiting.update(token=token)
    pages = 0
    try:
        while _page(proposal_id, token, now):
            pages += 1
            if time.monotonic() > until:
                break
    except Exception:
        # The next sweep tries again; other proposals are counted meanwhile.
        log.exception("preview_failed", proposal=proposal_id)
    if pages and waiting.exists():
        wake(DRAIN)
    return pages


@transaction.atomic
def _page(proposal_id: int, token: uuid.UUID, now: datetime) -> bool:
    """Judge one page; ``False`` when there was nothing to do (any more)."""
    proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("connection__workspace")
        .filter(pk=proposal_id, token=token, state=ProposalState.COUNTING)
        .first()
    )
    if proposal is None:
        return False
    with spoken(proposal.connection.workspace):
        _Counter(proposal, now).go_on()
    proposal.save()
    return True


class _Counter:
    """One proposal on its way: what is wanted, and the count so far."""

    def __init__(self, proposal: Proposal, now: datetime) -> None:
        self.proposal, self.now = proposal, now
        self.connection: Connection = proposal.connection
        name = proposal.name
        self.settings = unpacked(
            proposal.values, choices.defaults(self.connection, name)
        )
        former = choices.of(self.connection, name)
        self.beside = beside.nouns(self.connection, self.pairing, former, self.settings)
        self.sides = sides_walked(self.settings) + ([BESIDE] if self.beside else [])
        self.afresh = changing.afresh(former, self.settings)
        self.counts: Count = tallying.unpacked(proposal.counts)
        self.examples: dict[str, dict[str, list[Any]]] = proposal.examples

    @property
    def pairing(self) -> Pairing:
        return pairings[f"{self.connection.service}.{self.proposal.name}"]

    def go_on(self) -> None:
        """Judge the next page, or come to the end."""
        cursor = self.proposal.cursor
        if not cursor:
            self._begin()
        side = cursor.get("side") or next(iter(self.sides), "")
        after = int(cursor.get("after", 0))
        last = self._judge(side, after) if side else None
        if last is not None:
            self.proposal.cursor = {"side": side, "after": last}
        elif side and (following := self.sides[self.sides.index(side) + 1 :]):
            self.proposal.cursor = {"side": following[0], "after": 0}
        else:
            self._finish()
        self.proposal.counts = self.counts.packed()
        self.proposal.examples = self.examples

    def _begin(self) -> None:
        """What there is on each side; the side that is not walked is left alone."""
        if not self.settings.enabled:
            return
        noun = object_types[self.pairing.object_type]
        records = noun.model._default_manager.filter(
            workspace=self.connection.workspace, archived_at=None
        )
        objects = self._objects().filter(active=True)
        self.counts.total = {HERE: records.count(), THERE: objects.count()}
        for side, other in ((HERE, THERE), (THERE, HERE)):
            if side not in self.sides:
                one_way = str(Reason.ONE_WAY)
                self.counts.left[side][one_way] = self.counts.total[other]

    def _finish(self) -> None:
        self.proposal.state = ProposalState.READY
        self.proposal.ready_at = self.now
        self.proposal.needs_yes = self.counts.needs_yes

    def _objects(self) -> Any:
        return RemoteObject.objects.filter(
            connection=self.connection, stream=self.pairing.stream
        )

    def _judge(self, side: str, after: int) -> int | None:
        """The last key of the page that was judged; ``None`` behind the last one."""
        walks = {HERE: self._judge_in, THERE: self._judge_out}
        return walks.get(side, self._judge_beside)(after)

    def _judge_beside(self, after: int) -> int | None:
        rows = list(self._objects().filter(pk__gt=after).order_by("pk")[:PAGE])
        for noun in self.beside if rows else ():
            name = noun[0].name
            found = beside.judge(
                self.connection,
                noun,
                rows,
                about=self.proposal.name,
                is_on=self.settings.enabled,
                now=self.now,
            )
            self.counts.beside[name] += len(found)
            kept = self.examples.setdefault(BESIDE, {}).setdefault(name, [])
            kept += [one.packed() for one in found[: MOST_EXAMPLES - len(kept)]]
        return int(rows[-1].pk) if rows else None

    def _judge_in(self, after: int) -> int | None:
        rows = list(self._objects().filter(pk__gt=after).order_by("pk")[:PAGE])
        if not rows:
            return None
        with self._as_if(remote_id__in=[row.remote_id for row in rows]):
            verdicts = judge_in(
                self.connection, self.pairing, self.settings, rows, now=self.now
            )
        chosen = self._add(HERE, verdicts)
        by_id = {row.remote_id: row for row in rows}
        for example in chosen:
            if (row := by_id.get(example["remote_id"])) is not None:
                example["title"] = self.pairing.title(row.content)
        self._name(chosen)
        return int(rows[-1].pk)

    def _judge_out(self, after: int) -> int | None:
        model = object_types[self.pairing.object_type].model
        ids = list(
            model._default_manager.filter(
                workspace=self.connection.workspace, pk__gt=after
            )
            .order_by("pk")
            .values_list("pk", flat=True)[:PAGE]
        )
        if not ids:
            return None
        with self._as_if(record_id__in=ids):
            verdicts = self._unmet(
                judge_out(
                    self.connection, self.pairing, self.settings, ids, now=self.now
                )
            )
        self._name(self._add(THERE, verdicts))
        return int(ids[-1])

    def _unmet(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Without those about whom the run asks nobody: an object finds them for certain.

        They count where pairs are joined. Seen from here several objects could be it, as
        all jobs of a customer have its e-mail.
        """
        could_be = {
            each.candidate_id
            for verdict in verdicts
            if verdict.there is Act.REVIEW and verdict.match is not None
            for each in verdict.match.others
        }
        if not could_be or self._joined_from != HERE:
            return list(verdicts)
        rows = list(self._objects().filter(remote_id__in=could_be).order_by("pk"))
        found = judge_in(
            self.connection, self.pairing, self.settings, rows, now=self.now
        )
        met = {each.record_id for each in found if each.match and each.match.chosen}
        return [
            each
            for each in verdicts
            if each.there is not Act.REVIEW or each.record_id not in met
        ]

    def _name(self, chosen: Sequence[dict[str, Any]]) -> None:
        """A record is called by its own name: the customer of a person is a company."""
        wanted = [each["record_id"] for each in chosen if each["record_id"] is not None]
        if not wanted:
            return
        model = object_types[self.pairing.object_type].model
        rows = model._default_manager.filter(
            workspace=self.connection.workspace_id, pk__in=wanted
        )
        titles = dict(rows.values_list("pk", "title"))
        for each in chosen:
            each["title"] = titles.get(each["record_id"], each["title"])

    @contextmanager
    def _as_if(self, **some: Any) -> Iterator[None]:
        """Judge as a run would, which lets some pairs meet anew; then take that back."""
        if not any(self.afresh.values()):
            yield
            return
        with transaction.atomic():
            links = remapping.links_of(self.connection, self.pairing)
            changing.meet_anew(self.connection, links.filter(**some), self.afresh)
            yield
            transaction.set_rollback(True)

    def _add(self, side: str, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
        """Count a page; returns the examples that were taken from it."""
        return [
            kept
            for verdict in verdicts
            for each in tallying.add(
                self.counts, verdict, side=side, pairs=self._joined_from
            )
            for kept in self._kept(*each)
        ]

    @property
    def _joined_from(self) -> str:
        """The side whose walk joins what belongs together."""
        takes = self.settings.incoming is not Taking.NOTHING
        return HERE if self.settings.comes_in and takes else THERE

    def _kept(self, side: str, act: Act, example: Example) -> list[dict[str, Any]]:
        found = tallying.keep(self.examples, side, str(act), example)
        if any(map(tallying.is_emptying, example.changes)):
            found += tallying.keep(self.examples, side, EMPTIED, example)
        return found

"""Conflicts: opened where both sides changed, closed where they agree again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.connections.models import Link
from counterfoil.sync.among import among
from counterfoil.sync.engine.decide import Decision, Field, Outcome, Why
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import UNSETTLED, Conflict, Run
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import Assessed

RULE = "Counterfoil"
AGREED, LOCAL, REMOTE, RULE_REMOTE = "agreed", "local", "remote", "rule_remote"
PARTED = "parted"
# So long it can be found whose value was replaced by the other one.
KEPT = timedelta(days=365)
ENDINGS = {Outcome.TO_LOCAL: REMOTE, Outcome.TO_REMOTE: LOCAL}


@dataclass(frozen=True, slots=True)
class Said:
    """On whose behalf, and when; the past is not told field by field."""

    historical: bool
    run: Run | None
    now: datetime

    @property
    def run_id(self) -> int | None:
        return self.run.pk if self.run is not None else None


def settle(ground: Ground, assessed: Sequence[Assessed], said: Said) -> int:
    """Open, refresh and close conflicts; keep what was overruled. Counts the opened."""
    judged = [each for each in assessed if each.verdict.decision is not None]
    linked = [each for each in judged if each.link is not None]
    matters = [
        each
        for each in judged
        if each.verdict.here is not Act.CREATE
        and (_conflicts(each) or _overruled(ground, each, said))
    ]
    held = _open(linked)
    if not (matters or held):
        return 0
    links = _links(ground, matters)
    found = [
        row for each in matters for row in _overruled_rows(ground, each, links, said)
    ]
    changed: list[Conflict] = []
    opened = 0
    for each in {each.row.remote_id: each for each in (*linked, *matters)}.values():
        link = each.link or links.get(each.row.remote_id)
        if link is None:
            continue
        rows = {name: row for (pk, name), row in held.items() if pk == link.pk}
        for row in _opened(each, link, rows, said):
            (changed if row.pk else found).append(row)
            opened += not row.pk
        changed += _closed(each, rows, said)
    Conflict.objects.bulk_create(found, batch_size=1000)
    Conflict.objects.bulk_update(
        changed,
        ["local_value", "remote_value", "resolved_at", "resolution", "resolved_by"],
        batch_size=500,
    )
    return opened


def renew(link: Link, decision: Decision, *, now: datetime) -> None:
    """What an edit here makes of the open conflicts: other values, or nothing to ask.

    Nobody reads the object for that. The caller has taken the stream's turn.
    """
    fields = {one.rule.local: one for one in decision.fields}
    for row in Conflict.objects.filter(UNSETTLED, link=link).order_by("pk"):
        one = fields.get(row.local_field)
        if one is None or one.outcome not in {Outcome.AGREED, Outcome.CONFLICT}:
            continue
        if one.outcome is Outcome.AGREED:
            row.resolved_at, row.resolution, row.resolved_by = now, AGREED, RULE
        row.local_value, row.remote_value = one.local, one.remote
        row.save()


def part(links: Collection[int], *, by: str = RULE, now: datetime) -> None:
    """Ask nothing any more about links that are left alone; both values stay to be seen."""
    Conflict.objects.filter(among("link_id", links), UNSETTLED).update(
        resolved_at=now, resolution=PARTED, resolved_by=by[:200]
    )


def forget(*, now: datetime) -> int:
    """Delete conflicts that were resolved long ago.

    Those whose link went while they were open are kept as long from now on.
    """
    Conflict.objects.filter(link=None, resolved_at=None).update(
        resolved_at=now, resolution=PARTED, resolved_by=RULE
    )
    return Conflict.objects.filter(resolved_at__lt=now - KEPT).delete()[0]


def _conflicts(each: Assessed) -> bool:
    decision = each.verdict.decision
    return decision is not None and bool(decision.conflicts)


def _open(linked: Sequence[Assessed]) -> dict[tuple[int | None, str], Conflict]:
    links = [each.link.pk for each in linked if each.link]
    rows = Conflict.objects.filter(among("link_id", links), UNSETTLED)
    return {(row.link_id, row.local_field): row for row in rows}


def _links(ground: Ground, matters: Sequence[Assessed]) -> dict[str, Link]:
    """The links by remote id, also of those that were made just now."""
    rows = Link.objects.filter(
        among("remote_id", [each.row.remote_id for each in matters]),
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
    )
    return {link.remote_id: link for link in rows}


def _overruled(ground: Ground, each: Assessed, said: Said) -> list[Field]:
    """Edits of ours that the other side's value replaces.

    What goes the other way is kept by whoever writes there. What an import of the past
    fills in at the first meeting is in the history and among the run's changes.
    """
    decision = each.verdict.decision
    if decision is None or not ground.takes_changes:
        return []
    return [
        one
        for one in decision.overruled
        if one.outcome is Outcome.TO_LOCAL
        and not (said.historical and one.why is Why.FIRST_MEETING)
    ]


def _overruled_rows(
    ground: Ground, each: Assessed, links: Mapping[str, Link], said: Said
) -> Iterator[Conflict]:
    link = links.get(each.row.remote_id)
    if link is None:
        return
    for one in _overruled(ground, each, said):
        row = _row(each, link, one, said)
        row.resolved_at, row.resolution = said.now, RULE_REMOTE
        row.resolved_by = RULE
        yield row


def _row(each: Assessed, link: Link, one: Field, said: Said) -> Conflict:
    before = each.link
    return Conflict.of(
        link,
        local_field=one.rule.local,
        remote_field=one.rule.remote,
        local_value=one.local,
        remote_value=one.remote,
        base_local=before.base_local.get(one.rule.local) if before else None,
        base_remote=before.base_remote.get(one.rule.remote) if before else None,
        opened_at=said.now,
        run_id=said.run_id,
    )


def _opened(
    each: Assessed,
    link: Link,
    held: Mapping[str, Conflict],
    said: Said,
) -> Iterator[Conflict]:
    """New conflicts, and those that are open with other values than they show."""
    decision = each.verdict.decision
    for one in decision.conflicts if decision is not None else ():
        row = held.get(one.rule.local)
        if row is None:
            yield _row(each, link, one, said)
        elif (row.local_value, row.remote_value) != (one.local, one.remote):
            row.local_value, row.remote_value = one.local, one.remote
            yield row


def _closed(
    each: Assessed, held: Mapping[str, Conflict], said: Said
) -> Iterator[Conflict]:
    """Open conflicts of fields about which nobody disagrees any more."""
    decision = each.verdict.decision
    fields = {one.rule.local: one for one in decision.fields} if decision else {}
    for name, row in held.items():
        one = fields.get(name)
        outcome = one.outcome if one is not None else Outcome.AGREED
        if outcome in {Outcome.CONFLICT, Outcome.HELD}:
            continue
        row.resolved_at, row.resolution = said.now, ENDINGS.get(outcome, AGREED)
        row.resolved_by = row.resolved_by or RULE
        yield row

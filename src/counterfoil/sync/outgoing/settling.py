"""Keeps what came of a write there: the mirror, the bases of both sides, the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.sync import hours, issues, reference, turns
from counterfoil.sync.engine.decide import Field, Outcome
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.incoming import applying
from counterfoil.sync.lanes import hold
from counterfoil.sync.models import Conflict, Outgoing, Run, RunChange
from counterfoil.sync.outgoing.judging import ARCHIVED, Assessed
from counterfoil.sync.pairs import disputes, flips, values
from counterfoil.sync.pairs.disputes import RULE
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Observed

RULE_LOCAL = "rule_local"
SETTLED = frozenset({Outcome.AGREED, Outcome.KEPT})


@dataclass(frozen=True, slots=True)
class Task:
    """One waiting record, in what it is judged by, and when."""

    ground: Ground
    waiting: Outgoing
    run: Run | None
    now: datetime

    @property
    def connection(self) -> Connection:
        return self.ground.connection

    @property
    def about(self) -> issues.About:
        waiting = self.waiting
        return issues.of_record(
            waiting.name,
            waiting.object_type,
            waiting.record_id,
            stream=self.ground.pairing.stream,
        )


def settle(task: Task) -> None:
    """It waits no longer, unless somebody told of it again meanwhile."""
    Outgoing.objects.filter(pk=task.waiting.pk, stamp=task.waiting.stamp).delete()


@transaction.atomic
def in_step(task: Task, each: Assessed | None = None) -> None:
    """Nothing has to be written: whatever was in its way before is no longer."""
    hold(task.connection)
    if each is not None and each.link is not None and each.verdict.decision is not None:
        turns.take(task.connection, [task.ground.pairing.stream])
        disputes.renew(each.link, each.verdict.decision, now=task.now)
        _is_in_use(each)
    issues.forget(task.connection, [task.about])
    settle(task)


def _is_in_use(each: Assessed) -> None:
    """In use on both sides: who makes it inactive there next means it."""
    if each.link is None or ARCHIVED not in each.link.base_local:
        return
    link = _locked(each)
    if link is not None:
        link.base_local = _without_archived(link.base_local)
        link.save(update_fields=["base_local"])


def _without_archived(base: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in base.items() if name != ARCHIVED}


@transaction.atomic
def refused(task: Task, error: Exception) -> None:
    """It cannot be written as it is: a person is told, and it is not tried again."""
    hold(task.connection)
    run_id = task.run.pk if task.run is not None else None
    issues.note(task.connection, task.about, error, run_id=run_id, now=task.now)
    hours.note(task.connection, hours.Happened(failed=1), now=task.now)
    settle(task)


@transaction.atomic
def updated(
    task: Task, each: Assessed, written: Sequence[Field], answer: Observed
) -> None:
    """What the books hold after an update is what both sides agree on now.

    The answer is then applied like anything that is read: the books may have changed
    more than they were asked to.
    """
    hold(task.connection)
    turns.take(task.connection, [task.ground.pairing.stream])
    link = _locked(each)
    if link is not None and each.verdict.decision is not None:
        agreed = each.verdict.decision.agreed
        there = values.of_content(answer.content, [one.rule for one in written])
        link.base_local = {
            **_without_archived(link.base_local),
            **agreed.local,
            **{one.rule.local: one.local for one in written},
        }
        link.base_remote = {**link.base_remote, **agreed.remote, **there}
        link.pushed_at = task.now
        link.save(update_fields=["base_local", "base_remote", "pushed_at"])
        _keep_trail(task, each, link, written, there)
    settle(task)
    take(task, answer)
    _renew_version(link, answer)
    issues.forget(task.connection, [task.about])
    hours.note(task.connection, hours.Happened(pushed=1), now=task.now)


@transaction.atomic
def will_be_called(task: Task, each: Assessed, rule: Rule, name: str) -> None:
    """Agree beforehand on the name that an object gets because its own is taken.

    Before the call: whoever dies after it, or gets no answer, finds no edit in it.
    """
    hold(task.connection)
    turns.take(task.connection, [task.ground.pairing.stream])
    link = _locked(each)
    if link is not None and each.record is not None:
        here = values.of_record(each.record, [rule], task.ground.properties)
        link.base_local = {**link.base_local, **here}
        link.base_remote = {**link.base_remote, rule.remote: name}
        link.save(update_fields=["base_local", "base_remote"])


@transaction.atomic
def is_still_called(task: Task, each: Assessed, rule: Rule) -> None:
    """It did not get the name: agreed is what was agreed before, and an edit is one."""
    hold(task.connection)
    link = _locked(each)
    if link is not None and each.link is not None:
        before = each.link
        link.base_local = _as_before(link.base_local, before.base_local, rule.local)
        link.base_remote = _as_before(link.base_remote, before.base_remote, rule.remote)
        link.save(update_fields=["base_local", "base_remote"])


def _as_before(
    base: Mapping[str, Any], before: Mapping[str, Any], name: str
) -> dict[str, Any]:
    others = {key: value for key, value in base.items() if key != name}
    return {**others, name: before[name]} if name in before else others


@transaction.atomic
def switched(task: Task, each: Assessed, answer: Observed) -> None:
    """It was made inactive there, because it is archived here, or active again."""
    hold(task.connection)
    turns.take(task.connection, [task.ground.pairing.stream])
    link = _locked(each)
    is_archived = each.verdict.there is Act.ARCHIVE
    if link is not None:
        base = _without_archived(link.base_local)
        link.base_local = {**base, ARCHIVED: True} if is_archived else base
        link.pushed_at = task.now
        link.pulled_at = link.pulled_at or task.now
        link.digest = answer.digest
        link.save(update_fields=["base_local", "pushed_at", "pulled_at", "digest"])
        if task.run is not None:
            row = _trail(task, link)
            row.archived = not is_archived
            row.save()
    settle(task)
    if is_archived:
        reference.keep(task.connection, answer.stream, [answer], now=task.now)
    else:
        take(task, answer)
    _renew_version(link, answer)
    issues.forget(task.connection, [task.about])
    hours.note(task.connection, hours.Happened(pushed=1), now=task.now)


@transaction.atomic
def unlinked(task: Task, each: Assessed) -> None:
    """Archived here: what it was there is left alone from now on."""
    hold(task.connection)
    if each.link is not None:
        Link.objects.filter(pk=each.link.pk).delete()
    issues.forget(task.connection, [task.about])
    settle(task)


def take(task: Task, observed: Observed) -> None:
    """Apply what was read or answered, within the caller's transaction."""
    applying.apply(
        task.connection, observed.stream, [observed], run=task.run, now=task.now
    )


def _locked(each: Assessed) -> Link | None:
    if each.link is None:
        return None
    return Link.objects.select_for_update().filter(pk=each.link.pk).first()


def _renew_version(link: Link | None, answer: Observed) -> None:
    """Also where nothing else was news: the next write is bound to this version."""
    if link is None:
        return
    Link.objects.filter(pk=link.pk).update(
        version=answer.version,
        **({"remote_updated_at": answer.updated_at} if answer.updated_at else {}),
    )
    renew_mirror(link.connection_id, answer)


def renew_mirror(connection_id: int, answer: Observed) -> None:
    """The mirror leaves equal contents alone; their version may be newer all the same."""
    RemoteObject.objects.filter(
        connection_id=connection_id,
        stream=answer.stream,
        remote_id=answer.remote_id,
        digest=answer.digest,
    ).update(version=answer.version)


def _keep_trail(
    task: Task,
    each: Assessed,
    link: Link,
    written: Sequence[Field],
    there: Mapping[str, Any],
) -> None:
    flips.note(
        task.connection,
        [
            flips.Flip(link.pk, one.rule, flips.THERE, one.local, one.remote)
            for one in written
        ],
        now=task.now,
    )
    if task.run is not None:
        row = _trail(task, link)
        row.before = {one.rule.remote: one.remote for one in written}
        row.after = dict(there)
        row.save()


@transaction.atomic
def keep_overruled(
    task: Task, each: Assessed, written: Sequence[Field]
) -> list[Conflict]:
    """Keep the edits there that are about to be written over, as the mapping says.

    Before the call: whoever dies after it, or gets no answer, finds both sides equal.
    """
    overruled = [one for one in written if one.overrules]
    link = _locked(each) if overruled else None
    if link is None:
        return []
    hold(task.connection)
    rows = [_overruled(task, link, one) for one in overruled]
    return Conflict.objects.bulk_create(row for row in rows if not _is_kept(row))


def _is_kept(row: Conflict) -> bool:
    """The same was tried before, and nobody knows what came of it."""
    same = Conflict.objects.filter(
        link=row.link, local_field=row.local_field, resolution=row.resolution
    )
    values = same.values_list("local_value", "remote_value")
    return (row.local_value, row.remote_value) in list(values)


@transaction.atomic
def forget_overruled(task: Task, kept: Sequence[Conflict]) -> None:
    """Nothing was written over after all."""
    hold(task.connection)
    Conflict.objects.filter(pk__in=[row.pk for row in kept]).delete()


def _overruled(task: Task, link: Link, one: Field) -> Conflict:
    """An edit there that ours was written over, as the mapping says: its value is kept."""
    return Conflict.of(
        link,
        local_field=one.rule.local,
        remote_field=one.rule.remote,
        local_value=one.local,
        remote_value=one.remote,
        opened_at=task.now,
        resolved_at=task.now,
        resolution=RULE_LOCAL,
        resolved_by=RULE,
        run_id=task.run.pk if task.run is not None else None,
    )


def _trail(task: Task, link: Link) -> RunChange:
    return RunChange(
        run=task.run,
        side="there",
        object_type=link.object_type,
        record_id=link.record_id,
        stream=link.stream,
        remote_id=link.remote_id,
    )

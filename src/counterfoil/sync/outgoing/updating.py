"""Brings one object there in step with its record: by compare-and-set, until it holds.

No transaction is open across a call. Somebody there was quicker, or the answer was lost:
the object is read, applied like any news, and judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import links, mirror
from counterfoil.connections.models import Link, RemoteObject
from counterfoil.core.errors import Gone, Rejected, Stale, Unclear
from counterfoil.crm.refs import Ref
from counterfoil.posting import recovery
from counterfoil.sync import categories, marking, turns
from counterfoil.sync.engine.decide import Field, Outcome
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.engine.match import Match
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.lanes import hold
from counterfoil.sync.models import Outgoing, Review
from counterfoil.sync.outgoing import creating, judging, names, settling, switching
from counterfoil.sync.outgoing.judging import Assessed
from counterfoil.sync.outgoing.settling import Task
from counterfoil.sync.pairs import incoming, values
from counterfoil.sync.pairs.candidates import TITLE
from counterfoil.sync.pairs.keeping import RETURNED
from counterfoil.sync.ports import Observed, sources, writers

MOST_TRIES = 5
MOST_POSTPONED = 5
FIRST_WAIT = timedelta(seconds=10)
MOST_CANDIDATES = 20
BY_COMPANY = "company"


def bring(task: Task, each: Assessed) -> None:
    """Do what the verdict says, and say what came of it."""
    if each.link is None and _is_linked_now(task):
        [each] = judging.assess(task.ground, [task.waiting.record_id])
    if each.link is None and each.verdict.there is not Act.REVIEW:
        _ask_no_more(task)
    for _try in range(MOST_TRIES):
        try:
            _ACTS[each.verdict.there](task, each)
        except (Stale, Unclear, Gone):
            each = _looked(task, each)
        except Rejected as error:
            if _is_of_the_company(task, error):
                raise
            settling.refused(task, error)
            return
        else:
            return
    postpone(task, Stale(_("Somebody changed it each time it was to be written.")))


def _is_linked_now(task: Task) -> bool:
    """Whether somebody has linked it while others of its batch were written."""
    ref = Ref(task.waiting.object_type, task.waiting.record_id)
    return (
        links.remote_for(task.connection, task.ground.pairing.stream, ref) is not None
    )


def _ask_no_more(task: Task) -> None:
    """A question that has answered itself is taken back."""
    Review.objects.filter(
        connection=task.connection,
        name=task.ground.pairing.name,
        side="out",
        record_id=task.waiting.record_id,
        answered_at=None,
    ).delete()


def postpone(task: Task, error: Exception) -> None:
    """Try again later, ever more rarely; a person is told when that does not help."""
    waiting = task.waiting
    if waiting.attempts >= MOST_POSTPONED:
        settling.refused(task, error)
        return
    wait = FIRST_WAIT * 3**waiting.attempts
    Outgoing.objects.filter(pk=waiting.pk, stamp=waiting.stamp).update(
        attempts=waiting.attempts + 1, next_at=task.now + wait
    )


def _looked(task: Task, each: Assessed) -> Assessed:
    """Read the object, apply it as news, and judge again."""
    stream = task.ground.pairing.stream
    remote_id = each.verdict.remote_id
    source = sources[task.connection.service]
    found = list(source.fetch(task.connection, stream, [remote_id], now=task.now))
    gone = Observed(stream, remote_id, deleted=True, active=False)
    with transaction.atomic():
        hold(task.connection)
        for observed in found or [gone]:
            settling.take(task, observed)
            settling.renew_mirror(task.connection.pk, observed)
        _is_judged_now(task)
    [judged] = judging.assess(task.ground, [task.waiting.record_id])
    return judged


def _is_judged_now(task: Task) -> None:
    """What the news marked anew is no later word; else it would never be settled."""
    rows = Outgoing.objects.filter(pk=task.waiting.pk)
    stamp = rows.values_list("stamp", flat=True).first()
    task.waiting.stamp = task.waiting.stamp if stamp is None else stamp


def _nothing(task: Task, each: Assessed) -> None:
    """In step, or left with a reason; what the mirror has lost is read first."""
    if (
        each.link is not None
        and each.row is None
        and each.verdict.reason is (Reason.WAITING)
    ):
        _looked(task, each)
    if each.verdict.reason is Reason.REFUSED and each.record is not None:
        creating.look_again(task, each.record)
    elif each.verdict.reason in {Reason.WAITING, Reason.IGNORED, Reason.UNDONE}:
        settling.settle(task)
    else:
        settling.in_step(task, each)
        if each.verdict.here is Act.UPDATE:
            _take_back(task, each.verdict.remote_id)


@transaction.atomic
def _take_back(task: Task, remote_id: str) -> None:
    """What was typed here gives way, as emptiness does: nobody there has to stir."""
    hold(task.connection)
    _compare(task, remote_id)


def _create(task: Task, each: Assessed) -> None:
    assert each.record is not None  # noqa: S101  only a record is created there
    creating.create(task, each.record)


def _update(task: Task, each: Assessed) -> None:
    decision, row = each.verdict.decision, each.row
    assert decision is not None and row is not None  # noqa: S101, PT018
    written = [one for one in decision.fields if one.outcome is Outcome.TO_REMOTE]
    wanted = values.for_content(decision.to_remote, each.rules, row.content)
    kept = settling.keep_overruled(task, each, written)
    try:
        answer = _written(task, row, written, wanted)
    except (Stale, Gone, Rejected):
        settling.forget_overruled(task, kept)
        raise
    settling.updated(task, each, written, answer)


def _written(
    task: Task, row: RemoteObject, written: list[Field], wanted: dict[str, object]
) -> Observed:
    """The answer to an update; a name that is taken gives way where it may."""
    name = next((one for one in written if one.rule.kind is FieldKind.NAME), None)
    called = str(wanted.get(name.rule.remote) or "") if name is not None else ""
    gives_way = name is not None and names.gives_way(task.ground, called)
    tried: set[str] = set()
    while True:
        if gives_way and name is not None:
            free = names.free(task.ground, called, besides=tried, own=row.remote_id)
            wanted = {**wanted, name.rule.remote: free}
            tried.add(names.form(free))
        recovery.count(task.now)
        try:
            return writers[task.connection.service].update(
                task.connection,
                row.stream,
                row.remote_id,
                version=row.version,
                values=wanted,
                now=task.now,
            )
        except Rejected as error:
            is_taken = names.is_taken(task.ground, error)
            if not (is_taken and gives_way) or len(tried) >= MOST_TRIES:
                raise


def _is_of_the_company(task: Task, error: Rejected) -> bool:
    """No record is at fault: all of them wait until the company is in order."""
    found = categories.of(error, service=task.connection.service)
    return found.key in categories.OF_THE_COMPANY


def _switch(task: Task, each: Assessed) -> None:
    is_met_again = each.link is None
    if is_met_again:
        each = _met_again(task, each)
    settling.switched(task, each, switching.switch(task, each))
    if is_met_again:
        with transaction.atomic():
            hold(task.connection)
            _compare(task, each.verdict.remote_id)


def _met_again(task: Task, each: Assessed) -> Assessed:
    """What an undo had put away there is the record's once more, before it is active.

    Whoever dies in between finds it put away from here, and makes it active.
    """
    with transaction.atomic():
        hold(task.connection)
        link = _linked(task, each, RETURNED)
        link.base_local = {judging.ARCHIVED: True}
        link.save(update_fields=["base_local"])
    row = mirror.get(task.connection, link.stream, link.remote_id)
    return replace(each, link=link, row=row)


def _linked(task: Task, each: Assessed, reason: str) -> Link:
    """In the caller's transaction."""
    assert each.record is not None  # noqa: S101  only a record is linked
    stream = task.ground.pairing.stream
    turns.take(task.connection, [stream])
    link = links.link(
        task.connection,
        stream=stream,
        remote_id=each.verdict.remote_id,
        ref=Ref.of(each.record),
        now=task.now,
    )
    link.reason = reason
    link.run_id = task.run.pk if task.run is not None else None
    link.save(update_fields=["reason", "run_id"])
    return link


def _link(task: Task, each: Assessed) -> None:
    """Say that they are one; what each side has then travels both ways."""
    match = each.verdict.match
    reason = BY_COMPANY
    if match is not None:
        reason = str(match.key) if match.key else RETURNED
    with transaction.atomic():
        hold(task.connection)
        _linked(task, each, reason)
        settling.in_step(task)
        _compare(task, each.verdict.remote_id)
        if reason == BY_COMPANY:
            _tell_of_the_person(task)


def _tell_of_the_person(task: Task) -> None:
    """A customer that names nobody is no news to a contact: the contact names itself."""
    marking.mark(
        task.connection,
        task.ground.pairing.name,
        [task.waiting.record_id],
        run_id=task.run.pk if task.run is not None else None,
        now=task.now,
    )


def _compare(task: Task, remote_id: str) -> None:
    rows = RemoteObject.objects.filter(
        connection=task.connection,
        stream=task.ground.pairing.stream,
        remote_id=remote_id,
    )
    incoming.apply_rows(
        task.connection,
        task.ground.pairing,
        task.ground.settings,
        list(rows),
        historical=False,
        run=task.run,
        now=task.now,
    )


def _review(task: Task, each: Assessed) -> None:
    """Several could be it: a person says which, or that it is none of them."""
    match, record, ground = each.verdict.match, each.record, task.ground
    assert match is not None and record is not None  # noqa: S101, PT018
    asked = {
        "stream": ground.pairing.stream,
        "object_type": record.object_type,
        "title": record.title,
        "candidates": _told(task, match),
    }
    with transaction.atomic():
        hold(task.connection)
        Review.objects.update_or_create(
            connection=task.connection,
            name=ground.pairing.name,
            side="out",
            record_id=record.pk,
            defaults={**asked, "answered_at": None, "answered_by": "", "answer": {}},
            create_defaults={
                **asked,
                "opened_at": task.now,
                "run_id": task.run.pk if task.run is not None else None,
            },
        )
        settling.settle(task)


def _told(task: Task, match: Match) -> list[Mapping[str, object]]:
    """The candidates as a person sees them."""
    found = match.others[:MOST_CANDIDATES]
    rows = RemoteObject.objects.filter(
        connection=task.connection,
        stream=task.ground.pairing.stream,
        remote_id__in=[one.candidate_id for one in found],
    )
    details = {row.remote_id: _detail(task, row) for row in rows}
    return [
        {
            "id": one.candidate_id,
            "title": one.title,
            "detail": details.get(one.candidate_id, ""),
            "by": str(match.key or ""),
        }
        for one in found
    ]


def _detail(task: Task, row: RemoteObject) -> str:
    """What tells objects of the same name from one another."""
    keys = task.ground.pairing.match_keys.values()
    parts = [
        str(values.told(row.content, remote) or "")
        for local, remote in keys
        if local != TITLE
    ]
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _unlink(task: Task, each: Assessed) -> None:
    settling.unlinked(task, each)


_ACTS: Mapping[Act, Callable[[Task, Assessed], None]] = {
    Act.NOTHING: _nothing,
    Act.CREATE: _create,
    Act.UPDATE: _update,
    Act.LINK: _link,
    Act.ARCHIVE: _switch,
    Act.RESTORE: _switch,
    Act.UNLINK: _unlink,
    Act.REVIEW: _review,
}

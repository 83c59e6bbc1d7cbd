"""The door: applies what was observed of a stream to the records that it has here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import records
from counterfoil.crm.records import Change, Written
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import marking, turns
from counterfoil.sync.among import among
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import Run
from counterfoil.sync.pairs import (
    asking,
    changes,
    disputes,
    families,
    flips,
    judging,
    keeping,
    merging,
    others,
    refused,
)
from counterfoil.sync.pairs.disputes import Said
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import Assessed
from counterfoil.sync.pairs.tally import Tally
from counterfoil.sync.ports import Observed, Pairing
from counterfoil.sync.reference import Kept

MOST_TRIES = 5
NOTHING_KEPT = Kept()
LINKED = frozenset({Act.LINK, Act.UPDATE})


class _Unwritable(Exception):
    """Some objects cannot become records as they are; the others can."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__()
        self.sentences = sentences


def apply(  # noqa: PLR0913  all of it is said by name
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    *,
    kept: Kept = NOTHING_KEPT,
    historical: bool,
    run: Run | None,
    now: datetime,
) -> Tally:
    """Bring records in step with what was observed, in the caller's transaction.

    The objects are held in the mirror already; ``kept`` is what is known of that. What
    is as it was when its record was last written is left alone without being read.
    """
    tally = Tally()
    active = others.on(connection, stream)
    merging.follow(connection, stream, observed, active, now=now)
    if not active or not observed:
        return tally
    rows = _news(connection, stream, observed, kept)
    for pairing, settings in active:
        tally += apply_rows(
            connection,
            pairing,
            settings,
            rows,
            historical=historical,
            run=run,
            now=now,
        )
    return tally


def apply_rows(  # noqa: PLR0913  all of it is said by name
    connection: Connection,
    pairing: Pairing,
    settings: Settings,
    rows: Sequence[RemoteObject],
    *,
    historical: bool,
    run: Run | None,
    now: datetime,
) -> Tally:
    """Bring the records of one pairing in step with objects as they are held.

    Where somebody was quicker, all is judged again; what cannot be written stops no
    others. Raises :class:`Stale` when there is no end of it.
    """
    if not (settings.enabled and rows):
        return Tally()
    turns.take(connection, [pairing.stream])
    ground = Ground(connection, pairing, settings, now=now)
    said = Said(historical, run, now)
    failed: dict[str, Mapping[str, str]] = {}
    tries = 0
    while True:
        left = [row for row in rows if row.remote_id not in failed]
        try:
            with transaction.atomic():
                tally = _carried_out(ground, left, said)
            break
        except _Unwritable as error:
            failed |= error.sentences
        except Stale:
            tries += 1
            if tries == MOST_TRIES:
                raise
    if failed:
        refused.note(ground, failed, refused.UNWRITABLE, now=now)
    tally.failed += len(failed)
    return tally


def _news(
    connection: Connection, stream: str, observed: Sequence[Observed], kept: Kept
) -> list[RemoteObject]:
    """The objects that are not known to be in step, as they are held, parents first."""
    in_step = _in_step(connection, stream, observed, kept)
    wanted = {
        each.remote_id: each for each in observed if each.remote_id not in in_step
    }
    return _held(connection, stream, wanted, kept) if wanted else []


def _in_step(
    connection: Connection, stream: str, observed: Sequence[Observed], kept: Kept
) -> set[str]:
    """What was not here before cannot be."""
    digests = {
        each.remote_id: each.digest
        for each in observed
        if each.digest and each.remote_id not in kept.fresh
    }
    if not digests:
        return set()
    links = Link.objects.filter(
        among("remote_id", digests), connection=connection, stream=stream
    ).exclude(pulled_at=None)
    return {
        remote_id
        for remote_id, digest in links.values_list("remote_id", "digest")
        if bytes(digest) == digests[remote_id]
    }


def _held(
    connection: Connection, stream: str, wanted: Mapping[str, Observed], kept: Kept
) -> list[RemoteObject]:
    """The rows of the mirror; where one is as observed, it is not read again."""
    found = {
        each.remote_id: _as_held(connection, each)
        for each in wanted.values()
        if each.digest and kept.current.get(each.remote_id) is each
    }
    left = [each for each in wanted if each not in found]
    if left:
        rows = RemoteObject.objects.filter(
            among("remote_id", left), connection=connection, stream=stream
        )
        found |= {row.remote_id: row for row in rows}
    return [found[each] for each in wanted if each in found]


def _as_held(connection: Connection, observed: Observed) -> RemoteObject:
    # By position, in the order of the fields: Django takes much longer over names.
    return RemoteObject(  # type: ignore[misc]
        None,
        connection.pk,
        observed.stream,
        observed.remote_id,
        observed.version,
        observed.name,
        observed.lookup,
        observed.email,
        observed.active,
        observed.content,
        observed.digest,
        observed.updated_at,
        None,
    )


def _carried_out(ground: Ground, rows: Sequence[RemoteObject], said: Said) -> Tally:
    """Judge and write, once: all of it or nothing."""
    assessed = judging.assess(ground, rows, for_writing=True)
    plan = changes.planned(ground, assessed)
    written = _written(ground, plan.changes, said)
    if said.run is not None:
        keeping.keep_changes(said.run, assessed, written, ground)
    fresh = keeping.keep(ground, assessed, written, run=said.run, now=said.now)
    refused.forget(ground, [row.remote_id for row in rows])
    if plan.unfit:
        refused.note(ground, plan.unfit, refused.UNFIT, now=said.now)
    tally = _counted(assessed, written)
    tally.conflicts = disputes.settle(ground, assessed, said)
    tally.reviewed = asking.ask(ground, assessed, run_id=said.run_id, now=said.now)
    _note_flips(ground, assessed, written, said)
    families.join(ground, assessed, written, fresh, historical=said.historical)
    _send(ground, assessed, said)
    return tally


def _written(
    ground: Ground, wanted: Sequence[Change], said: Said
) -> dict[str, Written]:
    if not wanted:
        return {}
    connection = ground.connection
    try:
        done = records.write(
            workspace=ground.workspace,
            changes=wanted,
            actor=Actor.connection(connection.pk, connection.name),
            origin=Origin.connection(connection.pk, historical=said.historical),
            now=said.now,
        )
    except Invalid as error:
        raise _Unwritable(_by_object(error, wanted)) from error
    return {each.key: each for each in done if each.key is not None}


def _by_object(
    error: Invalid, wanted: Sequence[Change]
) -> dict[str, Mapping[str, str]]:
    """The sentences by the objects they are about, which the door names by place."""
    found: dict[str, dict[str, str]] = {}
    for where, sentences in error.errors.items():
        place, dot, name = where.partition(".")
        change = wanted[int(place)] if dot and place.isdecimal() else wanted[0]
        if dot and change.key is not None:
            found.setdefault(change.key, {})[name] = " ".join(sentences)
        elif change.key is not None:
            found.setdefault(change.key, {})[where] = " ".join(sentences)
    return dict(found)


def _counted(assessed: Sequence[Assessed], written: Mapping[str, Written]) -> Tally:
    tally = Tally()
    for each in assessed:
        change = written.get(each.row.remote_id)
        if change is not None and change.created:
            tally.created += 1
        elif each.verdict.here in {Act.ARCHIVE, Act.RESTORE} or (
            change is not None and change.changed
        ):
            tally.updated += 1
        if each.link is None and each.verdict.here in LINKED:
            tally.linked += 1
        if each.verdict.is_quiet and each.verdict.reason:
            tally.left[each.verdict.reason] += 1
    return tally


def _note_flips(
    ground: Ground,
    assessed: Sequence[Assessed],
    written: Mapping[str, Written],
    said: Said,
) -> None:
    """Count what was written over; the past does not flip."""
    if said.historical:
        return
    found = []
    for each in assessed:
        change = written.get(each.row.remote_id)
        if each.link is None or change is None or each.verdict.decision is None:
            continue
        found += [
            flips.Flip(each.link.pk, one.rule, flips.HERE, one.remote, one.local)
            for one in each.verdict.decision.fields
            if one.rule.local in change.changed
        ]
    flips.note(ground.connection, found, now=said.now)


def _send(ground: Ground, assessed: Sequence[Assessed], said: Said) -> None:
    """What must be written there is written by whoever goes out."""
    ids = [
        each.verdict.record_id
        for each in assessed
        if each.verdict.there is not Act.NOTHING and each.verdict.record_id
    ]
    if ids:
        marking.mark(
            ground.connection,
            ground.pairing.name,
            ids,
            run_id=said.run_id,
            now=said.now,
        )

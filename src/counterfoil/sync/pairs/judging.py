"""What would become of objects as they are held: the same words for a run and a preview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.sync.among import among
from counterfoil.sync.engine.decide import (
    Bases,
    Decision,
    Outcome,
    Whole,
    decide,
)
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.match import NOBODY, Candidate, Match
from counterfoil.sync.engine.settings import Gone, Settings
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.models import Quarantine, Review
from counterfoil.sync.pairs import candidates, returning, survivors, values
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Pairing

ARCHIVED = b"archived"
"""The digest of a link whose record was archived because its object was made inactive."""
NEVER = Bases({}, {})


@dataclass(slots=True)
class Assessed:
    """A verdict with what it was found on, for whoever carries it out."""

    row: RemoteObject
    verdict: Verdict
    link: Link | None = None
    record: Record | None = None
    rules: tuple[Rule, ...] = ()


@dataclass
class Known:
    """What is known here of some objects."""

    links: dict[str, Link] = field(default_factory=dict)
    records: dict[int, Record] = field(default_factory=dict)
    held: dict[int, set[str]] = field(default_factory=dict)
    answers: dict[str, dict[str, object]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)  # links that an undo left alone


def judge_in(
    connection: Connection,
    pairing: Pairing,
    settings: Settings,
    rows: Sequence[RemoteObject],
    *,
    now: datetime,
) -> list[Verdict]:
    """A verdict for each row, in their order. Reads only; a handful of statements."""
    if not settings.enabled:
        return [Verdict(row.remote_id, reason=Reason.OFF) for row in rows]
    ground = Ground(connection, pairing, settings, now=now)
    return [each.verdict for each in assess(ground, rows)]


def assess(
    ground: Ground,
    rows: Sequence[RemoteObject],
    *,
    for_writing: bool = False,
    known: Known | None = None,
) -> list[Assessed]:
    """Judge rows; ``for_writing`` locks the links, ``known`` saves the reading."""
    known = known or _known(ground, rows, for_writing=for_writing)
    found: dict[str, Assessed] = {}
    fresh: list[RemoteObject] = []
    for row in rows:
        link = known.links.get(row.remote_id)
        if link is not None:
            found[row.remote_id] = _linked(ground, row, link, known)
        elif reason := _unfit(ground, row, known):
            found[row.remote_id] = Assessed(row, _left(row, reason))
        else:
            fresh.append(row)
    pool = candidates.pool(ground, fresh, ending=_ending(found.values()))
    matched = _matches(ground, fresh, pool, known)
    former = _former(ground, matched)
    for row in fresh:
        found[row.remote_id] = _met(
            ground, row, matched[row.remote_id], pool, former.get(row.remote_id)
        )
    return [found[row.remote_id] for row in rows]


def _ending(assessed: Iterable[Assessed]) -> list[int]:
    """The links that end on this page: who comes with it may take their place."""
    return [
        each.link.pk
        for each in assessed
        if each.link is not None and each.verdict.here is Act.UNLINK
    ]


def _former(ground: Ground, matched: Mapping[str, Match]) -> dict[str, Record]:
    """Whom objects that found nobody were before an undo, unless another found them."""
    unmet = [each for each, match in matched.items() if match.is_nobody]
    found = {match.chosen.candidate_id for match in matched.values() if match.chosen}
    former = returning.records(ground, unmet)
    return {each: held for each, held in former.items() if str(held.pk) not in found}


def _known(ground: Ground, rows: Sequence[RemoteObject], *, for_writing: bool) -> Known:
    ids = [row.remote_id for row in rows]
    links = Link.objects.filter(
        among("remote_id", ids),
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
    ).order_by("id")
    if for_writing:
        links = links.select_for_update()
    known = Known({link.remote_id: link for link in links})
    reviews = Review.objects.filter(
        among("remote_id", ids),
        connection=ground.connection,
        name=ground.pairing.name,
        side="in",
        answered_at__isnull=False,
    )
    known.answers = dict(reviews.values_list("remote_id", "answer"))
    if known.links:
        _load_linked(ground, known)
    return known


def _load_linked(ground: Ground, known: Known) -> None:
    records = ground.model._default_manager.filter(
        among("pk", {link.record_id for link in known.links.values()}),
        workspace=ground.workspace,
    )
    known.records = {record.pk: record for record in records}
    held: dict[int, set[str]] = defaultdict(set)
    links = [link.pk for link in known.links.values()]
    rows = Quarantine.objects.filter(among("link_id", links))
    for link_id, name in rows.values_list("link_id", "field"):
        held[link_id].add(name)
    known.held = dict(held)
    known.undone = returning.left_by_undo(ground, known.links.values())


def _left(row: RemoteObject, reason: Reason, record_id: int | None = None) -> Verdict:
    return Verdict(row.remote_id, record_id, reason=reason)


def _unfit(ground: Ground, row: RemoteObject, known: Known) -> Reason:
    """Why an object that is nobody's yet is left alone, if it is."""
    if known.answers.get(row.remote_id, {}).get("ignore"):
        return Reason.IGNORED
    if not ground.settings.comes_in:
        return Reason.ONE_WAY
    if not ground.takes_changes:
        return Reason.NOT_TAKEN
    if not row.active:
        return survivors.gone(row)
    reason = ground.pairing.covers(row.content, ground.others)
    if reason:
        return reason
    return Reason.NONE if ground.pairing.title(row.content) else Reason.NO_NAME


def _linked(ground: Ground, row: RemoteObject, link: Link, known: Known) -> Assessed:
    record = known.records.get(link.record_id)
    verdict = _of_linked(ground, row, link, record, known)
    rules = ground.rules_for(row.content)
    return Assessed(row, verdict, link, record, rules)


def _of_linked(
    ground: Ground,
    row: RemoteObject,
    link: Link,
    record: Record | None,
    known: Known,
) -> Verdict:
    if link.state == LinkState.IGNORED:
        reason = Reason.UNDONE if link.pk in known.undone else Reason.IGNORED
        return _left(row, reason, link.record_id)
    if record is None:
        return Verdict(row.remote_id, link.record_id, Act.UNLINK)
    if not row.active and ground.settings.on_gone is not Gone.KEEP:
        return _gone(ground, row, record)
    reason = _aside(ground, row, link, record)
    if reason:
        return _left(row, reason, record.pk)
    held = known.held.get(link.pk, ())
    bases = Bases(link.base_local, link.base_remote)
    verdict = _decided(ground, row, record, bases, held)
    if record.archived_at is not None:
        return replace(verdict, here=Act.RESTORE)
    return verdict


def _gone(ground: Ground, row: RemoteObject, record: Record) -> Verdict:
    """It was made inactive or deleted there."""
    if ground.settings.on_gone is Gone.UNLINK:
        return Verdict(row.remote_id, record.pk, Act.UNLINK, reason=Reason.ELSEWHERE)
    if record.archived_at is not None or not ground.takes_changes:
        return _left(row, Reason.INACTIVE, record.pk)
    return Verdict(row.remote_id, record.pk, Act.ARCHIVE, reason=Reason.INACTIVE)


def _aside(ground: Ground, row: RemoteObject, link: Link, record: Record) -> Reason:
    """Why a pair is not compared for now, if it is not."""
    reason = ground.pairing.covers(row.content, ground.others)
    if reason:
        return reason
    if not row.active and not bytes(row.digest):
        return survivors.gone(row)
    if record.archived_at is not None:
        was_ours = bytes(link.digest) == ARCHIVED
        if not (row.active and was_ours and ground.takes_changes):
            return Reason.ARCHIVED
    return Reason.NONE if ground.sieve.lets(record) else Reason.FILTERED


def _decided(
    ground: Ground,
    row: RemoteObject,
    record: Record,
    bases: Bases,
    held: Collection[str] = (),
) -> Verdict:
    rules = ground.rules_for(row.content)
    decision = decide(
        rules,
        bases=bases,
        local=values.of_record(record, rules, ground.properties),
        remote=values.of_content(row.content, rules),
        held=held,
    )
    here = there = Act.NOTHING
    reason = _standing(decision)
    if decision.to_local:
        if ground.takes_changes:
            here = Act.UPDATE
        else:
            reason = reason or Reason.NOT_TAKEN
    if decision.to_remote and ground.sends_changes and row.active:
        there = Act.UPDATE
    return Verdict(row.remote_id, record.pk, here, there, reason, decision)


def _standing(decision: Decision) -> Reason:
    """What keeps fields from agreeing."""
    outcomes = {each.outcome for each in decision.fields}
    if Outcome.CONFLICT in outcomes:
        return Reason.CONFLICT
    return Reason.QUARANTINED if Outcome.HELD in outcomes else Reason.NONE


def _matches(
    ground: Ground,
    rows: Sequence[RemoteObject],
    pool: candidates.Pool,
    known: Known,
) -> dict[str, Match]:
    """Whom each object finds; nobody is given to two of them.

    Of several that find the same record the one that stands higher takes it: customers
    below another copy its address. Among equals a person chooses.
    """
    found: dict[str, Match] = {}
    claims: dict[str, list[RemoteObject]] = defaultdict(list)
    for row in rows:
        if known.answers.get(row.remote_id, {}).get("new"):
            found[row.remote_id] = Match()
            continue
        one = pool.match(candidates.keys_of(ground, row)) if pool.records else NOBODY
        found[row.remote_id] = one
        if one.chosen is not None:
            claims[one.chosen.candidate_id].append(row)
    for claimants in claims.values():
        if len(claimants) > 1:
            _settle(claimants, found)
    return found


def _settle(claimants: Sequence[RemoteObject], found: dict[str, Match]) -> None:
    """Give a record that several objects claim to one of them, or ask."""
    top = min(_level(row) for row in claimants)
    for row in claimants:
        claim = found[row.remote_id]
        if _level(row) > top:
            found[row.remote_id] = Match()
        elif sum(_level(other) == top for other in claimants) > 1 and claim.chosen:
            found[row.remote_id] = Match(claim.key, None, (claim.chosen,))


def _level(row: RemoteObject) -> int:
    return int(str(row.content.get("level") or 0))


def _met(
    ground: Ground,
    row: RemoteObject,
    match: Match,
    pool: candidates.Pool,
    former: Record | None,
) -> Assessed:
    """An object that is nobody's yet, and whom it found; or whom it was before an undo."""
    rules = ground.rules_for(row.content)
    if match.chosen is not None:
        record = pool.record(match.chosen)
        verdict = _joined(ground, row, record, match)
        return Assessed(row, verdict, None, record, rules)
    if match.is_ambiguous:
        verdict = Verdict(
            row.remote_id, None, Act.REVIEW, reason=Reason.AMBIGUOUS, match=match
        )
        return Assessed(row, verdict, rules=rules)
    verdict = _new(ground, row, rules)
    if former is None or verdict.here is not Act.CREATE:
        return Assessed(row, verdict, rules=rules)
    if former.archived_at is None:
        itself = Match(chosen=Candidate(str(former.pk), former.title, {}))
        verdict = _joined(ground, row, former, itself)
    else:
        verdict = replace(verdict, record_id=former.pk, here=Act.RESTORE)
    return Assessed(row, verdict, None, former, rules)


def _joined(ground: Ground, row: RemoteObject, record: Record, match: Match) -> Verdict:
    if not ground.sieve.lets(record):
        return _left(row, Reason.FILTERED, record.pk)
    verdict = _decided(ground, row, record, NEVER)
    here = verdict.here if verdict.here is Act.UPDATE else Act.LINK
    return replace(verdict, here=here, match=match)


def _new(ground: Ground, row: RemoteObject, rules: tuple[Rule, ...]) -> Verdict:
    if not ground.takes_new:
        return _left(row, Reason.UPDATE_ONLY)
    if (ground.sieve.questions or ground.sieve.broken) and not ground.sieve.lets(
        ground.would_be(row, rules)
    ):
        return _left(row, Reason.FILTERED)
    there = tuple(values.all_told(row.content, rules))
    return Verdict(row.remote_id, None, Act.CREATE, decision=Whole(rules, there))

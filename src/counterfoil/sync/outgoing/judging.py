"""What would become of records there: the same words for a push, a preview, a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.posting.state import State
from counterfoil.sync.engine.decide import Bases, Decision, Outcome, decide
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.match import Candidate, Match, MatchKey
from counterfoil.sync.engine.settings import Archived, NameTaken, Settings, Taking
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.outgoing import known, likeness, names, people, saying
from counterfoil.sync.outgoing.known import Known
from counterfoil.sync.outgoing.people import Home
from counterfoil.sync.pairs import returning, survivors, values
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Pairing

ARCHIVED = "archived"
"""Kept in a link's base: that it was made inactive there because it was archived here."""
WAITING = frozenset({State.INTENDED, State.SENDING, State.UNKNOWN})


@dataclass(slots=True)
class Assessed:
    """A verdict with what it was found on, for whoever carries it out."""

    verdict: Verdict
    record: Record | None = None
    link: Link | None = None
    row: RemoteObject | None = None
    rules: tuple[Rule, ...] = ()


@dataclass
class _Fresh:
    """What unlinked records are judged by."""

    homes: dict[int, Home] = field(default_factory=dict)
    pool: likeness.Pool = field(default_factory=likeness.Pool)
    matches: dict[int, Match] = field(default_factory=dict)
    former: dict[int, RemoteObject] = field(default_factory=dict)  # before an undo


def judge_out(
    connection: Connection,
    pairing: Pairing,
    settings: Settings,
    record_ids: Sequence[int],
    *,
    now: datetime,
) -> list[Verdict]:
    """A verdict for each record, in their order. Reads only; a handful of statements."""
    if not settings.enabled:
        return [Verdict(record_id=pk, reason=Reason.OFF) for pk in record_ids]
    ground = Ground(connection, pairing, settings, now=now)
    return [each.verdict for each in assess(ground, record_ids)]


def assess(
    ground: Ground, record_ids: Sequence[int], *, held: Known | None = None
) -> list[Assessed]:
    """Judge records; one that does not exist is quiet. ``held`` saves the reading."""
    held = held or known.of(ground, record_ids)
    wanted = [
        each for each in held.unlinked if _unfit(ground, each, held) is Reason.NONE
    ]
    there = {
        pk: _there(ground, held.records[pk], held.links[pk], held)
        for pk in record_ids
        if pk in held.links
    }
    fresh = _fresh(ground, wanted, held, _ending(there.values()))
    return [there.get(pk) or _new(ground, pk, held, fresh) for pk in record_ids]


def _ending(assessed: Iterable[Assessed]) -> list[int]:
    """The links that end in this batch: who goes with it may take their place."""
    return [
        each.link.pk
        for each in assessed
        if each.link is not None and each.verdict.there is Act.UNLINK
    ]


def _new(ground: Ground, pk: int, held: Known, fresh: _Fresh) -> Assessed:
    record = held.records.get(pk)
    if record is None:
        return Assessed(Verdict(record_id=pk))
    return Assessed(_unlinked(ground, record, held, fresh), record)


def _there(ground: Ground, record: Record, link: Link, held: Known) -> Assessed:
    row = held.rows.get(link.remote_id)
    rules = ground.rules_for(row.content) if row is not None else ()
    verdict = _linked(ground, record, link, row, held)
    return Assessed(verdict, record, link, row, rules)


def _left(record: Record, reason: Reason, remote_id: str = "") -> Verdict:
    return Verdict(remote_id, record.pk, reason=reason)


def _aside(ground: Ground, record: Record, held: Known) -> Reason:
    """Why nothing of a record goes out, linked or not."""
    if record.pk in held.ignored:
        return Reason.IGNORED
    if not ground.settings.goes_out:
        return Reason.ONE_WAY
    if not ground.sends_changes:
        return Reason.NOT_TAKEN
    return Reason.NONE


def _linked(
    ground: Ground, record: Record, link: Link, row: RemoteObject | None, held: Known
) -> Verdict:
    reason = _aside(ground, record, held)
    if link.state == LinkState.IGNORED:
        reason = Reason.UNDONE if link.pk in held.undone else Reason.IGNORED
    if row is None:
        reason = reason or Reason.WAITING
    if reason or row is None:
        return _left(record, reason, link.remote_id)
    if record.archived_at is not None:
        return _archived(ground, record, row)
    if not row.active:
        return _inactive(record, link, row)
    if reason := _excluded(ground, record):
        return _left(record, reason, link.remote_id)
    return decided(ground, record, link, row, tuple(held.held.get(link.pk, ())))


def _excluded(ground: Ground, record: Record) -> Reason:
    if not ground.sieve.lets(record):
        return Reason.FILTERED
    return Reason.OTHER_CURRENCY if _is_foreign(ground, record) else Reason.NONE


def _archived(ground: Ground, record: Record, row: RemoteObject) -> Verdict:
    """A customer that is a company, too, outlives its contact."""
    wish = ground.settings.on_archived
    if wish is Archived.UNLINK:
        return Verdict(row.remote_id, record.pk, there=Act.UNLINK)
    if wish is Archived.DEACTIVATE and row.active and _owns(ground, row):
        return Verdict(row.remote_id, record.pk, there=Act.ARCHIVE)
    return _left(record, Reason.ARCHIVED, row.remote_id)


def _owns(ground: Ground, row: RemoteObject) -> bool:
    """Whether the record is the object itself, and not only a person of it."""
    spoken = ground.pairing.speaks_for(row.content, ground.others)
    needed = {field.name for field in ground.pairing.fields if field.needed}
    return not needed or bool(needed & spoken)


def _inactive(record: Record, link: Link, row: RemoteObject) -> Verdict:
    """Only what was made inactive from here is made active again from here."""
    if link.base_local.get(ARCHIVED):
        return Verdict(row.remote_id, record.pk, there=Act.RESTORE)
    return _left(record, survivors.gone(row), row.remote_id)


def _is_foreign(ground: Ground, record: Record) -> bool:
    """Prices are in the company's own currency."""
    priced = any(
        rule.kind is FieldKind.MONEY and rule.goes_out
        for rule in ground.settings.effective_rules
    )
    currency = getattr(record, "currency", "")
    return priced and bool(currency) and currency != ground.connection.home_currency


def decided(
    ground: Ground,
    record: Record,
    link: Link,
    row: RemoteObject,
    held: Sequence[str] = (),
) -> Verdict:
    """Field by field, against what the company held when it was last read."""
    rules = ground.rules_for(row.content)
    decision = decide(
        rules,
        bases=Bases(link.base_local, link.base_remote),
        local=values.of_record(record, rules, ground.properties),
        remote=values.of_content(row.content, rules),
        held=held,
    )
    there = Act.UPDATE if decision.to_remote else Act.NOTHING
    here = Act.UPDATE if decision.to_local and ground.takes_changes else Act.NOTHING
    return Verdict(row.remote_id, record.pk, here, there, _standing(decision), decision)


def _standing(decision: Decision) -> Reason:
    outcomes = {each.outcome for each in decision.fields}
    if Outcome.CONFLICT in outcomes:
        return Reason.CONFLICT
    return Reason.QUARANTINED if Outcome.HELD in outcomes else Reason.NONE


def _unfit(ground: Ground, record: Record, held: Known) -> Reason:
    """Why a record that is nobody there yet is left alone, if it is."""
    reason = _aside(ground, record, held)
    review = held.reviews.get(record.pk)
    if review is not None and review.answer.get("ignore"):
        reason = Reason.IGNORED
    if not reason and record.archived_at is not None:
        reason = Reason.ARCHIVED
    reason = reason or _excluded(ground, record)
    if not reason and not _has_name(ground, record):
        reason = Reason.NO_NAME
    return reason or _underway(record, held)


def _has_name(ground: Ground, record: Record) -> bool:
    """Whether it can be called something there, and would be known for what it is.

    A customer without a person's name is an organisation: no contact becomes that.
    """
    if not record.title.strip():
        return False
    said = saying.everything(ground, record)
    return ground.pairing.covers(said, ground.others) is not Reason.IS_ORGANISATION


def _underway(record: Record, held: Known) -> Reason:
    intent = held.intents.get(record.pk)
    if intent is None:
        return Reason.NONE
    if intent.state in WAITING:
        return Reason.WAITING
    return Reason.REFUSED if intent.state == State.ESCALATED else Reason.NONE


def _fresh(
    ground: Ground, records: Sequence[Record], held: Known, ending: Collection[int]
) -> _Fresh:
    """Who could be whom, for all of them at once."""
    found = _Fresh(homes=people.homes(ground, records))
    alone = [each for each in records if each.pk not in found.homes]
    asking = [each for each in alone if not _is_new(held, each)]
    found.pool = likeness.pool(ground, asking, ending=ending)
    for record in asking:
        found.matches[record.pk] = found.pool.match(likeness.keys_of(ground, record))
    if ground.settings.name_taken is NameTaken.LINK:
        unmet = [each for each in asking if found.matches[each.pk].is_nobody]
        found.matches |= _namesakes(ground, unmet, ending)
    _settle_claims(found)
    found.former = _former(ground, found.matches)
    return found


def _former(ground: Ground, matches: Mapping[int, Match]) -> dict[int, RemoteObject]:
    """The objects that records without a match were before an undo, if still there."""
    unmet = [pk for pk, match in matches.items() if match.is_nobody]
    ids = returning.objects(ground, unmet)
    found = {match.chosen.candidate_id for match in matches.values() if match.chosen}
    rows = mirror.get_many(ground.connection, ground.pairing.stream, ids.values())
    there = {pk: rows[each] for pk, each in ids.items() if each in rows}
    return {
        pk: row
        for pk, row in there.items()
        if (row.active or survivors.gone(row) is Reason.INACTIVE)
        and row.remote_id not in found
    }


def _is_new(held: Known, record: Record) -> bool:
    review = held.reviews.get(record.pk)
    return review is not None and bool(review.answer.get("new"))


def _settle_claims(found: _Fresh) -> None:
    """What several records find is given to none of them: a person chooses."""
    claims = Counter(
        each.chosen.candidate_id for each in found.matches.values() if each.chosen
    )
    for pk, each in found.matches.items():
        if each.chosen is not None and claims[each.chosen.candidate_id] > 1:
            found.matches[pk] = Match(each.key, None, (each.chosen,))


def _namesakes(
    ground: Ground, records: Sequence[Record], ending: Collection[int]
) -> dict[int, Match]:
    """Objects of the same name that are nobody's yet, where the name decides."""
    held = names.holders(ground, [each.title for each in records])
    rows = {
        each.pk: row
        for each in records
        for row in held.get(names.form(each.title), ())
        if row.stream == ground.pairing.stream and row.active
    }
    ids = [row.remote_id for row in rows.values()]
    taken = likeness.linked_ids(ground, ids, ending)
    return {
        pk: Match(
            MatchKey.NAME,
            Candidate(row.remote_id, ground.pairing.title(row.content), {}),
        )
        for pk, row in rows.items()
        if row.remote_id not in taken
    }


def _unlinked(ground: Ground, record: Record, held: Known, fresh: _Fresh) -> Verdict:
    if reason := _unfit(ground, record, held):
        return _left(record, reason)
    home = fresh.homes.get(record.pk)
    if home is not None:
        return _at_home(record, home)
    match = fresh.matches.get(record.pk, Match())
    if match.chosen is not None:
        return Verdict(
            match.chosen.candidate_id, record.pk, there=Act.LINK, match=match
        )
    if match.is_ambiguous:
        return Verdict(
            "", record.pk, there=Act.REVIEW, reason=Reason.AMBIGUOUS, match=match
        )
    if ground.settings.outgoing is not Taking.CREATE_UPDATE:
        return _left(record, Reason.UPDATE_ONLY)
    return _created(ground, record, fresh.former.get(record.pk))


def _created(ground: Ground, record: Record, former: RemoteObject | None) -> Verdict:
    """Nobody is like it: what it was there before an undo takes the place of a new one."""
    if former is None:
        return Verdict("", record.pk, there=Act.CREATE)
    if not former.active:
        return Verdict(former.remote_id, record.pk, there=Act.RESTORE)
    title = ground.pairing.title(former.content)
    itself = Match(chosen=Candidate(former.remote_id, title, {}))
    return Verdict(former.remote_id, record.pk, there=Act.LINK, match=itself)


def _at_home(record: Record, home: Home) -> Verdict:
    """One of a company's people; the first of them is linked to the same customer."""
    remote_id = home.row.remote_id if home.row is not None else ""
    verdict = _left(record, Reason.PERSON_OF_COMPANY, remote_id)
    return replace(verdict, there=Act.LINK) if home.may_join else verdict

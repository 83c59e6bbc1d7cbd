"""Explains one pair: what the judges say of it, and all that is kept about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from counterfoil.connections import mirror
from counterfoil.crm import associations
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.sync.engine.decide import Outcome
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.explain import (
    buttons,
    headline,
    judged,
    kept,
    linked,
    underway,
    words,
)
from counterfoil.sync.explain.case import Case
from counterfoil.sync.explain.headline import Facts, Headline
from counterfoil.sync.explain.judged import Judged
from counterfoil.sync.explain.story import FieldTold, Part
from counterfoil.sync.explain.words import About
from counterfoil.sync.models import Issue, Quarantine
from counterfoil.sync.pairs import survivors


def told(case: Case) -> Part:
    """The part of an explanation that is about ``case``."""
    asked = judged.of(case)
    company = _company(case, asked.there)
    facts = _facts(case, asked, company)
    other = case.survivor or company
    said = headline.of(facts)
    settled = kept.of(case, case.matters.settled)
    link, row, outgoing, about = case.link, case.row, case.outgoing, facts.about
    return Part(
        case.connection,
        case.pairing.name,
        about.object,
        said.state,
        said.sentence,
        buttons.of(facts, said.state),
        link,
        case.pairing.title(row.content) if row else "",
        buttons.address(case.connection, link),
        words.matched(link.reason, about) if link and link.reason else "",
        tuple(facts.fields),
        tuple(facts.conflicts),
        tuple(settled),
        tuple(facts.quarantines),
        tuple(facts.issues),
        case.review,
        outgoing.since if outgoing else None,
        outgoing is not None and outgoing.held,
        other=(other.object_type, other.pk) if other else None,
        is_merged=case.survivor is not None,
        usable=kept.usable(case, settled),
    )


def _facts(case: Case, asked: Judged, company: Record | None) -> Facts:
    about = _about(case, asked, company)
    quarantines = _quarantines(case)
    return Facts(
        case,
        about,
        asked.there,
        asked.here,
        _fields(case, about, quarantines, asked.there, asked.here),
        _issues(case),
        kept.of(case, case.matters.conflicts),
        quarantines,
        _posting(case, asked),
    )


def _posting(case: Case, asked: Judged) -> Headline | None:
    if asked.intent is None:
        return None
    return underway.told(asked.intent, case.connection)


def _fields(
    case: Case,
    about: About,
    quarantines: Sequence[Quarantine],
    there: Verdict | None,
    here: Verdict | None,
) -> tuple[FieldTold, ...]:
    if case.link is None or case.row is None or case.record is None:
        return ()
    decision = (here.decision if here else None) or linked.decided(
        case,
        case.row,
        case.link,
        case.record,
        held=[each.field for each in quarantines],
    )
    stopped = {
        Outcome.TO_REMOTE: _not_sent(case, there),
        Outcome.TO_LOCAL: _not_taken(here),
    }
    mine = linked.told(case.pairing, decision, case.properties, about, stopped=stopped)
    return mine + linked.of_others(case, case.row, case.record, about)


def _not_sent(case: Case, there: Verdict | None) -> Reason:
    """Why nothing is written to the other side, where the judge says that nothing is."""
    if there is None:
        # A company that is disconnected is not judged: what changed waits for it.
        waits = case.settings.goes_out and not case.connection.is_active
        return Reason.NONE if waits else Reason.OFF
    if there.there is not Act.NOTHING:
        return Reason.NONE
    if there.reason is not Reason.NONE:
        return there.reason
    is_gone = case.row is not None and not case.row.active
    return Reason.INACTIVE if is_gone else Reason.NONE


def _not_taken(here: Verdict | None) -> Reason:
    """Why nothing is written here, where the judge says that nothing is."""
    if here is None:
        return Reason.OFF
    return here.reason if here.here is Act.NOTHING else Reason.NONE


def _about(case: Case, asked: Judged, company: Record | None) -> About:
    """The words of a case, with the company of a person, or what is left of a merge."""
    there, row = asked.there, case.row
    if case.survivor is not None:
        return replace(case.about, other=str(case.survivor))
    if company is not None and there is not None:
        return replace(case.about, other=str(company), number=there.remote_id)
    reasons = {each.reason for each in (there, asked.here) if each is not None}
    if row is None or Reason.MERGED not in reasons:
        return case.about
    survivor = mirror.get(case.connection, row.stream, survivors.left_of(row))
    return replace(case.about, other=survivor.name if survivor is not None else "")


def _company(case: Case, there: Verdict | None) -> Record | None:
    if there is None or there.reason is not Reason.PERSON_OF_COMPANY or not case.record:
        return None
    return associations.first(case.workspace, Ref.of(case.record), "company")


def _issues(case: Case) -> list[Issue]:
    mine = {"", case.pairing.name}
    return [
        each
        for each in case.matters.issues
        if each.connection_id == case.connection.pk and each.name in mine
    ]


def _quarantines(case: Case) -> list[Quarantine]:
    rows = case.matters.quarantines
    return [each for each in rows if case.link and each.link_id == case.link.pk]

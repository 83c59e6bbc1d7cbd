"""Asks the judges about one pair, with what its page has read already."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.sync.engine.verdict import Verdict
from counterfoil.sync.explain.case import Case
from counterfoil.sync.models import IssueState, Review
from counterfoil.sync.outgoing import judging as outgoing, known
from counterfoil.sync.pairs import judging as incoming


@dataclass(frozen=True)
class Judged:
    """What goes out, what comes in, and the newest document that was asked for."""

    there: Verdict | None = None
    here: Verdict | None = None
    intent: Intent | None = None


def of(case: Case) -> Judged:
    """The verdicts on a pair; none while nothing is synced at all."""
    intent = _intent(case)
    if not (case.settings.enabled and case.connection.is_active):
        return Judged(intent=intent)
    return Judged(_there(case, intent), _here(case), intent)


def _intent(case: Case) -> Intent | None:
    if case.record is None or case.link is not None:
        return None
    rows = Intent.objects.filter(
        connection=case.connection,
        kind=case.pairing.kind,
        object_type=case.record.object_type,
        record_id=case.record.pk,
    ).exclude(state=State.CANCELLED)
    return rows.defer("payload_digest").order_by("-created_at").first()


def _there(case: Case, intent: Intent | None) -> Verdict | None:
    if case.record is None:
        return None
    pk, link, row = case.record.pk, case.link, case.row
    review = next((each for each in _reviews(case) if each.side == "out"), None)
    held = known.Known(
        records={pk: case.record},
        links={pk: link} if link else {},
        rows={row.remote_id: row} if row else {},
        held={link.pk: case.quarantined} if link else {},
        intents={pk: intent} if intent else {},
        reviews={pk: review} if review else {},
        ignored={pk} if _is_set_aside(case) else set(),
        undone=case.undone,
    )
    return outgoing.assess(case.ground, [pk], held=held)[0].verdict


def _is_set_aside(case: Case) -> bool:
    """Whether a person set an issue of the record aside."""
    assert case.record is not None  # noqa: S101  asked of records only
    subject = known.subject(case.record.object_type, case.record.pk)
    return any(
        each.subject == subject
        and each.connection_id == case.connection.pk
        and each.state == IssueState.IGNORED
        for each in case.matters.issues
    )


def _here(case: Case) -> Verdict | None:
    row, link = case.row, case.link
    if row is None:
        return None
    answered = (each for each in _reviews(case) if each.answered_at is not None)
    answer = next((each.answer for each in answered if each.side == "in"), None)
    held = incoming.Known(answers={row.remote_id: answer} if answer else {})
    if link is not None:
        held.links = {row.remote_id: link}
        held.held = {link.pk: case.quarantined}
        held.undone = case.undone
        held.records = {case.record.pk: case.record} if case.record else {}
    return incoming.assess(case.ground, [row], known=held)[0].verdict


def _reviews(case: Case) -> list[Review]:
    mine = (case.connection.pk, case.pairing.name)
    rows = case.matters.reviews
    return [each for each in rows if (each.connection_id, each.name) == mine]

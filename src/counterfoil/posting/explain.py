"""Why does this document exist, or not yet: one intent from its trigger to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.posting import documents
from counterfoil.posting.models import (
    Attempt,
    AttemptAction,
    AttemptOutcome,
    Finding,
    Gate,
    Intent,
)
from counterfoil.posting.state import DONE, State
from counterfoil.posting.wording import WAITED_FOR

LABELS: dict[State, str | Promise] = {
    State.INTENDED: gettext_lazy("Waiting to be sent"),
    State.SENDING: gettext_lazy("Sending"),
    State.UNKNOWN: gettext_lazy("No clear answer yet"),
    State.CONFIRMED: gettext_lazy("Created"),
    State.VERIFIED: gettext_lazy("Created and checked"),
    State.REJECTED: gettext_lazy("Refused"),
    State.DIVERGED: gettext_lazy("Created, but differs"),
    State.DUPLICATE_DETECTED: gettext_lazy("Created more than once"),
    State.ESCALATED: gettext_lazy("Needs a decision"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}


@dataclass(frozen=True)
class Step:
    """One thing that was done. ``correlation_id`` is the other side's, for its support."""

    at: datetime
    until: datetime | None
    action: str
    outcome: str
    message: str
    code: str
    correlation_id: str
    request_id: str


@dataclass(frozen=True)
class Story:
    """All that is known of one intent, for a page.

    ``waiting_for`` is a sentence while something has to happen first, else empty.
    ``parents`` are the stories of what had to exist before, ``children`` those of what
    waits or waited for this one; theirs go on in their own direction only.
    """

    intent: Intent
    title: str
    label: str
    asked_by: str
    asked_at: datetime
    occasion: Sequence[str]
    steps: Sequence[Step]
    waiting_for: str
    findings: Sequence[Finding]
    parents: Sequence[Story]
    children: Sequence[Story]


def explain(intent: Intent) -> Story:
    """Tell the story of an intent, and of the chain that it is part of; reads only."""
    return _told(intent, up=True, down=True)


def _told(intent: Intent, *, up: bool, down: bool) -> Story:
    parents = _chained(intent.parents.all()) if up else []
    children = _chained(intent.children.all()) if down else []
    return Story(
        intent=intent,
        title=intent.number or documents.title(intent.kind, intent.document),
        label=str(LABELS[State(intent.state)]),
        asked_by=intent.actor_label,
        asked_at=intent.created_at,
        occasion=list(intent.business_key)[5:],
        steps=[_step(attempt) for attempt in intent.attempts.order_by("id")],
        waiting_for=waiting_for(intent),
        findings=list(intent.findings.filter(resolved_at=None).order_by("id")),
        parents=[_told(each, up=True, down=False) for each in parents],
        children=[_told(each, up=False, down=True) for each in children],
    )


def waiting_for(intent: Intent) -> str:
    """What has to happen before this goes on; empty when nothing has to."""
    state, company = State(intent.state), intent.connection.name
    if state not in {State.INTENDED, State.UNKNOWN}:
        return ""
    if sentence := _company_sentence(intent):
        return sentence
    if state == State.UNKNOWN and intent.unknown_since is None:
        sentence = _(
            "%(company)s says that the number is taken. It is being looked up whether"
            " this very document has it; if not, it gets the next number."
        )
        return sentence % {"company": company}
    if state == State.UNKNOWN:
        sentence = _(
            "%(company)s gave no clear answer. It is being looked up there, and sent"
            " again only once it is certain that it does not exist."
        )
        return sentence % {"company": company}
    parent = (
        intent.parents.exclude(state__in=DONE).order_by("created_at").first()
        if intent.payload is None
        else None
    )
    if parent is not None:
        return _parent_sentence(parent)
    return intent.message


def _company_sentence(intent: Intent) -> str:
    """Why nothing goes to the company at all."""
    company = intent.connection.name
    if not intent.connection.is_active:
        return _("Waiting until %(company)s is connected again.") % {"company": company}
    if Gate.objects.filter(pk=intent.connection_id).exclude(recovery="").exists():
        sentence = _(
            "The database was restored from a backup. Nothing is sent to %(company)s"
            " until its books have been read and a person has said to go on."
        )
        return sentence % {"company": company}
    return ""


def _chained(intents: QuerySet[Intent]) -> list[Intent]:
    rows = intents.select_related("workspace", "connection")
    return list(rows.order_by("created_at", "id"))


def _parent_sentence(parent: Intent) -> str:
    name = documents.title(parent.kind, parent.document)
    return " ".join((str(WAITED_FOR[parent.kind]) % {"name": name}).split())


def _step(attempt: Attempt) -> Step:
    return Step(
        at=attempt.started_at,
        until=attempt.finished_at,
        action=str(AttemptAction(attempt.action).label),
        outcome=str(AttemptOutcome(attempt.outcome).label),
        message=attempt.message,
        code=attempt.code,
        correlation_id=attempt.correlation_id,
        request_id=attempt.request_id,
    )

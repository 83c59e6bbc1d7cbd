"""Why a document exists: who wanted it, what had to be first, and each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import document as documents
from counterfoil.posting import acts, explain, post
from counterfoil.posting.act_state import Deed
from counterfoil.posting.explain import LABELS, Step, Story
from counterfoil.posting.models import Act, AttemptAction, AttemptOutcome
from counterfoil.posting.state import State
from counterfoil.workspaces.access import Access


@dataclass(frozen=True)
class Part:
    """One thing that was wanted in the books, and all that was tried for it."""

    heading: str
    label: str
    trigger: str
    asked_by: str
    asked_at: datetime
    more: str
    reference: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Tale:
    """``parts`` in the order of what had to be first; the document's own is ``own``.

    ``sources`` are the records that it was made from, as far as they are here.
    """

    own: Part | None
    occasion: str
    sources: Sequence[Record]
    before: Sequence[Part]
    after: Sequence[Part]
    deeds: Sequence[Part]
    problems: Sequence[str]


def story_of(access: Access, document: Any) -> Tale:
    """All that is known of how it came into the books, and of what was done there."""
    ref = Ref.of(document)
    deeds = [_deed(act) for act in reversed(acts.of_record(ref))]
    intent = post.of_record(ref)
    if intent is None:
        return Tale(None, "", (), (), (), deeds, ())
    told = explain.explain(intent)
    return Tale(
        own=_part(told),
        occasion=_occasion(told.occasion),
        sources=_sources(access, told),
        before=[_part(each) for each in _flat(told.parents, "parents")],
        after=[_part(each) for each in _flat(told.children, "children")],
        deeds=deeds,
        problems=[
            " · ".join(filter(None, [each.get_problem_display(), each.number]))
            for each in told.findings
        ],
    )


def _occasion(parts: Sequence[str]) -> str:
    """What the key of its making tells: the way, and which one of many it was."""
    way, rest = parts[0], parts[1:]
    if way == "draft" and rest[1:2] not in ([], ["0"]):
        return _("It was refused, corrected in the wizard and created again.")
    if way == "api":
        sentence = _("A program asked for it under the key “%(key)s”.")
        return sentence % {"key": " ".join(rest)}
    known = {
        "draft": _("It was created in the wizard."),
        "paid": _("It was recorded as a payment of invoices."),
        "fee": _("It was booked as the fee of a payment."),
    }
    return known.get(way) or _("It was made on this occasion: %(occasion)s.") % {
        "occasion": " · ".join(parts)
    }


def _sources(access: Access, told: Story) -> list[Record]:
    """Those of this workspace, in order; what is gone is left out."""
    refs = documents.sources_in(told.intent.document)
    found: dict[Ref, Record] = {}
    for noun in dict.fromkeys(ref.object_type for ref in refs):
        rows = object_types[noun].model._default_manager.filter(
            workspace=access.workspace, pk__in=[ref.record_id for ref in refs]
        )
        found |= {Ref.of(each): each for each in rows}
    return [found[ref] for ref in refs if ref in found]


def _flat(stories: Sequence[Story], way: str) -> list[Story]:
    """A chain as a list, each story once, what comes first first."""
    found: dict[Any, Story] = {}
    for each in stories:
        for one in (*_flat(getattr(each, way), way), each):
            found.setdefault(one.intent.pk, one)
    return list(found.values())


def _part(told: Story) -> Part:
    return Part(
        heading=f"{_kind(told.intent.kind)} {told.title}".strip(),
        label=told.label,
        trigger=_trigger(told.intent.actor_kind),
        asked_by=told.asked_by,
        asked_at=told.asked_at,
        more=told.waiting_for,
        reference=told.intent.marker,
        steps=told.steps,
    )


def _kind(kind: str) -> str:
    """What a kind of document of the books is called."""
    others = {"customer": _("Customer"), "item": _("Product")}
    return others.get(kind) or str(object_types[kind].label[0])


def _trigger(actor_kind: str) -> str:
    """By which way it was wanted, in a word or two."""
    words = {
        "user": _("By a person"),
        "workflow": _("By a workflow"),
        "api": _("Over the API"),
        "connection": _("By sync"),
    }
    return words.get(actor_kind, _("By Counterfoil itself"))


def _deed(act: Act) -> Part:
    headings = {
        Deed.SEND: _("Send it by e-mail"),
        Deed.VOID: _("Void it"),
        Deed.DELETE: _("Delete it"),
    }
    is_done = act.state in {State.CONFIRMED, State.VERIFIED}
    label = _("Done") if is_done else str(LABELS[State(act.state)])
    if is_done and act.was_so:
        label = _("Had happened already")
    more = [act.recipient, act.reason, act.message if not is_done else ""]
    return Part(
        heading=headings[Deed(act.action)],
        label=label,
        trigger=_trigger(act.actor_kind),
        asked_by=act.actor_label,
        asked_at=act.created_at,
        more=" · ".join(filter(None, more)),
        reference="",
        steps=[_step(attempt) for attempt in act.attempts.order_by("id")],
    )


def _step(attempt: Any) -> Step:
    """An attempt of a deed: nothing is created by it."""
    is_done = attempt.outcome == AttemptOutcome.CONFIRMED
    is_asked = attempt.action == AttemptAction.SEND
    outcome, action = AttemptOutcome(attempt.outcome), AttemptAction(attempt.action)
    return Step(
        at=attempt.started_at,
        until=attempt.finished_at,
        action=_("Asked for it") if is_asked else str(action.label),
        outcome=_("Done") if is_done else str(outcome.label),
        message=attempt.message,
        code=attempt.code,
        correlation_id=attempt.correlation_id,
        request_id=attempt.request_id,
    )

"""A person's word on a document that does not get into the books by itself."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import PostingState
from counterfoil.crm.records import Change
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import received
from counterfoil.invoicing.answers import NOUNS
from counterfoil.posting import post, settling
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.workspaces.access import Access, Permission


class Answer(Enum):
    """What may be said: try or look once more, create it again, leave it, it is right."""

    RETRY = "retry"
    AGAIN = "again"
    CANCEL = "cancel"
    SETTLE = "settle"


OF_REFUSED = (Answer.RETRY, Answer.CANCEL)
RECORDED = {
    Answer.RETRY: PostingState.PENDING,
    Answer.AGAIN: PostingState.PENDING,
    Answer.CANCEL: PostingState.CANCELLED,
}


def answers(intent: Intent) -> list[Answer]:
    """What may be said of it as it stands."""
    if intent.state == State.REJECTED:
        return list(OF_REFUSED)
    if intent.state == State.ESCALATED:
        return [Answer.RETRY, Answer.AGAIN, Answer.CANCEL]
    return [Answer.SETTLE] if settling.is_settleable(intent) else []


@transaction.atomic
def decide(
    *, access: Access, intent_id: UUID, answer: Answer, now: datetime, reason: str = ""
) -> Intent:
    """Do what a person has said; ``Invalid`` when it stands differently by now.

    ``reason`` is asked for, and kept, when it is to be created although the first may
    exist.
    """
    access.require(Permission.RESOLVE_POSTINGS)
    intent = post.identified(intent_id, workspace=access.workspace)
    if intent is None:
        raise Http404
    actor = Actor.user(access.user.pk, access.user.name or access.user.email)
    if answer is Answer.SETTLE:
        return settling.settle(intent=intent, actor=actor, now=now)
    if answer is Answer.CANCEL:
        done = post.cancel(intent=intent, actor=actor, now=now)
    elif answer is Answer.RETRY:
        done = _retry(intent, actor, now)
    else:
        if not reason.strip():
            raise Invalid({"reason": [_("Say why it is to be created again.")]})
        if intent.state != State.ESCALATED:
            raise Invalid({"": [_("It is known by now what became of it.")]})
        done = post.retry(
            intent=intent, actor=actor, now=now, create_again=reason.strip()
        )
    _record(done, answer, actor, now)
    return done


def _retry(intent: Intent, actor: Actor, now: datetime) -> Intent:
    """Once more, and before it what it needs and was refused: a customer, a product.

    With these goes on what was refused only because of them.
    """
    _refuse_second(intent)
    was_refused = intent.state == State.REJECTED
    for parent in intent.parents.filter(state=State.REJECTED).order_by("pk"):
        _record(_retry(parent, actor, now), Answer.RETRY, actor, now)
    intent.refresh_from_db()
    if was_refused and intent.state == State.INTENDED:
        return intent
    return post.retry(intent=intent, actor=actor, now=now)


# What is made once of a payment; of invoices a customer may pay several with one.
ONCE = ("sales_receipt", "refund_receipt", "credit_memo", "expense")


def _refuse_second(intent: Intent) -> None:
    """Money that is in the books by another document is not booked again."""
    is_once = intent.state == State.REJECTED and intent.object_type in ONCE
    if is_once and received.is_made_anew(intent):
        message = _("Another document was made of its payment since. Cancel this one.")
        raise Invalid({"": [message]})


def _record(intent: Intent, answer: Answer, actor: Actor, now: datetime) -> None:
    """Write it onto the document's record, unless another document is meant there."""
    if intent.object_type not in NOUNS or intent.object_type != intent.kind:
        return
    rows = object_types[intent.object_type].model._default_manager.all()
    mine = rows.filter(workspace=intent.workspace, pk=intent.record_id or 0)
    if not mine.exists():
        return
    values = {
        "posting_state": RECORDED[answer].value,
        "posting_message": intent.message if answer is Answer.CANCEL else "",
    }
    records.write(
        workspace=intent.workspace,
        changes=[Change(intent.object_type, values, record_id=intent.record_id)],
        actor=actor,
        origin=Origin.system(),
        now=now,
    )

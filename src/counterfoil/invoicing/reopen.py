"""After a refusal: correct the draft and issue it again, or give the document up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.models import PostingState
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing.content import from_json, to_json
from counterfoil.invoicing.kinds import Made
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import DONE, State
from counterfoil.workspaces.access import Access, Permission

NEVER_SENT = frozenset({State.INTENDED, State.REJECTED})
DRAFT, INTENT = "draft", "intent"
NOT_IN_BOOKS = frozenset({PostingState.PENDING, PostingState.REJECTED})


def ways_on(made: Made) -> tuple[bool, UUID | None]:
    """Whether its draft can be taken up, and else which intent waits for a person.

    Both are asked in one query: it is made for a page.
    """
    if made.posting_state != PostingState.REJECTED:
        return False, None
    mine = Intent.objects.filter(
        object_type=made.object_type, record_id=made.pk, state=State.REJECTED
    )
    drafted = Draft.objects.filter(**_of(made))
    found = dict(
        drafted.values_list(Value(DRAFT, CharField()), "pk")
        .order_by()
        .union(mine.values_list(Value(INTENT, CharField()), "pk").order_by())
    )
    return DRAFT in found, None if DRAFT in found else found.get(INTENT)


def _of(made: Made) -> dict[str, Any]:
    return {"document_type": made.object_type, "document_id": made.pk}


@transaction.atomic
def reopen(*, access: Access, made: Made, now: datetime) -> Draft:
    """Open the draft of a refused document again, as its own person's.

    Raises ``Invalid`` while somebody else is at it: nobody's draft is taken away.
    """
    access.require(Permission.CREATE_DOCUMENTS)
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(workspace=access.workspace, **_of(made))
        .first()
    )
    if draft is None:
        raise Invalid({"": [_("This was not made here.")]})
    if draft.state == DraftState.OPEN and draft.user_id == access.user.pk:
        return draft
    if draft.state == DraftState.OPEN:
        sentence = _("%(name)s is correcting it already.")
        raise Invalid({"": [sentence % {"name": draft.user.name}]})
    confirmed = _cancelled(made, access, now)
    content = from_json(draft.content)
    customer_id = confirmed.get("customer")
    if customer_id:
        content = replace(
            content,
            customer="existing",
            customer_id=customer_id,
            customer_reason="link",
        )
    draft.content = to_json(content)
    draft.user = access.user
    draft.state = DraftState.OPEN
    draft.generation += 1
    draft.updated_at = now
    draft.save()
    return draft


@transaction.atomic
def give_up(*, access: Access, made: Made, now: datetime) -> None:
    """Cancel a document that was refused; the record is archived."""
    access.require(Permission.CREATE_DOCUMENTS)
    draft = Draft.objects.filter(workspace=access.workspace, **_of(made)).first()
    if draft is None:
        raise Invalid({"": [_("This was not made here.")]})
    _cancelled(made, access, now)
    Draft.objects.filter(pk=draft.pk).update(state=DraftState.DISCARDED, updated_at=now)
    records.write(
        workspace=access.workspace,
        changes=[
            Change(
                made.object_type,
                {"posting_state": PostingState.CANCELLED.value},
                record_id=made.pk,
                archived=True,
            )
        ],
        actor=Actor.user(access.user.pk, access.user.name),
        origin=Origin.system(),
        now=now,
    )


def _cancelled(made: Made, access: Access, now: datetime) -> dict[str, str]:
    """Cancel what the books refused; tell the ids of what they did create.

    Raises ``Invalid`` when the document is, or may be, in the books.
    """
    intent = post.of_record(Ref.of(made))
    is_sure = intent is None or intent.state in NEVER_SENT
    if not is_sure or made.posting_state not in NOT_IN_BOOKS:
        message = _("It is on its way to QuickBooks, or already there. Wait for it.")
        raise Invalid({"": [message]})
    if intent is None:
        return {}
    actor = Actor.user(access.user.pk, access.user.name)
    parents = list(Intent.objects.filter(children=intent))
    post.cancel(intent=intent, actor=actor, now=now)
    confirmed = {}
    for parent in parents:
        if parent.state in DONE:
            confirmed[parent.kind] = parent.remote_id
        elif parent.state in NEVER_SENT and not _is_wanted(parent):
            post.cancel(intent=parent, actor=actor, now=now)
    return confirmed


def _is_wanted(parent: Intent) -> bool:
    """Whether another document waits for it, too."""
    return Intent.objects.filter(parents=parent).exclude(state=State.CANCELLED).exists()

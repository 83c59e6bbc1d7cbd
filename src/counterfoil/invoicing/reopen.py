"""After a refusal: correct the draft and issue it again, or give the invoice up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.models import Invoice, PostingState
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing.content import from_json, to_json
from counterfoil.invoicing.models import DraftState, InvoiceDraft
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import DONE, State
from counterfoil.workspaces.access import Access, Permission

NEVER_SENT = frozenset({State.INTENDED, State.REJECTED})
NOT_IN_BOOKS = frozenset({PostingState.PENDING, PostingState.REJECTED})


def may_correct(invoice: Invoice) -> bool:
    """Whether the books certainly do not have it and its draft can be taken up."""
    return (
        invoice.posting_state == PostingState.REJECTED
        and InvoiceDraft.objects.filter(invoice=invoice).exists()
    )


@transaction.atomic
def reopen(*, access: Access, invoice: Invoice, now: datetime) -> InvoiceDraft:
    """Open the draft of a refused invoice again, as its own person's.

    Raises ``Invalid`` while somebody else is at it: nobody's draft is taken away.
    """
    access.require(Permission.CREATE_DOCUMENTS)
    draft = (
        InvoiceDraft.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(workspace=access.workspace, invoice=invoice)
        .first()
    )
    if draft is None:
        raise Invalid({"": [_("This invoice was not made here.")]})
    if draft.state == DraftState.OPEN and draft.user_id == access.user.pk:
        return draft
    if draft.state == DraftState.OPEN:
        sentence = _("%(name)s is correcting this invoice already.")
        raise Invalid({"": [sentence % {"name": draft.user.name}]})
    confirmed = _cancelled(invoice, access, now)
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
def give_up(*, access: Access, invoice: Invoice, now: datetime) -> None:
    """Cancel an invoice that was refused; the record is archived."""
    access.require(Permission.CREATE_DOCUMENTS)
    draft = InvoiceDraft.objects.filter(
        workspace=access.workspace, invoice=invoice
    ).first()
    if draft is None:
        raise Invalid({"": [_("This invoice was not made here.")]})
    _cancelled(invoice, access, now)
    InvoiceDraft.objects.filter(pk=draft.pk).update(
        state=DraftState.DISCARDED, updated_at=now
    )
    records.write(
        workspace=access.workspace,
        changes=[
            Change(
                "invoice",
                {"posting_state": PostingState.CANCELLED.value},
                record_id=invoice.pk,
                archived=True,
            )
        ],
        actor=Actor.user(access.user.pk, access.user.name),
        origin=Origin.system(),
        now=now,
    )


def _cancelled(invoice: Invoice, access: Access, now: datetime) -> dict[str, str]:
    """Cancel what the books refused; tell the ids of what they did create.

    Raises ``Invalid`` when the invoice is, or may be, in the books.
    """
    intent = post.of_record(Ref.of(invoice))
    is_sure = intent is None or intent.state in NEVER_SENT
    if not is_sure or invoice.posting_state not in NOT_IN_BOOKS:
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
        elif parent.state in NEVER_SENT:
            post.cancel(intent=parent, actor=actor, now=now)
    return confirmed

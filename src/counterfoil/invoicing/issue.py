"""Issue a document from a draft: one commit, and exactly one document in the books.

Everything is decided again inside the transaction, on the locked draft. The draft's id
is the business key of what it creates, so that a second click, a reload or another tab
meets what the first one made.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.models import Payment, Record
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor
from counterfoil.invoicing import (
    asking,
    company as companies,
    customers,
    received,
    recording,
    sources,
)
from counterfoil.invoicing.checks import Problem, problems
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.drafts import content_of, started_from
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.invoicing.order import DRAFT, NotReady, Order
from counterfoil.invoicing.reckoning import reckon
from counterfoil.posting import numbers
from counterfoil.workspaces.access import Access, Permission


@transaction.atomic
def issue_draft(*, access: Access, draft: Draft, now: datetime) -> Record:
    """Record the document and ask for it in the books; again: the same document.

    Raises ``NotReady`` with everything that is in the way; then nothing has changed.
    """
    access.require(Permission.CREATE_DOCUMENTS)
    locked = _locked(access, draft.pk)
    if locked.state == DraftState.ISSUED and locked.document is not None:
        return queries.get(access.workspace, *locked.document)
    order = _order(access, locked, now)
    made = place(order)
    customers.remember(order)
    locked.state = DraftState.ISSUED
    locked.document_type, locked.document_id = made.object_type, made.pk
    locked.updated_at = now
    locked.save()
    return made


@transaction.atomic
def place(order: Order) -> Record:
    """The one way into the books, for page, step and program alike.

    Raises ``NotReady``; otherwise the document is recorded and asked for in one commit.
    """
    if isinstance(order.started, Payment):
        take_turn(f"booked|{order.started.pk}")
    found = [
        *unusable(order.connection, keeps_draft=order.is_draft),
        *received.refused(
            order.started, order.content, order.company, correcting=order.record_id
        ),
        *problems(order.content, order.company),
    ]
    if found:
        raise NotReady(found)
    totals = reckon(order.content, order.company)
    taken = _numbered(order)
    made = recording.record(order, totals, taken.number)
    asking.ask(order, made, totals, taken)
    return made


def _numbered(order: Order) -> numbers.Reserved:
    """Take the number, or raise ``NotReady`` for one that cannot be had."""
    try:
        return numbers.reserve(
            order.connection,
            order.kind.posting_kind,
            now=order.now,
            wanted=order.content.number,
        )
    except Invalid as error:
        said = [text for texts in error.errors.values() for text in texts]
        raise NotReady([Problem("terms", "number", text) for text in said]) from error


def _locked(access: Access, draft_id: UUID) -> Draft:
    rows = Draft.objects.select_for_update(of=("self",)).select_related("connection")
    draft = rows.filter(
        pk=draft_id, workspace=access.workspace, user=access.user
    ).first()
    if draft is None:
        raise Http404
    if draft.state == DraftState.DISCARDED:
        message = _("This draft was discarded. Start a new one.")
        raise NotReady([Problem("review", "", message)])
    draft.workspace = access.workspace
    return draft


def _order(access: Access, draft: Draft, now: datetime) -> Order:
    content = content_of(draft)
    if draft.connection is None:
        message = _("Choose a QuickBooks company.")
        raise NotReady([Problem("source", "connection", message)])
    started = started_from(draft)
    if found := stale_source(draft, content, started, now=now):
        raise NotReady(found)
    return Order(
        workspace=access.workspace,
        actor=Actor.user(access.user.pk, access.user.name),
        connection=draft.connection,
        content=content,
        company=companies.read(draft.connection, access.workspace, content, now=now),
        started=started,
        key=(DRAFT, str(draft.pk), str(draft.generation)),
        now=now,
        record_id=draft.document_id,
    )


def unusable(connection: Connection, *, keeps_draft: bool = False) -> list[Problem]:
    """Why nothing can be created in a company at present.

    A person in the wizard hears, too, that nothing is lost.
    """
    if connection.state == ConnectionState.RECONNECT:
        sentence = _(
            "QuickBooks no longer accepts the connection to %(company)s. Reconnect it "
            "in the settings."
        )
        kept = _(
            "QuickBooks no longer accepts the connection to %(company)s. Reconnect it "
            "in the settings; this draft is kept."
        )
    elif connection.state == ConnectionState.DISCONNECTED:
        sentence = _(
            "%(company)s is disconnected. Connect it in the settings, or choose "
            "another company."
        )
        kept = _(
            "%(company)s is disconnected. Connect it in the settings, or choose "
            "another company; this draft is kept."
        )
    else:
        return []
    message = (kept if keeps_draft else sentence) % {"company": connection.name}
    return [Problem("source", "connection", message)]


def stale_source(
    draft: Draft, content: Content, started: Record, *, now: datetime
) -> list[Problem]:
    """What it starts from may have expired or gone since it was chosen."""
    if draft.document is None and (reason := sources.put_away(started)):
        return [Problem("source", "source", reason)]
    if content.quote_id is None:
        return []
    offer = sources.offer(draft.workspace, started, content.source, now=now)
    if offer is None:
        message = _("The quote is no longer there. Choose another source.")
        return [Problem("source", "source", message)]
    if offer.reason:
        sentence = _("Quote %(quote)s cannot be invoiced any more. %(reason)s")
        message = sentence % {"quote": offer.title, "reason": offer.reason}
        return [Problem("source", "source", message)]
    return []

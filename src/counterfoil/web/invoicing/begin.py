"""Drafts: begun from a record, taken up again, listed and discarded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types, type_of
from counterfoil.crm.models import Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts, received
from counterfoil.invoicing.kinds import kinds
from counterfoil.web.invoicing import wizard
from counterfoil.web.invoicing.framing import CREATING, framed
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access


@workspace_view(CREATING)
def start(
    request: Request,
    access: Access,
    object_type: str,
    record_id: int,
    kind: str = "invoice",
) -> HttpResponse:
    """Open a draft from a record, or ask which of those begun to take up again."""
    if kind not in kinds or object_type not in kinds[kind].starts:
        raise Http404
    record = queries.get(access.workspace, object_type, record_id)
    if isinstance(record, Payment) and (reason := received.why_not(record, kind)):
        return stopped(request, access, record, kinds[kind].create, reason)
    started = Ref(object_type, record_id)
    begun = [
        draft
        for draft in drafts.open_drafts(access=access, started=started)
        if draft.content and draft.kind == kind
    ]
    if request.method == "GET" and begun:
        context = {
            "begun": [wizard.summary(draft) for draft in begun],
            "kind": kinds[kind],
            "started": record,
            "back": wizard.record_address(access.workspace.pk, record),
            "plural": object_types[object_type].label[1],
        }
        return framed(request, access, "invoicing/begun.html", context, kinds[kind])
    draft = drafts.start(access=access, started=started, kind=kind, now=now())
    return redirect(wizard.step_address(draft, draft.step))


def stopped(
    request: Request, access: Access, record: Record, title: object, reason: str
) -> HttpResponse:
    """Say why nothing of the kind is made of a record."""
    noun = type_of(record)
    context = {
        "why_not": reason,
        "started": record,
        "back": wizard.record_address(access.workspace.pk, record),
        "plural": noun.label[1],
        "plural_address": reverse("records", args=[access.workspace.pk, noun.slug]),
    }
    return render(
        request,
        access,
        "invoicing/refused.html",
        context,
        active=noun.slug,
        title=str(title),
    )


@workspace_view(CREATING)
@require_GET
def draft_list(request: Request, access: Access) -> HttpResponse:
    """The person's open drafts."""
    opened = drafts.open_drafts(access=access)
    begun = [
        {**wizard.summary(draft), "started": record}
        for draft, record in drafts.with_records(access.workspace, opened)
    ]
    context = {"begun": begun}
    return framed(request, access, "invoicing/drafts.html", context)


@workspace_view(CREATING)
def resume(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Take a draft up where it was left."""
    draft = drafts.get(access=access, draft_id=draft_id)
    return redirect(wizard.step_address(draft, draft.step))


@workspace_view(CREATING)
@require_POST
def discard(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Give a draft up."""
    draft = drafts.get(access=access, draft_id=draft_id)
    drafts.discard(draft, now=now())
    messages.success(request, _("Draft discarded. Nothing was created in QuickBooks."))
    return redirect(
        wizard.record_address(access.workspace.pk, drafts.started_from(draft))
    )

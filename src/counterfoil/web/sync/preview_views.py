"""Look at what a change of settings would do, then say yes or discard it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid, Stale
from counterfoil.sync.models import Proposal
from counterfoil.sync.previews import proposing
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import frame, preview
from counterfoil.web.sync.objects import one_of
from counterfoil.workspaces.access import Access, Permission


@require_safe
@workspace_view()
def look(
    request: Request, access: Access, connection_id: int, proposal_id: int
) -> HttpResponse:
    """What would be created, changed and left alone, once it has been counted."""
    connection = frame.one(access, connection_id)
    return _page(request, access, connection, _one(connection, proposal_id))


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def confirm(
    request: Request, access: Access, connection_id: int, proposal_id: int
) -> HttpResponse:
    """Put the change in force; what follows from it is a run."""
    connection = frame.one(access, connection_id)
    proposal = _one(connection, proposal_id)
    try:
        run = proposing.confirm(
            proposal, yes=bool(request.POST.get("yes")), by=access.user, now=now()
        )
    except Invalid as error:
        proposal.refresh_from_db()
        return _page(request, access, connection, proposal, wrong=error)
    except Stale as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(_address(connection, "sync_preview", proposal.pk))
    if run is None:
        messages.success(request, _("The settings are in force."))
        return HttpResponseRedirect(_address(connection, "sync"))
    return HttpResponseRedirect(_address(connection, "sync_run", run.pk))


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def discard(
    request: Request, access: Access, connection_id: int, proposal_id: int
) -> HttpResponse:
    """Leave the settings as they are."""
    connection = frame.one(access, connection_id)
    proposal = _one(connection, proposal_id)
    proposing.discard(proposal)
    messages.success(request, _("Discarded. The settings are as they were."))
    return HttpResponseRedirect(_address(connection, "sync_object", proposal.name))


def _one(connection: Connection, proposal_id: int) -> Proposal:
    rows = Proposal.objects.filter(connection=connection, pk=proposal_id)
    found = rows.select_related("created_by", "run").first()
    if found is None:
        raise Http404
    found.connection = connection
    return found


def _address(connection: Connection, route: str, *more: object) -> str:
    return reverse(route, args=[connection.workspace_id, connection.pk, *more])


def _page(
    request: Request,
    access: Access,
    connection: Connection,
    proposal: Proposal,
    *,
    wrong: Invalid | None = None,
) -> HttpResponse:
    about = one_of(connection, proposal.name)
    errors = dict(wrong.errors) if wrong else {}
    said_yes = errors.pop("yes", [])
    context = {
        "about": about,
        "preview": preview.of(proposal, about),
        "errors": [text for texts in errors.values() for text in texts],
        "yes_errors": said_yes,
    }
    return frame.page(
        request,
        access,
        connection,
        "sync/preview.html",
        context,
        title=_("What would change"),
        fragment="counted",
        status=422 if wrong else 200,
    )

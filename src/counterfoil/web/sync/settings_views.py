"""How one object is synced: every choice in a sentence, and what it would change."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from counterfoil.core.errors import Invalid
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.previews.proposing import propose
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import choosing, drafts, frame, questions
from counterfoil.web.sync.choosing import Read
from counterfoil.web.sync.drafts import Draft
from counterfoil.workspaces.access import Access, Permission

EDITS = ("ask", "unask", "filter")


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def settings(
    request: Request, access: Access, connection_id: int, name: str
) -> HttpResponse:
    """Show the choices; a change of them becomes a proposal and is looked at first."""
    draft = drafts.open_one(access, connection_id, name)
    if request.method != "POST":
        wanted = draft.wanted
        if request.GET.get("turn") == choosing.ON:
            wanted = replace(wanted, enabled=True)
        return _form(request, draft, choosing.shown(wanted, draft.connection))
    access.require(Permission.MANAGE_INTEGRATIONS)
    found = choosing.read(request.POST, draft.wanted, draft.about)
    choosing.check(found, draft.connection, now())
    action = request.POST.get("do", "preview")
    if action in EDITS or action.startswith("drop:"):
        # Only what is being edited is complained of: the rest is not said yet.
        found.errors = {
            name: said for name, said in found.errors.items() if name == "filters"
        }
        return _form(request, draft, found)
    if found.errors:
        return _form(request, draft, found, status=422)
    return look_at(request, draft, found.settings)


def look_at(request: Request, draft: Draft, wanted: Settings) -> HttpResponse:
    """Ask what the change would come to, and go and look at it."""
    if wanted == draft.current and draft.proposal is None:
        messages.info(
            request, _("Nothing was changed: these are the settings already.")
        )
        return go(request, request.path)
    user = draft.access.user
    try:
        proposal = propose(draft.connection, wanted.name, wanted, by=user, now=now())
    except Invalid as error:
        messages.error(request, str(error))
        return go(request, request.path)
    at = [draft.connection.workspace_id, draft.connection.pk, proposal.pk]
    return go(request, reverse("sync_preview", args=at))


def go(request: Request, target: str) -> HttpResponse:
    """To another page: HTMX would put it inside of the form."""
    if request.htmx:
        return HttpResponseClientRedirect(target)
    return HttpResponseRedirect(target)


def _form(
    request: Request, draft: Draft, found: Read, *, status: int = 200
) -> HttpResponse:
    context = {
        "about": draft.about,
        "draft": draft,
        "form": questions.form_of(draft.connection, draft.about, found),
    }
    return frame.page(
        request,
        draft.access,
        draft.connection,
        "sync/settings.html",
        context,
        title=draft.about.label,
        fragment="form",
        status=status,
    )

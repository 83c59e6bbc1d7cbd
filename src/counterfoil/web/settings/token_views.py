"""Settings: the tokens with which programs act in this workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.core.errors import Invalid
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces import tokens
from counterfoil.workspaces.access import Access, Permission


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.MANAGE_SETTINGS)
def api_tokens(request: Request, access: Access) -> HttpResponse:
    """The tokens that work; a new one is shown once."""
    errors: Mapping[str, list[str]] = {}
    name, scopes = "", list[str]()
    issued = None
    if request.method == "POST":
        name, scopes = request.POST.get("name", ""), request.POST.getlist("scopes")
        try:
            issued = tokens.issue(access=access, name=name, scopes=scopes, now=now())
        except Invalid as error:
            errors = error.errors
        else:
            name, scopes = "", []
    response = _page(request, access, errors, issued, name, scopes)
    if issued is not None:
        response["Cache-Control"] = "no-store"
    return response


def _page(
    request: Request,
    access: Access,
    errors: Mapping[str, list[str]],
    issued: tokens.Issued | None,
    name: str,
    scopes: Sequence[str],
) -> HttpResponse:
    context = {
        "tokens": tokens.of(access),
        "scopes": tokens.SCOPES,
        "given": {"name": name, "scopes": scopes},
        "errors": errors,
        "issued": issued,
        "address": request.build_absolute_uri(reverse("api_documents")),
    }
    return render(
        request,
        access,
        "settings/tokens.html",
        context,
        active="settings",
        title=_("API tokens"),
        status=422 if errors else 200,
    )


@require_POST
@workspace_view(Permission.MANAGE_SETTINGS)
def api_token_revoke(request: Request, access: Access, token_id: int) -> HttpResponse:
    """Let a token be of no use any more."""
    gone = tokens.revoke(access=access, token_id=token_id, now=now())
    messages.success(request, _("%(name)s no longer works.") % {"name": gone})
    return HttpResponseRedirect(reverse("api_tokens", args=[access.workspace.pk]))

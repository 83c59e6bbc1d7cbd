"""Settings: overview, the workspace itself, its people."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from counterfoil.core.errors import Invalid
from counterfoil.web.settings import people as members, workspace as editing
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission


@require_safe
@workspace_view()
def overview(request: Request, access: Access) -> HttpResponse:
    """What can be set, each with a sentence."""
    return render(
        request,
        access,
        "settings/overview.html",
        {},
        active="settings",
        title=_("Settings"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.MANAGE_SETTINGS)
def workspace(request: Request, access: Access) -> HttpResponse:
    """Name, time zone and language of the workspace."""
    current = access.workspace
    given = {
        "name": current.name,
        "time_zone": current.time_zone,
        "language": current.language,
    }
    errors: Mapping[str, list[str]] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in given}
        try:
            editing.change(access=access, **given)
        except Invalid as error:
            errors = error.errors
        else:
            messages.success(request, _("Saved"))
            return HttpResponseRedirect(request.path)
    context = {"given": given, "errors": errors, "zones": editing.zones()}
    return render(
        request,
        access,
        "settings/workspace.html",
        context,
        active="settings",
        title=_("Workspace"),
        status=422 if errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def people(request: Request, access: Access) -> HttpResponse:
    """The members and their roles; who may, adds one."""
    errors: Mapping[str, list[str]] = {}
    given = {"email": "", "name": "", "role": "sales"}
    added = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        try:
            added = members.add(access=access, **given, now=now())
        except Invalid as error:
            errors = error.errors
        else:
            if not added.password:
                messages.success(
                    request, _("%(name)s added") % {"name": added.membership.user}
                )
                return HttpResponseRedirect(request.path)
            given = {"email": "", "name": "", "role": "sales"}
    context = {
        "members": members.members(access.workspace),
        "roles": members.grantable(access),
        "given": given,
        "errors": errors,
        "added": added,
    }
    response = render(
        request,
        access,
        "settings/people.html",
        context,
        active="settings",
        title=_("People"),
        status=422 if errors else 200,
    )
    if added:
        response["Cache-Control"] = "no-store"
    return response


@require_POST
@workspace_view(Permission.MANAGE_PEOPLE)
def person_role(request: Request, access: Access, membership_id: int) -> HttpResponse:
    """Give a member another role."""
    try:
        changed = members.change_role(
            access=access,
            membership_id=membership_id,
            role=request.POST.get("role", ""),
            now=now(),
        )
    except Invalid as error:
        messages.error(request, str(error))
    else:
        said = _("%(name)s is now: %(role)s") % {
            "name": changed.user,
            "role": changed.get_role_display(),
        }
        messages.success(request, said)
    return HttpResponseRedirect(reverse("people", args=[access.workspace.pk]))


@require_POST
@workspace_view(Permission.MANAGE_PEOPLE)
def person_remove(request: Request, access: Access, membership_id: int) -> HttpResponse:
    """Take a member out of the workspace."""
    try:
        gone = members.remove(access=access, membership_id=membership_id)
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(name)s is no longer in this workspace") % {"name": gone}
        )
    return HttpResponseRedirect(reverse("people", args=[access.workspace.pk]))

"""QuickBooks Online: connect, see how it is doing, disconnect, connect again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django_htmx.http import HttpResponseClientRedirect

from counterfoil.connections import authorise, queries
from counterfoil.connections.models import Connection
from counterfoil.connections.ports import services
from counterfoil.core.errors import CounterfoilError
from counterfoil.posting import recovery
from counterfoil.sync import health
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.web.sync import frame
from counterfoil.workspaces.access import PERMISSIONS, Access, Permission
from counterfoil.workspaces.models import Role

SERVICE = "quickbooks"
HEALTH = "sync/health.html"


def _one(access: Access, connection_id: int) -> Connection:
    found = queries.get(access.workspace, connection_id)
    if found.service != SERVICE:
        raise Http404
    return found


@require_safe
@workspace_view()
def quickbooks(request: Request, access: Access) -> HttpResponse:
    """The companies of this workspace, and the button that adds one."""
    connections = [
        one
        for one in queries.of(access.workspace, active=False)
        if one.service == SERVICE
    ]
    context = {
        "connections": connections,
        "is_available": SERVICE in services,
        "granting": [
            role.label
            for role in Role
            if Permission.MANAGE_INTEGRATIONS in PERMISSIONS[role]
        ],
    }
    return render(
        request,
        access,
        "settings/quickbooks.html",
        context,
        active="settings",
        title="QuickBooks Online",
    )


@require_safe
@workspace_view()
def connection(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """One company: its state, its figures, what can be done with it."""
    found = _one(access, connection_id)
    context = {
        "health": health.of(found, now()),
        "stand": recovery.standstill(access.workspace),
        "fitness": recovery.known_fitness().value,
    }
    return frame.page(
        request,
        access,
        found,
        HEALTH,
        context,
        active="connection",
        fragment="figures",
    )


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def connect(request: Request, access: Access) -> HttpResponse:
    """To Intuit's consent page, for a company that is not here yet."""
    return _to_consent(request, access, None)


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def reconnect(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """To Intuit's consent page, for the same company again."""
    return _to_consent(request, access, _one(access, connection_id))


def _to_consent(
    request: Request, access: Access, found: Connection | None
) -> HttpResponse:
    """Leave for the consent page.

    Not by a redirect: our pages allow forms to lead nowhere but to this site.
    """
    back = reverse("integration", args=[access.workspace.pk])
    if request.session.session_key is None:
        request.session.create()
    try:
        address = authorise.begin(
            access=access,
            service=SERVICE,
            session_key=request.session.session_key or "",
            now=now(),
            connection=found,
        )
    except (CounterfoilError, KeyError) as error:
        said = str(error) if isinstance(error, CounterfoilError) else ""
        messages.error(
            request, said or _("QuickBooks is not set up on this installation.")
        )
        if request.htmx:
            return HttpResponseClientRedirect(back)
        return HttpResponseRedirect(back)
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return render(
        request,
        access,
        "settings/leaving.html",
        {"address": address, "back": back},
        active="settings",
        title=_("On to QuickBooks"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def disconnect(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """Ask, then end the connection."""
    found = _one(access, connection_id)
    if request.method != "POST":
        return render(
            request,
            access,
            "settings/disconnect.html",
            {"connection": found},
            active="settings",
            title=_("Disconnect %(name)s?") % {"name": found.name},
        )
    done = authorise.disconnect(access=access, connection=found, now=now())
    level = messages.SUCCESS if done.revoked else messages.WARNING
    messages.add_message(request, level, done.message)
    return HttpResponseRedirect(reverse("integration", args=[access.workspace.pk]))

"""Settings pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from counterfoil.web.shell import Request, render, workspace_view
from counterfoil.workspaces.access import Access


@workspace_view()
def overview(request: Request, access: Access) -> HttpResponse:
    """What can be set, each with a sentence."""
    return render(
        request,
        access,
        "home/home.html",
        {},
        active="settings",
        title=_("Settings"),
    )


@workspace_view()
def quickbooks(request: Request, access: Access) -> HttpResponse:
    """The QuickBooks companies of this workspace."""
    return render(
        request,
        access,
        "home/home.html",
        {},
        active="settings",
        title="QuickBooks Online",
    )

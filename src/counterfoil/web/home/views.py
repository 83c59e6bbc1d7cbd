"""Home, search and what needs attention."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from counterfoil.web import attention as waiting
from counterfoil.web.shell import Request, render, workspace_view
from counterfoil.workspaces.access import Access


@workspace_view()
def home(request: Request, access: Access) -> HttpResponse:
    """Figures and lists that a day starts with."""
    context: dict[str, object] = {}
    return render(
        request, access, "home/home.html", context, active="home", title=_("Home")
    )


@workspace_view()
def attention(request: Request, access: Access) -> HttpResponse:
    """Documents that did not get through, and connections that are dead."""
    context = {"waiting": waiting.of(access.workspace)}
    return render(
        request, access, "home/attention.html", context, title=_("Needs attention")
    )


@workspace_view()
def search(request: Request, access: Access) -> HttpResponse:
    """Records of every noun whose title holds the words."""
    context = {"query": request.GET.get("q", "").strip()}
    return render(request, access, "home/search.html", context, title=_("Search"))

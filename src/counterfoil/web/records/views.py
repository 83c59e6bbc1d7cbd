"""Lists of records."""

from __future__ import annotations

from django.http import HttpResponse

from counterfoil.web.shell import Request, render, workspace_view
from counterfoil.workspaces.access import Access


@workspace_view()
def index(request: Request, access: Access, plural: str) -> HttpResponse:
    """The list of one noun."""
    return render(request, access, "home/home.html", {}, active=plural, title=plural)


@workspace_view()
def record(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """One record's page."""
    return render(request, access, "home/home.html", {}, active=plural, title=plural)

"""What is synced at a connection: one row per object."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from counterfoil.web.shell import Request, workspace_view
from counterfoil.web.sync import frame, standing
from counterfoil.workspaces.access import Access


@require_safe
@workspace_view()
def overview(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """Every object of sync: whether it is on, which way, how it is doing."""
    connection = frame.one(access, connection_id)
    found = standing.of(connection)
    return frame.page(
        request,
        access,
        connection,
        "sync/overview.html",
        {"standing": found},
        waiting=found.waiting,
        fragment="objects",
    )

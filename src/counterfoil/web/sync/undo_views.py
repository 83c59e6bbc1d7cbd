"""Take a run back: first what that does not bring back, then the button."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.core.errors import Invalid
from counterfoil.sync.runs import undo
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import changes, frame, runs
from counterfoil.web.sync.run_views import address, run_of
from counterfoil.workspaces.access import Access, Permission


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def undo_run(
    request: Request, access: Access, connection_id: int, run_id: int
) -> HttpResponse:
    """Say what an undo does and does not do; begin it when that is wanted."""
    connection = frame.one(access, connection_id)
    run = run_of(connection, run_id)
    if request.method == "POST":
        try:
            undoing = undo.begin(run, by=access.user, now=now())
        except Invalid as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(address(connection, run))
        return HttpResponseRedirect(address(connection, undoing))
    sides = dict(
        run.changes.filter(undone="")
        .order_by()
        .values_list("side")
        .annotate(Count("pk"))
    )
    context = {
        "run": run,
        "named": runs.title_of(run, connection),
        "why_not": undo.why_not(run),
        "cannot": undo.what_cannot(run),
        "here": sides.get("here", 0),
        "there": sides.get("there", 0),
        "created": changes.made_by(connection, run).count(),
        "restores_settings": undo.puts_settings_back(run),
    }
    return frame.page(
        request,
        access,
        connection,
        "sync/undo.html",
        context,
        active="sync_runs",
        title=_("Undo"),
    )

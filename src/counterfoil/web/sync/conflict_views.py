"""Conflicts: both values side by side, and a button under each."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections.models import Connection
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.models import Conflict
from counterfoil.sync.pairs import conflicts
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import conflict_list, frame
from counterfoil.web.sync.answering import actor_of, answered
from counterfoil.workspaces.access import Access, Permission

SIDES = {"local": Wins.LOCAL, "remote": Wins.REMOTE}


@require_safe
@workspace_view()
def index(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """What waits for a decision."""
    return _shown(request, access, frame.one(access, connection_id))


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def answer(
    request: Request, access: Access, connection_id: int, conflict_id: int
) -> HttpResponse:
    """Keep the value from here, or the one from QuickBooks."""
    found = frame.one(access, connection_id)
    rows = Conflict.objects.select_related("connection")
    conflict = rows.filter(connection=found, pk=conflict_id).first()
    keep = SIDES.get(request.POST.get("keep", ""))
    if conflict is None or keep is None:
        raise Http404

    def act() -> str:
        if conflict.resolved_at is not None:
            return _("This was decided already.")
        conflicts.answer(conflict, keep, by=actor_of(access), now=now())
        if keep is Wins.LOCAL:
            return _("The value from here stays and goes to QuickBooks")
        return _("The value of QuickBooks stays and comes here")

    return answered(
        request,
        act,
        show=lambda: _shown(request, access, found),
        back=reverse("sync_conflicts", args=[access.workspace.pk, found.pk]),
        focus="list",
    )


def _shown(request: Request, access: Access, connection: Connection) -> HttpResponse:
    after = request.GET.get("after", "") or request.POST.get("after", "")
    return frame.page(
        request,
        access,
        connection,
        "sync/conflicts.html",
        {"conflicts": conflict_list.of(connection, after=after), "after": after},
        active="sync_conflicts",
        title=_("Conflicts"),
        fragment="list",
    )

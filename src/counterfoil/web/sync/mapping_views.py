"""Which property here is which field in QuickBooks, and who has the last word on it."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from counterfoil.sync.settings import choices, mappings
from counterfoil.sync.settings.checking import check_settings
from counterfoil.sync.settings.mappings import Sides
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import drafts, frame, mapping
from counterfoil.web.sync.drafts import Draft
from counterfoil.web.sync.mapping import Sent
from counterfoil.web.sync.settings_views import look_at
from counterfoil.workspaces.access import Access, Permission


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def fields(
    request: Request, access: Access, connection_id: int, name: str
) -> HttpResponse:
    """Show the mappings; adding, editing and removing is one change, looked at first."""
    draft = drafts.open_one(access, connection_id, name)
    if draft.about.pairing is None:
        raise Http404
    sides = mappings.sides_of(draft.connection, draft.about.pairing)
    if request.method != "POST":
        sent = Sent(mappings.refreshed(draft.wanted.rules, sides))
        return _table(request, draft, sides, sent)
    access.require(Permission.MANAGE_INTEGRATIONS)
    defaults = choices.defaults(draft.connection, name)
    sent = mapping.read(request.POST, sides, draft.wanted, defaults)
    wanted = replace(draft.wanted, rules=sent.rules)
    if request.POST.get("do", "preview") == "preview":
        faults = check_settings(draft.connection, wanted, now=now())
        if not faults:
            return look_at(request, draft, wanted)
        sent.others = mapping.elsewhere(faults)
        return _table(request, draft, sides, sent, status=422)
    return _table(request, draft, sides, sent, status=422 if sent.error else 200)


def _table(
    request: Request, draft: Draft, sides: Sides, sent: Sent, *, status: int = 200
) -> HttpResponse:
    context = {
        "about": draft.about,
        "draft": draft,
        "sent": sent,
        "table": mapping.table(draft, sent, sides, now()),
    }
    return frame.page(
        request,
        draft.access,
        draft.connection,
        "sync/mappings.html",
        context,
        title=draft.about.label,
        fragment="form",
        status=status,
    )

"""What pages ask every few seconds: what has changed since they were made."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from counterfoil.crm import queries
from counterfoil.web.invoicing.dossier import dossier_of
from counterfoil.web.invoicing.panel import panel_of
from counterfoil.web.invoicing.tellings import ended
from counterfoil.web.shell import Request, now, render_block, workspace_view
from counterfoil.workspaces.access import Access

LIVE = "invoicing/live.html"
UNCHANGED = 204


@workspace_view()
@require_GET
def card(
    request: Request, access: Access, object_type: str, record_id: int
) -> HttpResponse:
    """The card anew, or 204 while it is as the page shows it."""
    record = queries.get(access.workspace, object_type, record_id)
    panel = panel_of(access, record)
    return _answer(request, access, "card", panel.version, {"panel": panel})


@workspace_view()
@require_GET
def document(
    request: Request, access: Access, noun: str, record_id: int
) -> HttpResponse:
    """The card of a document's own page anew, or 204 while nothing has changed."""
    record = queries.get(access.workspace, noun, record_id)
    dossier = dossier_of(access, record)
    return _answer(request, access, "dossier", dossier.version, {"dossier": dossier})


def _answer(
    request: Request,
    access: Access,
    block: str,
    version: str,
    shown: Mapping[str, object],
) -> HttpResponse:
    """With it, what has come to an end of what the page was waiting for."""
    if request.GET.get("v") == version:
        return HttpResponse(status=UNCHANGED)
    context = {"card": shown, "live": True, "now": now()}
    response = render_block(request, access, LIVE, block, context)
    told = list(ended(access.workspace, request.GET.get("asked", "")))
    for kind, text in told[:1]:
        trigger_client_event(response, "toast", {"kind": kind, "text": text})
    return trigger_client_event(response, "invoices-changed", {}, after="settle")

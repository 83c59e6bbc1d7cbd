"""What pages ask every few seconds: what has changed since they were made."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from counterfoil.crm import queries
from counterfoil.web.invoicing.panel import panel_of
from counterfoil.web.invoicing.sheet import sheet_of
from counterfoil.web.shell import Request, render_block, workspace_view
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
    if request.GET.get("v") == panel.version:
        return HttpResponse(status=UNCHANGED)
    context = {"card": {"panel": panel}, "live": True}
    response = render_block(request, access, LIVE, "card", context)
    return trigger_client_event(response, "invoices-changed", {}, after="settle")


@workspace_view()
@require_GET
def invoice(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """The invoice's own sheet anew, or 204 while nothing has changed."""
    record = queries.get(access.workspace, "invoice", invoice_id)
    sheet = sheet_of(access, record)
    if request.GET.get("v") == sheet.version:
        return HttpResponse(status=UNCHANGED)
    context = {"card": {"sheet": sheet}, "live": True}
    response = render_block(request, access, LIVE, "sheet", context)
    return trigger_client_event(response, "invoices-changed", {}, after="settle")

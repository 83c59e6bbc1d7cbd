"""Move a deal along its pipeline."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from counterfoil.core.errors import Invalid
from counterfoil.crm.records import Change
from counterfoil.web.records import fields
from counterfoil.web.records.lookup import one
from counterfoil.web.records.record_views import address, shown, written
from counterfoil.web.shell import Request, workspace_view
from counterfoil.workspaces.access import Access, Permission


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def move(request: Request, access: Access, record_id: int) -> HttpResponse:
    """Put a deal on a stage: from the path bar, the board, or the board's menu."""
    deal = one(access.workspace, "deal", record_id)
    values: dict[str, object] = {"stage": request.POST.get("stage", "")}
    values = fields.with_pipeline("deal", access.workspace, values)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = address(access, "deals", record_id)
    try:
        result = written(access, Change("deal", values, deal.pk))
    except Invalid as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    said = _("%(title)s is now in %(stage)s") % {
        "title": deal,
        "stage": one(access.workspace, "deal", record_id).stage,  # type: ignore[attr-defined]
    }
    if request.htmx and "board" not in request.POST:
        response = shown(
            request,
            access,
            "deals",
            one(access.workspace, "deal", result.ref.record_id),
        )
        return trigger_client_event(response, "toast", {"text": said})
    messages.success(request, said)
    return HttpResponseRedirect(back)

"""Lists of records: table, board and export."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.web.records.asked import asked
from counterfoil.web.records.board import board_of
from counterfoil.web.records.export import lines
from counterfoil.web.records.index import index_of
from counterfoil.web.records.looks import LOOKS
from counterfoil.web.records.lookup import noun_of
from counterfoil.web.records.sending import SENDABLE
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission


@require_safe
@workspace_view()
def index(request: Request, access: Access, plural: str) -> HttpResponse:
    """The list of one noun; deals may be a board."""
    noun = noun_of(plural)
    wanted = asked(request.GET)
    if "field" in request.GET or "column" in request.GET:
        # A form without JavaScript: go on under the address that says the same.
        return HttpResponseRedirect(request.path + wanted.query)
    context: dict[str, object] = {
        "plural": plural,
        "noun": noun,
        "look": LOOKS[noun.key],
        "asked": wanted,
        "is_sendable": noun.key in SENDABLE,
    }
    if noun.key == "deal" and wanted.board:
        context["board"] = board_of(access.workspace, wanted)
        template = "records/board.html"
    else:
        context["index"] = index_of(access, noun, wanted, now())
        template = "records/index.html"
    return render(
        request, access, template, context, active=plural, title=str(noun.label[1])
    )


@require_safe
@workspace_view(Permission.EXPORT)
def export(
    request: Request, access: Access, plural: str
) -> HttpResponse | StreamingHttpResponse:
    """Everything that the list's filters let through, as CSV."""
    noun, wanted = noun_of(plural), asked(request.GET)
    try:
        queries.page(
            workspace=access.workspace,
            object_type=noun.key,
            filters=wanted.filters,
            search=wanted.search,
            sort=wanted.sort,
            size=1,
            now=now(),
        )
    except Invalid as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(
            reverse("records", args=[access.workspace.pk, plural])
        )
    response = StreamingHttpResponse(
        lines(access, noun, wanted, now()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{plural}.csv"'
    return response

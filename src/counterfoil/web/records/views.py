"""Lists of records: table, board, export and bulk actions."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.catalogue import ObjectType
from counterfoil.crm.models import Record
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Origin
from counterfoil.web.records.asked import asked
from counterfoil.web.records.board import board_of
from counterfoil.web.records.export import lines
from counterfoil.web.records.index import index_of
from counterfoil.web.records.looks import LOOKS
from counterfoil.web.records.lookup import noun_of
from counterfoil.web.records.record_views import actor_of
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

MOST_AT_ONCE = 500


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


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def archive_many(request: Request, access: Access, plural: str) -> HttpResponse:
    """Archive the chosen records, after asking."""
    noun = noun_of(plural)
    rows = _chosen(request, access, noun)
    back = _back(request, access, plural)
    if not rows:
        messages.warning(request, _("Choose at least one record first."))
        return HttpResponseRedirect(back)
    if "confirmed" not in request.POST:
        context = {"plural": plural, "noun": noun, "rows": rows, "back": back}
        title = ngettext(
            "Archive one record?", "Archive %(num)s records?", len(rows)
        ) % {"num": len(rows)}
        return render(
            request, access, "records/archive.html", context, active=plural, title=title
        )
    _set_archived(access, noun, rows, archived=True)
    messages.success(
        request,
        ngettext("One record archived", "%(num)s records archived", len(rows))
        % {"num": len(rows)},
    )
    return HttpResponseRedirect(back)


def _chosen(request: Request, access: Access, noun: ObjectType) -> list[Record]:
    ids = [text for text in request.POST.getlist("id") if text.isdecimal()]
    rows = noun.model._default_manager.filter(
        workspace=access.workspace, pk__in=ids[:MOST_AT_ONCE], archived_at=None
    )
    return list(rows.order_by("title", "id"))


def _set_archived(
    access: Access, noun: ObjectType, rows: Sequence[Record], *, archived: bool
) -> None:
    write(
        workspace=access.workspace,
        changes=[Change(noun.key, {}, row.pk, archived=archived) for row in rows],
        actor=actor_of(access),
        origin=Origin.user(access.user.pk),
        now=now(),
    )


def _back(request: Request, access: Access, plural: str) -> str:
    """The list as it was: only its query is taken from the form."""
    query = urlsplit(request.POST.get("back", "")).query
    path = reverse("records", args=[access.workspace.pk, plural])
    return f"{path}?{query}" if query else path

"""Tie records together and apart."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.crm import associations, queries
from counterfoil.crm.catalogue import ObjectType
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.web.records.associated import is_hand_made
from counterfoil.web.records.lookup import noun_of, one
from counterfoil.web.records.record_views import address
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

SHOWN = 20


def _pair(plural: str, other: str) -> tuple[ObjectType, ObjectType]:
    here, there = noun_of(plural), noun_of(other)
    if there.key not in here.associated or not is_hand_made(here.key, there.key):
        raise Http404
    return here, there


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def ties(
    request: Request, access: Access, plural: str, record_id: int, other: str
) -> HttpResponse:
    """Search records of another noun and tie the chosen ones to this record."""
    here, there = _pair(plural, other)
    found = one(access.workspace, here.key, record_id)
    if request.method == "POST":
        return _tie(request, access, plural, found, there)
    search = request.GET.get("q", "").strip()
    page = queries.page(
        workspace=access.workspace,
        object_type=there.key,
        search=search,
        sort="-updated_at",
        size=SHOWN,
        now=now(),
    )
    taken = set(associations.refs_of(access.workspace, Ref.of(found), there.key))
    context = {
        "record": found,
        "plural": plural,
        "noun": here,
        "there": there,
        "search": search,
        "rows": [(row, Ref.of(row) in taken) for row in page.rows],
        "has_more": bool(page.next),
    }
    title = _("Add to %(title)s") % {"title": found}
    return render(
        request,
        access,
        "records/tie.html",
        context,
        active=plural,
        title=title,
        fragment="choices",
    )


def _tie(
    request: Request, access: Access, plural: str, found: Record, there: ObjectType
) -> HttpResponse:
    ids = [int(text) for text in request.POST.getlist("id") if text.isdecimal()]
    chosen = [one(access.workspace, there.key, pk) for pk in dict.fromkeys(ids[:SHOWN])]
    if not chosen:
        messages.warning(request, _("Choose at least one record first."))
        return HttpResponseRedirect(request.get_full_path())
    associations.associate_many(
        workspace=access.workspace,
        pairs=[(Ref.of(found), Ref.of(row)) for row in chosen],
        now=now(),
    )
    messages.success(request, _("Added to %(title)s") % {"title": found})
    return HttpResponseRedirect(address(access, plural, found.pk))


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def tie_remove(
    request: Request,
    access: Access,
    plural: str,
    record_id: int,
    other: str,
    other_id: int,
) -> HttpResponse:
    """Take a record out of a card; both records stay."""
    here, there = _pair(plural, other)
    found = one(access.workspace, here.key, record_id)
    gone = one(access.workspace, there.key, other_id)
    associations.dissociate(
        workspace=access.workspace, left=Ref.of(found), right=Ref.of(gone), now=now()
    )
    messages.success(
        request,
        _("%(other)s taken out of %(title)s") % {"other": gone, "title": found},
    )
    return HttpResponseRedirect(
        reverse("record", args=[access.workspace.pk, plural, record_id])
    )

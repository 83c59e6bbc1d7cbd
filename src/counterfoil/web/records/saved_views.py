"""Pages of saved views: save a list under a name, rename it, share it, delete it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.core.errors import Invalid
from counterfoil.web.models import SavedView
from counterfoil.web.records import saved
from counterfoil.web.records.asked import asked
from counterfoil.web.records.lookup import noun_of
from counterfoil.web.records.saved import Entry
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def view_new(request: Request, access: Access, plural: str) -> HttpResponse:
    """Save the list that the address asks for under a name."""
    noun = noun_of(plural)
    wanted = asked(request.GET)
    if request.method != "POST":
        return _form(request, access, plural, Entry())
    entry = _entry(request)
    try:
        view = saved.create(
            access=access, noun=noun, entry=entry, wanted=wanted, now=now()
        )
    except Invalid as error:
        return _form(request, access, plural, entry, error=error)
    messages.success(request, _("Saved as “%(name)s”") % {"name": view.name})
    return _to_view(access, plural, view)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def view_edit(
    request: Request, access: Access, plural: str, view_id: int
) -> HttpResponse:
    """Rename a view, share it, or keep it to oneself."""
    view = saved.one(access, noun_of(plural), view_id)
    if request.method != "POST":
        entry = Entry(view.name, view.is_shared)
        return _form(request, access, plural, entry, view=view)
    entry = _entry(request)
    try:
        saved.change(access=access, view=view, entry=entry, now=now())
    except Invalid as error:
        return _form(request, access, plural, entry, view=view, error=error)
    messages.success(request, _("View saved"))
    return _to_view(access, plural, view)


@require_POST
@workspace_view()
def view_keep(
    request: Request, access: Access, plural: str, view_id: int
) -> HttpResponse:
    """Let a view mean the list as it is now."""
    view = saved.one(access, noun_of(plural), view_id)
    wanted = asked(QueryDict(request.POST.get("query", "").removeprefix("?")))
    try:
        saved.keep(view=view, wanted=wanted, now=now())
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("View saved"))
    return _to_view(access, plural, view)


@require_POST
@workspace_view()
def view_delete(
    request: Request, access: Access, plural: str, view_id: int
) -> HttpResponse:
    """Forget a view; the records are as they were."""
    view = saved.one(access, noun_of(plural), view_id)
    name = view.name
    view.delete()
    messages.success(request, _("View “%(name)s” deleted") % {"name": name})
    path = reverse("records", args=[access.workspace.pk, plural])
    return HttpResponseRedirect(path)


def _entry(request: Request) -> Entry:
    return Entry(request.POST.get("name", ""), "is_shared" in request.POST)


def _form(
    request: Request,
    access: Access,
    plural: str,
    entry: Entry,
    *,
    view: SavedView | None = None,
    error: Invalid | None = None,
) -> HttpResponse:
    path = reverse("records", args=[access.workspace.pk, plural])
    wanted = saved.opened(view) if view else asked(request.GET)
    errors = error.errors if error else {}
    context = {
        "plural": plural,
        "noun": noun_of(plural),
        "entry": entry,
        "view": view,
        "errors": errors,
        "longest": saved.LONGEST_NAME,
        "may_share": saved.may_share(access) or entry.is_shared,
        "back": path + wanted.query,
    }
    title = _("Rename or share a view") if view else _("Save this list as a view")
    return render(
        request,
        access,
        "records/view_form.html",
        context,
        active=plural,
        title=title,
        status=422 if error else 200,
    )


def _to_view(access: Access, plural: str, view: SavedView) -> HttpResponse:
    path = reverse("records", args=[access.workspace.pk, plural])
    return HttpResponseRedirect(path + saved.opened(view).query)

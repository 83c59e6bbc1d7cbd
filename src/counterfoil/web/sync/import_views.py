"""The first import: what of the past is taken over is a person's choice (row S6)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.sync.models import Run, RunKind
from counterfoil.sync.runs import plan
from counterfoil.sync.runs.importing import EVERYTHING, NEW, SINCE, Scope
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import frame
from counterfoil.web.sync.questions import Choice
from counterfoil.web.sync.run_views import address
from counterfoil.web.sync.wording import Option
from counterfoil.workspaces.access import Access, Permission

TAKES = {
    EVERYTHING: (
        gettext_lazy("Everything"),
        gettext_lazy("All customers, items, invoices, payments and other documents."),
    ),
    SINCE: (
        gettext_lazy("Since a day"),
        gettext_lazy(
            "Documents from that day on, and older ones that are still open, so that"
            " what is owed is right. All customers and items."
        ),
    ),
    NEW: (
        gettext_lazy("Only what is new from now on"),
        gettext_lazy("All customers and items, and no document of the past."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def begin(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """Choose how much is read, and begin."""
    connection = frame.one(access, connection_id)
    if request.method != "POST":
        return _form(request, access, connection, EVERYTHING, "", {})
    access.require(Permission.MANAGE_INTEGRATIONS)
    take, since = request.POST.get("take", ""), request.POST.get("since", "").strip()
    try:
        scope = _scope(take, since, access.workspace.today(now()))
        run = plan.begin(connection, now(), scope, access.user)
    except Invalid as error:
        return _form(request, access, connection, take, since, error.errors)
    return HttpResponseRedirect(address(connection, run))


def _scope(take: str, since: str, today: date) -> Scope:
    if take not in TAKES:
        raise Invalid({"take": [_("Choose one of these.")]})
    if take != SINCE:
        return Scope(take)
    try:
        day = date.fromisoformat(since) if since else None
    except ValueError:
        raise Invalid({"since": [_("Enter a day.")]}) from None
    if day is not None and day > today:
        raise Invalid({"since": [_("Choose a day that is not in the future.")]})
    return Scope(SINCE, day)


def _form(
    request: HttpRequest,
    access: Access,
    connection: Connection,
    take: str,
    since: str,
    errors: dict[str, list[str]],
) -> HttpResponse:
    options = [
        Option(key, label, sentence, key == take)
        for key, (label, sentence) in TAKES.items()
    ]
    running = Run.objects.filter(
        connection=connection, kind=RunKind.IMPORT, ended_at=None
    ).first()
    context = {
        "choice": Choice(
            "take", _("What is read from QuickBooks"), options, errors.get("take", ())
        ),
        "since": since,
        "errors": errors,
        "running": running,
        "problems": [
            (f"c-{name}", "", text) for name, texts in errors.items() for text in texts
        ],
    }
    return frame.page(
        request,
        access,
        connection,
        "sync/import.html",
        context,
        title=_("Import from QuickBooks"),
        status=422 if errors else 200,
    )

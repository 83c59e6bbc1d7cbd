"""Runs: the list, one of them, stop and go on, and the yes that one may wait for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.sync.models import Outgoing, Run
from counterfoil.sync.runs import plan
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import frame, run_page, runs
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import User


@require_safe
@workspace_view()
def index(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """Everything that was read or changed in bulk, newest first."""
    connection = frame.one(access, connection_id)
    context = {"page": runs.page(connection, request.GET.get("before", ""))}
    return frame.page(
        request,
        access,
        connection,
        "sync/runs.html",
        context,
        active="sync_runs",
        title=_("Runs"),
    )


@require_safe
@workspace_view()
def one(
    request: Request, access: Access, connection_id: int, run_id: int
) -> HttpResponse:
    """How far a run is and what it did; it asks again by itself while it goes on."""
    connection = frame.one(access, connection_id)
    run = run_of(connection, run_id)
    show, after = request.GET.get("show", ""), request.GET.get("after", "")
    found = run_page.of(connection, run, show=show, after=after, now=now())
    response = frame.page(
        request,
        access,
        connection,
        "sync/run.html",
        {"page": found, "run": run},
        active="sync_runs",
        title=found.title,
        fragment="figures",
    )
    if request.htmx and not found.asks_again:
        # It has come to its end: what it did is beyond the part that was asked for.
        response["HX-Refresh"] = "true"
    return response


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def stop(
    request: Request, access: Access, connection_id: int, run_id: int
) -> HttpResponse:
    """Stop where it is; what is done stays."""
    said = _("Stopped. What was done stays; it can go on from there.")
    return _act(request, access, (connection_id, run_id), plan.stop, said)


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def resume(
    request: Request, access: Access, connection_id: int, run_id: int
) -> HttpResponse:
    """Go on where it stopped."""
    return _act(request, access, (connection_id, run_id), plan.resume, _("It goes on."))


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def confirm(
    request: Request, access: Access, connection_id: int, run_id: int
) -> HttpResponse:
    """Say yes to a run that waits for it."""
    said = _("Confirmed. It goes on.")
    return _act(request, access, (connection_id, run_id), plan.confirm, said)


def _act(
    request: Request,
    access: Access,
    at: tuple[int, int],
    act: Callable[[Run, User, datetime], Run],
    said: str,
) -> HttpResponse:
    connection = frame.one(access, at[0])
    run = run_of(connection, at[1])
    try:
        act(run, access.user, now())
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(address(connection, run))


def run_of(connection: Connection, run_id: int) -> Run:
    """One of the connection's runs, or 404."""
    rows = Run.objects.filter(connection=connection, pk=run_id)
    waiting = Outgoing.objects.filter(
        connection=connection, held=True, run_id=OuterRef("pk")
    )
    counted = waiting.order_by().values("run_id").values(n=Count("pk"))
    found = (
        rows.select_related("started_by", "confirmed_by", "undoes", "undone_by")
        .annotate(held_writes=Coalesce(Subquery(counted), 0))
        .first()
    )
    if found is None:
        raise Http404
    found.connection = connection
    return found


def address(connection: Connection, run: Run) -> str:
    """Where a run's page is."""
    return reverse("sync_run", args=[connection.workspace_id, connection.pk, run.pk])

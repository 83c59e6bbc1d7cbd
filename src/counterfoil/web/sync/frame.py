"""What every page of one connection has around it: its name and the tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from counterfoil.connections import queries
from counterfoil.connections.models import Connection
from counterfoil.sync.models import UNSETTLED, Conflict, Issue, IssueState, Review
from counterfoil.web.shell import render
from counterfoil.workspaces.access import PERMISSIONS, Access, Permission
from counterfoil.workspaces.models import Role

SERVICE = "quickbooks"


@dataclass(frozen=True)
class Tab:
    """One page of a connection; ``counts`` names what waits there for a person."""

    route: str
    label: Any
    counts: str = ""


TABS = (
    Tab("connection", _("Health")),
    Tab("books", _("Documents")),
    Tab("sync", _("Sync")),
    Tab("sync_runs", _("Runs")),
    Tab("sync_reviews", _("Review"), "reviews"),
    Tab("sync_conflicts", _("Conflicts"), "conflicts"),
    Tab("sync_issues", _("Issues"), "issues"),
    Tab("contact_rule", _("Customers")),
)


@dataclass(frozen=True)
class Drawn:
    """A tab as it stands on one page."""

    route: str
    label: Any
    address: str
    current: bool
    count: int = 0


def one(access: Access, connection_id: int) -> Connection:
    """The workspace's connection that an address names, or 404."""
    found = queries.get(access.workspace, connection_id)
    if found.service != SERVICE:
        raise Http404
    found.workspace = access.workspace
    return found


def tabs(
    connection: Connection, active: str, waiting: Mapping[str, int] | None = None
) -> list[Drawn]:
    """The connection's pages; ``active`` is the route of the one that is open.

    ``waiting`` saves asking for the counts where they are known already.
    """
    if waiting is None:
        waiting = counts(connection)
    drawn = []
    for tab in TABS:
        try:
            address = reverse(tab.route, args=[connection.workspace_id, connection.pk])
        except NoReverseMatch:
            continue
        count = waiting.get(tab.counts, 0)
        drawn.append(Drawn(tab.route, tab.label, address, tab.route == active, count))
    return drawn


def counts(connection: Connection) -> dict[str, int]:
    """What waits for a person, by kind, in one query."""
    open_ones = {
        "reviews": Review.objects.filter(answered_at=None),
        "conflicts": Conflict.objects.filter(UNSETTLED),
        "issues": Issue.objects.filter(state=IssueState.OPEN),
    }
    asked = {name: _counted(rows) for name, rows in open_ones.items()}
    rows = Connection.objects.filter(pk=connection.pk)
    found = rows.values_list(*asked.values())[0]
    return dict(zip(asked, found, strict=True))


def _counted(rows: Any) -> Coalesce:
    mine = rows.filter(connection=OuterRef("pk")).order_by().values("connection")
    count = Subquery(mine.values(n=Count("pk")), output_field=IntegerField())
    return Coalesce(count, 0)


def granting(permission: Permission = Permission.MANAGE_INTEGRATIONS) -> list[Any]:
    """The labels of the roles that may do it."""
    return [role.label for role in Role if permission in PERMISSIONS[role]]


def page(  # noqa: PLR0913 (as the shell's)
    request: HttpRequest,
    access: Access,
    connection: Connection,
    template: str,
    context: Mapping[str, object],
    *,
    active: str = "sync",
    waiting: Mapping[str, int] | None = None,
    title: str = "",
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of one connection: extend ``sync/page.html``, fill the block ``inner``."""
    around = {
        "connection": connection,
        "tabs": tabs(connection, active, waiting),
        "granting": granting(),
        **context,
    }
    return render(
        request,
        access,
        template,
        around,
        active="settings",
        title=title or connection.name,
        fragment=fragment,
        status=status,
    )

"""Add invoices that exist in QuickBooks already to a deal, contact or company."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import existing
from counterfoil.web.invoicing.wizard import record_address
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

WRONG = 422
MOST = 200
LONGEST_ID = 19


@workspace_view(Permission.EDIT_RECORDS)
def choose(
    request: Request, access: Access, object_type: str, record_id: int
) -> HttpResponse:
    """Search a company's invoices and tick those to add."""
    record = queries.get(access.workspace, object_type, record_id)
    target = Ref(object_type, record_id)
    error = ""
    if request.method == "POST":
        ticked = request.POST.getlist("invoice")[:MOST]
        ids = [int(each) for each in ticked if is_id(each)]
        try:
            added = existing.add(
                access=access, target=target, invoice_ids=ids, now=now()
            )
        except Invalid as refusal:
            error = str(refusal)
        else:
            sentence = ngettext(
                "%(count)s invoice added", "%(count)s invoices added", len(added)
            )
            messages.success(request, sentence % {"count": len(added)})
            return redirect(record_address(access.workspace.pk, record))
    connections = [
        each
        for each in connection_queries.of(access.workspace, active=False)
        if each.state != ConnectionState.DISCONNECTED
    ]
    connection = _chosen(request, connections)
    sought = (request.GET.get("q") or request.POST.get("q") or "").strip()
    results = (
        existing.search(
            access=access, connection=connection, target=target, text=sought
        )
        if connection
        else None
    )
    context = {
        "record": record,
        "object_type": object_type,
        "back": record_address(access.workspace.pk, record),
        "plural": object_types[object_type].label[1],
        "connections": connections,
        "connection": connection,
        "results": results,
        "sought": sought,
        "error": error,
    }
    return render(
        request,
        access,
        "invoicing/existing.html",
        context,
        active=object_types[object_type].slug,
        title=_("Add existing invoice"),
        fragment="results" if request.method == "GET" else None,
        status=WRONG if error else 200,
    )


def is_id(text: str) -> bool:
    """Whether it can be the id of a row."""
    return text.isdecimal() and len(text) < LONGEST_ID


def _chosen(request: Request, connections: list[Connection]) -> Connection | None:
    given = request.GET.get("company") or request.POST.get("company") or ""
    found = next((each for each in connections if str(each.pk) == given), None)
    if found is None and connections:
        found = connections[0]
    return found

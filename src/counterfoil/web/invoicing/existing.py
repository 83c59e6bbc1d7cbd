"""Add documents that exist in QuickBooks already to a deal, contact or company."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import existing
from counterfoil.web.invoicing import papers
from counterfoil.web.invoicing.chips import Chip, chip_of
from counterfoil.web.invoicing.papers import Paper
from counterfoil.web.invoicing.rows import title_of
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
    """Search a company's documents of a kind and tick those to add."""
    record = queries.get(access.workspace, object_type, record_id)
    target = Ref(object_type, record_id)
    nouns = [each for each in existing.ADDED if existing.may_be_added(each, target)]
    if not nouns:
        raise Http404
    noun = request.GET.get("kind") or request.POST.get("kind") or "invoice"
    noun = noun if noun in nouns else nouns[0]
    error = ""
    if request.method == "POST":
        ticked = request.POST.getlist("document")[:MOST]
        ids = [int(each) for each in ticked if is_id(each)]
        try:
            added = existing.add(
                access=access, target=target, noun=noun, ids=ids, now=now()
            )
        except Invalid as refusal:
            error = str(refusal)
        else:
            sentence = ngettext(
                "%(count)s document added", "%(count)s documents added", len(added)
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
            access=access,
            connection=connection,
            target=target,
            noun=noun,
            text=sought,
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
        "rows": _shown(access, noun, connection, results),
        "noun": noun,
        "nouns": [(each, object_types[each].label[0]) for each in nouns],
        "label": object_types[noun].label,
        "sought": sought,
        "error": error,
    }
    return render(
        request,
        access,
        "invoicing/existing.html",
        context,
        active=object_types[object_type].slug,
        title=_("Add existing documents"),
        fragment="results" if request.method == "GET" else None,
        status=WRONG if error else 200,
    )


@dataclass(frozen=True)
class Candidate:
    """One line of the list."""

    document: Paper
    is_added: bool
    title: str
    chip: Chip


def _shown(
    access: Access,
    noun: str,
    connection: Connection | None,
    results: existing.Results | None,
) -> list[Candidate]:
    if results is None or connection is None:
        return []
    ids = [found.document.pk for found in results.rows]
    held = papers.of_many(access.workspace, noun, ids, connection)
    return [
        Candidate(paper, found.is_added, title_of(paper), chip_of(paper))
        for found in results.rows
        if (paper := held.get(found.document.pk)) is not None
    ]


def is_id(text: str) -> bool:
    """Whether it can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) < LONGEST_ID


def _chosen(request: Request, connections: list[Connection]) -> Connection | None:
    given = request.GET.get("company") or request.POST.get("company") or ""
    found = next((each for each in connections if str(each.pk) == given), None)
    if found is None and connections:
        found = connections[0]
    return found

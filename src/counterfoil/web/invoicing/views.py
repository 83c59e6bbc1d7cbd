"""The wizard: one page per step, kept at every move."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid, Stale
from counterfoil.invoicing import drafts
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.issue import unusable
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.web.invoicing import entry, moves, showing, wizard
from counterfoil.web.invoicing.framing import CREATING, WRONG, keep, show
from counterfoil.web.invoicing.wizard import Page
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.workspaces.access import Access


@workspace_view(CREATING)
def step(
    request: Request, access: Access, draft_id: UUID, step_key: str
) -> HttpResponse:
    """Show a step, or take in what was entered on it."""
    draft = drafts.get(access=access, draft_id=draft_id)
    if draft.state != DraftState.OPEN:
        return _finished(request, access, draft)
    page = wizard.open_page(access, draft, step_key, now=now())
    if page.company is None and step_key != "source":
        return redirect(wizard.step_address(draft, "source"))
    if request.method != "POST":
        if step_key == "review":
            page.problems = showing.in_the_way(page)
        return show(request, page)
    try:
        return _take(request, page)
    except Stale:
        return redirect(wizard.step_address(draft, step_key))


def _finished(request: Request, access: Access, draft: Draft) -> HttpResponse:
    """A draft that is done leads to its record, whose card shows what it made."""
    if draft.state != DraftState.ISSUED:
        messages.info(request, _("This draft was discarded."))
    record = drafts.started_from(draft)
    return redirect(wizard.record_address(access.workspace.pk, record))


def _take(request: Request, page: Page) -> HttpResponse:
    """Keep what was entered, then do what was asked for."""
    if page.step == "source":
        return _take_source(request, page)
    if page.company is not None:
        entered = entry.read(page.step, page.content, request.POST.dict(), page.company)
        keep(page, entered)
    action, _sep, argument = request.POST.get("go", "next").partition(":")
    return moves.MOVES.get(action, moves.forward)(request, page, argument)


def _take_source(request: Request, page: Page) -> HttpResponse:
    action = request.POST.get("go", "next")
    if action == "close":
        return moves.close(request, page, "")
    try:
        connection = _chosen_connection(request, page)
        drafts.choose_source(
            page.draft,
            connection=connection,
            key=request.POST.get("source", ""),
            now=page.now,
        )
    except Invalid as error:
        page.problems = [
            Problem("source", name, message)
            for name, texts in error.errors.items()
            for message in texts
        ]
        chosen = {
            "chosen_source": request.POST.get("source", ""),
            "chosen_connection": request.POST.get("connection", ""),
        }
        return show(request, page, chosen, status=WRONG)
    return redirect(wizard.step_address(page.draft, "customer"))


def _chosen_connection(request: Request, page: Page) -> Connection | None:
    given = request.POST.get("connection", "")
    known = connection_queries.of(page.access.workspace, active=False)
    found = next((each for each in known if str(each.pk) == given), None)
    if found is not None and (reasons := unusable(found, keeps_draft=True)):
        raise Invalid({"connection": [reasons[0].message]})
    return found

"""The parts of a step that HTMX swaps in while a person types. Nothing is kept."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from counterfoil.invoicing import drafts
from counterfoil.invoicing.models import DraftState
from counterfoil.web.invoicing import entry, showing, wizard
from counterfoil.web.invoicing.framing import CREATING
from counterfoil.web.invoicing.wizard import Page
from counterfoil.web.shell import Request, now, render_block, workspace_view
from counterfoil.workspaces.access import Access


def _open(access: Access, draft_id: UUID, step_key: str) -> Page:
    draft = drafts.get(access=access, draft_id=draft_id)
    page = wizard.open_page(access, draft, step_key, now=now())
    if draft.state != DraftState.OPEN or page.company is None:
        raise Http404
    return page


@workspace_view(CREATING)
@require_POST
def totals(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """The totals of what stands in the form at this moment; nothing is kept."""
    page = _open(access, draft_id, "lines")
    assert page.company is not None  # noqa: S101  ``_open`` sees to it
    entered = entry.read("lines", page.content, request.POST.dict(), page.company)
    wizard.reread(page, entered)
    context = {**wizard.frame(page), **showing.of_lines(page)}
    return render_block(request, access, "invoicing/live.html", "totals", context)


@workspace_view(CREATING)
@require_POST
def due(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """The due date that follows from the terms that stand in the form."""
    page = _open(access, draft_id, "terms")
    assert page.company is not None  # noqa: S101  ``_open`` sees to it
    entered = entry.read("terms", page.content, request.POST.dict(), page.company)
    page.content = drafts.following_terms(entered, page.company)
    return render_block(
        request, access, "invoicing/live.html", "due", wizard.frame(page)
    )


@workspace_view(CREATING)
@require_GET
def find_customers(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Customers of the books that hold the words."""
    page = _open(access, draft_id, "customer")
    sought = entry.text(request.GET, "q")
    context = {**wizard.frame(page), **showing.of_customer(page, sought)}
    return render_block(request, access, "invoicing/live.html", "customers", context)


@workspace_view(CREATING)
@require_GET
def find_items(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Products of the books that hold the words, for a line or a new one."""
    page = _open(access, draft_id, "lines")
    assert page.connection is not None  # noqa: S101  ``_open`` sees to it
    key = entry.text(request.GET, "for", "new")
    sought = entry.text(request.GET, f"q-{key}")
    context = {
        **wizard.frame(page),
        "key": key,
        "sought": sought,
        "found": showing.items_found(page.connection, sought) if sought else [],
    }
    return render_block(request, access, "invoicing/live.html", "items", context)

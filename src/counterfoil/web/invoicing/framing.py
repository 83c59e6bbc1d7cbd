"""The page around each step of the wizard."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import Record
from counterfoil.invoicing import drafts, rates
from counterfoil.invoicing.checks import STEPS
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.kinds import DocumentKind
from counterfoil.web.invoicing import showing, wizard
from counterfoil.web.invoicing.wizard import Page
from counterfoil.web.shell import Request, render
from counterfoil.workspaces.access import Access, Permission

TEMPLATES = {step: f"invoicing/{step}.html" for step in STEPS}
WRONG = 422
CREATING = Permission.CREATE_DOCUMENTS


def show(
    request: Request,
    page: Page,
    more: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A step as it stands, with what else is to be shown."""
    context = {
        **wizard.frame(page),
        **showing.BUILDERS[page.step](page),
        **(more or {}),
    }
    return framed(
        request, page.access, TEMPLATES[page.step], context, page.kind, status=status
    )


def framed(
    request: Request,
    access: Access,
    template: str,
    context: Mapping[str, object],
    kind: DocumentKind | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the wizard, titled by the kind of document."""
    started = context.get("started")
    return render(
        request,
        access,
        template,
        context,
        active=type_of(started).slug if isinstance(started, Record) else "deals",
        title=str(kind.create) if kind else _("Drafts"),
        status=status,
    )


def keep(page: Page, content: Content) -> None:
    """Save what was entered, and read the company as far as it needs it now.

    A rate that was proposed follows the date and the currency.
    """
    wizard.reread(page, content)
    connection, company = page.connection, page.company
    if content.issued_on and connection is not None and company is not None:
        rates.read_for(connection, content, company, now=page.now)
        page.content = rates.proposed(connection, content, company)
    drafts.save(page.draft, page.content, now=page.now)

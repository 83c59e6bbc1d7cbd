"""What the pages of the wizard show: read models, so that no template asks anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import Record
from counterfoil.invoicing import company as companies, match
from counterfoil.invoicing.checks import STEPS, Problem
from counterfoil.invoicing.company import Company, Customer
from counterfoil.invoicing.content import (
    Content,
)
from counterfoil.invoicing.drafts import content_of, started_from
from counterfoil.invoicing.kinds import DocumentKind, kinds
from counterfoil.invoicing.models import Draft
from counterfoil.invoicing.reckoning import reckon
from counterfoil.invoicing.totals import Totals
from counterfoil.workspaces.access import Access

LABELS = {
    "source": gettext_lazy("Source"),
    "customer": gettext_lazy("Customer"),
    "lines": gettext_lazy("Lines"),
    "terms": pgettext_lazy("step", "Terms"),
    "review": gettext_lazy("Review"),
}
NEXT = {
    "source": gettext_lazy("Next: customer"),
    "customer": gettext_lazy("Next: lines"),
    "lines": gettext_lazy("Next: terms"),
    "terms": gettext_lazy("Next: review"),
}


class Sparse(dict[str, str]):
    """Texts by name; what is not there is empty, which templates may ask."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Step:
    """A stop on the way across the top."""

    key: str
    label: Any
    state: str  # done, now or ahead
    address: str


@dataclass
class Page:
    """A draft open at a step."""

    access: Access
    draft: Draft
    content: Content
    step: str
    started: Record
    company: Company | None
    now: datetime
    problems: Sequence[Problem] = field(default_factory=tuple)

    @property
    def kind(self) -> DocumentKind:
        return kinds[self.draft.kind]

    @property
    def connection(self) -> Connection | None:
        return self.draft.connection

    @property
    def totals(self) -> Totals | None:
        return reckon(self.content, self.company) if self.company else None

    @property
    def errors(self) -> Sparse:
        """The first message of each field."""
        found = Sparse()
        for each in self.problems:
            found.setdefault(each.field, each.message)
        return found


def open_page(access: Access, draft: Draft, step: str, *, now: datetime) -> Page:
    """Gather what a step needs; nothing is written."""
    content = content_of(draft)
    company = None
    if draft.connection is not None and content.source:
        company = companies.read(draft.connection, access.workspace, content, now=now)
    return Page(access, draft, content, step, started_from(draft), company, now)


def summary(draft: Draft) -> dict[str, object]:
    """A draft in a list of those begun."""
    content = content_of(draft)
    return {
        "draft": draft,
        "kind": kinds[draft.kind],
        "step": LABELS[draft.step],
        "address": step_address(draft, draft.step),
        "lines": len(content.lines),
        "source": content.source,
    }


def reread(page: Page, content: Content) -> None:
    """Take over changed content, and read the company as far as it needs it now."""
    page.content = content
    if page.draft.connection is not None:
        page.company = companies.read(
            page.draft.connection, page.access.workspace, content, now=page.now
        )


def steps(page: Page) -> list[Step]:
    """The steps; those already reached can be gone back to."""
    reached = STEPS.index(page.draft.step) if page.company else 0
    here = STEPS.index(page.step)
    found = []
    for place, key in enumerate(STEPS):
        state = "now" if place == here else "done" if place < here else "ahead"
        can_go = place <= reached and place != here
        address = step_address(page.draft, key) if can_go else ""
        found.append(Step(key, LABELS[key], state, address))
    return found


def step_address(draft: Draft, step: str) -> str:
    """The page of a step."""
    return reverse("invoice_step", args=[draft.workspace_id, draft.pk, step])


def record_address(workspace_id: int, record: Record) -> str:
    """The page of a record."""
    return reverse("record", args=[workspace_id, type_of(record).slug, record.pk])


def frame(page: Page) -> dict[str, object]:
    """What every step shows: where it is, the steps, and what has come together."""
    here = STEPS.index(page.step)
    return {
        "page": page,
        "kind": page.kind,
        "draft": page.draft,
        "content": page.content,
        "company": page.company,
        "connection": page.connection,
        "totals": page.totals,
        "steps": steps(page),
        "errors": page.errors,
        "problems": page.problems,
        "next_label": NEXT.get(page.step, ""),
        "previous": STEPS[here - 1] if here else "",
        "back": record_address(page.access.workspace.pk, page.started),
        "plural": type_of(page.started).label[1],
        "plural_address": reverse(
            "records", args=[page.access.workspace.pk, type_of(page.started).slug]
        ),
        "started": page.started,
        "customer_line": customer_line(page),
    }


def customer_line(page: Page) -> Sparse:
    """The customer in the margin: the name, and why it was taken."""
    content, company = page.content, page.company
    if company is None or not content.customer:
        return Sparse()
    if content.creates_customer:
        name = content.new_customer.display_name
        return Sparse(name=name or _("New customer"), why=_("New in QuickBooks"))
    if company.customer is None:
        return Sparse()
    why = why_matched(content.customer_reason, company.customer)
    return Sparse(name=company.customer.name, why=why)


def why_matched(reason: str, customer: Customer) -> str:
    """Why a customer is taken for ours, in a sentence."""
    if reason == match.BY_LINK:
        return _("Linked to this record")
    if reason == match.BY_EMAIL and customer.email:
        return _("Matched by e-mail to %(email)s") % {"email": customer.email}
    if reason == match.BY_EMAIL:
        return _("Matched by e-mail")
    if reason == match.BY_NAME:
        return _("Matched by name")
    return _("Chosen by you")

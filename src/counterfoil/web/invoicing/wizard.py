"""What the pages of the wizard show: read models, so that no template asks anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.connections import mirror, queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import Record
from counterfoil.invoicing import company as companies, match, sources
from counterfoil.invoicing.checks import STEPS, Problem
from counterfoil.invoicing.company import Company, Customer, Item
from counterfoil.invoicing.content import (
    Content,
    DraftLine,
    day,
    fingerprint,
    number,
)
from counterfoil.invoicing.drafts import content_of, started_from
from counterfoil.invoicing.issue import next_number, unusable
from counterfoil.invoicing.models import Draft
from counterfoil.invoicing.reckoning import currency as currency_in, reckon
from counterfoil.invoicing.totals import Totals
from counterfoil.workspaces.access import Access, Permission

LABELS = {
    "source": gettext_lazy("Source"),
    "customer": gettext_lazy("Customer"),
    "lines": gettext_lazy("Lines"),
    "terms": gettext_lazy("Terms"),
    "review": gettext_lazy("Review"),
}
NEXT = {
    "source": gettext_lazy("Next: customer"),
    "customer": gettext_lazy("Next: lines"),
    "lines": gettext_lazy("Next: terms"),
    "terms": gettext_lazy("Next: review"),
}
FOUND = 12


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


@dataclass(frozen=True, slots=True)
class CompanyChoice:
    """A company that can be chosen, or why it cannot."""

    connection: Connection
    reason: str


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    """A customer that can be chosen, with why it is offered."""

    customer: Customer
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the table, with its errors by field."""

    line: DraftLine
    item: Item | None
    amount: Any
    errors: Sparse
    is_first: bool = False
    is_last: bool = False
    found: Sequence[Item] = ()
    sought: str = ""

    @property
    def price(self) -> Decimal | None:
        return number(self.line.unit_price)

    @property
    def needs_item(self) -> bool:
        return not self.line.is_text and (
            self.item is None or not self.item.active or "item" in self.errors
        )


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


def of_source(page: Page) -> dict[str, object]:
    """Companies and sources."""
    workspace = page.access.workspace
    choices = []
    for connection in connection_queries.of(workspace, active=False):
        if connection.state != ConnectionState.DISCONNECTED:
            reasons = unusable(connection)
            choices.append(
                CompanyChoice(connection, reasons[0].message if reasons else "")
            )
    offers = sources.offers(workspace, page.started, now=page.now)
    only = choices[0].connection if len(choices) == 1 else None
    return {
        "companies": choices,
        "connection": page.connection or only,
        "chosen_source": page.content.source or sources.preselected(offers),
        "chosen_connection": _likely(page, choices),
        "offers": offers,
        "may_connect": page.access.may(Permission.MANAGE_INTEGRATIONS),
    }


def _likely(page: Page, choices: Sequence[CompanyChoice]) -> str:
    """The chosen company, else the only one that keeps its books in the currency."""
    if page.connection is not None:
        return str(page.connection.pk)
    currency = match.currency_of(page.started)
    fitting = [
        choice.connection.pk
        for choice in choices
        if not choice.reason and choice.connection.home_currency == currency
    ]
    return str(fitting[0]) if len(fitting) == 1 else ""


def of_customer(page: Page, sought: str = "") -> dict[str, object]:
    """The matches, what was searched for, and the currencies a new one may have."""
    connection, company = page.connection, page.company
    assert connection is not None  # noqa: S101  the step is not shown without
    assert company is not None  # noqa: S101
    parties = match.parties_of(page.access.workspace, page.started)
    choices = {
        each.customer.customer_id: _choice(each.customer, each.reason)
        for each in match.customers(connection, parties)
    }
    chosen = company.customer
    if chosen is not None and chosen.customer_id not in choices:
        choices[chosen.customer_id] = _choice(chosen, page.content.customer_reason)
    return {
        "choices": list(choices.values()),
        "sought": sought,
        "customers": customers_found(connection, sought, choices) if sought else [],
        "currencies": sorted(company.currencies),
    }


def _choice(customer: Customer, reason: str) -> CustomerChoice:
    return CustomerChoice(customer, reason, why_matched(reason, customer))


def customers_found(
    connection: Connection, sought: str, known: dict[str, CustomerChoice]
) -> list[Customer]:
    """What a search finds, without those that stand above already."""
    rows = mirror.search(connection, "customers", sought, limit=FOUND)
    found = [companies.customer_of(row, connection) for row in rows]
    return [each for each in found if each.customer_id not in known]


def items_found(connection: Connection, sought: str) -> list[Item]:
    """Active products of the books that hold the words."""
    rows = mirror.search(connection, "items", sought, limit=FOUND)
    found = [companies.item_of(row) for row in rows]
    return [each for each in found if each.has_income_account]


def of_lines(
    page: Page, *, sought_for: str = "", sought: str = ""
) -> dict[str, object]:
    """The table, the search below it, and the choices of its selects."""
    company, totals = page.company, page.totals
    assert company is not None  # noqa: S101  the step is not shown without
    assert totals is not None  # noqa: S101
    assert page.connection is not None  # noqa: S101
    found = items_found(page.connection, sought) if sought else []
    last = len(page.content.lines) - 1
    rows = [
        LineRow(
            line=line,
            item=company.items.get(line.item_id),
            amount=total.amount,
            errors=_errors_of(line.key, page.errors),
            is_first=place == 0,
            is_last=place == last,
            found=found if sought_for == line.key else (),
            sought=sought if sought_for == line.key else "",
        )
        for place, (line, total) in enumerate(
            zip(page.content.lines, totals.lines, strict=True)
        )
    ]
    return {
        "rows": rows,
        "found": found if sought_for == "new" else [],
        "sought": sought if sought_for == "new" else "",
        "codes": sorted(company.tax_codes.values(), key=lambda code: code.name),
        "accounts": company.income_accounts,
        "lines_from": lines_from(page),
    }


def _errors_of(key: str, errors: Sparse) -> Sparse:
    ending = f"-{key}"
    return Sparse(
        (name.removesuffix(ending), message)
        for name, message in errors.items()
        if name.endswith(ending)
    )


def lines_from(page: Page) -> str:
    """Where the lines came from, for the head of the table."""
    if page.content.quote_id is not None:
        quotes = sources.quotes_of(page.access.workspace, page.started)
        for quote in quotes:
            if quote.pk == page.content.quote_id:
                return _("from quote %(number)s") % {"number": quote.number}
    if page.content.source == sources.OWN_LINES:
        return _("from the deal")
    return ""


def of_terms(page: Page) -> dict[str, object]:
    """The terms there are, and the number that comes next."""
    company, connection = page.company, page.connection
    assert company is not None  # noqa: S101  the step is not shown without
    assert connection is not None  # noqa: S101
    return {
        "terms": sorted(company.terms.values(), key=lambda term: term.name),
        "needs_rate": currency_in(page.content, company) != company.home_currency,
        "next_number": next_number(connection) if company.has_custom_numbers else "",
    }


def of_review(page: Page) -> dict[str, object]:
    """Everything once more."""
    term = page.company.terms.get(page.content.terms_id) if page.company else None
    return {
        **of_lines(page),
        **of_terms(page),
        "term": term.name if term else "",
        "issued_on": day(page.content.issued_on),
        "due_on": day(page.content.due_on),
        "seen": fingerprint(page.content),
    }

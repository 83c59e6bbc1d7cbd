"""What each step of the wizard shows beside its frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.connections import mirror, queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.models import Payment, Quote
from counterfoil.invoicing import (
    company as companies,
    customers,
    match,
    received,
    sources,
)
from counterfoil.invoicing.checks import Problem, problems
from counterfoil.invoicing.company import Customer, Item
from counterfoil.invoicing.content import DraftLine, day, fingerprint, number
from counterfoil.invoicing.issue import unusable
from counterfoil.invoicing.reckoning import currency as currency_in
from counterfoil.invoicing.sentences import closed, open_day
from counterfoil.posting import numbers
from counterfoil.web.invoicing import hints
from counterfoil.web.invoicing.wizard import Page, Sparse, why_matched
from counterfoil.workspaces.access import Permission

FOUND = 12


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
    def off(self) -> Decimal | None:
        return number(self.line.discount_amount)

    @property
    def served_on(self) -> date | None:
        return day(self.line.service_on)

    @property
    def has_details(self) -> bool:
        """Whether something stands where the line folds out."""
        line = self.line
        names = ("discount_amount", "service_on", "class_id")
        return any(getattr(line, name) or name in self.errors for name in names)

    @property
    def needs_item(self) -> bool:
        return not self.line.is_text and (
            self.item is None or not self.item.active or "item" in self.errors
        )


def of_source(page: Page) -> dict[str, object]:
    """Companies and sources."""
    workspace = page.access.workspace
    choices = []
    for connection in connection_queries.of(workspace, active=False):
        if connection.state != ConnectionState.DISCONNECTED:
            reasons = unusable(connection, keeps_draft=True)
            choices.append(
                CompanyChoice(connection, reasons[0].message if reasons else "")
            )
    offers = sources.offers(workspace, page.started, now=page.now)
    only = choices[0].connection if len(choices) == 1 else None
    return {
        "refused": [each.message for each in _refused(page)],
        "companies": choices,
        "connection": page.connection or only,
        "chosen_source": page.content.source or sources.preselected(offers),
        "chosen_connection": _likely(page, choices),
        "offers": offers,
        "already": hints.already_made(
            page, [each.quote for each in offers if each.is_offered and each.quote]
        ),
        "may_connect": page.access.may(Permission.MANAGE_INTEGRATIONS),
    }


def _refused(page: Page) -> Sequence[Problem]:
    """What a payment does not allow, with its lines as far as they are known."""
    if page.company is not None and page.content.lines:
        return refused(page)
    if not isinstance(page.started, Payment):
        return ()
    reason = received.why_not(page.started, page.kind.key)
    return [Problem("source", "source", reason)] if reason else ()


def refused(page: Page) -> list[Problem]:
    """What the payment that the document is made from does not allow."""
    assert page.company is not None  # noqa: S101  the step is not shown without
    correcting = page.draft.document_id
    return received.refused(
        page.started, page.content, page.company, correcting=correcting
    )


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
        "unlinked": customers.unlinked(connection, page.access.workspace, page.started),
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
        "details": details_of(page),
        "has_line_classes": has_line_classes(page),
        "lines_from": lines_from(page),
    }


def details_of(page: Page) -> str:
    """What stands where a line folds out."""
    company = page.company
    dated = company is not None and company.allows_service_date
    named = [
        _("Discount as an amount"),
        *([_("date of the service")] if dated else []),
        *([_("class")] if has_line_classes(page) else []),
    ]
    return ", ".join(named)


def has_line_classes(page: Page) -> bool:
    """Whether each line tells its class."""
    company = page.company
    return bool(company and company.class_tracking == "line" and company.classes)


def _errors_of(key: str, errors: Sparse) -> Sparse:
    ending = f"-{key}"
    return Sparse(
        (name.removesuffix(ending), message)
        for name, message in errors.items()
        if name.endswith(ending)
    )


def lines_from(page: Page) -> str:
    """Where the lines came from, for the head of the table."""
    if (quote := _chosen_quote(page)) is not None:
        return _("from quote %(number)s") % {"number": quote.number}
    if page.content.source == sources.OWN_LINES:
        is_payment = isinstance(page.started, Payment)
        return _("from the payment") if is_payment else _("from the deal")
    return ""


def _chosen_quote(page: Page) -> Quote | None:
    """The quote that the lines came from."""
    if page.content.quote_id is None:
        return None
    quotes = sources.quotes_of(page.access.workspace, page.started)
    return next((each for each in quotes if each.pk == page.content.quote_id), None)


def opens_on(page: Page) -> date | None:
    """The next open day, where the books are closed on the day that stands here."""
    issued = day(page.content.issued_on)
    if issued is None or page.company is None or not closed(issued, page.company):
        return None
    return open_day(page.company)


def of_terms(page: Page) -> dict[str, object]:
    """The terms there are, and the number that comes next."""
    company, connection = page.company, page.connection
    assert company is not None  # noqa: S101  the step is not shown without
    assert connection is not None  # noqa: S101
    return {
        "terms": sorted(company.terms.values(), key=lambda term: term.name),
        "needs_rate": currency_in(page.content, company) != company.home_currency,
        "by_hand": numbers.numbers_by_hand(connection, page.kind.posting_kind),
        "next_number": numbers.peek(connection, page.kind.posting_kind),
        "opens_on": opens_on(page),
    }


def of_review(page: Page) -> dict[str, object]:
    """Everything once more."""
    term = page.company.terms.get(page.content.terms_id) if page.company else None
    chosen = _chosen_quote(page)
    return {
        **of_lines(page),
        **of_terms(page),
        "already": hints.already_made(page, [chosen] if chosen else []),
        "term": term.name if term else "",
        "issued_on": day(page.content.issued_on),
        "due_on": day(page.content.due_on),
        "expires_on": day(page.content.expires_on),
        "seen": fingerprint(page.content),
    }


def in_the_way(page: Page) -> list[Problem]:
    """Everything that keeps the document from being made as it stands."""
    assert page.company is not None  # noqa: S101  the step is not shown without
    return [
        *refused(page),
        *problems(page.content, page.company),
    ]


BUILDERS: dict[str, Callable[[Page], dict[str, object]]] = {
    "source": of_source,
    "customer": of_customer,
    "lines": of_lines,
    "terms": of_terms,
    "review": of_review,
}

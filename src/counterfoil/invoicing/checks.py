"""Everything that may be wrong with a draft, each with its own sentence. Pure.

The sentences say what to do. ``field`` is the name of the input that shows it, so that
the page can put it beside that input and link to it from the top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from counterfoil.invoicing import figures
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, DraftLine, day, number
from counterfoil.invoicing.kinds import kinds
from counterfoil.invoicing.reckoning import currency
from counterfoil.invoicing.sentences import (
    closed,
    currency_clash,
    currency_missing,
    is_rate,
    is_sensible,
    name_taken,
    rate_missing,
)

STEPS = ("source", "customer", "lines", "terms", "review")
# The fields of the terms from top to bottom.
TERMS = (
    "terms_id",
    "issued_on",
    "due_on",
    "expires_on",
    "deposit_account_id",
    "payment_method_id",
    "reference",
    "class_id",
    "department_id",
    "number",
    "exchange_rate",
    "email",
    "message",
)
MOST_LINES = 500
LONGEST_NAME = 500
LONGEST_NUMBER = 21
LONGEST_TEXT = 4000
LONGEST_MESSAGE = 1000
LONGEST_RECIPIENT = 100
FORBIDDEN_IN_NAMES = ":\t\n\r"
OF_LINES = frozenset({"kind", "shipping"})  # what is entered with the lines


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where, and what to do; ``about`` names the line it is in."""

    step: str
    field: str
    message: str
    about: str = ""


def problems(content: Content, company: Company) -> list[Problem]:
    """What keeps the draft from being issued, in the order of the page."""
    found = [
        *of_customer(content, company),
        *of_lines(content, company),
        *of_terms(content, company),
        *of_kind(content, company),
    ]
    return sorted(found, key=_place)


def _place(problem: Problem) -> tuple[int, int]:
    """Its step, and in the terms its field; what stands in one place stays in order."""
    is_term = problem.field in TERMS
    place = TERMS.index(problem.field) if is_term else len(TERMS)
    return (STEPS.index(problem.step), place)


def of_kind(content: Content, company: Company) -> list[Problem]:
    """What the kind of document does not allow; each belongs to a step of its own."""
    found = kinds[content.kind].problems(content, company)
    return [
        Problem("lines" if field in OF_LINES else "terms", field, message)
        for field, message in found
    ]


def of_step(step: str, content: Content, company: Company) -> list[Problem]:
    """What keeps one step from being left by Next."""
    if step == "review":
        return problems(content, company)
    return [each for each in problems(content, company) if each.step == step]


def of_customer(content: Content, company: Company) -> list[Problem]:
    """The customer: chosen or to be created, and in a currency that fits."""
    if content.currency and content.currency not in company.currencies:
        message = currency_missing(content.currency, company.name)
        return [Problem("customer", "customer_id", message)]
    finder = _of_new_customer if content.creates_customer else _of_old_customer
    return [
        Problem("customer", field, message)
        for field, message in finder(content, company)
    ]


def _of_old_customer(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    found = company.customer
    if not content.customer_id:
        yield "customer_id", _("Choose a customer, or create a new one.")
    elif found is None or not found.active:
        yield (
            "customer_id",
            _(
                "This customer is inactive in QuickBooks. Choose another one, or make "
                "it active there first."
            ),
        )
    elif content.currency and found.currency != content.currency:
        yield "customer_id", currency_clash(content, company)


def _of_new_customer(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    new = content.new_customer
    name = new.display_name.strip()
    if not name:
        yield "display_name", _("Give the customer a name.")
    elif len(name) > LONGEST_NAME:
        yield "display_name", _("Use at most 500 characters for the name.")
    elif any(sign in name for sign in FORBIDDEN_IN_NAMES):
        yield "display_name", _("QuickBooks allows no colon in a customer's name.")
    elif company.name_holder:
        yield "display_name", name_taken(name, company.name_holder)
    if new.email and not is_email(new.email):
        yield "customer_email", _("This is not an e-mail address.")
    wanted = new.currency or company.home_currency
    if wanted not in company.currencies:
        yield "currency", currency_missing(wanted, company.name)
    elif content.currency and wanted != content.currency:
        sentence = _("The amounts are in %(currency)s: the customer must be, too.")
        yield "currency", sentence % {"currency": content.currency}


def is_email(text: str) -> bool:
    """Whether an address can be written to; QuickBooks wants a dot after the at."""
    try:
        EmailValidator()(text.strip())
    except ValidationError:
        return False
    return len(text.strip()) <= LONGEST_RECIPIENT


def of_lines(content: Content, company: Company) -> list[Problem]:
    """The lines, the discount and the tax of the document."""
    sold = [line for line in content.lines if not line.is_text]
    found = [
        Problem(
            "lines",
            f"{field}-{line.key}",
            message,
            about="" if line.called in message else line.called,
        )
        for line in content.lines
        for field, message in _of_line(line, company)
    ]
    if not sold:
        message = _(
            "There are no lines. Add a product from QuickBooks, or go back and start "
            "from a quote."
        )
        found.insert(0, Problem("lines", "add", message))
    if len(content.lines) > MOST_LINES:
        message = _("A document holds at most 500 lines. Remove some.")
        found.append(Problem("lines", "add", message))
    found += [
        Problem("lines", field, message)
        for field, message in figures.of_document(
            content, company, has_errors=bool(found)
        )
    ]
    return found


def _of_line(line: DraftLine, company: Company) -> Iterator[tuple[str, str]]:
    if len(line.description) > LONGEST_TEXT:
        yield "description", _("Use at most 4,000 characters.")
    if line.is_text:
        if not line.description.strip():
            yield "description", _("Enter a text, or remove the line.")
        return
    yield from _of_item(line, company)
    yield from figures.of_line(line)
    if company.lacks_code(line.tax_code_id):
        yield "tax_code", _("Choose a tax code.")
    if line.service_on.strip() and day(line.service_on) is None:
        yield "service_on", _("Enter the date of the service.")
    if line.class_id and line.class_id not in company.classes:
        yield "class_id", _("Choose a class of the list.")


def _of_item(line: DraftLine, company: Company) -> Iterator[tuple[str, str]]:
    names = {"name": line.called}
    if line.item_id:
        item = company.items.get(line.item_id)
        if item is None or not item.active:
            sentence = _(
                "“%(name)s” is inactive in QuickBooks. Make it active there, or "
                "choose another product."
            )
            yield "item", sentence % {"name": item.name if item else line.called}
        elif not item.has_income_account:
            sentence = _(
                "“%(name)s” has no income account in QuickBooks, so it cannot be "
                "sold. Set one there, or choose another product."
            )
            yield "item", sentence % {"name": item.name}
    elif line.income_account_id:
        if line.income_account_id not in company.income_accounts:
            yield "item", _("Choose an income account for the new product.")
    else:
        sentence = _(
            "“%(name)s” has no match in QuickBooks. Choose a product there, or "
            "create it."
        )
        yield "item", sentence % names


def of_terms(content: Content, company: Company) -> list[Problem]:
    """Dates, number, message and address."""
    found = [
        *_of_dates(content, company),
        *_of_texts(content),
        *_of_classes(content, company),
        *_of_exchange(content, company),
    ]
    return [Problem("terms", field, message) for field, message in found]


def _of_dates(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    issued = day(content.issued_on)
    if issued is None:
        yield "issued_on", _("Enter the date.")
    elif sentence := closed(issued, company):
        yield "issued_on", sentence
    due = day(content.due_on)
    if kinds[content.kind].has_due_date:
        yield from _of_due_date(content, company, issued, due)
    if any(each and not is_sensible(each) for each in (issued, due)):
        yield "issued_on", _("Choose a date between 1990 and 2100.")


def _of_due_date(
    content: Content, company: Company, issued: date | None, due: date | None
) -> Iterator[tuple[str, str]]:
    if content.terms_id and content.terms_id not in company.terms:
        yield "terms_id", _("Choose payment terms, or none.")
    if due is None:
        yield "due_on", _("Enter the due date.")
    elif issued is not None and due < issued:
        yield "due_on", _("The due date is before the invoice date.")


def _of_classes(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    if content.class_id and content.class_id not in company.classes:
        yield "class_id", _("Choose a class of the list.")
    if content.department_id and content.department_id not in company.departments:
        yield "department_id", _("Choose a location of the list.")


def _of_texts(content: Content) -> Iterator[tuple[str, str]]:
    if content.email.strip() and not is_email(content.email):
        yield "email", _("This is not an e-mail address.")
    if len(content.message) > LONGEST_MESSAGE:
        yield "message", _("Use at most 1,000 characters for the message.")
    if len(content.number.strip()) > LONGEST_NUMBER:
        yield "number", _("Use at most 21 characters for the number.")


def _of_exchange(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    code = currency(content, company)
    is_told = content.creates_customer and code not in company.currencies
    if code == company.home_currency or is_told:
        return
    if not is_rate(number(content.exchange_rate)):
        yield "exchange_rate", rate_missing(code, company.home_currency)

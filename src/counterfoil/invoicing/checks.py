"""Everything that may be wrong with a draft, each with its own sentence. Pure.

The sentences say what to do. ``field`` is the name of the input that shows it, so that
the page can put it beside that input and link to it from the top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import NO_TAX, Content, DraftLine, day, number
from counterfoil.invoicing.kinds import kinds
from counterfoil.invoicing.reckoning import LARGEST, currency, reckon
from counterfoil.invoicing.sentences import (
    closed,
    currency_clash,
    currency_missing,
    is_sensible,
    name_taken,
    rate_missing,
)
from counterfoil.invoicing.totals import TaxMode

STEPS = ("source", "customer", "lines", "terms", "review")
MOST_LINES = 500
LONGEST_NAME = 500
LONGEST_NUMBER = 21
LONGEST_TEXT = 4000
LONGEST_MESSAGE = 1000
LONGEST_RECIPIENT = 100
FORBIDDEN_IN_NAMES = ":\t\n\r"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where, and what to do; ``about`` names the line it is in."""

    step: str
    field: str
    message: str
    about: str = ""


def problems(content: Content, company: Company) -> list[Problem]:
    """What keeps the draft from being issued, in the order of the steps."""
    return [
        *of_kind(content, company),
        *of_customer(content, company),
        *of_lines(content, company),
        *of_terms(content, company),
    ]


def of_kind(content: Content, company: Company) -> list[Problem]:
    """What the kind of document does not allow; each belongs to a step of its own."""
    found = kinds[content.kind].problems(content, company)
    return [
        Problem("lines" if field == "kind" else "terms", field, message)
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
        for field, message in _of_amounts(content, company, has_errors=bool(found))
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
    yield from _of_figures(line)
    if _lacks_code(line.tax_code_id, company):
        yield "tax_code", _("Choose a tax code.")
    if line.service_on.strip() and day(line.service_on) is None:
        yield "service_on", _("Enter the date of the service.")
    if line.class_id and line.class_id not in company.classes:
        yield "class_id", _("Choose a class of the list.")


def _lacks_code(code_id: str, company: Company) -> bool:
    return company.needs_code_per_line and code_id not in company.tax_codes


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


def _of_figures(line: DraftLine) -> Iterator[tuple[str, str]]:
    quantity, price = number(line.quantity), number(line.unit_price)
    if quantity is None or quantity <= 0:
        yield "quantity", _("Enter a quantity above zero.")
    elif -_places(quantity) > 5 or quantity >= 10**12:
        yield "quantity", _("Use at most five decimals.")
    if price is None:
        yield "unit_price", _("Enter a price.")
    elif -_places(price) > 7 or abs(price) >= 10**12:
        yield "unit_price", _("Use at most seven decimals.")
    if line.discount_percent.strip():
        percent = number(line.discount_percent)
        if percent is None or not 0 <= percent <= HUNDRED:
            yield "discount_percent", _("Enter a discount from 0 to 100 %%.") % {}
    if line.discount_amount.strip():
        yield from _of_amount_off(line, quantity, price)


def _of_amount_off(
    line: DraftLine, quantity: Decimal | None, price: Decimal | None
) -> Iterator[tuple[str, str]]:
    off = number(line.discount_amount)
    if off is None or off < 0:
        yield "discount_amount", _("Enter the discount as a number.")
    elif quantity and price is not None and off > abs(quantity * price):
        yield "discount_amount", _("The discount is larger than the line.")


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _of_amounts(
    content: Content, company: Company, *, has_errors: bool
) -> Iterator[tuple[str, str]]:
    yield from _of_discount(content, company)
    yield from _of_shipping(content, company)
    if company.tax_mode is TaxMode.US_MANUAL:
        yield from _of_header_code(content, company)
    if has_errors:
        return
    totals = reckon(content, company)
    if max(abs(line.amount) for line in totals.lines) >= LARGEST:
        yield "add", _("A line's amount has at most twelve digits before the point.")
    elif totals.discount > totals.subtotal:
        yield "discount_value", _("The discount is larger than the lines together.")
    elif totals.total < 0:
        yield "add", _("The total is below zero, which QuickBooks does not allow.")


def _of_shipping(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    if not content.shipping.strip():
        return
    value = number(content.shipping)
    if value is None or value < 0:
        yield "shipping", _("Enter the shipping as a number.")
    elif value and not company.allows_shipping:
        sentence = _("%(company)s does not charge for shipping in QuickBooks.")
        yield "shipping", sentence % {"company": company.name}
    elif value and _lacks_code(content.shipping_tax_code_id, company):
        yield "shipping_tax_code_id", _("Choose a tax code.")


def _of_header_code(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    """Taxable lines need a decision; that there is no tax is one, too."""
    code = content.tax_code_id
    if code in company.tax_codes or code == NO_TAX:
        return
    if company.takes_no_tax() or not any(line.taxable for line in content.lines):
        return
    if company.tax_codes:
        yield "tax_code_id", _("Choose the sales tax, or “No sales tax”.")


def _of_discount(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    if not content.discount_kind:
        return
    value = number(content.discount_value)
    if not company.allows_discount:
        sentence = _("%(company)s does not allow discounts in QuickBooks.")
        yield "discount_value", sentence % {"company": company.name}
    elif value is None or value < 0:
        yield "discount_value", _("Enter the discount as a number.")
    elif content.discount_kind == "percent" and value > HUNDRED:
        yield "discount_value", _("Enter a discount from 0 to 100 %%.") % {}
    elif content.prices_include_tax:
        yield (
            "discount_value",
            _(
                "With prices that include tax, QuickBooks takes no discount on the "
                "whole document. Give it on each line."
            ),
        )


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
    if code == company.home_currency or code not in company.currencies:
        return
    rate = number(content.exchange_rate)
    if rate is None or rate <= 0:
        yield "exchange_rate", rate_missing(code, company.home_currency)

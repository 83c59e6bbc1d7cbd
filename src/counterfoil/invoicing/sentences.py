"""What several checks say, in the same words wherever it is said. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from counterfoil.core.money import exponent
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.wording import shown_day

SMALLEST_RATE, LARGEST_RATE = Decimal("0.000000001"), Decimal(10) ** 9


def currency_clash(content: Content, company: Company) -> str:
    """Why the chosen customer cannot take a document of the source's currency."""
    customer = company.customer
    names = {
        "currency": content.currency,
        "customer": customer.name if customer else "",
        "theirs": customer.currency if customer else "",
    }
    return (
        _(
            "The amounts are in %(currency)s, but %(customer)s is kept in %(theirs)s in "
            "QuickBooks. Choose a customer in %(currency)s, or create one."
        )
        % names
    )


def currency_missing(code: str, company_name: str) -> str:
    """Why a company cannot invoice in a currency at all."""
    sentence = _(
        "%(company)s does not use %(currency)s in QuickBooks. Add the currency there "
        "(Settings, Currencies), or change the currency of the deal."
    )
    return sentence % {"company": company_name, "currency": code}


def name_taken(name: str, holder: str) -> str:
    """Why a name cannot be given to a new customer."""
    sentences = {
        "customers": _(
            "QuickBooks already has a customer named “%(name)s”. Choose that "
            "customer, or give this one another name."
        ),
        "vendors": _(
            "The name “%(name)s” is already used by a vendor in QuickBooks. "
            "Give the customer another name."
        ),
        "employees": _(
            "The name “%(name)s” is already used by an employee in QuickBooks. "
            "Give the customer another name."
        ),
    }
    return sentences[holder] % {"name": name}


def too_fine(currency: str) -> str:
    """That an amount has finer steps than its currency."""
    return _("The smallest unit of %(currency)s is %(unit)s.") % {
        "currency": currency,
        "unit": f"{exponent(currency):f}",
    }


def too_large() -> str:
    """That QuickBooks takes no such number."""
    return _("QuickBooks takes at most 99,999,999,999.99.")


def is_rate(value: Decimal | None) -> bool:
    """Whether something can be worth that much of something else at all."""
    return value is not None and SMALLEST_RATE <= value < LARGEST_RATE


def rate_missing(code: str, home_currency: str) -> str:
    """That an amount in another currency needs its rate."""
    sentence = _("Enter how much one %(currency)s is worth in %(home)s.")
    return sentence % {"currency": code, "home": home_currency}


def rate_followed(on: date) -> str:
    """That another date has brought its own rate."""
    sentence = _("This is the rate of %(day)s now. Look at it, then go on.")
    return sentence % {"day": shown_day(on)}


def closed(value: date, company: Company) -> str:
    """Why nothing can be booked on a day of closed books, or ``""``."""
    if company.closed_on is None or not company.has_closed(value):
        return ""
    sentence = _(
        "The books of %(company)s are closed up to and including %(day)s. The next open "
        "day is %(open)s."
    )
    return sentence % {
        "company": company.name,
        "day": shown_day(company.closed_on),
        "open": shown_day(open_day(company) or company.closed_on),
    }


def open_day(company: Company) -> date | None:
    """The first day that can be booked on, where books are closed."""
    return company.closed_on + timedelta(days=1) if company.closed_on else None


def is_sensible(value: date) -> bool:
    """Whether a document can be of that day at all."""
    return 1990 <= value.year <= 2100

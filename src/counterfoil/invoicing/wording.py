"""Dates and amounts inside sentences, as the reader's language writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils import translation


def _locale() -> Locale:
    name = translation.to_locale(translation.get_language() or "en")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def shown_day(value: date | None) -> str:
    """A day with its year."""
    return format_date(value, "medium", locale=_locale()) if value else ""


def shown_money(amount: Decimal, currency: str) -> str:
    """An amount with its currency's sign."""
    return format_currency(amount, currency, locale=_locale())

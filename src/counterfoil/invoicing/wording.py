"""Dates and amounts inside sentences, as the reader's language writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from django.utils import translation


def _locale() -> Locale:
    name = translation.to_locale(translation.get_language() or "en")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def shown_money(amount: Decimal, currency: str) -> str:
    """An amount with its sign, or its currency's code and a space."""
    locale = _locale()
    text: str = format_currency(amount, currency, locale=locale)
    symbol = locale.currency_symbols.get(currency, currency)
    is_glued = text.startswith(symbol) and text[len(symbol)].isdigit()
    if symbol.isalpha() and is_glued:
        return f"{symbol}\N{NO-BREAK SPACE}{text[len(symbol) :]}"
    return text


def shown_day(value: date | None) -> str:
    """A day with its year."""
    return format_date(value, "medium", locale=_locale()) if value else ""


def shown_time(value: datetime) -> str:
    """The time of the day of a moment in its own zone."""
    text: str = format_time(value.time(), "short", locale=_locale())
    return text

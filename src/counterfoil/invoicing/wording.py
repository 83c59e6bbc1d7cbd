"""Dates inside sentences, as the reader's language writes them."""

from __future__ import annotations

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
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

"""How a company writes on its forms: its words, its figures, its dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_territory_currencies,
)

from qbo_simulator.printing.reading import day, text_at
from qbo_simulator.printing.words import Words, locale_of, words_of


@dataclass(frozen=True, slots=True)
class Voice:
    """The words, locale and own currency of a company, and the currency of one form."""

    words: Words
    locale: str
    currency: str
    home: str = ""

    def money(self, amount: Decimal, currency: str | None = None) -> str:
        """An amount with the sign of its currency."""
        held = currency or self.currency
        return str(format_currency(amount, held, locale=self.locale))

    def quantity(self, amount: Decimal | None) -> str:
        """A quantity with as many decimals as it has; nothing for none."""
        if amount is None:
            return ""
        return str(format_decimal(amount, format="#,##0.#######", locale=self.locale))

    def figure(self, amount: Decimal) -> str:
        """An amount without the sign of its currency."""
        return str(format_decimal(amount, format="#,##0.00", locale=self.locale))

    def share(self, percent: Decimal) -> str:
        """A percentage with as many decimals as it has."""
        part = percent / 100
        told = format_percent(part, locale=self.locale, decimal_quantization=False)
        return str(told)

    def price(self, rate: Decimal) -> str:
        """A unit price, which may have more decimals than the currency."""
        exponent = rate.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -2:
            return self.quantity(rate)
        return self.money(rate)

    def day(self, value: str) -> str:
        """A date as the company writes it; what is none stays as it is."""
        moment = day(value)
        return str(format_date(moment, locale=self.locale)) if moment else value


def voice_of(company: Mapping[str, Any], entity: Mapping[str, Any]) -> Voice:
    """The voice of a company for one form."""
    locale = locale_of(company)
    home = next(iter(get_territory_currencies(locale[-2:])), "USD")
    currency = text_at(entity, "CurrencyRef", "value") or home
    return Voice(words_of(company), locale, currency, home)

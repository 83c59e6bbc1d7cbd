"""Amounts of money, in the currency of their record."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from babel.numbers import format_currency
from django.utils.translation import gettext_lazy

from counterfoil.crm.property_types.base import babel_locale, property_types
from counterfoil.crm.property_types.number import NumberType, plain


@property_types.register
class Currency(NumberType):
    """An amount; ``is_unit_price`` allows finer steps than the currency has."""

    key = "currency"
    label = gettext_lazy("Currency")

    def __init__(
        self, *, places: int = 4, digits: int = 19, is_unit_price: bool = False
    ) -> None:
        self.places = places
        self.digits = digits
        self.is_unit_price = is_unit_price

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        if value is None:
            return ""
        if not currency:
            return plain(value)
        return format_currency(
            value,
            currency,
            locale=babel_locale(locale),
            decimal_quantization=not self.is_unit_price,
        )

"""Numbers, exact."""

from __future__ import annotations

from datetime import UTC, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, ClassVar

from babel.numbers import (
    NumberFormatError,
    format_decimal,
    get_group_symbol,
    parse_decimal,
)
from django.db import models
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import (
    PropertyType,
    babel_locale,
    blank,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import (
    COMPARISON,
    EQUALITY,
    KNOWLEDGE,
    Operator,
)

NUMBER_OPERATORS = (*EQUALITY, *COMPARISON, *KNOWLEDGE)


def read_decimal(text: str, locale: str) -> Decimal:
    """Read ``1234.5`` in any language, and ``1,234.5`` as the language writes it."""
    text = text.strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        language = babel_locale(locale)
        if get_group_symbol(language).isspace():
            text = "".join(text.split())
        try:
            value = parse_decimal(text, locale=language, strict=True)
        except NumberFormatError as error:
            raise refuse(_("“%(text)s” is not a number.") % {"text": text}) from error
    if not value.is_finite():
        raise refuse(_("“%(text)s” is not a number.") % {"text": text})
    return value


class NumberType(PropertyType):
    """A decimal number with a limited number of digits on either side."""

    widget: ClassVar[str] = "number"
    stored: ClassVar[models.Field[Any, Any]] = models.DecimalField(
        max_digits=38, decimal_places=10
    )
    operators: ClassVar[tuple[Operator, ...]] = NUMBER_OPERATORS
    places: int = 10
    digits: int = 28

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        if isinstance(given, str):
            value = read_decimal(given, locale)
        elif isinstance(given, int) and not isinstance(given, bool):
            value = Decimal(given)
        elif isinstance(given, Decimal) and given.is_finite():
            value = given
        else:
            raise refuse_kind(given)
        return self._fitted(value)

    def _fitted(self, value: Decimal) -> Decimal:
        if abs(value) >= Decimal(10) ** (self.digits - self.places):
            raise refuse(_("This number is too large."))
        step = Decimal(1).scaleb(-self.places)
        fitted = value.quantize(step, rounding=ROUND_HALF_UP)
        if fitted != value:
            raise refuse(
                _("Use at most %(places)s decimal places.") % {"places": self.places}
            )
        return value or Decimal(0)

    def serialise(self, value: Any) -> Any:
        return None if value is None else plain(value)

    def deserialise(self, stored: Any) -> Any:
        return None if stored is None else Decimal(stored)

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        if value is None:
            return ""
        return format_decimal(
            value, locale=babel_locale(locale), decimal_quantization=False
        )


def plain(value: Decimal) -> str:
    """Decimal text without exponent or needless zeros, one per number."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


@property_types.register
class Number(NumberType):
    """A plain number."""

    key = "number"
    label = gettext_lazy("Number")

    def __init__(self, *, places: int = 10, digits: int = 28) -> None:
        self.places = places
        self.digits = digits

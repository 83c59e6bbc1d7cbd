"""Calendar days."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, tzinfo
from typing import Any, ClassVar

from babel.dates import format_date
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
    CALENDAR,
    EQUALITY,
    KNOWLEDGE,
    Operator,
)


@property_types.register
class Date(PropertyType):
    """A day without a time or a zone; kept as ISO text, which sorts by itself."""

    key = "date"
    label = gettext_lazy("Date")
    widget = "date"
    operators: ClassVar[tuple[Operator, ...]] = (*EQUALITY, *CALENDAR, *KNOWLEDGE)

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        if isinstance(given, dt.datetime):
            raise refuse_kind(given)
        if isinstance(given, dt.date):
            return given
        if not isinstance(given, str):
            raise refuse_kind(given)
        try:
            return dt.date.fromisoformat(given.strip())
        except ValueError as error:
            raise refuse(
                _("“%(text)s” is not a date. Write it as 2026-03-31.") % {"text": given}
            ) from error

    def serialise(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def deserialise(self, stored: Any) -> Any:
        return None if stored is None else dt.date.fromisoformat(stored)

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        if value is None:
            return ""
        return format_date(value, format="medium", locale=babel_locale(locale))

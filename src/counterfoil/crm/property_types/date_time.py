"""Moments."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, tzinfo
from typing import Any, ClassVar

from babel.dates import format_datetime
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import (
    PropertyType,
    babel_locale,
    blank,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import CALENDAR, KNOWLEDGE, Operator


@property_types.register
class DateTime(PropertyType):
    """A moment, aware of its zone; kept in UTC as ISO text of one width, which sorts."""

    key = "date_time"
    label = gettext_lazy("Date and time")
    widget = "datetime-local"
    operators: ClassVar[tuple[Operator, ...]] = (*CALENDAR, *KNOWLEDGE)

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        if isinstance(given, str):
            moment = self._read(given)
        elif isinstance(given, dt.datetime):
            moment = given
        else:
            raise refuse_kind(given)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise refuse(_("This moment is out of range.")) from error

    def _read(self, text: str) -> dt.datetime:
        try:
            return dt.datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise refuse(
                _("“%(text)s” is not a date and time. Write it as 2026-03-31 14:30.")
                % {"text": text}
            ) from error

    def serialise(self, value: Any) -> Any:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def deserialise(self, stored: Any) -> Any:
        return None if stored is None else dt.datetime.fromisoformat(stored)

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        if value is None:
            return ""
        return format_datetime(
            value.astimezone(zone), format="medium", locale=babel_locale(locale)
        )

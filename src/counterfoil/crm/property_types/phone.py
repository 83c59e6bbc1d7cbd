"""Telephone numbers."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import property_types, refuse
from counterfoil.crm.property_types.text import TextType

FEWEST_DIGITS = 3


@property_types.register
class Phone(TextType):
    """A number as people write it: extensions and words around it are kept."""

    key = "phone"
    label = gettext_lazy("Phone")
    widget = "tel"
    longest = 40

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        text = super().parse(given, locale=locale, zone=zone)
        if text is None:
            return None
        if sum(map(str.isdecimal, text)) < FEWEST_DIGITS:
            raise refuse(_("“%(text)s” is not a phone number.") % {"text": text})
        return text

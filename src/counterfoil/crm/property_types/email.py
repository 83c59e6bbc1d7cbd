"""E-mail addresses."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import property_types, refuse
from counterfoil.crm.property_types.text import TextType


@property_types.register
class Email(TextType):
    """One address."""

    key = "email"
    label = gettext_lazy("E-mail")
    widget = "email"
    longest = 254

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        text = super().parse(given, locale=locale, zone=zone)
        if text is None:
            return None
        try:
            validate_email(text)
        except ValidationError as error:
            raise refuse(
                _("“%(text)s” is not an e-mail address.") % {"text": text}
            ) from error
        return text

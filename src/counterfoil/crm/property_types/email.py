"""E-mail addresses."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import property_types, refuse
from counterfoil.crm.property_types.text import TextType

# Plainly an address: nearly all are, and Django's validator takes ten times as long.
_PLAIN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,63}"
)


@property_types.register
class Email(TextType):
    """One address."""

    key = "email"
    label = gettext_lazy("E-mail")
    widget = "email"
    longest = 254

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        text = super().parse(given, locale=locale, zone=zone)
        if text is None or _PLAIN.fullmatch(text):
            return text
        try:
            validate_email(text)
        except ValidationError as error:
            raise refuse(
                _("“%(text)s” is not an e-mail address.") % {"text": text}
            ) from error
        return text

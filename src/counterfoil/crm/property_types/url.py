"""Addresses on the web."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import property_types, refuse
from counterfoil.crm.property_types.text import TextType

# Nothing that a browser would run when the link is clicked.
_is_web_address = URLValidator(schemes=["http", "https"])
# Plainly an address: most are, and Django's validator takes ten times as long.
_PLAIN = re.compile(
    r"(?=.{1,253}\Z)https?://"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,63}"
    r"(?:/[\w./~%+-]*)?",
    re.ASCII,
)


@property_types.register
class Url(TextType):
    """A link; ``https://`` is added where it is missing."""

    key = "url"
    label = gettext_lazy("Link")
    widget = "url"
    longest = 1000

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        text = super().parse(given, locale=locale, zone=zone)
        if text is None:
            return None
        if "://" not in text:
            text = f"https://{text}"
        if _PLAIN.fullmatch(text):
            return text
        try:
            _is_web_address(text)
        except ValidationError as error:
            raise refuse(
                _("“%(text)s” is not a web address.") % {"text": given}
            ) from error
        return super().parse(text)

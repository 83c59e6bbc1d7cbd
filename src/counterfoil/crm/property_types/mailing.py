"""Whether the books have e-mailed a document."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from django.utils.translation import gettext_lazy

from counterfoil.crm.property_types.base import blank
from counterfoil.crm.property_types.choice import Choice

WORDS = (
    ("NotSet", gettext_lazy("Not sent")),
    ("NeedToSend", gettext_lazy("Marked to be sent")),
    ("EmailSent", gettext_lazy("Sent")),
)
LONGEST = 20


class Mailing(Choice):
    """The books' own word, shown in ours; one that they add one day is kept as it is."""

    def __init__(self) -> None:
        super().__init__(WORDS)

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if isinstance(given, str) and not blank(given):
            return given.strip()[:LONGEST]
        return super().parse(given, locale=locale, zone=zone)

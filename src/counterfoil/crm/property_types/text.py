"""Text: one line or many."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types import operators
from counterfoil.crm.property_types.base import (
    PropertyType,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import EQUALITY, KNOWLEDGE, Operator

TEXT_OPERATORS = (
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    *EQUALITY,
    *KNOWLEDGE,
)
LONGEST = 65_536


def upper(text: str) -> str:
    """Upper case letter by letter, as the database does it (``ß`` stays)."""
    if text.isascii():
        return text.upper()
    return "".join(
        letter.upper() if len(letter.upper()) == 1 else letter for letter in text
    )


class TextType(PropertyType):
    """Text of any form; comparisons by substring pay no regard to case."""

    is_text: ClassVar[bool] = True
    operators: ClassVar[tuple[Operator, ...]] = TEXT_OPERATORS
    longest: int = LONGEST

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if given is None:
            return None
        if not isinstance(given, str):
            raise refuse_kind(given)
        text = given.strip()
        if not text:
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if "\x00" in text:
            raise refuse(_("Remove the characters that cannot be shown."))
        if len(text) > self.longest:
            raise refuse(
                _("Shorten this to %(longest)s characters; it has %(length)s.")
                % {"longest": self.longest, "length": len(text)}
            )
        return text

    def matches(self, value: Any, operator: Operator, operand: Any) -> bool:
        if operator in {Operator.CONTAINS, Operator.NOT_CONTAINS}:
            found = value is not None and upper(operand) in upper(value)
            return found is (operator is Operator.CONTAINS)
        return operators.matches(value, operator, operand)

    def condition(self, path: str, operator: Operator, operand: Any) -> Q:
        unknown = Q(**{f"{path}__isnull": True}) | Q(**{path: ""})
        if operator is Operator.CONTAINS:
            return Q(**{f"{path}__icontains": operand})
        if operator is Operator.NOT_CONTAINS:
            return unknown | ~Q(**{f"{path}__icontains": operand})
        return operators.condition(path, operator, operand, unknown=unknown)


@property_types.register
class Text(TextType):
    """One line, or several with ``is_long``."""

    key = "text"
    label = gettext_lazy("Text")

    def __init__(self, *, max_length: int = LONGEST, is_long: bool = False) -> None:
        self.longest = max_length
        self.is_long = is_long
        if is_long:
            self.widget = "textarea"  # type: ignore[misc]

"""What filters can ask of a value, in Python and as conditions of the database.

Both say the same, which the property type contract proves on a real database. Operands
are values of the property's type; what is relative to today has been resolved before.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy


class Operator(StrEnum):
    """A question; which of them a property type answers is its own affair."""

    IS = "is"
    IS_NOT = "is_not"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    KNOWN = "known"
    UNKNOWN = "unknown"
    BEFORE = "before"
    AFTER = "after"
    LESS = "less"
    AT_MOST = "at_most"
    GREATER = "greater"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    WITHIN_LAST = "within_last"
    WITHIN_NEXT = "within_next"


EQUALITY = (Operator.IS, Operator.IS_NOT, Operator.ANY_OF, Operator.NONE_OF)
KNOWLEDGE = (Operator.KNOWN, Operator.UNKNOWN)
COMPARISON = (
    Operator.LESS,
    Operator.AT_MOST,
    Operator.GREATER,
    Operator.AT_LEAST,
    Operator.BETWEEN,
)
CALENDAR = (
    Operator.BEFORE,
    Operator.AFTER,
    Operator.BETWEEN,
    Operator.WITHIN_LAST,
    Operator.WITHIN_NEXT,
)
# How a filter reads between its property and its value.
WORDS: dict[Operator, Any] = {
    Operator.IS: gettext_lazy("is"),
    Operator.IS_NOT: gettext_lazy("is not"),
    Operator.ANY_OF: gettext_lazy("is any of"),
    Operator.NONE_OF: gettext_lazy("is none of"),
    Operator.CONTAINS: gettext_lazy("contains"),
    Operator.NOT_CONTAINS: gettext_lazy("does not contain"),
    Operator.KNOWN: gettext_lazy("is known"),
    Operator.UNKNOWN: gettext_lazy("is unknown"),
    Operator.BEFORE: gettext_lazy("is before"),
    Operator.AFTER: gettext_lazy("is after"),
    Operator.LESS: gettext_lazy("is less than"),
    Operator.AT_MOST: gettext_lazy("is at most"),
    Operator.GREATER: gettext_lazy("is more than"),
    Operator.AT_LEAST: gettext_lazy("is at least"),
    Operator.BETWEEN: gettext_lazy("is between"),
    Operator.WITHIN_LAST: gettext_lazy("is within the last days"),
    Operator.WITHIN_NEXT: gettext_lazy("is within the next days"),
}
# Operators whose answer for a value that is not known is yes.
NEGATIVE = frozenset(
    {Operator.IS_NOT, Operator.NONE_OF, Operator.NOT_CONTAINS, Operator.UNKNOWN}
)

_PYTHON: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: lambda value, operand: bool(value == operand),
    Operator.IS_NOT: lambda value, operand: bool(value != operand),
    Operator.ANY_OF: lambda value, operand: value in operand,
    Operator.NONE_OF: lambda value, operand: value not in operand,
    Operator.KNOWN: lambda _value, _operand: True,
    Operator.UNKNOWN: lambda _value, _operand: False,
    Operator.BEFORE: lambda value, operand: bool(value < operand),
    Operator.AFTER: lambda value, operand: bool(value > operand),
    Operator.LESS: lambda value, operand: bool(value < operand),
    Operator.AT_MOST: lambda value, operand: bool(value <= operand),
    Operator.GREATER: lambda value, operand: bool(value > operand),
    Operator.AT_LEAST: lambda value, operand: bool(value >= operand),
    Operator.BETWEEN: lambda value, operand: bool(operand[0] <= value <= operand[1]),
}
_LOOKUP = {
    Operator.IS: "exact",
    Operator.IS_NOT: "exact",
    Operator.ANY_OF: "in",
    Operator.NONE_OF: "in",
    Operator.BEFORE: "lt",
    Operator.AFTER: "gt",
    Operator.LESS: "lt",
    Operator.AT_MOST: "lte",
    Operator.GREATER: "gt",
    Operator.AT_LEAST: "gte",
    Operator.BETWEEN: "range",
}


def matches(value: Any, operator: Operator, operand: Any) -> bool:
    """Answer for one value; a value that is not known is ``None``."""
    if value is None:
        return operator in NEGATIVE
    return _PYTHON[operator](value, operand)


def condition(path: str, operator: Operator, operand: Any, *, unknown: Q) -> Q:
    """Answer for a column or alias; ``unknown`` says when it has no value."""
    if operator is Operator.UNKNOWN:
        return unknown
    if operator is Operator.KNOWN:
        return ~unknown
    asked = Q(**{f"{path}__{_LOOKUP[operator]}": operand})
    if operator in NEGATIVE:
        return unknown | ~asked
    return ~unknown & asked

"""Several of a list of options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import (
    PropertyType,
    blank,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import KNOWLEDGE, NEGATIVE, Operator
from counterfoil.workspaces.models import Workspace

SEPARATOR = ";"


@property_types.register
class MultiChoice(PropertyType):
    """A set of options, kept in the order in which the options are listed.

    Form text is the values separated by ``;``; Python is a list or tuple of values. A
    filter asks whether any of some options is among them.
    """

    key = "multi_choice"
    label = gettext_lazy("Multiple choice")
    widget = "multi-select"
    is_sortable: ClassVar[bool] = False
    stored: ClassVar[models.Field[Any, Any]] = models.JSONField()
    operators: ClassVar[tuple[Operator, ...]] = (
        Operator.ANY_OF,
        Operator.NONE_OF,
        *KNOWLEDGE,
    )

    def __init__(self, choices: Sequence[Sequence[Any]] = ()) -> None:
        self.choices = [(str(value), label) for value, label in choices]

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        wanted = given.split(SEPARATOR) if isinstance(given, str) else given
        if not isinstance(wanted, list | tuple):
            raise refuse_kind(given)
        chosen = {str(value).strip() for value in wanted} - {""}
        values = [value for value, _label in self.choices]
        if strange := sorted(chosen.difference(values)):
            raise refuse(
                _("“%(text)s” is not one of the options.") % {"text": strange[0][:100]}
            )
        return tuple(value for value in values if value in chosen) or None

    def serialise(self, value: Any) -> Any:
        return None if value is None else list(value)

    def deserialise(self, stored: Any) -> Any:
        return None if stored is None else tuple(stored)

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        labels = dict(self.choices)
        return ", ".join(str(labels.get(chosen, chosen)) for chosen in value or ())

    def matches(self, value: Any, operator: Operator, operand: Any) -> bool:
        if value is None:
            return operator in NEGATIVE
        if operator in {Operator.ANY_OF, Operator.NONE_OF}:
            found = any(option in value for option in operand)
            return found is (operator is Operator.ANY_OF)
        return operator is Operator.KNOWN

    def condition(self, path: str, operator: Operator, operand: Any) -> Q:
        unknown = Q(**{f"{path}__isnull": True})
        if operator in {Operator.KNOWN, Operator.UNKNOWN}:
            return unknown if operator is Operator.UNKNOWN else ~unknown
        found = Q(pk__in=[])
        for option in operand:
            found |= Q(**{f"{path}__contains": [option]})
        if operator is Operator.ANY_OF:
            return ~unknown & found
        return unknown | ~found

    def configured(self, options: Sequence[Sequence[str]]) -> PropertyType:
        return type(self)(options)

    def options(self, workspace: Workspace | None = None) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.choices]

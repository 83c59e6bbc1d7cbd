"""One of a list of options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types import operators
from counterfoil.crm.property_types.base import (
    PropertyType,
    blank,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import EQUALITY, KNOWLEDGE, Operator
from counterfoil.workspaces.models import Workspace


@property_types.register
class Choice(PropertyType):
    """One option of those listed: pairs of value and label."""

    key = "choice"
    label = gettext_lazy("Choice")
    widget = "select"
    is_text: ClassVar[bool] = True
    operators: ClassVar[tuple[Operator, ...]] = (*EQUALITY, *KNOWLEDGE)

    def __init__(self, choices: Sequence[Sequence[Any]] = ()) -> None:
        self.choices = [(str(value), label) for value, label in choices if value != ""]
        self._values = {value for value, _label in self.choices}

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        if not isinstance(given, str):
            raise refuse_kind(given)
        value = str(given.strip())
        if value not in self._values:
            raise refuse(
                _("“%(text)s” is not one of the options.") % {"text": value[:100]}
            )
        return value

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        if value is None:
            return ""
        return str(dict(self.choices).get(value, value))

    def condition(self, path: str, operator: Operator, operand: Any) -> Q:
        unknown = Q(**{f"{path}__isnull": True}) | Q(**{path: ""})
        return operators.condition(path, operator, operand, unknown=unknown)

    def configured(self, options: Sequence[Sequence[str]]) -> PropertyType:
        return type(self)(options)

    def options(self, workspace: Workspace | None = None) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.choices]

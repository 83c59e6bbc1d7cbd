"""What a property type must do: at most eight methods, and no knowledge of any noun."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any, ClassVar

from babel import Locale, UnknownLocaleError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.core.registry import Registry
from counterfoil.crm.property_types import operators
from counterfoil.crm.property_types.operators import Operator
from counterfoil.workspaces.models import Workspace


class PropertyType(ABC):
    """One kind of value. ``None`` is "not known" for every kind.

    ``widget`` names the input that a form shows; ``stored`` is the column into which a
    custom property's JSON text is cast for filters and sorting.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    widget: ClassVar[str] = "text"
    stored: ClassVar[models.Field[Any, Any]] = models.TextField()
    operators: ClassVar[tuple[Operator, ...]] = ()
    is_sortable: ClassVar[bool] = True
    is_text: ClassVar[bool] = False

    @abstractmethod
    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        """The value of a form's text, or of a Python value of the right kind.

        Blank text is ``None``. Raises :class:`Invalid` with a sentence under ``""``.
        """

    def serialise(self, value: Any) -> Any:
        """JSON that keeps the value exactly."""
        return value

    def deserialise(self, stored: Any) -> Any:
        """The value that :meth:`serialise` gave."""
        return stored

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        """Text for people."""
        return "" if value is None else str(value)

    def matches(self, value: Any, operator: Operator, operand: Any) -> bool:
        """Whether one value meets a filter; agrees with :meth:`condition`."""
        return operators.matches(value, operator, operand)

    def condition(self, path: str, operator: Operator, operand: Any) -> Q:
        """The filter for a column or alias of this type."""
        return operators.condition(
            path, operator, operand, unknown=Q(**{f"{path}__isnull": True})
        )

    def configured(self, options: Sequence[Sequence[str]]) -> PropertyType:
        """The type for one custom property; only choices have options."""
        return copy.copy(self)

    def options(self, workspace: Workspace | None = None) -> list[tuple[str, str]]:
        """What a form offers to choose from: pairs of value and label."""
        return []


property_types: Registry[PropertyType] = Registry("property type")


def refuse(sentence: str) -> Invalid:
    """The error of a value that cannot be accepted."""
    return Invalid({"": [sentence]})


def refuse_kind(given: object) -> Invalid:
    """The error of a Python value of the wrong kind, which no form can send."""
    return refuse(
        _("A value of the kind %(kind)s cannot be used here.")
        % {"kind": type(given).__name__}
    )


def blank(given: object) -> bool:
    """Whether nothing was given."""
    return given is None or (isinstance(given, str) and not given.strip())


def babel_locale(language: str) -> Locale:
    """Babel's locale for one of ours (``pt-br``); English when there is none."""
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return Locale("en")

"""Yes or no."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import (
    PropertyType,
    blank,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import KNOWLEDGE, Operator
from counterfoil.workspaces.models import Workspace

YES = frozenset({"true", "yes", "on", "1"})
NO = frozenset({"false", "no", "off", "0"})


@property_types.register
class Boolean(PropertyType):
    """Yes, no, or not known."""

    key = "boolean"
    label = gettext_lazy("Yes or no")
    widget = "checkbox"
    stored: ClassVar[models.Field[Any, Any]] = models.BooleanField(null=True)
    operators: ClassVar[tuple[Operator, ...]] = (
        Operator.IS,
        Operator.IS_NOT,
        *KNOWLEDGE,
    )

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        if isinstance(given, bool):
            return given
        if not isinstance(given, str):
            raise refuse_kind(given)
        text = given.strip().lower()
        if text not in YES | NO:
            raise refuse(_("Answer yes or no."))
        return text in YES

    def display(
        self, value: Any, *, locale: str = "en", zone: tzinfo = UTC, currency: str = ""
    ) -> str:
        if value is None:
            return ""
        return _("Yes") if value else _("No")

    def options(self, workspace: Workspace | None = None) -> list[tuple[str, str]]:
        return [("true", _("Yes")), ("false", _("No"))]

"""References: to a row of another table of the same workspace."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.property_types.base import (
    PropertyType,
    blank,
    property_types,
    refuse,
    refuse_kind,
)
from counterfoil.crm.property_types.operators import EQUALITY, KNOWLEDGE, Operator
from counterfoil.workspaces.models import Workspace

MOST_OPTIONS = 500


class ReferenceType(PropertyType):
    """The number of a row; ``to`` names its model, ``through`` the way to a workspace."""

    widget: ClassVar[str] = "select"
    stored: ClassVar[models.Field[Any, Any]] = models.BigIntegerField()
    operators: ClassVar[tuple[Operator, ...]] = (*EQUALITY, *KNOWLEDGE)
    to: str = ""
    through: str = "workspace"

    def parse(self, given: object, *, locale: str = "en", zone: tzinfo = UTC) -> Any:
        if blank(given):
            return None
        if isinstance(given, models.Model):
            return given.pk
        if isinstance(given, int) and not isinstance(given, bool):
            return given
        if not isinstance(given, str):
            raise refuse_kind(given)
        text = given.strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise refuse(_("Choose one from the list."))
        return int(text)

    def options(self, workspace: Workspace | None = None) -> list[tuple[str, str]]:
        if workspace is None or not self.to:
            return []
        rows = self.within(workspace).order_by("pk")[:MOST_OPTIONS]
        return [(str(row.pk), str(row)) for row in rows]

    def within(self, workspace: Workspace) -> models.QuerySet[Any]:
        """The rows that a record of this workspace may refer to."""
        rows: models.QuerySet[Any] = apps.get_model(self.to)._default_manager.all()
        return rows.filter(**{self.through: workspace})


@property_types.register
class Reference(ReferenceType):
    """A row of another table."""

    key = "reference"
    label = gettext_lazy("Reference")

    def __init__(self, to: str = "", *, through: str = "workspace") -> None:
        self.to = to
        self.through = through

"""Custom properties that a workspace declared unique."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Record
from counterfoil.crm.turns import take_turn
from counterfoil.workspaces.models import Workspace

Candidate = tuple[int, Record, Mapping[str, Property], Set[str]]


def clashes(
    workspace: Workspace, candidates: Sequence[Candidate]
) -> Iterator[tuple[int, str, str]]:
    """Yield index, property and sentence for each value that another record has."""
    uses: dict[tuple[type[Record], str], list[tuple[int, Record, Any, Property]]] = {}
    for index, record, properties, changed in candidates:
        for name in changed:
            prop = properties[name]
            value = record.custom.get(name) if prop.custom and prop.unique else None
            if value is not None:
                found = uses.setdefault((type(record), name), [])
                found.append((index, record, value, prop))
    for (model, name), wanted in uses.items():
        take_turn(f"unique|{workspace.pk}|{model.object_type}|{name}")
        owners = _owners(workspace, model, name, [value for _, _, value, _ in wanted])
        for index, record, value, prop in wanted:
            owner = owners.setdefault(str(value), record)
            if owner is not record and (owner.pk is None or owner.pk != record.pk):
                yield (
                    index,
                    name,
                    _("“%(value)s” is the %(label)s of %(other)s.")
                    % {"value": value, "label": prop.label, "other": owner},
                )


def _owners(
    workspace: Workspace, model: type[Record], name: str, values: Sequence[Any]
) -> dict[str, Record]:
    """Who has these values; compared as text, which for a page takes half the time."""
    rows = model._default_manager.filter(workspace=workspace, archived_at__isnull=True)
    text = KeyTextTransform(name, "custom")
    found = rows.alias(value=text).filter(value__in=[str(value) for value in values])
    return {str(row.custom[name]): row for row in found.order_by("-pk")}

"""A noun's shape: what is alike for all of its records, worked out once per call.

A thousand records of one noun have the same properties, columns and defaults; to ask the
catalogue for them again for every value is most of what a page of an import would cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models.base import ModelState

from counterfoil.crm.catalogue import ObjectType, Property, catalogue_of, object_types
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.base import PropertyType
from counterfoil.crm.property_types.reference import ReferenceType
from counterfoil.workspaces.models import Workspace

# Every record has them; they are first values only when somebody gave them.
CLOCKS = ("created_at", "updated_at")


class Slot:
    """Where a property's value is on a record, and how it is written as JSON."""

    __slots__ = ("column", "default", "name", "prop", "serialise")

    def __init__(self, prop: Property, model: type[Record]) -> None:
        self.name = prop.name
        self.prop = prop
        self.column = prop.column
        self.serialise: Callable[[Any], Any] | None = prop.type.serialise
        if type(prop.type).serialise is PropertyType.serialise:
            self.serialise = None  # the value is its own JSON
        self.default = _nothing if prop.custom else _default_of(model, prop.name)

    def json(self, value: Any) -> Any:
        return value if self.serialise is None else self.serialise(value)


class Shape:
    """What the records of one noun have in common, in one workspace."""

    def __init__(
        self,
        noun: ObjectType,
        properties: Mapping[str, Property],
        workspace: Workspace,
    ) -> None:
        self.noun = noun
        self.properties = properties
        self.workspace = workspace
        self.slots = {name: Slot(prop, noun.model) for name, prop in properties.items()}
        self._columns = [s for s in self.slots.values() if not s.prop.custom]
        self._custom = [s for s in self.slots.values() if s.prop.custom]
        self.required = [prop for prop in properties.values() if prop.required]
        self.internal = frozenset(
            name for name, prop in properties.items() if prop.internal
        )
        self.unique = frozenset(
            name for name, prop in properties.items() if prop.custom and prop.unique
        )
        self.references = [
            (name, prop, prop.type)
            for name, prop in properties.items()
            if isinstance(prop.type, ReferenceType) and prop.type.to
        ]
        fields = noun.model._meta.concrete_fields
        self._blank = {field.attname: field.get_default() for field in fields}
        self._blank["workspace_id"] = workspace.pk
        self._made = [
            (field.attname, field.get_default)
            for field in fields
            if field.has_default() and callable(field.default)
        ]

    def new(self) -> Record:
        """A record with nothing but its defaults.

        As ``Model.__init__`` leaves it, which takes several times as long to find that
        out for every record anew.
        """
        model = self.noun.model
        record: Record = model.__new__(model)
        state = ModelState()
        state.fields_cache = {"workspace": self.workspace}
        record.__dict__ = {"_state": state, **self._blank}
        for name, make in self._made:
            record.__dict__[name] = make()
        return record

    def fill(self, record: Record, values: Mapping[str, Any]) -> None:
        """Put values on a new record."""
        for name, value in values.items():
            slot = self.slots[name]
            if not slot.prop.custom:
                given = slot.default() if value is None else value
                setattr(record, slot.column, given)
            elif value is not None:
                record.custom[name] = slot.json(value)

    def first_values(
        self, record: Record, given: Collection[str]
    ) -> dict[str, list[Any]]:
        """What a new record holds, as differences from nothing."""
        found: dict[str, list[Any]] = {}
        held = record.__dict__
        for slot in self._columns:
            value = held[slot.column]
            if value is None or value == "":
                continue
            if slot.name not in CLOCKS or slot.name in given:
                found[slot.name] = [None, slot.json(value)]
        for slot in self._custom:
            value = record.custom.get(slot.name)
            if value is not None:
                found[slot.name] = [None, value]
        return found


def shapes_of(workspace: Workspace, keys: Sequence[str]) -> dict[str, Shape]:
    """The shapes of several nouns, in one query."""
    catalogue = catalogue_of(keys, workspace)
    return {
        key: Shape(object_types[key], properties, workspace)
        for key, properties in catalogue.items()
    }


def _nothing() -> None:
    return None


def _default_of(model: type[Record], name: str) -> Callable[[], Any]:
    """What a column holds when nothing is known: its default where it must hold some."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field) or field.null:
        return _nothing
    default: Callable[[], Any] = field.get_default
    return default

"""The catalogue: every noun and its properties, declared once.

Lists, filters, forms, sync and reports speak to the catalogue, never to each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any, ClassVar

from counterfoil.core.registry import Registry
from counterfoil.crm.models import PropertyDefinition, Record
from counterfoil.crm.property_types.base import PropertyType, property_types
from counterfoil.crm.property_types.reference import ReferenceType
from counterfoil.events.origin import Actor
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Property:
    """One property of a noun.

    ``read_only``: people do not write it, connections and the system do. ``internal``:
    bookkeeping that no page, history or timeline shows. ``custom``: a workspace's own,
    kept in the record's ``custom`` under its name.
    """

    name: str
    type: PropertyType
    label: Any
    group: str = "about"
    read_only: bool = False
    required: bool = False
    unique: bool = False
    internal: bool = False
    custom: bool = False
    help_text: Any = ""

    def of(self, record: Record) -> Any:
        """The record's value; ``None`` when it is not known."""
        if self.custom:
            return self.type.deserialise(record.custom.get(self.name))
        value = getattr(record, self.column)
        return None if value == "" else value

    @cached_property
    def column(self) -> str:
        """The attribute of the model that holds it."""
        is_key = isinstance(self.type, ReferenceType) and not self.custom
        return f"{self.name}_id" if is_key else self.name


@dataclass(frozen=True)
class Group:
    """Properties that stand together on a page."""

    key: str
    label: Any


class ObjectType:
    """A noun: subclass, declare, register.

    ``slug`` is its name in addresses; ``columns`` and ``sort`` are a list's defaults;
    ``associated`` are the nouns whose cards its page shows.
    """

    key: ClassVar[str]
    slug: ClassVar[str]
    model: ClassVar[type[Record]]
    label: ClassVar[tuple[Any, Any]]
    properties: ClassVar[tuple[Property, ...]]
    groups: ClassVar[tuple[Group, ...]]
    columns: ClassVar[tuple[str, ...]]
    sort: ClassVar[str] = "-updated_at"
    associated: ClassVar[tuple[str, ...]] = ()
    has_timeline: ClassVar[bool] = True

    def title_of(self, record: Record) -> str:
        """How the record is called."""
        return str(getattr(record, "name", ""))

    def complete(self, workspace: Workspace, records: Sequence[Record]) -> None:
        """Fill in what a new record gets when nobody said otherwise."""
        for record in records:
            if getattr(record, "currency", None) == "":
                record.currency = workspace.home_currency  # type: ignore[attr-defined]

    def check(self, record: Record) -> Mapping[str, str]:
        """Sentences by property for what is wrong between properties."""
        return {}

    def follow(
        self,
        record: Record,
        changed: Collection[str],
        *,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Bring along what depends on these properties, in the same transaction."""


object_types: Registry[ObjectType] = Registry("object type")


def type_of(record: Record) -> ObjectType:
    """The noun that a record is."""
    return object_types[record.object_type]


def by_slug(slug: str) -> ObjectType | None:
    """The noun that an address names."""
    return next((noun for noun in object_types if noun.slug == slug), None)


def properties_of(object_type: str, workspace: Workspace) -> dict[str, Property]:
    """The noun's properties by name, built in and the workspace's own."""
    return catalogue_of([object_type], workspace)[object_type]


def catalogue_of(
    keys: Sequence[str], workspace: Workspace
) -> dict[str, dict[str, Property]]:
    """The properties of several nouns, in one query."""
    found = {
        key: {prop.name: prop for prop in object_types[key].properties} for key in keys
    }
    definitions = PropertyDefinition.objects.filter(
        workspace=workspace, object_type__in=keys, archived_at__isnull=True
    ).order_by("position", "id")
    for definition in definitions:
        found[definition.object_type].setdefault(
            definition.name, _from_definition(definition)
        )
    return found


def _from_definition(definition: PropertyDefinition) -> Property:
    kind = property_types[definition.type_key].configured(definition.options)
    return Property(
        definition.name,
        kind,
        definition.label,
        group=definition.group,
        required=definition.required,
        unique=definition.unique,
        custom=True,
    )


def display(
    record: Record, prop: Property, *, locale: str = "en", zone: tzinfo = UTC
) -> str:
    """The record's value as text for people; references by the title of their row."""
    value = prop.of(record)
    if value is not None and isinstance(prop.type, ReferenceType) and not prop.custom:
        return str(getattr(record, prop.name))
    currency = getattr(record, "currency", "")
    return prop.type.display(value, locale=locale, zone=zone, currency=currency)

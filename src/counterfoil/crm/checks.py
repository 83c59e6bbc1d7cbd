"""Django's system check of the catalogue: it names only what exists."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist

from counterfoil.crm.catalogue import ObjectType, object_types


@register("catalogue")
def check_catalogue(**_options: object) -> list[CheckMessage]:
    """Every property has its field, every column and group its property."""
    return [
        Error(message, obj=noun.key, id="crm.E001")
        for noun in object_types
        for message in faults_of(noun)
    ]


def faults_of(noun: ObjectType) -> Iterator[str]:
    """Yield a sentence for each name that leads nowhere."""
    if noun.model.object_type != noun.key:
        yield f"The model {noun.model.__name__} is not called {noun.key!r}."
    groups = {group.key for group in noun.groups}
    for prop in noun.properties:
        if not _has_field(noun, prop.name):
            yield f"{noun.model.__name__} has no field {prop.name!r}."
        if prop.group not in groups and not prop.internal:
            yield f"{prop.name!r} stands in the unknown group {prop.group!r}."
    yield from _list_faults(noun)


def _list_faults(noun: ObjectType) -> Iterator[str]:
    names = {prop.name for prop in noun.properties}
    for column in (*noun.columns, noun.sort.removeprefix("-")):
        if column not in names:
            yield f"The list names {column!r}, which is no property."
    for key in noun.associated:
        if key not in object_types:
            yield f"There is no noun {key!r} to be associated with."


def _has_field(noun: ObjectType, name: str) -> bool:
    try:
        noun.model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True

"""From what an address names to the noun and the properties of its pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404

from counterfoil.crm.catalogue import ObjectType, Property, by_slug
from counterfoil.crm.queries import get as one

__all__ = ["noun_of", "one", "visible"]


def noun_of(plural: str) -> ObjectType:
    """The noun that an address names."""
    noun = by_slug(plural)
    if noun is None:
        raise Http404
    return noun


def visible(properties: Mapping[str, Property]) -> dict[str, Property]:
    """The properties that pages show."""
    return {name: prop for name, prop in properties.items() if not prop.internal}

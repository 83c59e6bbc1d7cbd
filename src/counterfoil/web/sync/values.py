"""Old and new values as a page shows them, whichever side they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import Property
from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.ports import RemoteField
from counterfoil.web import formats
from counterfoil.web.place import here

LONGEST = 300


@dataclass(frozen=True)
class Change:
    """One value that changes; ``empties``: something known becomes nothing."""

    label: str
    old: str
    new: str
    empties: bool


@dataclass(frozen=True)
class Names:
    """How the values of one object are called and shown, on either side."""

    properties: Mapping[str, Property]
    fields: Mapping[str, RemoteField]

    def change(self, side: str, name: str, old: Any, new: Any) -> Change:
        """One value that changes on ``side``, ready for the page."""
        show = self._here if side == "here" else self._there
        label, before = show(name, old)
        _label, after = show(name, new)
        return Change(label, before, after, is_empty(new) and not is_empty(old))

    def label(self, side: str, name: str) -> str:
        """What people call a property or a field."""
        found: Any = self.properties if side == "here" else self.fields
        return str(found[name].label) if name in found else name

    def _here(self, name: str, value: Any) -> tuple[str, str]:
        prop = self.properties.get(name)
        if prop is None:
            return name, plain(value)
        return str(prop.label), _of_property(prop, value)

    def _there(self, name: str, value: Any) -> tuple[str, str]:
        field = self.fields.get(name)
        if field is None:
            return name, plain(value)
        return str(field.label), _of_kind(field.kind, value)


def plain(value: Any) -> str:
    """Any JSON value as text; ``""`` for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list | tuple):
        return ", ".join(plain(each) for each in value)
    text = str(value).strip()
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def _of_property(prop: Property, value: Any) -> str:
    """As the catalogue shows it; what it does not understand, as it is."""
    if is_empty(value):
        return ""
    if prop.type.key == "boolean":
        return _of_kind(FieldKind.YES_NO, value)
    if prop.type.key in {"number", "currency"}:
        return _of_kind(FieldKind.NUMBER, value)
    try:
        known = prop.type.deserialise(value)
        place = here()
        text = prop.type.display(
            known, locale=str(place.locale).replace("_", "-"), zone=place.zone
        )
    except (Invalid, TypeError, ValueError, ArithmeticError, AttributeError):
        return plain(value)
    return plain(text)


def _of_kind(kind: FieldKind, value: Any) -> str:
    if is_empty(value):
        return ""
    try:
        if kind in {FieldKind.NUMBER, FieldKind.MONEY}:
            return formats.number(str(value))
        if kind is FieldKind.DATE:
            return formats.day(str(value))
    except (ValueError, ArithmeticError):
        return plain(value)
    if kind is FieldKind.YES_NO:
        return plain(str(value).lower() in {"true", "1", "yes"})
    return plain(value)

"""Changes to records, and what comes of them: values in, differences out. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.core.money import exponent
from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.number import plain


@dataclass(frozen=True)
class Change:
    """What shall become of one record; a new one when ``record_id`` is ``None``.

    ``values`` are of their property's type, or text that it parses; ``is_parsed`` where
    the type has given them itself. ``key`` is the caller's own name for this change and
    comes back on :class:`Written`.
    """

    object_type: str
    values: Mapping[str, object] = field(default_factory=dict)
    record_id: int | None = None
    archived: bool | None = None
    expected_version: int | None = None
    key: str | None = None
    is_parsed: bool = False


@dataclass
class Problems:
    """Sentences by field, gathered over all changes, so that a person sees them all."""

    is_single: bool
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, index: int, name: str, sentence: str) -> None:
        where = name if self.is_single else f"{index}.{name}"
        self.found.setdefault(where, []).append(sentence)

    def raise_if_any(self) -> None:
        if self.found:
            raise Invalid(self.found)


def parse_values(
    change: Change,
    properties: Mapping[str, Property],
    *,
    is_user: bool,
    zone: tzinfo,
    language: str,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values by property, and a sentence for each that cannot be accepted."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, given in change.values.items():
        prop = properties.get(name)
        if prop is None:
            wrong[name] = _("There is no property “%(name)s”.") % {"name": name}
            continue
        if is_user and prop.read_only:
            wrong[name] = _("%(label)s is filled in by Counterfoil.") % {
                "label": prop.label
            }
            continue
        try:
            values[name] = (
                given
                if change.is_parsed
                else prop.type.parse(given, locale=language, zone=zone)
            )
        except Invalid as error:
            wrong[name] = str(error)
            continue
        if prop.required and values[name] is None:
            wrong[name] = missing(prop)
    return values, wrong


def missing(prop: Property) -> str:
    """The sentence about a required property that has no value."""
    return _("%(label)s cannot be empty.") % {"label": prop.label}


def assign(
    record: Record, values: Mapping[str, Any], properties: Mapping[str, Property]
) -> dict[str, list[Any]]:
    """Put the values on the record; the differences as ``{name: [old, new]}`` in JSON."""
    changed: dict[str, list[Any]] = {}
    for name, value in values.items():
        prop = properties[name]
        old, new = prop.type.serialise(prop.of(record)), prop.type.serialise(value)
        if old == new:
            continue
        changed[name] = [old, new]
        if prop.custom:
            record.custom = {**record.custom, name: new}
            if new is None:
                del record.custom[name]
        else:
            setattr(record, prop.column, column_value(record, prop, value))
    return changed


def column_value(record: Record, prop: Property, value: Any) -> Any:
    """What a column holds for a value: its default where there must be one."""
    if value is not None:
        return value
    kept = record._meta.get_field(prop.name)
    if not isinstance(kept, models.Field) or kept.null:
        return None
    return kept.get_default()


def amount_problems(
    record: Record, names: Mapping[str, Any], properties: Mapping[str, Property]
) -> dict[str, str]:
    """Sentences for amounts with finer steps than the record's currency has."""
    currency = getattr(record, "currency", "")
    if not currency:
        return {}
    step = exponent(currency)
    found: dict[str, str] = {}
    # Another currency puts the amounts in question that stay as they are.
    for name in properties if "currency" in names else names:
        prop = properties[name]
        if not isinstance(prop.type, Currency) or prop.type.is_unit_price:
            continue
        if prop.read_only and name not in names:
            continue
        value = prop.of(record)  # a default is a plain 0
        if value is not None and value != Decimal(value).quantize(step):
            found[name] = _("The smallest unit of %(currency)s is %(unit)s.") % {
                "currency": currency,
                "unit": plain(step),
            }
    return found

"""Filters in words, for the sentence that says whom a sync takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import Property
from counterfoil.crm.property_types.operators import WORDS, Operator
from counterfoil.sync.engine.settings import Filter
from counterfoil.workspaces.models import Workspace

SPANS = {Operator.WITHIN_LAST, Operator.WITHIN_NEXT}


def in_words(
    filters: Sequence[Filter],
    properties: Mapping[str, Property],
    workspace: Workspace,
) -> str:
    """All filters as one phrase; a property that is gone goes by its old name."""
    phrases = [_phrase(each, properties, workspace) for each in filters]
    return _(" and ").join(phrases)


def _phrase(
    asked: Filter, properties: Mapping[str, Property], workspace: Workspace
) -> str:
    name, operator, value = asked
    prop = properties.get(name)
    if prop is None or operator not in prop.type.operators:
        return f"{name} {operator} {value}".strip()
    asks, label = Operator(operator), str(prop.label)
    if asks in {Operator.KNOWN, Operator.UNKNOWN}:
        return f"{label} {WORDS[asks]}"
    if asks in SPANS:
        return _span(asks) % {"property": label, "days": value}
    values = value.split(";") if isinstance(value, str) else _listed(value)
    shown = ", ".join(_shown(prop, each, workspace) for each in values)
    return f"{label} {WORDS[asks]} {shown}"


def _span(asks: Operator) -> str:
    if asks is Operator.WITHIN_LAST:
        return _("%(property)s is within the last %(days)s days")
    return _("%(property)s is within the next %(days)s days")


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _shown(prop: Property, given: Any, workspace: Workspace) -> str:
    options = dict(prop.type.options(workspace))
    if str(given) in options:
        return str(options[str(given)])
    language = get_language() or workspace.language
    try:
        value = prop.type.parse(given, locale=language, zone=workspace.zone)
    except Invalid:
        return str(given)
    return prop.type.display(value, locale=language, zone=workspace.zone)

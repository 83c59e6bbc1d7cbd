"""Filters: from what a person asked to conditions of the database, and the same in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, TextField
from django.db.models.expressions import Combinable, Func
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.date_time import DateTime
from counterfoil.crm.property_types.multi_choice import MultiChoice
from counterfoil.crm.property_types.operators import Operator
from counterfoil.workspaces.models import Workspace

MOST_DAYS = 36_500
LISTS = {Operator.ANY_OF, Operator.NONE_OF}
SPANS = {Operator.WITHIN_LAST, Operator.WITHIN_NEXT}
TEXTS = {Operator.CONTAINS, Operator.NOT_CONTAINS}


class Filter(NamedTuple):
    """One question: a property's name, an operator, and a value (or text of a form).

    Values: a list for *any of* and *none of*, a pair for *between*, a number of days
    for *within*, nothing for *known* and *unknown*. Text lists are separated by ``;``.
    """

    property: str
    operator: str
    value: Any = None


@dataclass(frozen=True)
class Resolved:
    """A filter with its property and its operand, which is relative to nothing."""

    prop: Property
    operator: Operator
    operand: Any

    def matches(self, record: Record) -> bool:
        return self.prop.type.matches(self.prop.of(record), self.operator, self.operand)

    def condition(self) -> Q:
        operand = comparable(self.prop, self.operand)
        return self.prop.type.condition(path_of(self.prop), self.operator, operand)


def resolve(
    filters: Sequence[tuple[Any, ...]],
    properties: Mapping[str, Property],
    workspace: Workspace,
    now: datetime | None,
) -> list[Resolved]:
    """Read what was asked. Raises :class:`Invalid` with sentences by property."""
    resolved: list[Resolved] = []
    errors: dict[str, list[str]] = {}
    for asked in filters:
        question = Filter(*asked)
        try:
            resolved.append(_resolve(question, properties, workspace, now))
        except Invalid as error:
            errors.setdefault(question.property, []).append(str(error))
    if errors:
        raise Invalid(errors)
    return resolved


def _resolve(
    asked: Filter,
    properties: Mapping[str, Property],
    workspace: Workspace,
    now: datetime | None,
) -> Resolved:
    prop = properties.get(asked.property)
    if prop is None or prop.internal:
        raise _wrong(_("There is no property “%s”.") % asked.property)
    if asked.operator not in prop.type.operators:
        raise _wrong(_("%s cannot be filtered in this way.") % prop.label)
    operator = Operator(asked.operator)
    if operator in SPANS:
        operand = _span(prop, operator, asked.value, workspace, now)
        return Resolved(prop, Operator.BETWEEN, operand)
    return Resolved(prop, operator, _operand(prop, operator, asked.value, workspace))


def _operand(
    prop: Property, operator: Operator, value: Any, workspace: Workspace
) -> Any:
    if operator in {Operator.KNOWN, Operator.UNKNOWN}:
        return None
    if operator in TEXTS:
        text = str(value or "").strip()
        if not text or "\x00" in text:
            raise _wrong(_("Say what %s shall contain.") % prop.label)
        return text
    if operator in LISTS:
        return _list(prop, value, workspace)
    if operator is Operator.BETWEEN:
        low, high = _pair(value)
        return (_parse(prop, low, workspace), _parse(prop, high, workspace))
    return _parse(prop, value, workspace)


def _parse(prop: Property, value: Any, workspace: Workspace) -> Any:
    parsed = prop.type.parse(value, locale=workspace.language, zone=workspace.zone)
    if parsed is None:
        raise _wrong(_("Say with what %s shall be compared.") % prop.label)
    return parsed


def _list(prop: Property, value: Any, workspace: Workspace) -> list[Any]:
    values = value.split(";") if isinstance(value, str) else list(value or ())
    if isinstance(prop.type, MultiChoice):
        return list(_parse(prop, values, workspace))
    if not values:
        raise _wrong(_("Say with what %s shall be compared.") % prop.label)
    return [_parse(prop, each, workspace) for each in values]


def _pair(value: Any) -> tuple[Any, Any]:
    parts = value.split(";") if isinstance(value, str) else list(value or ())
    if len(parts) != 2:
        raise _wrong(_("Give two values: from and to."))
    return parts[0], parts[1]


def _span(
    prop: Property,
    operator: Operator,
    value: Any,
    workspace: Workspace,
    now: datetime | None,
) -> tuple[Any, Any]:
    """The moments or days between which *within n days* lies, seen from ``now``."""
    if now is None:
        raise TypeError("a filter that is relative to today needs `now`")
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= MOST_DAYS):
        raise _wrong(_("Give a number of days between 1 and %s.") % MOST_DAYS)
    is_moment = isinstance(prop.type, DateTime)
    here: Any = now if is_moment else workspace.today(now)
    there = here + timedelta(days=int(text)) * (
        -1 if operator is Operator.WITHIN_LAST else 1
    )
    return (min(here, there), max(here, there))


def path_of(prop: Property) -> str:
    """The column or alias (see :func:`alias_of`) by which a query knows a property."""
    return f"custom_{prop.name}" if prop.custom else prop.column


def alias_of(prop: Property) -> Combinable | Func | F:
    """A custom property's value out of the JSON, in the type that compares rightly."""
    if isinstance(prop.type, MultiChoice):
        return KeyTransform(prop.name, "custom")
    return Cast(KeyTextTransform(prop.name, "custom"), prop.type.stored)


def comparable(prop: Property, operand: Any) -> Any:
    """The operand as the database compares it: custom dates are ISO text, which sorts."""
    if not prop.custom or not isinstance(prop.type.stored, TextField):
        return operand
    if isinstance(operand, list | tuple):
        return [prop.type.serialise(each) for each in operand]
    return prop.type.serialise(operand)


def _wrong(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})

"""Filters in words: the chips over a list, and the form that adds one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import ageing
from counterfoil.crm.catalogue import Property
from counterfoil.crm.property_types.operators import WORDS, Operator
from counterfoil.web import formats
from counterfoil.web.records.asked import Asked
from counterfoil.web.records.fields import Option, options_of
from counterfoil.workspaces.models import Workspace

LISTS = (Operator.ANY_OF, Operator.NONE_OF)
SINGLE = (Operator.IS, Operator.IS_NOT)
FIGURES = {"number", "currency"}


@dataclass(frozen=True)
class Chip:
    """One filter as a sentence, and the address of the list without it."""

    sentence: str
    remove: str


@dataclass(frozen=True)
class Question:
    """The form that adds a filter on one property."""

    name: str
    label: str
    operators: Sequence[tuple[str, str]]
    options: Sequence[Option]
    widget: str
    takes_many: bool
    takes_two: bool
    is_figure: bool


def chips(
    asked: Asked, properties: Mapping[str, Property], workspace: Workspace
) -> list[Chip]:
    """A chip for every filter; those that are not understood can be removed too."""
    return [
        Chip(_sentence(part, properties, workspace), asked.without(index).query)
        for index, part in enumerate(asked.filters)
    ]


def _sentence(
    part: tuple[str, str, str], properties: Mapping[str, Property], workspace: Workspace
) -> str:
    name, operator, value = part
    prop = properties.get(name)
    if prop is None or operator not in prop.type.operators:
        return _("Not understood: %(filter)s") % {"filter": ":".join(part)}
    asks = Operator(operator)
    label = str(prop.label)
    if asks in {Operator.KNOWN, Operator.UNKNOWN} and prop is ageing.AGE:
        return _("Open") if asks is Operator.KNOWN else _("Not open")
    if asks in {Operator.KNOWN, Operator.UNKNOWN}:
        return f"{label} {WORDS[asks]}"
    if asks in {Operator.WITHIN_LAST, Operator.WITHIN_NEXT}:
        sentence = (
            _("%(property)s is within the last %(days)s days")
            if asks is Operator.WITHIN_LAST
            else _("%(property)s is within the next %(days)s days")
        )
        return sentence % {"property": label, "days": value}
    shown = ", ".join(_shown(prop, text, workspace) for text in value.split(";"))
    return f"{label} {WORDS[asks]} {shown}"


def _shown(prop: Property, text: str, workspace: Workspace) -> str:
    options = dict(prop.type.options(workspace))
    if options:
        return options.get(text, text)
    try:
        value = prop.type.parse(text, locale=workspace.language, zone=workspace.zone)
    except Invalid:
        return text
    if prop.type.key == "date":
        return formats.day(value)
    if prop.type.key in FIGURES:
        return formats.number(value)
    return text


def question(
    name: str,
    object_type: str,
    properties: Mapping[str, Property],
    workspace: Workspace,
) -> Question | None:
    """What can be asked of one property."""
    prop = properties.get(name)
    if prop is None or prop.internal or not prop.type.operators:
        return None
    options = options_of(object_type, prop, workspace)
    # Several of a list can be ticked; of what is typed, one value at a time.
    hidden = SINGLE if options and LISTS[0] in prop.type.operators else LISTS
    offered = [asks for asks in prop.type.operators if asks not in hidden]
    return Question(
        name,
        str(prop.label),
        [(asks.value, str(WORDS[asks])) for asks in offered],
        options,
        _widget(prop),
        takes_many=LISTS[0] in offered,
        takes_two=Operator.BETWEEN in offered,
        is_figure=prop.type.key in FIGURES,
    )


def _widget(prop: Property) -> str:
    return "date" if prop.type.key in {"date", "date_time"} else "text"

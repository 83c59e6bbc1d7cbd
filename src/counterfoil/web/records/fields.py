"""Form fields derived from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from counterfoil.core.money import lasting_currencies
from counterfoil.crm.catalogue import Property, object_types, properties_of
from counterfoil.crm.models import Record, Stage
from counterfoil.crm.property_types.number import plain
from counterfoil.web.place import here
from counterfoil.web.typed import figure
from counterfoil.workspaces.models import Workspace

SEPARATOR = ";"
# A deal's pipeline follows from its stage: one decision, one field.
IMPLIED = {("deal", "pipeline")}


@dataclass(frozen=True)
class Option:
    """One thing to choose; ``group`` is its heading."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Field:
    """A labelled control, its value as form text, and what is wrong with it."""

    name: str
    label: str
    widget: str
    value: str
    options: Sequence[Option] = ()
    errors: Sequence[str] = ()
    required: bool = False
    hint: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def values(self) -> list[str]:
        return self.value.split(SEPARATOR) if self.value else []


@dataclass(frozen=True)
class FieldGroup:
    """Fields under one heading."""

    label: str
    fields: Sequence[Field]


@dataclass(frozen=True)
class Form:
    """All fields of a noun's form, and its errors as a list with links."""

    groups: Sequence[FieldGroup]
    problems: Sequence[tuple[str, str, str]] = field(default=())


def text_of(value: Any) -> str:
    """A value as a control holds it: plain, whatever the reader's locale."""
    if value is None:
        return ""
    written = next((text for kind, text in _WRITTEN if isinstance(value, kind)), str)
    return written(value)


# The first that fits: a bool is an int, and a moment is a day.
_WRITTEN: Sequence[tuple[type | UnionType, Callable[[Any], str]]] = (
    (bool, lambda value: "true" if value else "false"),
    (Decimal, plain),
    (
        datetime,
        lambda value: value.astimezone(here().zone).strftime("%Y-%m-%dT%H:%M"),
    ),
    (date, date.isoformat),
    (tuple | list, lambda value: SEPARATOR.join(str(part) for part in value)),
)


def is_editable(object_type: str, prop: Property) -> bool:
    """Whether people write this property in a form."""
    hidden = prop.read_only or prop.internal
    return not hidden and (object_type, prop.name) not in IMPLIED


def options_of(
    object_type: str, prop: Property, workspace: Workspace, value: str = ""
) -> list[Option]:
    """What a control offers; the home currency and whole pipelines come in order.

    A currency of the past is offered only where it is the ``value``.
    """
    if (object_type, prop.name) == ("deal", "stage"):
        return _stages(workspace)
    found = [Option(key, label) for key, label in prop.type.options(workspace)]
    if prop.name == "currency":
        home = workspace.home_currency
        offered = {*lasting_currencies(), home, value}
        found = [option for option in found if option.value in offered]
        found.sort(key=lambda option: (option.value != home, option.value))
    return found


def _stages(workspace: Workspace) -> list[Option]:
    rows = (
        Stage.objects.filter(pipeline__workspace=workspace)
        .select_related("pipeline")
        .order_by("pipeline__position", "pipeline_id", "position", "id")
    )
    return [Option(str(row.pk), row.name, row.pipeline.name) for row in rows]


def field_of(
    object_type: str,
    prop: Property,
    workspace: Workspace,
    value: str,
    errors: Sequence[str] = (),
) -> Field:
    """The control of one property."""
    return Field(
        prop.name,
        str(prop.label),
        _widget(prop),
        value,
        options_of(object_type, prop, workspace, value),
        errors,
        prop.required,
        str(prop.help_text or ""),
    )


def _widget(prop: Property) -> str:
    return "decimal" if prop.type.key in {"currency", "number"} else prop.type.widget


def given(object_type: str, workspace: Workspace, form: QueryDict) -> dict[str, object]:
    """The values that a form sent, by property; only those that were on it."""
    values: dict[str, object] = {}
    for name, prop in properties_of(object_type, workspace).items():
        if name not in form or not is_editable(object_type, prop):
            continue
        values[name] = typed(prop, form.getlist(name))
    return with_pipeline(object_type, workspace, values)


def typed(prop: Property, sent: Sequence[str]) -> str:
    """What a control sent for a property; a figure as programs write it."""
    text = SEPARATOR.join(part for part in sent if part)
    return figure(text) if _widget(prop) == "decimal" else text


def with_pipeline(
    object_type: str, workspace: Workspace, values: dict[str, object]
) -> dict[str, object]:
    """A deal's stage brings its pipeline along."""
    stage = str(values.get("stage") or "")
    if object_type == "deal" and stage.isdecimal():
        row = Stage.objects.filter(pipeline__workspace=workspace, pk=stage).first()
        if row is not None:
            values["pipeline"] = row.pipeline_id
    return values


def form_of(
    object_type: str,
    workspace: Workspace,
    *,
    record: Record | None = None,
    sent: Mapping[str, object] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    defaults: Mapping[str, object] | None = None,
) -> Form:
    """The noun's form: of a record, of what was sent, or empty with ``defaults``."""
    errors = errors or {}
    properties = properties_of(object_type, workspace)
    groups = []
    for group in object_types[object_type].groups:
        fields = []
        for name, prop in properties.items():
            if prop.group != group.key or not is_editable(object_type, prop):
                continue
            value = _value(prop, record, sent, defaults)
            fields.append(
                field_of(object_type, prop, workspace, value, errors.get(name, ()))
            )
        if fields:
            groups.append(FieldGroup(str(group.label), fields))
    return Form(groups, problems_of(groups, errors))


def _value(
    prop: Property,
    record: Record | None,
    sent: Mapping[str, object] | None,
    defaults: Mapping[str, object] | None,
) -> str:
    if sent is not None and prop.name in sent:
        return text_of(sent[prop.name])
    if record is not None:
        return text_of(prop.of(record))
    return text_of((defaults or {}).get(prop.name))


def problems_of(
    groups: Sequence[FieldGroup], errors: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, str]]:
    shown = {field.name: field for group in groups for field in group.fields}
    found = [
        (shown[name].id, shown[name].label, message)
        for name, messages in errors.items()
        if name in shown
        for message in messages
    ]
    found += [
        ("", "", message)
        for name, messages in errors.items()
        if name not in shown
        for message in messages
    ]
    return found


def changed_meanwhile() -> str:
    """What a person reads whose form was overtaken by somebody else's."""
    return _(
        "Somebody changed this record while you were editing it. What you typed is"
        " still here; what they changed is on the record's page. Save again to keep"
        " yours."
    )

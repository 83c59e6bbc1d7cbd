"""Custom properties: what a workspace adds to a noun, used like a built-in property."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import PropertyDefinition
from counterfoil.workspaces.models import Workspace

# Row I2 of the product; owners and references stay built in.
TYPES = (
    "text",
    "number",
    "currency",
    "date",
    "date_time",
    "choice",
    "multi_choice",
    "boolean",
    "email",
    "phone",
    "url",
)
WITH_OPTIONS = frozenset({"choice", "multi_choice"})
UNIQUE_TYPES = frozenset({"text", "number", "email", "phone", "url"})
LONGEST_NAME = 64


@dataclass(frozen=True)
class Wish:
    """What a person asks for; ``options`` are pairs of value and label."""

    label: str
    type_key: str
    options: Sequence[tuple[str, str]] = ()
    group: str = "custom"
    required: bool = False
    unique: bool = False
    name: str = ""


@transaction.atomic
def define(
    *, workspace: Workspace, object_type: str, wish: Wish, now: datetime
) -> PropertyDefinition:
    """Add a property; its name comes from the label unless one is given.

    Raises :class:`Invalid` with sentences by field of the wish.
    """
    name = wish.name or name_of(wish.label)
    errors = _faults(object_type, wish, name)
    taken = PropertyDefinition.objects.filter(
        workspace=workspace, object_type=object_type, name=name
    )
    if "label" not in errors and taken.exists():
        errors["label"] = [_("There is a property with this name already.")]
    if errors:
        raise Invalid(errors)
    others = PropertyDefinition.objects.filter(
        workspace=workspace, object_type=object_type
    )
    return PropertyDefinition.objects.create(
        workspace=workspace,
        object_type=object_type,
        name=name,
        label=wish.label.strip(),
        type_key=wish.type_key,
        options=[[value.strip(), label.strip()] for value, label in wish.options],
        group=wish.group,
        required=wish.required,
        unique=wish.unique,
        position=others.count(),
        created_at=now,
    )


def archive(*, workspace: Workspace, definition_id: int, now: datetime) -> None:
    """Take a property off all pages; the values stay on the records."""
    PropertyDefinition.objects.filter(
        workspace=workspace, pk=definition_id, archived_at__isnull=True
    ).update(archived_at=now)


def name_of(label: str) -> str:
    """The name under which a label's values are kept: ``Tax number`` is ``tax_number``."""
    words = re.findall(r"[a-z0-9]+", label.lower())
    name = "_".join(words)[:LONGEST_NAME].strip("_")
    return f"p_{name}" if name[:1].isdigit() else name


def _faults(object_type: str, wish: Wish, name: str) -> dict[str, list[str]]:
    noun = object_types[object_type]
    errors: dict[str, list[str]] = {}
    if not wish.label.strip() or len(wish.label) > 100:
        errors["label"] = [_("Give the property a name of at most 100 letters.")]
    elif not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        errors["name"] = [_("Use small letters, digits and _ for the internal name.")]
    elif name == "title" or any(prop.name == name for prop in noun.properties):
        errors["label"] = [_("There is a property with this name already.")]
    if wish.type_key not in TYPES:
        errors["type_key"] = [_("Choose a type from the list.")]
    if wish.type_key in WITH_OPTIONS:
        errors.update(_option_faults(wish))
    if wish.unique and wish.type_key not in UNIQUE_TYPES:
        errors["unique"] = [_("Values of this type cannot be unique.")]
    if wish.group not in {group.key for group in noun.groups}:
        errors["group"] = [_("Choose a group from the list.")]
    return errors


def _option_faults(wish: Wish) -> dict[str, list[str]]:
    values = [value.strip() for value, _label in wish.options]
    if not values or not all(values):
        return {"options": [_("Give each option a value; there must be one at least.")]}
    if len(set(values)) != len(values):
        return {"options": [_("Give each option a value of its own.")]}
    if any(";" in value for value in values):
        return {"options": [_("Leave ; out of the options.")]}
    return {}

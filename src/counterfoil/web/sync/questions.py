"""The questions of one object's settings, as the page asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import Property, properties_of
from counterfoil.sync.engine.settings import Gone
from counterfoil.web.records.lookup import visible
from counterfoil.web.records.questions import Question, chips, question
from counterfoil.web.sync import wording
from counterfoil.web.sync.choosing import (
    OFF,
    ON,
    Read,
    as_asked,
    income_accounts,
)
from counterfoil.web.sync.objects import Synced
from counterfoil.web.sync.wording import Option


@dataclass(frozen=True)
class Choice:
    """One question with its answers; ``only`` is the way of travel that it is about."""

    name: str
    label: str
    options: Sequence[Option]
    errors: Sequence[str] = ()
    only: str = ""

    @property
    def id(self) -> str:
        return f"c-{self.name}"


@dataclass(frozen=True)
class Matching:
    """By what is recognised, in order: one list of keys per place."""

    places: Sequence[Sequence[tuple[str, str, bool]]]
    errors: Sequence[str]


@dataclass(frozen=True)
class Filters:
    """Which records take part, as chips, and the question that adds one."""

    kept: Sequence[tuple[str, str]]
    filterable: Sequence[tuple[str, str]]
    question: Question | None
    errors: Sequence[str]


@dataclass(frozen=True)
class Form:
    """Everything that one object's page of settings asks."""

    enabled: Choice
    direction: Choice | None
    choices: Sequence[Choice]
    matching: Matching | None
    filters: Filters | None
    texts: Mapping[str, str]
    accounts: Sequence[str] | None
    errors: Mapping[str, Sequence[str]]
    problems: Sequence[tuple[str, str, str]]


def form_of(connection: Connection, about: Synced, found: Read) -> Form:
    """The form of one object, filled in with what was chosen or sent."""
    enabled = _enabled(about, found)
    direction = None if about.is_document else _direction(found)
    choices = _choices(about, found)
    accounts = None
    if about.stream == "items":
        accounts = [row.name for row in income_accounts(connection)]
    asked = [enabled, *([direction] if direction else []), *choices]
    properties = properties_of(about.object_type, connection.workspace)
    return Form(
        enabled,
        direction,
        choices,
        None if about.is_document else _matching(about, found),
        None
        if about.is_document
        else _filters(connection, about, found, visible(properties)),
        found.texts,
        accounts,
        found.errors,
        _problems(asked, found),
    )


def _enabled(about: Synced, found: Read) -> Choice:
    sentence: Any = (
        about.pairing.sentence
        if about.pairing
        else _("They are read from QuickBooks, which has the last word on them.")
    )
    is_on = found.settings.enabled
    return Choice(
        "enabled",
        _("Sync %(objects)s") % {"objects": about.label},
        [
            Option(ON, _("On"), sentence, is_on),
            Option(
                OFF,
                _("Off"),
                _("Nothing is read or written for them. Links and records stay."),
                not is_on,
            ),
        ],
        found.errors.get("enabled", ()),
    )


def _direction(found: Read) -> Choice:
    return Choice(
        "direction",
        _("Direction"),
        wording.options(wording.DIRECTION, found.settings.direction),
        found.errors.get("direction", ()),
    )


def _choices(about: Synced, found: Read) -> list[Choice]:
    """What follows on each side; documents only come in."""
    wanted, errors = found.settings, found.errors
    gone = wording.ON_GONE
    if about.is_document:
        gone = {Gone.KEEP: gone[Gone.KEEP], Gone.ARCHIVE: gone[Gone.ARCHIVE]}
    asked = [
        ("incoming", _("When new or changed in QuickBooks"), wording.INCOMING, "in"),
        ("on_gone", _("When deleted or made inactive in QuickBooks"), gone, "in"),
        ("outgoing", _("When new or changed here"), wording.OUTGOING, "out"),
        ("on_archived", _("When archived here"), wording.ON_ARCHIVED, "out"),
        (
            "name_taken",
            _("When its name is taken in QuickBooks"),
            _name_taken(about),
            "out",
        ),
    ]
    return [
        Choice(
            name,
            label,
            wording.options(words, getattr(wanted, name)),
            errors.get(name, ()),
            only,
        )
        for name, label, words, only in asked
        if only == "in" or not about.is_document
    ]


def _name_taken(about: Synced) -> wording.Words:
    is_item = about.stream == "items"
    return wording.NAME_OF_ITEM_TAKEN if is_item else wording.NAME_TAKEN


def _matching(about: Synced, found: Read) -> Matching:
    allowed = list(about.pairing.match_keys) if about.pairing else []
    chosen = [str(key) for key in found.settings.match_by]
    places = []
    for place in range(len(allowed)):
        here = chosen[place] if place < len(chosen) else ""
        places.append(
            [(str(key), str(wording.MATCH[key]), str(key) == here) for key in allowed]
        )
    return Matching(places, found.errors.get("match", ()))


def _filters(
    connection: Connection,
    about: Synced,
    found: Read,
    properties: Mapping[str, Property],
) -> Filters:
    workspace = connection.workspace
    asked = as_asked(found.settings.filters)
    said = [chip.sentence for chip in chips(asked, properties, workspace)]
    kept = [":".join(part) for part in asked.filters]
    adding = None
    if found.adding:
        adding = question(found.adding, about.object_type, properties, workspace)
    return Filters(
        list(zip(kept, said, strict=True)),
        [
            (name, str(prop.label))
            for name, prop in properties.items()
            if prop.type.operators
        ],
        adding,
        found.errors.get("filters", ()),
    )


def _problems(asked: Sequence[Choice], found: Read) -> list[tuple[str, str, str]]:
    """All errors, each with the id of what it is about."""
    labels = {choice.name: choice.label for choice in asked} | {
        "match": _("Matching"),
        "filters": _("Filters"),
        "since": _("Since"),
        "income_account": _("Income account"),
    }
    return [
        (f"c-{name}" if name in labels else "", labels.get(name, ""), sentence)
        for name, sentences in found.errors.items()
        for sentence in sentences
    ]

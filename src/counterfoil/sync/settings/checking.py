"""Whether settings that somebody wants can be carried out, sentence by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.core.errors import Invalid, Rejected
from counterfoil.crm import filters
from counterfoil.crm.catalogue import properties_of
from counterfoil.sync.engine.fields import Direction, FieldKind
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.ports import Pairing, pairings
from counterfoil.sync.settings import choices, mappings

Errors = dict[str, list[str]]
Fault = tuple[str, str]


def check_settings(
    connection: Connection, wanted: Settings, *, now: datetime
) -> Errors:
    """Sentences by field of the settings; none when they will do.

    Mappings are told under ``rules.<place>``, options under their own names. What is off
    may be left half done.
    """
    if wanted.name in choices.DOCUMENTS:
        return _by_field(_document_faults(wanted))
    if not wanted.enabled:
        return {}
    pairing = pairings[f"{connection.service}.{wanted.name}"]
    return _by_field(
        [
            *_direction_faults(wanted),
            *_match_faults(pairing, wanted),
            *_filter_faults(connection, pairing, wanted, now),
            *_mapping_faults(connection, pairing, wanted),
            *_option_faults(connection, pairing, wanted),
            *_creation_faults(connection, pairing, wanted),
        ]
    )


def _by_field(faults: Iterator[Fault] | list[Fault]) -> Errors:
    found: Errors = defaultdict(list)
    for field, sentence in faults:
        found[field].append(sentence)
    return dict(found)


def _document_faults(wanted: Settings) -> Iterator[Fault]:
    """Documents come in, and that is all."""
    if wanted.direction is not Direction.IN:
        yield (
            "direction",
            _("The books have the last word on these: they only come in."),
        )
    if wanted.rules:
        yield "rules", _("These have no mappings: they are taken over as they are.")
    if wanted.filters:
        yield "filters", _("These have no filters: choose a date from which they come.")


def _direction_faults(wanted: Settings) -> Iterator[Fault]:
    ways = [
        taking
        for taking, is_on in (
            (wanted.incoming, wanted.comes_in),
            (wanted.outgoing, wanted.goes_out),
        )
        if is_on
    ]
    if all(taking is Taking.NOTHING for taking in ways):
        yield (
            "direction",
            _(
                "Nothing would be taken over in this way. Choose what shall be, or turn"
                " it off."
            ),
        )


def _match_faults(pairing: Pairing, wanted: Settings) -> Iterator[Fault]:
    if any(key not in pairing.match_keys for key in wanted.match_by):
        yield "match_by", _("Choose from the list how to recognise what is the same.")
    if len(set(wanted.match_by)) != len(wanted.match_by):
        yield "match_by", _("Choose each way to recognise what is the same only once.")
    if not wanted.match_by and Taking.CREATE_UPDATE in {
        wanted.incoming,
        wanted.outgoing,
    }:
        sentence = _(
            "Choose how to recognise what is the same: otherwise what exists on both"
            " sides would be doubled."
        )
        yield "match_by", sentence


def _filter_faults(
    connection: Connection, pairing: Pairing, wanted: Settings, now: datetime
) -> Iterator[Fault]:
    if not wanted.filters:
        return
    properties = properties_of(pairing.object_type, connection.workspace)
    try:
        filters.resolve(wanted.filters, properties, connection.workspace, now)
    except Invalid as error:
        for sentences in error.errors.values():
            for sentence in sentences:
                yield "filters", sentence


def _mapping_faults(
    connection: Connection, pairing: Pairing, wanted: Settings
) -> Iterator[Fault]:
    sides = mappings.sides_of(connection, pairing)
    for place, sentences in mappings.faults_of(wanted.rules, sides).items():
        for sentence in sentences:
            yield f"rules.{place}", sentence
    if not wanted.effective_rules:
        yield "rules", _("Map one property at least: nothing would be compared.")


def _option_faults(
    connection: Connection, pairing: Pairing, wanted: Settings
) -> Iterator[Fault]:
    """An option that names something of the company names something that is in use."""
    for field in pairing.fields:
        chosen = wanted.options.get(field.name)
        if not chosen or field.kind is not FieldKind.REFERENCE:
            continue
        held = RemoteObject.objects.filter(
            connection=connection, stream=field.stream, remote_id=chosen, active=True
        )
        if not held.exists():
            yield field.name, _("Choose one from the list.")


def _creation_faults(
    connection: Connection, pairing: Pairing, wanted: Settings
) -> Iterator[Fault]:
    """What a person must choose before anything can be created there."""
    if not wanted.goes_out or wanted.outgoing is not Taking.CREATE_UPDATE:
        return
    sample = {
        field.name: "1" if field.kind in NUMERIC else str(field.label)
        for field in pairing.fields
        if field.needed and field.kind is not FieldKind.REFERENCE
    }
    try:
        pairing.document(connection, wanted, sample)
    except Rejected as error:
        yield error.field or "", str(error)


NUMERIC = frozenset({FieldKind.NUMBER, FieldKind.MONEY})

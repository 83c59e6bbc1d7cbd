"""Which pairings of a stream are on: one customer may be a company and its person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import Property
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.ports import Pairing, pairings_of
from counterfoil.sync.settings import choices


def on(connection: Connection, stream: str) -> list[tuple[Pairing, Settings]]:
    """The pairings of a stream that are on, in the order in which they are applied."""
    of_stream = [
        pairing
        for pairing in pairings_of(connection.service)
        if pairing.stream == stream
    ]
    if not of_stream:
        return []
    chosen = choices.all_of(connection)
    return [
        (pairing, chosen[pairing.name])
        for pairing in of_stream
        if chosen[pairing.name].enabled
    ]


def names_on(connection: Connection, stream: str) -> frozenset[str]:
    """How the pairings of a stream that are on are called."""
    return frozenset(pairing.name for pairing, _settings in on(connection, stream))


def of_type(connection: Connection, stream: str, object_type: str) -> Pairing | None:
    """The pairing that makes such records of a stream, on or off."""
    return next(
        (
            pairing
            for pairing in pairings_of(connection.service)
            if pairing.stream == stream and pairing.object_type == object_type
        ),
        None,
    )


def rules_for(
    pairing: Pairing,
    settings: Settings,
    content: Values,
    others: Collection[str],
    properties: Mapping[str, Property],
) -> tuple[Rule, ...]:
    """The rules by which one object is compared.

    Those of the fields that the pairing speaks for. A property that is mapped to two
    fields follows the first of them that counts here.
    """
    spoken = pairing.speaks_for(content, others)
    return chosen_rules(settings.effective_rules, spoken, properties)


def chosen_rules(
    rules: Iterable[Rule], spoken: frozenset[str], properties: Mapping[str, Property]
) -> tuple[Rule, ...]:
    """One rule per property that exists, of the fields that are spoken for."""
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.remote in spoken and rule.local in properties:
            found.setdefault(rule.local, rule)
    return tuple(found.values())

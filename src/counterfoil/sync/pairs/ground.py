"""What is the same for all objects of one pairing, worked out once per call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.catalogue import object_types, properties_of
from counterfoil.crm.models import Record
from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.pairs import others, qualifying, values
from counterfoil.sync.ports import Pairing


class Ground:
    """A pairing at one connection, under settings that are chosen or only proposed."""

    def __init__(
        self,
        connection: Connection,
        pairing: Pairing,
        settings: Settings,
        *,
        now: datetime,
    ) -> None:
        self.connection = connection
        self.workspace = connection.workspace
        self.pairing = pairing
        self.settings = settings
        self.now = now
        self.model: Any = object_types[pairing.object_type].model
        self.properties = properties_of(pairing.object_type, self.workspace)
        self.others = others.names_on(connection, pairing.stream) | {pairing.name}
        self.sieve = qualifying.sieve(
            settings.filters, self.properties, workspace=self.workspace, now=now
        )
        self._effective = settings.effective_rules
        self._rules: dict[frozenset[str], tuple[Rule, ...]] = {}

    @property
    def takes_changes(self) -> bool:
        """Whether records here are changed by what comes in."""
        return self.settings.comes_in and self.settings.incoming is not Taking.NOTHING

    @property
    def takes_new(self) -> bool:
        return self.takes_changes and self.settings.incoming is Taking.CREATE_UPDATE

    @property
    def sends_changes(self) -> bool:
        return self.settings.goes_out and self.settings.outgoing is not Taking.NOTHING

    def rules_for(self, content: Values) -> tuple[Rule, ...]:
        """The rules that count for one object."""
        spoken = self.pairing.speaks_for(content, self.others)
        found = self._rules.get(spoken)
        if found is None:
            found = others.chosen_rules(self._effective, spoken, self.properties)
            self._rules[spoken] = found
        return found

    def would_be(self, row: RemoteObject, rules: tuple[Rule, ...]) -> Record:
        """The record that an object would become; it is not saved."""
        there = values.of_content(row.content, rules)
        given = self.first_values(row, {rule: there[rule.remote] for rule in rules})[0]
        record: Record = self.model(workspace=self.workspace)
        for name, value in given.items():
            prop = self.properties[name]
            if prop.custom:
                record.custom = {**record.custom, name: prop.type.serialise(value)}
            elif value is not None:
                setattr(record, prop.column, value)
        record.title = object_types[self.pairing.object_type].title_of(record)
        return record

    def first_values(
        self, row: RemoteObject, there: Mapping[Rule, object]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """What a new record gets, and a sentence for each value that does not fit."""
        start = self.pairing.starting_values(self.connection, row.content)
        found = {
            rule.local: value
            for rule, value in there.items()
            if rule.comes_in and not is_empty(value)
        }
        return values.fitted({**start, **found}, self.properties, list(there))

"""What is the same for all objects of one pairing, worked out once per call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.catalogue import object_types, properties_of
from counterfoil.crm.models import Record
from counterfoil.crm.shape import Slot
from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.models import Run, RunState
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
        self._kinds_for: tuple[Rule, ...] = ()
        self._kinds: Mapping[str, FieldKind] = {}
        self._slots = {n: Slot(p, self.model) for n, p in self.properties.items()}
        # Whether records here are changed and made by what comes in, objects by records.
        self.takes_changes = (
            settings.comes_in and settings.incoming is not Taking.NOTHING
        )
        self.takes_new = (
            self.takes_changes and settings.incoming is Taking.CREATE_UPDATE
        )
        self.sends_changes = (
            settings.goes_out and settings.outgoing is not Taking.NOTHING
        )

    @cached_property
    def undone(self) -> frozenset[int]:
        """The runs of the connection that have been undone."""
        return undone_runs(self.connection)

    def rules_for(self, content: Values) -> tuple[Rule, ...]:
        """The rules that count for one object."""
        spoken = self.pairing.speaks_for(content, self.others)
        found = self._rules.get(spoken)
        if found is None:
            found = others.chosen_rules(self._effective, spoken, self.properties)
            self._rules[spoken] = found
        return found

    def told_by(self, record: Record, names: Iterable[str]) -> dict[str, object]:
        """What a record holds of some properties, as JSON."""
        found: dict[str, object] = {}
        for name in names:
            slot = self._slots.get(name)
            if slot is None:
                continue
            if slot.prop.custom:
                found[name] = slot.json(slot.prop.of(record))
            else:
                value = getattr(record, slot.column)
                found[name] = slot.json(None if value == "" else value)
        return found

    def would_be(self, row: RemoteObject, rules: tuple[Rule, ...]) -> Record:
        """The record that an object would become; it is not saved."""
        there = values.of_content(row.content, rules)
        told = [there[rule.remote] for rule in rules]
        given = self.first_values(row, rules, told)[0]
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
        self, row: RemoteObject, rules: tuple[Rule, ...], there: Sequence[object]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """What a new record gets, and a sentence for each value that does not fit.

        ``there`` is what the object holds by each of the rules.
        """
        if rules is not self._kinds_for:
            self._kinds_for, self._kinds = rules, values.kinds_of(rules)
        start = self.pairing.starting_values(self.connection, row.content)
        found = {
            rule.local: value
            for rule, value in zip(rules, there, strict=True)
            if rule.direction is not Direction.OUT and not is_empty(value)
        }
        return values.fitted_by_kind({**start, **found}, self.properties, self._kinds)


def undone_runs(connection: Connection) -> frozenset[int]:
    """The runs of a connection that have been undone."""
    rows = Run.objects.filter(connection=connection, state=RunState.UNDONE)
    return frozenset(rows.values_list("pk", flat=True))

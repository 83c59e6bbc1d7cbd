"""A record, or an object, at one connection: what its explanation is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.connections.ports import services
from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Record
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.explain import filters
from counterfoil.sync.explain.matters import Matters
from counterfoil.sync.explain.words import About
from counterfoil.sync.models import Outgoing, Review
from counterfoil.sync.pairs import merging, returning
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import Pairing
from counterfoil.workspaces.models import Workspace


@dataclass
class Case:
    """One pairing of one connection, with all that is kept about the pair."""

    workspace: Workspace
    connection: Connection
    pairing: Pairing
    chosen: Mapping[str, Settings]
    matters: Matters
    now: datetime
    record: Record | None = None
    row: RemoteObject | None = None
    link: Link | None = None

    @property
    def settings(self) -> Settings:
        return self.chosen[self.pairing.name]

    @cached_property
    def ground(self) -> Ground:
        """What its judges stand on."""
        found = Ground(self.connection, self.pairing, self.settings, now=self.now)
        found.undone = frozenset(run.pk for run in self.matters.undone)
        return found

    @property
    def properties(self) -> Mapping[str, Property]:
        return self.ground.properties

    @property
    def quarantined(self) -> set[str]:
        """The properties of the pair that are not written."""
        rows = self.matters.quarantines
        return {
            each.field for each in rows if self.link and each.link_id == self.link.pk
        }

    @cached_property
    def undone(self) -> set[int]:
        """The pair's link, where an undo left it alone."""
        links = [self.link] if self.link else []
        return returning.left_by_undo(self.ground, links)

    @cached_property
    def survivor(self) -> Record | None:
        """What is synced in place of a record that was put away by a merge."""
        if self.record is None or self.link is not None:
            return None
        return merging.survivor_of(self.record)

    @property
    def outgoing(self) -> Outgoing | None:
        """The record's place in the queue of what goes out."""
        if self.record is None:
            return None
        mine = (self.connection.pk, self.pairing.name, self.record.pk)
        return next(
            (
                each
                for each in self.matters.outgoing
                if (each.connection_id, each.name, each.record_id) == mine
            ),
            None,
        )

    @property
    def review(self) -> Review | None:
        """The open question about it."""
        mine = (self.connection.pk, self.pairing.name)
        return next(
            (
                each
                for each in self.matters.reviews
                if (each.connection_id, each.name) == mine and each.answered_at is None
            ),
            None,
        )

    @property
    def is_told_of(self) -> bool:
        """Whether news of it wait to be read."""
        return self.link is not None and any(
            (each.connection_id, each.stream, each.remote_id)
            == (self.link.connection_id, self.link.stream, self.link.remote_id)
            for each in self.matters.hints
        )

    @property
    def about(self) -> About:
        """What the sentences of this case speak of."""
        return About(
            service=service_name(self.connection),
            object=str(self.pairing.label),
            filters=filters.in_words(
                self.settings.filters, self.properties, self.workspace
            ),
        )


def service_name(connection: Connection) -> str:
    """What people call the other side, in short; the company's name without it."""
    service = services.get(connection.service)
    return service.label.removesuffix(" Online") if service else connection.name

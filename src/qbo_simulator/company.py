"""The Python door to the books of one company.

The HTTP layer, the bookkeeper's pages and in-process tests all come in here. One
write is one transaction: entity rows, ledger, change log, list of accepted writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from qbo_simulator.store import Store

Entity = dict[str, Any]


class Company:
    """The books of one company. Every method raises `faults.Fault` when it refuses.

    Entities are plain dicts as served, amounts are Decimal. `now` is an aware instant.
    """

    def __init__(self, store: Store, realm: str) -> None:
        self.store = store
        self.realm = realm

    def create(
        self,
        entity: str,
        body: Entity,
        *,
        now: datetime,
        include: frozenset[str] = frozenset(),
        requestid: str | None = None,
    ) -> Entity:
        """Create; gives the entity as served."""
        raise NotImplementedError

    def update(
        self, entity: str, body: Entity, *, now: datetime, requestid: str | None = None
    ) -> Entity:
        """Full update, or sparse if the body says `"sparse": true`."""
        raise NotImplementedError

    def void(self, entity: str, body: Entity, *, now: datetime) -> Entity:
        """Void; the body needs Id and SyncToken."""
        raise NotImplementedError

    def delete(self, entity: str, body: Entity, *, now: datetime) -> Entity:
        """Delete a transaction; the body needs Id and SyncToken."""
        raise NotImplementedError

    def send(
        self, entity: str, id: str, *, now: datetime, to: str | None = None  # noqa: A002
    ) -> Entity:
        """Send by e-mail to `to`, or to the BillEmail on it."""
        raise NotImplementedError

    def read(self, entity: str, id: str) -> Entity:  # noqa: A002
        """One entity by id, inactive ones too; 610 if it is gone."""
        raise NotImplementedError

    def query(self, statement: str, *, now: datetime | None = None) -> Entity:
        """The `QueryResponse` object of a statement."""
        raise NotImplementedError

    def changes(
        self, entities: Iterable[str], since: datetime, *, now: datetime | None = None
    ) -> Entity:
        """The CDC answer's first `CDCResponse` element."""
        raise NotImplementedError

    def merge(
        self, entity: str, loser: str, winner: str, *, now: datetime
    ) -> Entity:
        """Merge a name into another, as a bookkeeper does; gives the winner."""
        raise NotImplementedError

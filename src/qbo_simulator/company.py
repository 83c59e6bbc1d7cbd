"""The Python door to the books of one company.

The HTTP layer, the bookkeeper's pages and in-process tests all come in here. One
write is one transaction: entity rows, ledger, change log, list of accepted writes.
"""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.asking import query, search
from qbo_simulator.asking.feed import feed
from qbo_simulator.books import applications, entering, intake, ledger
from qbo_simulator.books.kind import Body, Draft, Kind
from qbo_simulator.books.merging import merge
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import BY_LOWER, KINDS
from qbo_simulator.printing import mailing
from qbo_simulator.switches import Switches
from qbo_simulator.wire import decode, from_cents, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from decimal import Decimal

    from qbo_simulator.storage.store import Store

NOTHING: frozenset[str] = frozenset()


class Company:
    """The books of one company. Every method raises `faults.Fault` when it refuses.

    Entities are plain dicts as served, amounts are Decimal. `now` is an aware
    instant. Names of entities may be written in any case.
    """

    def __init__(
        self, store: Store, realm: str, switches: Switches | None = None
    ) -> None:
        self.store = store
        self.realm = realm
        self.switches = switches or Switches()

    def create(
        self,
        entity: str,
        body: Body,
        *,
        now: datetime,
        include: frozenset[str] = NOTHING,
        requestid: str | None = None,
    ) -> Body:
        """Create; gives the entity as served."""
        kind = self._kind(entity, "create")
        with self._writing():
            work = self._work(now)
            sent, _ = intake.clean(kind, kind.opened(body))
            draft = Draft(
                id=work.next_number(kind.sequence),
                new=intake.writable(kind, sent),
                sent=sent,
                options=include,
            )
            entering.prepare(work, kind, draft)
            served = entering.store(work, kind, draft)
            # Told before its effects, one of which may be an update of itself.
            work.tell(kind.entity, served["Id"], "Create")
            kind.settle(work, draft)
            work.finish()
            self._accept(work, kind, served, "create", requestid)
            return kind.folded(work.fetch(kind.entity, draft.id) or served)

    def update(
        self,
        entity: str,
        body: Body,
        *,
        now: datetime,
        include: frozenset[str] = NOTHING,
        requestid: str | None = None,
    ) -> Body:
        """Full update, or sparse if the body says `"sparse": true`."""
        kind = self._kind(entity, "update")
        with self._writing():
            work = self._work(now)
            body = kind.opened(body)
            old = self._current(work, kind, body)
            sent, cleared = intake.clean(kind, body)
            sparse = str(body.get("sparse", "")).lower() == "true"
            merge = intake.merge_sparse if sparse else intake.merge_full
            draft = Draft(
                id=int(old["Id"]),
                new=merge(kind, old, sent, cleared),
                sent=sent,
                old=old,
                options=include,
                sparse=sparse,
            )
            entering.prepare(work, kind, draft)
            if intake.is_unchanged(kind, old, draft.new):
                return kind.folded(old)
            check_not_deposited(work, kind, old)
            served = entering.store(work, kind, draft)
            kind.settle(work, draft)
            work.finish()
            self._accept(work, kind, served, "update", requestid)
            work.tell(kind.entity, served["Id"], "Update")
            return kind.folded(work.fetch(kind.entity, draft.id) or served)

    def void(
        self,
        entity: str,
        body: Body,
        *,
        now: datetime,
        requestid: str | None = None,
        by_hand: bool = False,
    ) -> Body:
        """Void; the body needs Id and SyncToken. Voiding twice changes nothing.

        `by_hand` also voids what a bookkeeper can void but no client of the API.
        """
        kind = self.kind(entity)
        if not (by_hand and "void" in kind.by_hand):
            kind = self._kind(entity, "void")
        with self._writing():
            work = self._work(now)
            old = self._current(work, kind, body)
            if is_voided(old):
                return old
            check_not_deposited(work, kind, old)
            draft = Draft(id=int(old["Id"]), new=copy.deepcopy(old), sent={}, old=old)
            kind.annul(work, draft)
            served = entering.store(work, kind, draft)
            kind.settle(work, draft)
            work.finish()
            self._accept(work, kind, served, "void", requestid)
            work.tell(kind.entity, served["Id"], "Void")
        return served

    def delete(
        self, entity: str, body: Body, *, now: datetime, requestid: str | None = None
    ) -> Body:
        """Delete a transaction; the body needs Id and SyncToken."""
        kind = self._kind(entity, "delete")
        with self._writing():
            work = self._work(now)
            old = self._current(work, kind, kind.opened(body))
            check_not_deposited(work, kind, old)
            draft = Draft(id=int(old["Id"]), new=copy.deepcopy(old), sent={}, old=old)
            kind.withdraw(work, draft)
            gone = kind.farewell(old)
            stored = {**gone, "MetaData": {"LastUpdatedTime": stamp(now)}}
            work.put(kind, stored, deleted=True)
            work.finish()
            self._accept(work, kind, old, "delete", requestid)
            work.tell(kind.entity, old["Id"], "Delete")
        return kind.folded(gone)

    def send(
        self,
        entity: str,
        id: str,  # noqa: A002
        *,
        now: datetime,
        to: str | None = None,
        requestid: str | None = None,
    ) -> Body:
        """Send by e-mail to `to`, or to the BillEmail on it."""
        kind = self._kind(entity, "send")
        with self._writing():
            work = self._work(now)
            body = self._found(work, kind, id)
            served = mailing.send(work, kind, body, to)
            self._accept(work, kind, served, "send", requestid)
            work.tell(kind.entity, served["Id"], "Emailed")
        return served

    def read(self, entity: str, id: str) -> Body:  # noqa: A002
        """One entity by id, inactive ones too; 610 if it is gone."""
        found: Body = decode(self.read_bytes(entity, id))
        return found

    def read_bytes(self, entity: str, id: str) -> bytes:  # noqa: A002
        """One entity by id, as served."""
        kind = self.kind(entity)
        number = intake.entity_id(id)
        with self.store.read() as db:
            row = db.execute(
                "SELECT CAST(body AS BLOB), deleted FROM entity "
                "WHERE realm = ? AND kind = ? AND id = ?",
                (self.realm, kind.entity, number),
            ).fetchone()
        if row is None or row[1]:
            raise faults.gone() if row else faults.made_inactive()
        return bytes(row[0])

    def query(self, statement: str) -> Body:
        """The `QueryResponse` object of a statement."""
        found: Body = decode(self.query_bytes(statement))
        return found

    def query_bytes(
        self,
        statement: str,
        *,
        hidden_since: float | None = None,
        zero_start: bool = True,
    ) -> bytes:
        """The `QueryResponse` object of a statement, as served."""
        parsed = query.parse(statement, zero_start=zero_start)
        with self.store.read() as db:
            return search.run(
                db, self.realm, BY_LOWER, parsed, hidden_since=hidden_since
            )

    def changes(
        self,
        entities: Iterable[str],
        since: datetime,
        *,
        hidden_since: float | None = None,
    ) -> Body:
        """The `CDCResponse` element: what changed since then, per entity."""
        found: Body = decode(self.changes_bytes(entities, since, hidden_since))
        return found

    def changes_bytes(
        self,
        entities: Iterable[str],
        since: datetime,
        hidden_since: float | None = None,
    ) -> bytes:
        """The `CDCResponse` element, as served."""
        kinds = [self.kind(entity) for entity in entities]
        with self.store.read() as db:
            return feed(db, self.realm, kinds, since, hidden_since=hidden_since)

    def merge(self, entity: str, loser: str, winner: str, *, now: datetime) -> Body:
        """Merge a name into another, as a bookkeeper does; gives the winner."""
        kind = self.kind(entity)
        with self._writing():
            work = self._work(now)
            served = merge(
                work,
                kind,
                self._found(work, kind, loser),
                self._found(work, kind, winner),
            )
            work.finish()
            work.tell(kind.entity, served["Id"], "Merge", deleted_id=loser)
            return work.fetch(kind.entity, int(served["Id"])) or served

    def kind(self, entity: str) -> Kind:
        """The kind of that name; 2000 if there is none."""
        found = BY_LOWER.get(entity.lower())
        if found is None:
            raise faults.unsupported(f"Operation {entity} is not supported.")
        return found

    def trial_balance(self) -> dict[int, Decimal]:
        """Every account's balance by account id; the sum is zero."""
        with self.store.read() as db:
            return ledger.trial_balance(db, self.realm)

    def ledger_of(self, entity: str | None = None, id: str | None = None) -> list[Body]:  # noqa: A002
        """Postings of a transaction, or of the company, newest first, with `amount`."""
        with self.store.read() as db:
            rows = ledger.journal(
                db, self.realm, kind=entity, txn=int(id) if id else None
            )
        return [{**row, "amount": from_cents(row["cents"])} for row in rows]

    def _kind(self, entity: str, operation: str) -> Kind:
        kind = self.kind(entity)
        if operation not in kind.operations:
            raise faults.unsupported(
                f"Operation {operation} on {kind.entity} is not supported."
            )
        return kind

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One write; 2040 for half a character, which a JSON text can hold, no file."""
        try:
            with self.store.write():
                yield
        except UnicodeEncodeError as error:
            raise faults.half_character() from error

    def _work(self, now: datetime) -> Work:
        return Work(self.store, KINDS, self.realm, now, self.switches)

    def _found(self, work: Work, kind: Kind, id: Any) -> Body:  # noqa: A002
        found = work.fetch(kind.entity, intake.entity_id(id))
        if found is None:
            raise faults.gone() if not kind.is_name_list else faults.made_inactive()
        return found

    def _current(self, work: Work, kind: Kind, body: Body) -> Body:
        if body.get("Id") in (None, ""):
            raise faults.required("Id")
        found = self._found(work, kind, body["Id"])
        token = body.get("SyncToken")
        if token in (None, ""):
            raise faults.required("SyncToken")
        if str(token) != found["SyncToken"]:
            raise faults.stale()
        return found

    def _accept(
        self, work: Work, kind: Kind, body: Body, operation: str, requestid: str | None
    ) -> None:
        amount = body.get("TotalAmt")
        work.db.execute(
            "INSERT INTO accepted (realm, entity, id, operation, requestid, marker,"
            " amount, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.realm,
                kind.entity,
                body["Id"],
                operation,
                requestid,
                body.get("PrivateNote") or kind.label(body),
                None if amount is None else str(amount),
                work.now.timestamp(),
            ),
        )


def is_voided(body: Body) -> bool:
    """Whether a transaction has been voided already."""
    amount = body.get("TotalAmt", body.get("Amount"))
    return str(body.get("PrivateNote", "")).startswith("Voided") and not amount


def check_not_deposited(work: Work, kind: Kind, body: Body) -> None:
    """6540 for what a bank deposit contains: the deposit has to go first."""
    if kind.is_name_list:
        return
    for link in applications.links_to(work, kind.entity, int(body["Id"])):
        if link.kind == "Deposit":
            raise faults.Fault(
                6540,
                "Deposited Transaction cannot be changed",
                "Deposited Transaction cannot be changed : This transaction has been "
                f"deposited. Remove it from deposit {link.txn} before changing it.",
            )

"""One write to one company's books, from the first read to the last side effect."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults, ledger
from qbo_simulator.kinds.base import Body, Draft, Kind, number_of
from qbo_simulator.store import Change
from qbo_simulator.wire import (
    as_decimal,
    decode,
    encode,
    from_cents,
    money,
    stamp,
    today,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from qbo_simulator.fields import Field
    from qbo_simulator.store import Store

DEBIT_CLASSES = ("Asset", "Expense")


class Work:
    """Reads and writes of the entity table, and the effects owed at the end.

    `touched` collects the accounts and customers whose balances are to be shown
    anew; `finish` does so once, whatever happened in between.
    """

    def __init__(
        self, store: Store, kinds: Mapping[str, Kind], realm: str, now: datetime
    ) -> None:
        self.store = store
        self.db: sqlite3.Connection = store.connection
        self.kinds = kinds
        self.realm = realm
        self.now = now
        self._seen: dict[tuple[str, int], Body | None] = {}
        self._accounts: set[int] = set()
        self._parties: set[int] = set()

    @cached_property
    def preferences(self) -> Body:
        """The company's Preferences."""
        return self.fetch("Preferences", 1) or {}

    @cached_property
    def home_currency(self) -> str:
        """The ISO code of the company's own currency."""
        return str(self.preferences["CurrencyPrefs"]["HomeCurrency"]["value"])

    @cached_property
    def country(self) -> str:
        """The company's country, two letters."""
        return str((self.fetch("CompanyInfo", 1) or {}).get("Country", "US"))

    @property
    def today(self) -> str:
        """The server's date."""
        return today(self.now).isoformat()

    def preference(self, group: str, name: str, default: Any = None) -> Any:
        """One preference, or the default when it is not set."""
        return self.preferences.get(group, {}).get(name, default)

    def next_number(self, sequence: str) -> int:
        """The next id of a sequence; ids are never used twice."""
        row = self.db.execute(
            "INSERT INTO sequence (realm, name, last) VALUES (?, ?, 1) "
            "ON CONFLICT (realm, name) DO UPDATE SET last = last + 1 RETURNING last",
            (self.realm, sequence),
        ).fetchone()
        return int(row[0])

    def fetch(self, entity: str, id: int) -> Body | None:  # noqa: A002
        """An entity as stored, None if it never was or is deleted."""
        key = (entity, id)
        if key not in self._seen:
            row = self.db.execute(
                "SELECT body FROM entity "
                "WHERE realm = ? AND kind = ? AND id = ? AND deleted = 0",
                (self.realm, entity, id),
            ).fetchone()
            self._seen[key] = decode(row[0]) if row else None
        found = self._seen[key]
        return dict(found) if found is not None else None

    def refer(self, entity: str, ref: Body, element: str | None = None) -> Body:
        """The active entity a reference points at; 2500 if none, 610 if inactive."""
        kind = self.kinds[entity]
        held = number_of(ref)
        found = None if held is None else self.fetch(entity, held)
        if found is None:
            raise faults.bad_reference(kind.list_name, ref.get("value", ""), element)
        if not found.get("Active", True):
            raise faults.made_inactive()
        return found

    def resolve(self, field: Field, ref: Body) -> Body:
        """A reference as served: checked, and named where answers name it."""
        found = self.refer(field.type.target, ref, field.name)  # type: ignore[attr-defined]
        served = {"value": str(found["Id"])}
        if field.type.named:  # type: ignore[attr-defined]
            served["name"] = self.kinds[field.type.target].label(found)  # type: ignore[attr-defined]
        return served

    def free_name(self, name: str, among: tuple[str, ...], path: str = "") -> str:
        """What a deactivated name is called: "… (deleted)", numbered if that is taken.

        `path` is what stands before the name in its full name.
        """
        found, number = f"{name} (deleted)", 0
        while self._is_taken(f"{path}{found}".casefold(), among):
            number += 1
            found = f"{name} (deleted {number})"
        return found

    def _is_taken(self, key: str, among: tuple[str, ...]) -> bool:
        rows = self.db.execute(
            "SELECT kind FROM entity WHERE realm = ? AND name_key = ? AND deleted = 0",
            (self.realm, key),
        )
        return any(row["kind"] in among for row in rows)

    def rename_customer(self, customer: int, name: str) -> None:
        """Have a customer's documents show its new name; they are not changed by it."""
        self.db.execute(
            "UPDATE entity SET body = json_set(body, '$.CustomerRef.name', ?) "
            "WHERE realm = ? AND kind IN ('Invoice', 'Payment') AND party = ? "
            "AND deleted = 0",
            (name, self.realm, customer),
        )

    def put(self, kind: Kind, body: Body, *, deleted: bool = False) -> None:
        """Store an entity as it will be served."""
        columns = kind.columns(body) if not deleted else {"active": 0}
        values = {
            "token": int(body.get("SyncToken", 0)),
            "body": encode(body).decode(),
            "deleted": int(deleted),
            "updated": int(self.now.timestamp()),
            **columns,
        }
        names = list(values)
        self.db.execute(
            f"INSERT INTO entity (realm, kind, id, created, {', '.join(names)}) "  # noqa: S608
            f"VALUES (?, ?, ?, ?, {', '.join('?' * len(names))}) "
            "ON CONFLICT (realm, kind, id) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in names),
            (
                self.realm,
                kind.entity,
                int(body["Id"]),
                int(self.now.timestamp()),
                *values.values(),
            ),
        )
        self._seen[kind.entity, int(body["Id"])] = None if deleted else body

    def forget(self) -> None:
        """Drop what has been read, so that a long piece of work stays small."""
        self._seen.clear()

    def rewrite(self, entity: str, body: Body, *, bump: bool = False) -> None:
        """Store a side effect: LastUpdatedTime moves, the SyncToken only with `bump`."""
        kind = self.kinds[entity]
        if bump:
            body["SyncToken"] = str(int(body["SyncToken"]) + 1)
        created = body["MetaData"]["CreateTime"]
        body["MetaData"] = {"CreateTime": created, "LastUpdatedTime": stamp(self.now)}
        self.put(kind, body)

    def tell(
        self,
        entity: str,
        id: str,  # noqa: A002
        operation: str,
        *,
        deleted_id: str | None = None,
    ) -> None:
        """Log a change; listeners hear of it after the commit."""
        change = Change(self.realm, entity, id, operation, self.now, deleted_id)
        self.store.announce(change)

    def post(self, kind: Kind, draft: Draft, entries: Sequence[ledger.Entry]) -> None:
        """Replace what a transaction has in the ledger by `entries`."""
        on = str(draft.new.get("TxnDate", self.today))
        document = ledger.Document(self.realm, kind.entity, draft.id, on, self.now)
        stood = ledger.reverse(self.db, document) if draft.old is not None else []
        ledger.post(self.db, document, entries)
        for entry in (*stood, *entries):
            self._accounts.add(entry.account)
            if entry.party:
                self._parties.add(entry.party)

    def repost(self, entity: str, body: Body) -> None:
        """Post a stored transaction anew after others changed what it is applied to."""
        kind = self.kinds[entity]
        draft = Draft(id=int(body["Id"]), new=body, sent={}, old=body)
        self.post(kind, draft, kind.entries(self, body))

    def account(self, subtype: str) -> int:
        """The company's account of a subtype, such as AccountsReceivable."""
        row = self.db.execute(
            "SELECT account FROM account_role WHERE realm = ? AND subtype = ?",
            (self.realm, subtype),
        ).fetchone()
        if row is None:
            raise faults.business(f"There is no {subtype} account.")
        return int(row[0])

    def check_account(self, ref: Body, types: tuple[str, ...], element: str) -> None:
        """6430 unless the account referred to is of one of these types."""
        found = self.refer("Account", ref, element)
        if found["AccountType"] not in types:
            raise faults.wrong_account(found["Name"], element)

    def touch_parties(self, *parties: int | None) -> None:
        """Have these customers' balances shown anew at the end."""
        self._parties.update(party for party in parties if party)

    def finish(self) -> None:
        """Show every touched balance anew, on customers, their parents and accounts."""
        for account in sorted(self._accounts):
            self._show_account(account)
        for party in sorted(self._with_parents(self._parties)):
            self._show_customer(party)
        self._accounts.clear()
        self._parties.clear()

    def _show_account(self, account: int) -> None:
        body = self.fetch("Account", account)
        if body is None:
            return
        sign = 1 if body["Classification"] in DEBIT_CLASSES else -1
        cents = ledger.account_cents(self.db, self.realm, account)
        balance = money(from_cents(sign * cents))
        if body.get("CurrentBalance") == balance:
            return
        body["CurrentBalance"] = body["CurrentBalanceWithSubAccounts"] = balance
        self.rewrite("Account", body)

    def _with_parents(self, parties: set[int]) -> set[int]:
        found = set(parties)
        for party in parties:
            body = self.fetch("Customer", party)
            while body and (parent := number_of(body.get("ParentRef"))):
                found.add(parent)
                body = self.fetch("Customer", parent)
        return found

    def _show_customer(self, party: int) -> None:
        body = self.fetch("Customer", party)
        if body is None:
            return
        receivable = self.account("AccountsReceivable")
        own = from_cents(ledger.party_cents(self.db, self.realm, receivable, party))
        jobs = sum(
            (self._jobs_balance(child, receivable) for child in self.children(party)),
            start=own,
        )
        shown = {"Balance": money(own), "BalanceWithJobs": money(jobs)}
        if all(as_decimal(body.get(name)) == value for name, value in shown.items()):
            return
        body.update(shown)
        self.rewrite("Customer", body)

    def _jobs_balance(self, party: int, receivable: int) -> Any:
        own = from_cents(ledger.party_cents(self.db, self.realm, receivable, party))
        return sum(
            (self._jobs_balance(child, receivable) for child in self.children(party)),
            start=own,
        )

    def children(self, party: int) -> list[int]:
        """The ids of a customer's sub-customers."""
        rows = self.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = 'Customer' "
            "AND parent = ? AND deleted = 0",
            (self.realm, party),
        )
        return [int(row[0]) for row in rows]

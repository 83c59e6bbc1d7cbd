"""One write to one company's books, from the first read to the last side effect."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import balances, ledger
from qbo_simulator.books.account_types import CLASSIFICATION
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.currencies import currency_name
from qbo_simulator.books.kind import Body, Draft, Kind, number_of
from qbo_simulator.storage.search_columns import found_by
from qbo_simulator.storage.store import Change
from qbo_simulator.switches import Switches
from qbo_simulator.wire import decode, encode, id_of, stamp, today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from qbo_simulator.books.fields import Field
    from qbo_simulator.storage.store import Store

RECEIVABLE = ("AccountsReceivable", "Accounts Receivable", "Accounts Receivable (A/R)")
PAYABLE = ("AccountsPayable", "Accounts Payable", "Accounts Payable (A/P)")
FIRST_NUMBERS = {"attachables": 5_000_000_000_000_010_001}
"""Where a sequence does not begin at 1: the ids of attachables have 19 digits."""
EXCHANGE_GAIN = ("ExchangeGainOrLoss", "Other Expense", "Exchange Gain or Loss")


class Work:
    """Reads and writes of the entity table, and the effects owed at the end.

    Which accounts, customers and vendors have moved is collected on the way; `finish`
    shows their balances anew, once, whatever happened in between.
    """

    def __init__(
        self,
        store: Store,
        kinds: Mapping[str, Kind],
        realm: str,
        now: datetime,
        switches: Switches | None = None,
    ) -> None:
        self.store = store
        self.switches = switches or Switches()
        self.db: sqlite3.Connection = store.connection
        self.kinds = kinds
        self.realm = realm
        self.now = now
        self._seen: dict[tuple[str, int], Body | None] = {}
        self._accounts: set[int] = set()
        self._parties: set[int] = set()
        self._moved: set[int] = set()

    @property
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
    def books_closed(self) -> str:
        """The last day of the closed period; empty if there is none."""
        return str(self.preference("AccountingInfoPrefs", "BookCloseDate") or "")

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
            "INSERT INTO sequence (realm, name, last) VALUES (?, ?, ?) "
            "ON CONFLICT (realm, name) DO UPDATE SET last = last + 1 RETURNING last",
            (self.realm, sequence, FIRST_NUMBERS.get(sequence, 1)),
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
            self._seen[key] = self.kinds[entity].opened(decode(row[0])) if row else None
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

    def put(self, kind: Kind, body: Body, *, deleted: bool = False) -> None:
        """Store an entity as it will be served."""
        columns = kind.columns(body) if not deleted else {"active": 0}
        held = id_of(body["Id"]) or 0
        values = {
            "token": int(body.get("SyncToken", 0)),
            "body": encode(kind.folded(body)).decode(),
            "deleted": int(deleted),
            "updated": int(self.now.timestamp()),
            **found_by(body),
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
                held,
                int(self.now.timestamp()),
                *values.values(),
            ),
        )
        self._seen[kind.entity, held] = None if deleted else body

    def reword(self, kind: Kind, body: Body) -> None:
        """Store what an entity shows of others; it does not count as changed."""
        self.db.execute(
            "UPDATE entity SET body = ? WHERE realm = ? AND kind = ? AND id = ?",
            (
                encode(kind.folded(body)).decode(),
                self.realm,
                kind.entity,
                int(body["Id"]),
            ),
        )
        self._seen[kind.entity, int(body["Id"])] = body

    def forget(self) -> None:
        """Drop what has been read, so that a long piece of work stays small."""
        self._seen.clear()

    def rewrite(
        self, entity: str, body: Body, *, bump: bool = False, renamed: bool = False
    ) -> None:
        """Store a side effect: LastUpdatedTime moves, the SyncToken only with `bump`.

        `renamed`: what the row is found by has changed as well, a name or a party. Other
        side effects touch no more indexes than that of the time and of the balance.
        """
        kind = self.kinds[entity]
        if bump:
            body["SyncToken"] = str(int(body["SyncToken"]) + 1)
        created = body["MetaData"]["CreateTime"]
        body["MetaData"] = {"CreateTime": created, "LastUpdatedTime": stamp(self.now)}
        if renamed:
            self.put(kind, body)
        else:
            self._amend(kind, body)

    def _amend(self, kind: Kind, body: Body) -> None:
        held = id_of(body["Id"]) or 0
        self.db.execute(
            "UPDATE entity SET token = ?, body = ?, updated = ?, balance = ? "
            "WHERE realm = ? AND kind = ? AND id = ?",
            (
                int(body["SyncToken"]),
                encode(kind.folded(body)).decode(),
                int(self.now.timestamp()),
                found_by(body)["balance"],
                self.realm,
                kind.entity,
                held,
            ),
        )
        self._seen[kind.entity, held] = body

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

    def refresh(self, entity: str, id: int, *, bump: bool = True) -> None:  # noqa: A002
        """Have a transaction show, and post, what others' links have changed on it."""
        kind = self.kinds[entity]
        body = self.fetch(entity, id)
        if body is None:
            return
        kind.show_links(self, body)
        self.rewrite(entity, body, bump=bump)
        self.tell(entity, body["Id"], "Update")
        if kind.links_are_posted:
            self.repost(entity, body)

    def post(self, kind: Kind, draft: Draft, entries: Sequence[ledger.Entry]) -> None:
        """Replace what a transaction has in the ledger by `entries`."""
        on = str(draft.new.get("TxnDate", self.today))
        name = kind.columns(draft.new).get("party")
        document = ledger.Document(
            self.realm, kind.entity, draft.id, on, self.now, name
        )
        posted = self._at_home(entries, Decimal(draft.new.get("ExchangeRate", 1)))
        stood = ledger.reverse(self.db, document) if draft.old is not None else []
        ledger.post(self.db, document, posted)
        for entry in (*stood, *posted):
            self._accounts.add(entry.account)
            if entry.party:
                self._parties.add(entry.party)

    def _at_home(
        self, entries: Sequence[ledger.Entry], rate: Decimal
    ) -> list[ledger.Entry]:
        home = self.home_currency
        foreign = any(each.currency != home for each in entries)
        brought = any(each.home is not None for each in entries)
        gain = self.open_account(*EXCHANGE_GAIN) if foreign and brought else None
        return ledger.at_home(entries, home, rate, gain)

    def repost(self, entity: str, body: Body, *, even_closed: bool = False) -> None:
        """Post a stored transaction anew after others changed what it is applied to.

        6210 if that changed a balance in closed books, unless it may `even_closed`.
        """
        kind = self.kinds[entity]
        draft = Draft(id=int(body["Id"]), new=body, sent={}, old=body)
        entries = kind.entries(self, body)
        on = str(body.get("TxnDate", self.today))
        if on <= self.books_closed and not even_closed:
            stood = ledger.standing_entries(self.db, self.realm, entity, draft.id)
            posted = self._at_home(entries, Decimal(body.get("ExchangeRate", 1)))
            if ledger.balances(stood) != ledger.balances(posted):
                check_books_open(self, on)
        self.post(kind, draft, entries)

    def account(self, subtype: str) -> int:
        """The company's account of a subtype, such as AccountsReceivable."""
        found = self.account_in_role(subtype)
        if found is None:
            raise faults.business(f"There is no {subtype} account.")
        return found

    def account_in_role(self, role: str) -> int | None:
        """The account that the service uses for something, if it has been opened."""
        row = self.db.execute(
            "SELECT account FROM account_role WHERE realm = ? AND subtype = ?",
            (self.realm, role),
        ).fetchone()
        return int(row[0]) if row else None

    def receivable(self, currency: str) -> int:
        """The accounts receivable kept in a currency; opened when first needed."""
        return self._kept_in(currency, *RECEIVABLE)

    def payable(self, currency: str) -> int:
        """The accounts payable kept in a currency; opened when first needed."""
        return self._kept_in(currency, *PAYABLE)

    def _kept_in(self, currency: str, subtype: str, type_: str, name: str) -> int:
        if currency == self.home_currency:
            return self.account(subtype)
        return self.open_account(subtype, type_, f"{name} - {currency}", currency)

    def open_account(
        self,
        subtype: str,
        type_: str,
        name: str,
        currency: str | None = None,
        role: str | None = None,
    ) -> int:
        """The account in a role the service itself fills, opened when first needed.

        Unless another is given the role is the subtype, with the currency for an
        account in a foreign one.
        """
        held = currency or self.home_currency
        role = role or (subtype if currency is None else f"{subtype}:{currency}")
        found = self.account_in_role(role)
        if found is not None:
            return found
        name = self._unused_account_name(name)
        kind = self.kinds["Account"]
        opened = self.next_number(kind.sequence)
        at = stamp(self.now)
        self.put(
            kind,
            kind.served(
                {
                    "Id": str(opened),
                    "SyncToken": "0",
                    "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
                    "Name": name,
                    "SubAccount": False,
                    "FullyQualifiedName": name,
                    "Active": True,
                    "Classification": CLASSIFICATION[type_],
                    "AccountType": type_,
                    "AccountSubType": subtype,
                    "CurrentBalance": 0,
                    "CurrentBalanceWithSubAccounts": 0,
                    "CurrencyRef": {"value": held, "name": currency_name(held)},
                }
            ),
        )
        self.db.execute(
            "INSERT INTO account_role (realm, subtype, account) VALUES (?, ?, ?)",
            (self.realm, role, opened),
        )
        self.tell("Account", str(opened), "Create")
        return opened

    def _unused_account_name(self, name: str) -> str:
        found, taken = name[:100], 0
        while self.db.execute(
            "SELECT 1 FROM entity WHERE realm = ? AND kind = 'Account' "
            "AND name_key = ? AND deleted = 0",
            (self.realm, found.casefold()),
        ).fetchone():
            taken += 1
            found = f"{name[:94]} - {taken}"
        return found

    def check_account(self, ref: Body, types: tuple[str, ...], element: str) -> None:
        """6430 unless the account referred to is of one of these types."""
        found = self.refer("Account", ref, element)
        if found["AccountType"] not in types:
            raise faults.wrong_account(element)

    def touch_parties(self, *parties: int | None) -> None:
        """Have these customers, who have moved, shown anew at the end with their jobs."""
        self._moved.update(party for party in parties if party)

    def finish(self) -> None:
        """Show every touched balance anew: customers and vendors, parents, accounts."""
        for account in sorted(self._accounts):
            balances.show_account(self, account)
        owing = balances.Owing(self)
        for party in sorted(self._parties):
            owing.follow(party)
        for party in sorted(balances.with_parents(self, self._moved)):
            owing.show(party)
        for touched in (self._accounts, self._parties, self._moved):
            touched.clear()

    def currency_of(self, body: Body) -> str:
        """The ISO code of an entity's currency: a name's, an account's, a form's."""
        return str(body.get("CurrencyRef", {}).get("value", self.home_currency))

    def children(self, parent: int, entity: str = "Customer") -> list[int]:
        """The ids of what stands directly below an entity, such as sub-customers."""
        rows = self.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = ? "
            "AND parent = ? AND deleted = 0",
            (self.realm, entity, parent),
        )
        return [int(row[0]) for row in rows]

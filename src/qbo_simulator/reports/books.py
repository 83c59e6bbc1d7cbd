"""What reports read of a company's books: accounts, names, postings, transactions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from qbo_simulator.books.balances import DEBIT_CLASSES
from qbo_simulator.books.kind import Body, number_of
from qbo_simulator.reports.periods import MONTHS
from qbo_simulator.wire import decode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

PARTIES = ("Customer", "Vendor", "Employee")
CHUNK = 500
SUMMED = {"cents": "SUM(cents)", "home": "SUM(home)"}
UNAPPLIED_INCOME, UNAPPLIED_EXPENSE = -1, -2
"""Accounts that only the cash basis knows, unless the chart has them."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart; `sign` turns debits into its natural sign.

    `number` is empty unless the company shows account numbers.
    """

    id: int
    name: str
    full_name: str
    type: str
    subtype: str
    classification: str
    parent: int | None
    number: str
    body: Body

    @property
    def sign(self) -> int:
        return 1 if self.classification in DEBIT_CLASSES else -1

    @property
    def is_result(self) -> bool:
        """Whether it is an account of the profit and loss."""
        return self.classification in ("Revenue", "Expense")


class Named(NamedTuple):
    """A customer, vendor, employee, item, class or department."""

    kind: str
    id: int
    name: str
    full_name: str
    parent: int | None


class Posting(NamedTuple):
    """A row of the ledger that stands; of a sum, only what it was summed by."""

    kind: str
    txn: int
    on_date: str
    account: int
    party: int | None
    name: int | None
    cents: int
    home: int
    item: int | None
    quantity: str | None
    tracking_class: int | None
    department: int | None
    memo: str | None
    number: int


class Link(NamedTuple):
    """A payment settles so many cents of a transaction."""

    source_kind: str
    source: int
    kind: str
    txn: int
    cents: int


class Books:
    """The books of one company, read once per report."""

    def __init__(self, db: sqlite3.Connection, realm: str) -> None:
        self.realm = realm
        self._cursor = db.cursor()
        self._cursor.row_factory = None

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._cursor.execute(sql, values).fetchall()

    @cached_property
    def preferences(self) -> Body:
        return self._only("Preferences")

    def _only(self, entity: str) -> Body:
        rows = self._rows(
            "SELECT body FROM entity WHERE realm = ? AND kind = ? AND id = 1",
            (self.realm, entity),
        )
        found: Body = decode(rows[0][0]) if rows else {}
        return found

    @cached_property
    def currency(self) -> str:
        return str(self.preferences["CurrencyPrefs"]["HomeCurrency"]["value"])

    @cached_property
    def is_multicurrency(self) -> bool:
        return bool(self.preferences["CurrencyPrefs"].get("MultiCurrencyEnabled"))

    @cached_property
    def first_month(self) -> int:
        """The month that fiscal years start with."""
        kept = self.preferences.get("AccountingInfoPrefs", {})
        name = kept.get("FirstMonthOfFiscalYear") or self._only("CompanyInfo").get(
            "FiscalYearStartMonth"
        )
        return MONTHS.index(name) + 1 if name in MONTHS else 1

    @cached_property
    def accounts(self) -> dict[int, Account]:
        """The chart, and the two accounts of the cash basis."""
        rows = self._rows(
            "SELECT id, body FROM entity "
            "WHERE realm = ? AND kind = 'Account' AND deleted = 0",
            (self.realm,),
        )
        numbered = bool(
            self.preferences.get("AccountingInfoPrefs", {}).get("UseAccountNumbers")
        )
        found = {
            int(row[0]): _account(int(row[0]), decode(row[1]), numbered=numbered)
            for row in rows
        }
        for id, name, type, classification in (  # noqa: A001
            (UNAPPLIED_INCOME, "Unapplied Cash Payment Income", "Income", "Revenue"),
            (
                UNAPPLIED_EXPENSE,
                "Unapplied Cash Bill Payment Expense",
                "Expense",
                "Expense",
            ),
        ):
            subtype = name.replace(" ", "")
            found[id] = Account(
                id, name, name, type, subtype, classification, None, "", {}
            )
        return found

    def account_of(self, subtype: str, default: int) -> int:
        """The account of a subtype, or the one to use in its place."""
        for account in self.accounts.values():
            if account.subtype == subtype and account.id > 0:
                return account.id
        return default

    def accounts_of(self, *types: str) -> frozenset[int]:
        """The ids of the accounts of some types."""
        return frozenset(
            account.id for account in self.accounts.values() if account.type in types
        )

    def named(self, kinds: Sequence[str], ids: Iterable[int]) -> dict[int, Named]:
        """These names by id, and those above them."""
        found: dict[int, Named] = {}
        wanted = sorted({id for id in ids if id})  # noqa: A001
        while wanted:
            above = set()
            for start in range(0, len(wanted), CHUNK):
                for each in self._named(kinds, wanted[start : start + CHUNK]):
                    found[each.id] = each
                    above.add(each.parent or 0)
            wanted = sorted(above - set(found) - {0})
        return found

    def _named(self, kinds: Sequence[str], ids: Sequence[int]) -> list[Named]:
        rows = self._rows(
            "SELECT kind, id, COALESCE(name, ''), "  # noqa: S608 - our own names
            "COALESCE(full_name, name, ''), parent "
            f"FROM entity WHERE realm = ? AND kind IN ({marks(kinds)}) "
            f"AND id IN ({marks(ids)})",
            (self.realm, *kinds, *ids),
        )
        return [Named(*row) for row in rows]

    def postings(
        self, *, start: date | None = None, end: date | None = None
    ) -> list[Posting]:
        """What stands in the ledger within these days, by day and then as posted."""
        where, values = _within(start, end)
        rows = self._rows(
            f"SELECT {', '.join(Posting._fields)} FROM posting "  # noqa: S608
            f"WHERE realm = ? AND stands = 1{where} ORDER BY on_date, number",
            (self.realm, *values),
        )
        return [Posting._make(row) for row in rows]

    def sums(
        self,
        by: Sequence[str],
        *,
        start: date | None = None,
        end: date | None = None,
        filters: Mapping[str, frozenset[int]] | None = None,
    ) -> list[Posting]:
        """The ledger summed by some columns; the others are empty."""
        where, values = _within(start, end)
        for column, ids in (filters or {}).items():
            where += f" AND {column} IN ({marks(ids)})"
            values += [*ids]
        shown = [
            name if name in by else SUMMED.get(name, "NULL") for name in Posting._fields
        ]
        rows = self._rows(
            f"SELECT {', '.join(shown)} FROM posting "  # noqa: S608
            f"WHERE realm = ? AND stands = 1{where} GROUP BY {', '.join(by)}",
            (self.realm, *values),
        )
        return [Posting._make(row) for row in rows]

    @cached_property
    def settlements(self) -> list[Link]:
        """What payments settle, in the order it was entered."""
        rows = self._rows(
            "SELECT source_kind, source, kind, txn, SUM(cents) FROM application "
            "WHERE realm = ? AND source_kind IN ('Payment', 'BillPayment') "
            "GROUP BY source_kind, source, kind, txn",
            (self.realm,),
        )
        return [Link._make(row) for row in rows]

    def bodies(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Body]:
        """Transactions as served, by kind and id; deleted ones are left out."""
        wanted: dict[str, set[int]] = {}
        for kind, id in keys:  # noqa: A001
            wanted.setdefault(kind, set()).add(id)
        found: dict[tuple[str, int], Body] = {}
        for kind, ids in wanted.items():
            ordered = sorted(ids)
            for start in range(0, len(ordered), CHUNK):
                part = ordered[start : start + CHUNK]
                rows = self._rows(
                    "SELECT id, body FROM entity "  # noqa: S608 - our own names
                    "WHERE realm = ? AND kind = ? "
                    f"AND deleted = 0 AND id IN ({marks(part)})",
                    (self.realm, kind, *part),
                )
                found.update({(kind, int(row[0])): decode(row[1]) for row in rows})
        return found

    def all_of(self, entity: str) -> dict[int, Body]:
        """Every entity of a short list, by id."""
        rows = self._rows(
            "SELECT id, body FROM entity WHERE realm = ? AND kind = ? AND deleted = 0",
            (self.realm, entity),
        )
        return {int(row[0]): decode(row[1]) for row in rows}

    def transactions(
        self, kinds: Sequence[str], start: date | None, end: date | None
    ) -> list[tuple[str, int]]:
        """The transactions of some kinds within these days, by day."""
        where, values = _within(start, end, "txn_date")
        rows = self._rows(
            "SELECT kind, id FROM entity "  # noqa: S608 - our own names
            f"WHERE realm = ? AND kind IN ({marks(kinds)}) "
            f"AND deleted = 0 AND txn_date IS NOT NULL{where} ORDER BY txn_date, id",
            (self.realm, *kinds, *values),
        )
        return [(str(kind), int(id)) for kind, id in rows]  # noqa: A001

    def stock_moves(self, end: date | None) -> list[tuple[Any, ...]]:
        """Moves of stock: item, day, kind, transaction, quantity, value in cents."""
        where, values = _within(None, end)
        return self._rows(
            "SELECT item, on_date, kind, txn, quantity, value "  # noqa: S608
            f"FROM stock_move WHERE realm = ?{where} "
            "ORDER BY item, on_date, txn, position",
            (self.realm, *values),
        )


def marks(values: Iterable[Any]) -> str:
    """A question mark for each value."""
    return ", ".join("?" for _ in values)


def _within(
    start: date | None, end: date | None, column: str = "on_date"
) -> tuple[str, list[Any]]:
    where, values = "", []
    if start is not None:
        where += f" AND {column} >= ?"
        values.append(start.isoformat())
    if end is not None:
        where += f" AND {column} <= ?"
        values.append(end.isoformat())
    return where, values


def _account(id: int, body: Body, *, numbered: bool) -> Account:  # noqa: A002
    return Account(
        id,
        str(body.get("Name", "")),
        str(body.get("FullyQualifiedName", body.get("Name", ""))),
        str(body["AccountType"]),
        str(body.get("AccountSubType", "")),
        str(body["Classification"]),
        number_of(body.get("ParentRef")),
        str(body.get("AcctNum", "")) if numbered else "",
        body,
    )

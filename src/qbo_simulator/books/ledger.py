"""The double-entry ledger beneath every transaction.

A debit is positive, a credit negative, in whole cents. Each entry has two amounts: in
the currency of its transaction, and in the company's own. What a transaction posts
sums to zero in both, always. Nothing posted is ever removed: an edit, a void or a
deletion posts the reversal of what stands, and both then no longer stand.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator.wire import from_cents, to_cents

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime


class OutOfBalanceError(AssertionError):
    """A posting whose debits and credits differ: a fault of the simulator itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A debit (positive) or credit (negative) on one account.

    `party` is whose balance it moves (customer on receivables, vendor on payables).
    `home` is the amount in the company's currency; None: translated at the
    transaction's rate. What follows is for reports: the item and quantity sold or
    bought, class, department, and the line's text.
    """

    account: int
    cents: int
    currency: str
    party: int | None = None
    home: int | None = None
    item: int | None = None
    quantity: Decimal | None = None
    tracking_class: int | None = None
    department: int | None = None
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The transaction that is posted; `name` is the customer, vendor or employee."""

    realm: str
    kind: str
    id: int
    on: str
    at: datetime
    name: int | None = None


COLUMNS = (
    "account",
    "cents",
    "currency",
    "party",
    "home",
    "item",
    "quantity",
    "tracking_class",
    "department",
    "memo",
)


def at_home(
    entries: Sequence[Entry], home: str, rate: Decimal, gain_account: int | None
) -> list[Entry]:
    """Give every entry its amount in the company's currency.

    Entries that bring their own amount keep it: what then is left over is a gain or
    loss on exchange and goes to `gain_account`. Otherwise the leftover is rounding,
    which the largest entry without a party takes.
    """
    found = [
        each
        if each.home is not None
        else replace(each, home=_translated(each.cents, each.currency, home, rate))
        for each in entries
    ]
    rest = sum(each.home or 0 for each in found)
    if not rest:
        return found
    if any(each.home is not None for each in entries):
        if gain_account is None:
            raise OutOfBalanceError(f"{rest} cents of exchange gain without an account")
        return [*found, Entry(gain_account, 0, found[0].currency, home=-rest)]
    free = [index for index, each in enumerate(found) if each.party is None]
    largest = max(
        free or range(len(found)), key=lambda index: abs(found[index].home or 0)
    )
    found[largest] = replace(found[largest], home=(found[largest].home or 0) - rest)
    return found


def _translated(cents: int, currency: str, home: str, rate: Decimal) -> int:
    return cents if currency == home else to_cents(from_cents(cents) * rate)


def post(db: sqlite3.Connection, document: Document, entries: Sequence[Entry]) -> None:
    """Post balanced entries, or raise OutOfBalanceError and post nothing."""
    _write(db, document, entries, stands=1)


def reverse(db: sqlite3.Connection, document: Document) -> list[Entry]:
    """Post the opposite of all that stands of a transaction; gives what stood."""
    standing = standing_entries(db, document.realm, document.kind, document.id)
    opposite = [
        replace(
            each,
            cents=-each.cents,
            home=-(each.home or 0),
            quantity=None if each.quantity is None else -each.quantity,
        )
        for each in standing
    ]
    db.execute(
        "UPDATE posting SET stands = 0 "
        "WHERE realm = ? AND kind = ? AND txn = ? AND stands = 1",
        (document.realm, document.kind, document.id),
    )
    _write(db, document, opposite, stands=0)
    return standing


def standing_entries(
    db: sqlite3.Connection, realm: str, kind: str, txn: int
) -> list[Entry]:
    """What a transaction contributes to the books now, after all its reversals."""
    rows = db.execute(
        f"SELECT {', '.join(COLUMNS)} FROM posting "  # noqa: S608 - our own names
        "WHERE realm = ? AND kind = ? AND txn = ? AND stands = 1 ORDER BY number",
        (realm, kind, txn),
    )
    return [_entry(dict(row)) for row in rows]


def _entry(row: dict[str, Any]) -> Entry:
    held = row["quantity"]
    return Entry(**{**row, "quantity": None if held is None else Decimal(held)})


def _write(
    db: sqlite3.Connection, document: Document, entries: Sequence[Entry], *, stands: int
) -> None:
    _check(document, entries)
    known = ("realm", "kind", "txn", "name", "on_date", "at", "stands", "reversal")
    names = (*known, *COLUMNS)
    fixed = (
        document.realm,
        document.kind,
        document.id,
        document.name,
        document.on,
        document.at.timestamp(),
        stands,
        1 - stands,
    )
    for entry in entries:
        if not entry.cents and not entry.home:
            continue
        held = None if entry.quantity is None else str(entry.quantity)
        values = [getattr(entry, column) for column in COLUMNS]
        values[COLUMNS.index("quantity")] = held
        db.execute(
            f"INSERT INTO posting ({', '.join(names)}) "  # noqa: S608 - our own names
            f"VALUES ({', '.join('?' * len(names))})",
            (*fixed, *values),
        )
        for party in {0, entry.party or 0}:
            db.execute(
                "INSERT INTO account_balance (realm, account, party, cents, home) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (realm, account, party) DO UPDATE "
                "SET cents = cents + excluded.cents, home = home + excluded.home",
                (document.realm, entry.account, party, entry.cents, entry.home),
            )


def _check(document: Document, entries: Sequence[Entry]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.currency] += entry.cents
        if entry.home is None:
            raise OutOfBalanceError(f"{document.kind} {document.id}: untranslated")
        sums["home"] += entry.home
    if any(sums.values()):
        raise OutOfBalanceError(f"{document.kind} {document.id}: {dict(sums)}")


def balances(entries: Iterable[Entry]) -> dict[tuple[int, int | None], int]:
    """By account and party the cents at home that entries come to, zeros left out."""
    found: dict[tuple[int, int | None], int] = defaultdict(int)
    for entry in entries:
        found[entry.account, entry.party] += entry.home or 0
    return {key: cents for key, cents in found.items() if cents}


def account_cents(
    db: sqlite3.Connection, realm: str, account: int, *, home: bool = True
) -> int:
    """The balance of an account: debits less credits, in cents of the home currency.

    With `home=False` in the currency of what was posted, for an account that is kept
    in a foreign currency.
    """
    return _balance(db, realm, account, 0, home=home)


def party_cents(db: sqlite3.Connection, realm: str, account: int, party: int) -> int:
    """What one party owes on an account, in cents of the party's currency."""
    return _balance(db, realm, account, party, home=False)


def _balance(
    db: sqlite3.Connection, realm: str, account: int, party: int, *, home: bool
) -> int:
    row = db.execute(
        "SELECT cents, home FROM account_balance "
        "WHERE realm = ? AND account = ? AND party = ?",
        (realm, account, party),
    ).fetchone()
    return int(row[1 if home else 0]) if row else 0


def trial_balance(db: sqlite3.Connection, realm: str) -> dict[int, Decimal]:
    """Every account's balance in the home currency, from the postings themselves."""
    rows = db.execute(
        "SELECT account, SUM(home) FROM posting WHERE realm = ? GROUP BY account",
        (realm,),
    )
    return {int(account): from_cents(int(cents)) for account, cents in rows}


def journal(
    db: sqlite3.Connection,
    realm: str,
    *,
    kind: str | None = None,
    txn: int | None = None,
    limit: int = 500,
) -> list[dict[str, Any]]:
    """Postings, newest first, as rows for the bookkeeper's page.

    Keys: those of the table `posting`, and account_name.
    """
    rows = db.execute(
        "SELECT p.*, e.name AS account_name FROM posting p LEFT JOIN entity e "
        "ON e.realm = p.realm AND e.kind = 'Account' AND e.id = p.account "
        "WHERE p.realm = ? AND (? IS NULL OR p.kind = ?) AND (? IS NULL OR p.txn = ?) "
        "ORDER BY p.number DESC LIMIT ?",
        (realm, kind, kind, txn, txn, limit),
    )
    return [dict(row) for row in rows]

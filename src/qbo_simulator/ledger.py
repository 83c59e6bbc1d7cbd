"""The double-entry ledger beneath every transaction.

A debit is positive, a credit negative, in whole cents; what a transaction posts
sums to zero in each currency, always. Nothing posted is ever removed: an edit, a
void or a deletion posts the reversal of what stands.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbo_simulator.wire import from_cents

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal


class OutOfBalanceError(AssertionError):
    """A posting whose debits and credits differ: a fault of the simulator itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A debit (positive) or credit (negative) on one account."""

    account: int
    cents: int
    currency: str
    party: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The transaction that is posted."""

    realm: str
    kind: str
    id: int
    on: str
    at: datetime


def post(db: sqlite3.Connection, document: Document, entries: Sequence[Entry]) -> None:
    """Post balanced entries, or raise OutOfBalanceError and post nothing."""
    _write(db, document, entries, reversal=0)


def reverse(db: sqlite3.Connection, document: Document) -> list[Entry]:
    """Post the opposite of all that stands of a transaction; gives what stood."""
    standing = standing_entries(db, document.realm, document.kind, document.id)
    opposite = [
        Entry(each.account, -each.cents, each.currency, each.party) for each in standing
    ]
    _write(db, document, opposite, reversal=1)
    return standing


def standing_entries(
    db: sqlite3.Connection, realm: str, kind: str, txn: int
) -> list[Entry]:
    """What a transaction contributes to the books now, after all its reversals."""
    rows = db.execute(
        "SELECT account, party, currency, SUM(cents) AS cents FROM posting "
        "WHERE realm = ? AND kind = ? AND txn = ? "
        "GROUP BY account, party, currency HAVING SUM(cents) <> 0 ORDER BY account",
        (realm, kind, txn),
    )
    return [
        Entry(row["account"], row["cents"], row["currency"], row["party"])
        for row in rows
    ]


def _write(
    db: sqlite3.Connection,
    document: Document,
    entries: Sequence[Entry],
    *,
    reversal: int,
) -> None:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.currency] += entry.cents
    if any(sums.values()):
        raise OutOfBalanceError(f"{document.kind} {document.id}: {dict(sums)}")
    for entry in entries:
        if not entry.cents:
            continue
        db.execute(
            "INSERT INTO posting (realm, kind, txn, account, party, cents, currency,"
            " on_date, at, reversal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.realm,
                document.kind,
                document.id,
                entry.account,
                entry.party,
                entry.cents,
                entry.currency,
                document.on,
                document.at.timestamp(),
                reversal,
            ),
        )
        db.execute(
            "INSERT INTO account_balance (realm, account, party, cents) "
            "VALUES (?, ?, ?, ?) ON CONFLICT (realm, account, party) "
            "DO UPDATE SET cents = cents + excluded.cents",
            (document.realm, entry.account, entry.party or 0, entry.cents),
        )


def account_cents(db: sqlite3.Connection, realm: str, account: int) -> int:
    """The balance of an account: debits less credits, in cents."""
    row = db.execute(
        "SELECT COALESCE(SUM(cents), 0) FROM account_balance "
        "WHERE realm = ? AND account = ?",
        (realm, account),
    ).fetchone()
    return int(row[0])


def party_cents(db: sqlite3.Connection, realm: str, account: int, party: int) -> int:
    """What one customer owes on an account, in cents."""
    row = db.execute(
        "SELECT cents FROM account_balance "
        "WHERE realm = ? AND account = ? AND party = ?",
        (realm, account, party),
    ).fetchone()
    return int(row[0]) if row else 0


def trial_balance(db: sqlite3.Connection, realm: str) -> dict[int, Decimal]:
    """Every account's balance, from the postings themselves; they sum to zero."""
    rows = db.execute(
        "SELECT account, SUM(cents) FROM posting WHERE realm = ? GROUP BY account",
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

    Keys: number, kind, txn, account, account_name, party, cents, currency, on_date,
    at, reversal.
    """
    rows = db.execute(
        "SELECT p.*, e.name AS account_name FROM posting p LEFT JOIN entity e "
        "ON e.realm = p.realm AND e.kind = 'Account' AND e.id = p.account "
        "WHERE p.realm = ? AND (? IS NULL OR p.kind = ?) AND (? IS NULL OR p.txn = ?) "
        "ORDER BY p.number DESC LIMIT ?",
        (realm, kind, kind, txn, txn, limit),
    )
    return [dict(row) for row in rows]

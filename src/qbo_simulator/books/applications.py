"""Which transaction is linked to which, and with how much.

A payment pays invoices and uses up credit memos, a bill payment pays bills, a deposit
contains payments, an invoice closes an estimate. One row per link, made by its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qbo_simulator.books.work import Work

SETTLING = ("Payment", "BillPayment")
"""The kinds whose links settle the open balance of what they are linked to."""


@dataclass(frozen=True, slots=True)
class Link:
    """The other transaction of a link, and the cents of it (0 where none apply)."""

    kind: str
    txn: int
    cents: int = 0


def links_of(work: Work, kind: str, txn: int) -> list[Link]:
    """The links a transaction makes, in the order of its lines."""
    rows = work.db.execute(
        "SELECT kind, txn, cents FROM application "
        "WHERE realm = ? AND source_kind = ? AND source = ? ORDER BY position",
        (work.realm, kind, txn),
    )
    return [Link(str(row[0]), int(row[1]), int(row[2])) for row in rows]


def links_to(work: Work, kind: str, txn: int) -> list[Link]:
    """Who is linked to a transaction, newest source first, once per source.

    The index is named: for the grouping all links of the company would be walked over.
    """
    rows = work.db.execute(
        "SELECT source_kind, source, SUM(cents) "
        "FROM application INDEXED BY application_txn "
        "WHERE realm = ? AND kind = ? AND txn = ? "
        "GROUP BY source_kind, source ORDER BY source DESC",
        (work.realm, kind, txn),
    )
    return [Link(str(row[0]), int(row[1]), int(row[2])) for row in rows]


def applied(work: Work, kind: str, txn: int, *, besides: int = 0) -> int:
    """The cents by which payments settle a transaction, not counting one payment's."""
    return sum(
        link.cents
        for link in links_to(work, kind, txn)
        if link.kind in SETTLING and link.txn != besides
    )


def replace(work: Work, kind: str, txn: int, links: Sequence[Link]) -> None:
    """Make these the links a transaction makes."""
    work.db.execute(
        "DELETE FROM application WHERE realm = ? AND source_kind = ? AND source = ?",
        (work.realm, kind, txn),
    )
    work.db.executemany(
        "INSERT INTO application "
        "(realm, source_kind, source, position, kind, txn, cents) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (work.realm, kind, txn, position, link.kind, link.txn, link.cents)
            for position, link in enumerate(links)
        ],
    )


def lessened(
    links: Sequence[Link], over: int, is_meant: Callable[[Link], bool]
) -> list[Link]:
    """The links without so many cents of those that are meant, the last ones first."""
    kept = []
    for link in reversed(links):
        taken = min(over, link.cents) if is_meant(link) else 0
        over -= taken
        if link.cents > taken:
            kept.append(Link(link.kind, link.txn, link.cents - taken))
    return kept[::-1]


def name_value(name: str, value: str) -> dict[str, Any]:
    """A NameValue as the service's JSON shows it."""
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }

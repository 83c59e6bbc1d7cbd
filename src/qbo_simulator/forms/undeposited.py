"""What lies in Undeposited Funds until a deposit brings it to the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.wire import as_decimal, from_cents, id_of, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work

DEPOSITABLE = (
    "Payment",
    "SalesReceipt",
    "RefundReceipt",
    "JournalEntry",
    "Purchase",
    "Transfer",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a transaction has put into Undeposited Funds (negative: taken out)."""

    kind: str
    txn: int
    currency: str
    cents: int
    home: int

    def home_part(self, cents: int) -> int:
        """What so many of its cents are worth in the company's own currency."""
        if cents == self.cents:
            return self.home
        return int(
            to_cents(from_cents(self.home) * cents / self.cents) if self.cents else 0
        )


def held(work: Work, kind: str, txn: int) -> Held:
    """What a transaction has put into Undeposited Funds."""
    account = work.account("UndepositedFunds")
    entries = [
        entry
        for entry in ledger.standing_entries(work.db, work.realm, kind, txn)
        if entry.account == account
    ]
    return Held(
        kind,
        txn,
        entries[0].currency if entries else work.home_currency,
        sum(entry.cents for entry in entries),
        sum(entry.home or 0 for entry in entries),
    )


def find(work: Work, link: Body) -> Held:
    """What a deposit's line is linked to; 620 or 6000 if it cannot be deposited."""
    kind, number = str(link.get("TxnType")), str(link.get("TxnId", ""))
    if kind not in DEPOSITABLE:
        raise faults.not_linkable(f"Transaction type {kind}")
    txn = id_of(number)
    if txn is None or work.fetch(kind, txn) is None:
        raise faults.no_such_link(kind, number)
    found = held(work, kind, txn)
    if not found.cents:
        raise faults.business(
            f"{kind} {number} is not in Undeposited Funds.", "LinkedTxn"
        )
    return found


def wanted(work: Work, found: Held, link: Body) -> int:
    """The cents a linked line stands for: the whole transaction, or a journal's line."""
    if found.kind != "JournalEntry":
        return found.cents
    account = str(work.account("UndepositedFunds"))
    journal = work.fetch(found.kind, found.txn) or {}
    for line in journal.get("Line", []):
        detail = line.get("JournalEntryLineDetail", {})
        if line["Id"] != str(link.get("TxnLineId")):
            continue
        if detail.get("AccountRef", {}).get("value") == account:
            sign = 1 if detail["PostingType"] == "Debit" else -1
            return sign * to_cents(as_decimal(line["Amount"]))
    return found.cents


def check_free(work: Work, found: Held, cents: int, *, besides: int) -> None:
    """6000 if another deposit holds a transaction already."""
    elsewhere = sum(
        each.cents
        for each in applications.links_to(work, found.kind, found.txn)
        if each.kind == "Deposit" and each.txn != besides
    )
    if elsewhere and abs(elsewhere + cents) > abs(found.cents):
        raise faults.business(
            f"{found.kind} {found.txn} has already been deposited.", "LinkedTxn"
        )


def mark(work: Work, kind: str, txn: int) -> None:
    """Have a transaction show which deposit holds it; nothing counts as changed."""
    body = work.fetch(kind, txn)
    if body is None:
        return
    deposits = [
        {"TxnId": str(link.txn), "TxnType": link.kind}
        for link in applications.links_to(work, kind, txn)
        if link.kind == "Deposit"
    ]
    others = [
        each for each in body.get("LinkedTxn", []) if each.get("TxnType") != "Deposit"
    ]
    body["LinkedTxn"] = [*deposits, *others]
    work.reword(work.kinds[kind], work.kinds[kind].served(body))


def waiting(work: Work, most: int = 500) -> list[Held]:
    """What lies in Undeposited Funds and no deposit holds: the newest, oldest first."""
    rows = work.db.execute(
        "SELECT kind, txn FROM posting WHERE realm = ? AND account = ? AND stands = 1 "
        "GROUP BY kind, txn HAVING SUM(cents) <> 0 ORDER BY txn DESC",
        (work.realm, work.account("UndepositedFunds")),
    )
    found: list[Held] = []
    for row in rows:
        if len(found) == most:
            break
        kind, txn = str(row[0]), int(row[1])
        deposited = any(
            link.kind == "Deposit" for link in applications.links_to(work, kind, txn)
        )
        if kind in DEPOSITABLE and not deposited:
            found.append(held(work, kind, txn))
    return found[::-1]

"""What a payment is applied to: what customers owe on it, and what is owed to them.

Invoices and debits of journal entries are paid; credit memos and credits are used up,
so they add to what a payment can pay. What is used up never exceeds what is paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.account_types import RECEIVABLE
from qbo_simulator.books.applications import Link
from qbo_simulator.books.kind import number_of
from qbo_simulator.forms import clearing
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

KINDS = {
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "JournalEntry": "JournalEntry",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CreditCardCredit": "Purchase",
}
"""The kind behind each TxnType that a payment's line may name."""


def type_of(kind: str, body: Body) -> str:
    """The TxnType that names a transaction in a payment's line."""
    if kind != "Purchase":
        return kind
    if body.get("PaymentType") == "Check":
        return "Check"
    return "CreditCardCredit" if body.get("Credit") else "Expense"


def receivable_of(work: Work, body: Body) -> int:
    """The account on which a form's customer owes it."""
    held = number_of(body.get("ARAccountRef"))
    return held or work.receivable(work.currency_of(body))


def whole(work: Work, kind: str, txn: int) -> int:
    """The cents a transaction makes a customer owe; negative for what is a credit."""
    body = work.fetch(kind, txn) or {}
    total = to_cents(as_decimal(body.get("TotalAmt")))
    if kind == "Invoice":
        return total - to_cents(as_decimal(body.get("Deposit")))
    if kind == "CreditMemo":
        return -total
    return sum(entry.cents for entry in _owed(work, kind, txn))


def _owed(work: Work, kind: str, txn: int) -> Iterator[ledger.Entry]:
    """What is owed by the first customer who stands on a journal entry or an expense."""
    owner = None
    for entry in ledger.standing_entries(work.db, work.realm, kind, txn):
        if not entry.party or not _is_receivable(work, entry.account):
            continue
        owner = owner or entry.party
        if entry.party == owner:
            yield entry


def _is_receivable(work: Work, account: int) -> bool:
    held = work.fetch("Account", account) or {}
    return bool(held.get("AccountType") == RECEIVABLE)


def account_of(work: Work, kind: str, txn: int) -> int:
    """The account on which a transaction is owed."""
    found = next(_owed(work, kind, txn), None)
    return found.account if found else receivable_of(work, work.fetch(kind, txn) or {})


def sign_of(work: Work, kind: str, txn: int) -> int:
    """1 for what is paid, -1 for what is used up."""
    if kind in ("Invoice", "CreditMemo"):
        return 1 if kind == "Invoice" else -1
    return 1 if whole(work, kind, txn) >= 0 else -1


def owner_of(work: Work, kind: str, txn: int) -> int | None:
    """The customer who owes a transaction, or to whom it is owed."""
    body = work.fetch(kind, txn) or {}
    if "CustomerRef" in body:
        return number_of(body["CustomerRef"])
    return next((each.party for each in _owed(work, kind, txn)), None)


def surplus(work: Work, links: Sequence[Link]) -> int:
    """The cents used up less those paid: what is left of a payment, beside its total."""
    return -sum(sign_of(work, each.kind, each.txn) * each.cents for each in links)


def follow(work: Work, kind: str, draft: Draft, most: int) -> None:
    """Have no more than `most` cents of an edited form settled, and by whom it was."""
    old, new = draft.old, draft.new
    if old is None or not applications.applied(work, kind, draft.id):
        return
    if old["CustomerRef"]["value"] != new["CustomerRef"]["value"] or receivable_of(
        work, old
    ) != receivable_of(work, new):
        raise faults.business(
            "You can't change the customer or the receivable account of a "
            "transaction that has payments."
        )
    loosen(work, kind, draft.id, most)


def loosen(work: Work, kind: str, txn: int, most: int = 0) -> None:
    """Take back what payments settle of a transaction beyond `most` cents.

    A payment that applied a credit gives as much of the credit back.
    """
    clearing.loosen(work, Link(kind, txn, most), "Payment", _balanced)


def _balanced(work: Work, payment: int, links: list[Link]) -> list[Link]:
    body = work.fetch("Payment", payment) or {}
    total = to_cents(as_decimal(body.get("TotalAmt")))
    left = surplus(work, links)
    if left > 0:
        return applications.lessened(
            links, left, lambda each: sign_of(work, each.kind, each.txn) < 0
        )
    if total + left < 0:
        return applications.lessened(
            links, -(total + left), lambda each: sign_of(work, each.kind, each.txn) > 0
        )
    return links

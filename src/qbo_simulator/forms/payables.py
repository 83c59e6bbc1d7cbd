"""How bills are paid and credits of vendors used up: open amounts and their worth at home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.account_types import PAYABLE
from qbo_simulator.books.applications import Link
from qbo_simulator.books.kind import Body, number_of
from qbo_simulator.forms import clearing
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work


@dataclass(frozen=True, slots=True)
class Owed:
    """What a transaction put on a payable account: negative for what a vendor owes us."""

    account: int
    cents: int


def owed(work: Work, kind: str, body: Body, vendor: int) -> Owed | None:
    """What a transaction as stored says is owed to a vendor; None if nothing."""
    if kind in ("Bill", "VendorCredit"):
        if number_of(body["VendorRef"]) != vendor:
            return None
        sign = 1 if kind == "Bill" else -1
        cents = sign * to_cents(as_decimal(body["TotalAmt"]))
        return Owed(number_of(body["APAccountRef"]) or 0, cents)
    standing = ledger.standing_entries(work.db, work.realm, kind, int(body["Id"]))
    found = [
        entry
        for entry in standing
        if entry.party == vendor and _is_payable(work, entry.account)
    ]
    if not found:
        return None
    return Owed(found[0].account, -sum(entry.cents for entry in found))


def check_account_currency(work: Work, new: Body, account: Body, element: str) -> None:
    """Refuse a bank account that is kept in a third currency."""
    if work.currency_of(account) not in (work.currency_of(new), work.home_currency):
        raise faults.other_currency(element)


def sign_of(work: Work, link: Link, vendor: int) -> int:
    """1 for what is paid, -1 for what is used up."""
    found = owed(work, link.kind, work.fetch(link.kind, link.txn) or {}, vendor)
    return -1 if found is not None and found.cents < 0 else 1


def loosen(work: Work, kind: str, txn: int, most: int = 0) -> None:
    """Take back what bill payments settle of a transaction beyond `most` cents.

    A payment that used a credit gives as much of the credit back.
    """
    clearing.loosen(work, Link(kind, txn, most), "BillPayment", _balanced)


def _balanced(work: Work, payment: int, links: list[Link]) -> list[Link]:
    """The links with no more credit used, nor more paid, than the others allow."""
    body = work.fetch("BillPayment", payment) or {}
    vendor = number_of(body.get("VendorRef")) or 0
    signs = {each: sign_of(work, each, vendor) for each in links}
    spent = sum(signs[each] * each.cents for each in links)
    total = to_cents(as_decimal(body.get("TotalAmt")))
    if spent < 0:
        return applications.lessened(links, -spent, lambda each: signs[each] < 0)
    if spent > total:
        return applications.lessened(links, spent - total, lambda each: signs[each] > 0)
    return links


def _is_payable(work: Work, account: int) -> bool:
    return (work.fetch("Account", account) or {}).get("AccountType") == PAYABLE


def links_shown(work: Work, kind: str, txn: int) -> list[Body]:
    """The payments of a bill, as its LinkedTxn names them; newest first."""
    found = []
    for source in applications.links_to(work, kind, txn):
        if source.kind != "BillPayment":
            continue
        body = work.fetch(source.kind, source.txn) or {}
        pay_type = f"BillPayment{body.get('PayType', 'Check')}"
        found.append({"TxnId": str(source.txn), "TxnType": pay_type})
    return found

"""What accounts, customers and vendors show of the ledger: their balances."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import ledger
from qbo_simulator.kinds.base import Body, number_of
from qbo_simulator.wire import as_decimal, from_cents, money

if TYPE_CHECKING:
    from qbo_simulator.work import Work

DEBIT_CLASSES = ("Asset", "Expense")


def show_account(work: Work, account: int) -> None:
    """Show an account's balance anew, and then those of the accounts above it."""
    body = work.fetch("Account", account)
    if body is None:
        return
    balance = account_balance(work, body)
    below = sum(
        (_with_subaccounts(work, child) for child in work.children(account, "Account")),
        start=Decimal(0),
    )
    shown = {
        "CurrentBalance": money(balance),
        "CurrentBalanceWithSubAccounts": money(balance + below),
    }
    if not _show(work, "Account", body, shown):
        return
    above = number_of(body.get("ParentRef"))
    if above:
        show_account(work, above)


def account_balance(work: Work, account: Body) -> Decimal:
    """What an account holds by itself, in its currency and with its natural sign."""
    sign = 1 if account["Classification"] in DEBIT_CLASSES else -1
    at_home = work.currency_of(account) == work.home_currency
    cents = ledger.account_cents(work.db, work.realm, int(account["Id"]), home=at_home)
    return from_cents(sign * cents)


def _with_subaccounts(work: Work, account: int) -> Decimal:
    body = work.fetch("Account", account) or {}
    return as_decimal(body.get("CurrentBalanceWithSubAccounts"))


def with_parents(work: Work, parties: set[int]) -> set[int]:
    """These names and, for sub-customers, the customers above them."""
    found = set(parties)
    for party in parties:
        body = work.fetch("Customer", party)
        while body and (parent := number_of(body.get("ParentRef"))):
            found.add(parent)
            body = work.fetch("Customer", parent)
    return found


def show_party(work: Work, party: int) -> None:
    """Show what a customer owes, or what is owed to a vendor."""
    customer = work.fetch("Customer", party)
    if customer is not None:
        kept = _kept(work, "Accounts Receivable")
        own = _owed(work, party, kept)
        jobs = own + _owed_below(work, party, kept)
        shown = {"Balance": money(own), "BalanceWithJobs": money(jobs)}
        _show(work, "Customer", customer, shown)
        return
    vendor = work.fetch("Vendor", party)
    if vendor is not None:
        own = -_owed(work, party, _kept(work, "Accounts Payable"))
        _show(work, "Vendor", vendor, {"Balance": money(own)})


def _show(work: Work, entity: str, body: Body, shown: Body) -> bool:
    if all(as_decimal(body.get(name)) == value for name, value in shown.items()):
        return False
    body.update(shown)
    work.rewrite(entity, body)
    return True


def _kept(work: Work, type_: str) -> list[int]:
    """The accounts of a type: a form may name another receivable than the usual one."""
    rows = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = 'Account' AND deleted = 0 "
        "AND json_extract(body, '$.AccountType') = ?",
        (work.realm, type_),
    )
    return [int(row[0]) for row in rows]


def _owed(work: Work, party: int, accounts: list[int]) -> Decimal:
    return from_cents(
        sum(ledger.party_cents(work.db, work.realm, each, party) for each in accounts)
    )


def _owed_below(work: Work, party: int, accounts: list[int]) -> Decimal:
    return sum(
        (
            _owed(work, child, accounts) + _owed_below(work, child, accounts)
            for child in work.children(party)
        ),
        start=Decimal(0),
    )

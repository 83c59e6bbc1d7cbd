"""What accounts, customers and vendors show of the ledger: their balances."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from qbo_simulator.books import ledger
from qbo_simulator.books.account_types import PAYABLE, RECEIVABLE
from qbo_simulator.books.kind import Body, number_of
from qbo_simulator.wire import as_decimal, from_cents, money

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

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


class Owing:
    """What customers owe, and what vendors are owed, by the receivables and payables.

    A form may name another receivable than the usual one: all are counted.
    """

    def __init__(self, work: Work) -> None:
        self.work = work

    @cached_property
    def _receivables(self) -> list[int]:
        return _accounts(self.work, RECEIVABLE)

    @cached_property
    def _payables(self) -> list[int]:
        return _accounts(self.work, PAYABLE)

    def follow(self, party: int) -> None:
        """Show what has changed on one name, and as much on the customers above it."""
        customer = self.work.fetch("Customer", party)
        if customer is None:
            self._show_vendor(party)
            return
        own = self._owed(party, self._receivables)
        more = own - as_decimal(customer.get("Balance"))
        shown = {"Balance": money(own)}
        while more and customer is not None:
            with_jobs = as_decimal(customer.get("BalanceWithJobs")) + more
            shown["BalanceWithJobs"] = money(with_jobs)
            _show(self.work, "Customer", customer, shown)
            parent = number_of(customer.get("ParentRef"))
            customer = self.work.fetch("Customer", parent) if parent else None
            shown = {}

    def show(self, party: int) -> None:
        """Show anew what a name owes or is owed, counting all that stands below it."""
        customer = self.work.fetch("Customer", party)
        if customer is None:
            self._show_vendor(party)
            return
        own = self._owed(party, self._receivables)
        shown = {
            "Balance": money(own),
            "BalanceWithJobs": money(own + self._below(party)),
        }
        _show(self.work, "Customer", customer, shown)

    def _show_vendor(self, party: int) -> None:
        vendor = self.work.fetch("Vendor", party)
        if vendor is not None:
            own = -self._owed(party, self._payables)
            _show(self.work, "Vendor", vendor, {"Balance": money(own)})

    def _owed(self, party: int, accounts: list[int]) -> Decimal:
        db, realm = self.work.db, self.work.realm
        return from_cents(
            sum(ledger.party_cents(db, realm, each, party) for each in accounts)
        )

    def _below(self, party: int) -> Decimal:
        return sum(
            (
                self._owed(child, self._receivables) + self._below(child)
                for child in self.work.children(party)
            ),
            start=Decimal(0),
        )


def _show(work: Work, entity: str, body: Body, shown: Body) -> bool:
    if all(as_decimal(body.get(name)) == value for name, value in shown.items()):
        return False
    body.update(shown)
    work.rewrite(entity, body)
    return True


def _accounts(work: Work, type_: str) -> list[int]:
    rows = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = 'Account' AND deleted = 0 "
        "AND json_extract(body, '$.AccountType') = ?",
        (work.realm, type_),
    )
    return [int(row[0]) for row in rows]

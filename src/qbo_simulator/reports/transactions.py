"""Transactions as detail reports show them: what they are called, and their lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.kind import Body, number_of
from qbo_simulator.reports.books import PARTIES, Named
from qbo_simulator.reports.cash import DEFERRED
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbo_simulator.reports.books import Account, Books, Posting

TITLES = {
    "Invoice": "Invoice",
    "Payment": "Payment",
    "SalesReceipt": "Sales Receipt",
    "CreditMemo": "Credit Memo",
    "RefundReceipt": "Refund",
    "Estimate": "Estimate",
    "Bill": "Bill",
    "VendorCredit": "Vendor Credit",
    "PurchaseOrder": "Purchase Order",
    "Deposit": "Deposit",
    "Transfer": "Transfer",
    "CreditCardPaymentTxn": "Credit Card Payment",
    "JournalEntry": "Journal Entry",
    "TimeActivity": "Time Activity",
    "InventoryAdjustment": "Inventory Qty Adjust",
    "ReimburseCharge": "Billable Expense Charge",
    "Charge": "Charge",
}
PURCHASES = {
    "Cash": "Expense",
    "Check": "Check",
    "CreditCard": "Credit Card Expense",
}
BILL_PAYMENTS = {
    "Check": "Bill Payment (Check)",
    "CreditCard": "Bill Payment (Credit Card)",
}
FILTERS = {
    "CreditCardCharge": "Credit Card Expense",
    "CreditCardCredit": "Credit Card Credit",
    "ReceivePayment": "Payment",
    "BillPaymentCheck": "Bill Payment (Check)",
    "BillPaymentCreditCard": "Bill Payment (Credit Card)",
    "CashPurchase": "Expense",
    "CreditRefund": "Refund",
    "Credit": "Credit Memo",
    "InventoryQuantityAdjustment": "Inventory Qty Adjust",
    "BillableCharge": "Billable Expense Charge",
}
"""What the `transaction_type` parameter calls a type, where that is another word."""

START = "START"
"""The number of the adjustment that gives an item its first quantity."""

NAME_FIELDS = ("CustomerRef", "VendorRef", "EntityRef", "EmployeeRef")


def title_of(kind: str, body: Body) -> str:
    """What a transaction's type is called."""
    if kind == "Purchase":
        paid = str(body.get("PaymentType", "Cash"))
        if paid == "CreditCard" and body.get("Credit"):
            return "Credit Card Credit"
        return PURCHASES.get(paid, "Expense")
    if kind == "BillPayment":
        return BILL_PAYMENTS.get(str(body.get("PayType", "Check")), "Bill Payment")
    if kind == "InventoryAdjustment" and body.get("DocNumber") == START:
        return "Inventory Starting Value"
    return TITLES.get(kind, kind)


@dataclass(frozen=True)
class Transaction:
    """A transaction with its postings (none if it does not post)."""

    kind: str
    id: int
    body: Body
    postings: Sequence[Posting]

    @cached_property
    def title(self) -> str:
        return title_of(self.kind, self.body)

    @property
    def on(self) -> str:
        if self.postings:
            return self.postings[0].on_date
        return str(self.body.get("TxnDate", ""))

    @property
    def number(self) -> str:
        return str(self.body.get("DocNumber") or self.body.get("PaymentRefNum") or "")

    @property
    def due(self) -> str:
        return str(self.body.get("DueDate") or self.on)

    @property
    def name(self) -> int | None:
        """The customer, vendor or employee it is with."""
        if self.postings and self.postings[0].name:
            return self.postings[0].name
        refs = (self.body.get(field) for field in NAME_FIELDS)
        return next((number_of(ref) for ref in refs if isinstance(ref, dict)), None)


@dataclass(frozen=True)
class Line:
    """A line of a detail report: a posting, its transaction, and amounts in cents.

    `amount` has the natural sign of the account; `balance` is what the line's section
    comes to with it. `open` is what of it is not settled.
    """

    transaction: Transaction
    posting: Posting | None
    account: Account | None
    other: Account | None
    is_split: bool
    amount: int
    balance: int = 0
    open: int = 0
    is_first: bool = True

    @property
    def debit(self) -> int:
        """Debits less credits."""
        return self.posting.home if self.posting else 0

    @property
    def name(self) -> int | None:
        if self.posting is None:
            return self.transaction.name
        return self.posting.name or self.posting.party or self.transaction.name


class Register:
    """The transactions of a report, with all it takes to print their lines."""

    def __init__(
        self,
        books: Books,
        postings: Iterable[Posting],
        others: Iterable[tuple[str, int]] = (),
    ) -> None:
        self.books = books
        groups: dict[tuple[str, int], list[Posting]] = defaultdict(list)
        for posting in postings:
            groups[posting.kind, posting.txn].append(posting)
        keys = dict.fromkeys([*groups, *others])
        bodies = books.bodies(keys)
        self.transactions = {
            key: Transaction(*key, bodies.get(key, {}), groups.get(key, ()))
            for key in keys
        }

    @cached_property
    def parties(self) -> dict[int, Named]:
        """The customers, vendors and employees of these transactions."""
        ids: set[int] = set()
        for each in self.transactions.values():
            ids.add(each.name or 0)
            for posting in each.postings:
                ids |= {posting.name or 0, posting.party or 0}
        return self.books.named(PARTIES, ids)

    def _things(self, kind: str, column: str) -> dict[int, Named]:
        ids = {
            getattr(posting, column) or 0
            for each in self.transactions.values()
            for posting in each.postings
        }
        return self.books.named((kind,), ids)

    @cached_property
    def items(self) -> dict[int, Named]:
        return self._things("Item", "item")

    @cached_property
    def classes(self) -> dict[int, Named]:
        return self._things("Class", "tracking_class")

    @cached_property
    def departments(self) -> dict[int, Named]:
        return self._things("Department", "department")

    def line(self, posting: Posting, *, is_first: bool = True) -> Line:
        """A posting as a line, beside the account it was posted against."""
        transaction = self.transactions[posting.kind, posting.txn]
        account = self.books.accounts[posting.account]
        other, is_split = self._against(transaction, posting.account)
        amount = account.sign * posting.home
        return Line(
            transaction, posting, account, other, is_split, amount, is_first=is_first
        )

    def _against(
        self, transaction: Transaction, account: int
    ) -> tuple[Account | None, bool]:
        """The account on the other side, or that there are several."""
        main = self.main_account(transaction)
        if main != account and main is not None:
            return self.books.accounts[main], False
        others = {each.account for each in transaction.postings} - {account}
        if len(others) == 1:
            return self.books.accounts[others.pop()], False
        return None, len(others) > 1

    def main_account(self, transaction: Transaction) -> int | None:
        """The account a transaction is entered in: its receivable, or its bank's."""
        orders = (tuple(OWED_BY),) if transaction.kind in DEFERRED else ()
        for types in (*orders, ("Bank",), ("Credit Card",)):
            for posting in transaction.postings:
                if self.books.accounts[posting.account].type in types:
                    return posting.account
        undeposited = self.books.account_of("UndepositedFunds", 0)
        accounts = [posting.account for posting in transaction.postings]
        if undeposited in accounts:
            return undeposited
        return accounts[0] if accounts else None

    def whole(self, transaction: Transaction) -> Line:
        """A transaction as one line, by the account it is entered in."""
        main = self.main_account(transaction)
        if main is None:
            total = home_cents(transaction.body)
            return Line(transaction, None, None, None, is_split=False, amount=total)
        account = self.books.accounts[main]
        mine = [each for each in transaction.postings if each.account == main]
        posting = mine[0]._replace(
            home=sum(each.home for each in mine),
            memo=transaction.body.get("PrivateNote"),
            item=None,
            quantity=None,
        )
        others = {each.account for each in transaction.postings} - {main}
        other = self.books.accounts[others.pop()] if len(others) == 1 else None
        return Line(
            transaction,
            posting,
            account,
            other,
            is_split=bool(others),
            amount=account.sign * posting.home,
        )


def home_cents(body: Body) -> int:
    """What a transaction comes to in the company's own currency."""
    rate = Decimal(str(body.get("ExchangeRate") or 1))
    return to_cents(as_decimal(body.get("TotalAmt")) * rate)


def wanted_titles(names: Iterable[str]) -> frozenset[str]:
    """The titles that a `transaction_type` parameter means."""
    return frozenset(FILTERS.get(name, TITLES.get(name, name)) for name in names)

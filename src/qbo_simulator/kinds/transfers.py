"""Transfers of money between two accounts of the balance sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import ledger
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import Amount, Day, Field, Number, Ref, Text, both
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.forms.documents import (
    TRANSACTION,
    check_currency,
    check_private_note,
    note_voided,
)
from qbo_simulator.forms.line_references import negative_amount
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

BALANCE_SHEET = (
    "Bank",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
    "Credit Card",
    "Other Current Liability",
    "Long Term Liability",
    "Equity",
)
ENDS = ("FromAccountRef", "ToAccountRef")


class Transfer(Transaction):
    """Money moved from one account to another."""

    entity = "Transfer"
    list_name = "Transfer"
    operations = frozenset({"create", "update", "delete"})
    by_hand = frozenset({"void"})
    head = (
        Field("FromAccountRef", Ref(target="Account")),
        Field("ToAccountRef", Ref(target="Account")),
        Field("Amount", Amount()),
    )
    tail = (
        both("TxnDate", Day(), column="txn_date"),
        Field("CurrencyRef", Ref(), keep=True),
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("RecurDataRef", Ref(), read_only=True),
    )
    tolerated = TRANSACTION | words("""CustomField DocNumber DepartmentRef LinkedTxn Line
        TxnTaxDetail ProjectRef TransferEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        for name in (*ENDS, "Amount"):
            if name not in new:
                raise faults.required(name)
        if as_decimal(new["Amount"]) < 0:
            raise negative_amount()
        accounts = [_account(work, draft, name) for name in ENDS]
        if accounts[0]["Id"] == accounts[1]["Id"]:
            raise faults.business("You can't transfer funds to the same account.")
        _check_currency(work, draft, accounts)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        currency = work.currency_of(body)
        cents = to_cents(as_decimal(body["Amount"]))
        memo = body.get("PrivateNote")
        ends = [number_of(body[name]) or 0 for name in ENDS]
        return [
            ledger.Entry(ends[0], -cents, currency, memo=memo),
            ledger.Entry(ends[1], cents, currency, memo=memo),
        ]

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))

    def annul(self, work: Work, draft: Draft) -> None:
        check_books_open(work, draft.new["TxnDate"])
        draft.new["Amount"] = 0
        note_voided(draft.new)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        work.post(self, draft, [])


def _account(work: Work, draft: Draft, name: str) -> Body:
    ref = draft.new[name]
    if draft.changed(name):
        work.check_account(ref, BALANCE_SHEET, name)
    return work.fetch("Account", number_of(ref) or 0) or {}


def _check_currency(work: Work, draft: Draft, accounts: list[Body]) -> None:
    """A transfer is in the foreign currency of its accounts, if one of them has one."""
    kept_in = [work.currency_of(account) for account in accounts]
    foreign = {each for each in kept_in if each != work.home_currency}
    if len(foreign) > 1:
        raise faults.business("You can't transfer between two foreign currencies.")
    held = next(iter(foreign), work.home_currency)
    check_currency(work, draft, {"CurrencyRef": {"value": held}})

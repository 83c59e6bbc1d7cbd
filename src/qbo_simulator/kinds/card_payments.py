"""Payments of a credit card from the bank: a transfer with its ends prescribed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import ledger
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    Amount,
    Choice,
    Day,
    Field,
    Number,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.forms.documents import (
    TRANSACTION,
    check_currency,
    check_private_note,
)
from qbo_simulator.forms.line_references import negative_amount
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

ENDS = {"BankAccountRef": "Bank", "CreditCardAccountRef": "Credit Card"}
NOTES = ("PrivateNote", "Memo")


class CreditCardPaymentTxn(Transaction):
    """Money paid from a bank account to a credit card's.

    Its address is /creditcardpayment, and queries may call it so; bodies do not.
    """

    entity = "CreditCardPaymentTxn"
    list_name = "CreditCardPaymentTxn"
    operations = frozenset({"create", "update", "delete"})
    counts_rows = True
    party_in = "VendorRef"
    head = (Field("CreditCardAccountRef", Ref(target="Account")),)
    tail = (
        both("TxnDate", Day(), column="txn_date"),
        Field("CurrencyRef", Ref(), keep=True),
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("Memo", Text(4000)),
        Field("Amount", Amount()),
        Field("BankAccountRef", Ref(target="Account")),
        Field("VendorRef", Ref(target="Vendor"), column="party"),
        Field("PrintStatus", Choice(("NotSet", "NeedToPrint", "PrintComplete"))),
        Field("CheckNum", Text(21)),
    )
    tolerated = TRANSACTION | words("""CustomField DocNumber DepartmentRef LinkedTxn Line
        TxnTaxDetail ProjectRef CreditCardPaymentEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        for name in ("Amount", *ENDS):
            if name not in new:
                raise faults.required(name)
        if as_decimal(new["Amount"]) < 0:
            raise negative_amount()
        for name, type_ in ENDS.items():
            _check_end(work, draft, name, type_)
        check_currency(work, draft, {})
        _share_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        currency = work.currency_of(body)
        cents = to_cents(as_decimal(body["Amount"]))
        memo = body.get("PrivateNote")
        bank, card = (number_of(body[name]) or 0 for name in ENDS)
        return [
            ledger.Entry(bank, -cents, currency, memo=memo),
            ledger.Entry(card, cents, currency, memo=memo),
        ]

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        work.post(self, draft, [])


def _check_end(work: Work, draft: Draft, name: str, type_: str) -> None:
    """6430 for an account of another type, 6000 for one in a foreign currency."""
    ref = draft.new[name]
    if draft.changed(name):
        work.check_account(ref, (type_,), name)
    held = work.fetch("Account", number_of(ref) or 0) or {}
    if work.currency_of(held) != work.home_currency:
        raise faults.business(
            "Credit card payments are made in the home currency only."
        )


def _share_note(draft: Draft) -> None:
    """Keep both names of the one note alike: the one that says something new counts."""
    new = draft.new
    check_private_note(draft)
    anew = [name for name in NOTES if draft.changed(name)]
    wiped = draft.sparse and anew
    held = [name for name in NOTES if name in new and not wiped]
    note = next((new[name] for name in [*anew, *held] if name in new), None)
    for name in NOTES:
        new.pop(name, None)
    if note is not None:
        new.update(dict.fromkeys(NOTES, note))

"""Bill payments: by check or card, over one bill, several, and with credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.account_types import PAYABLE
from qbo_simulator.books.applications import Link
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    Address,
    Amount,
    Choice,
    Day,
    Field,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Type,
    both,
    parse_number,
    unknown_property,
)
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.forms import clearing, payables, settling
from qbo_simulator.forms.documents import (
    TRANSACTION,
    check_currency,
    check_private_note,
    note_voided,
)
from qbo_simulator.forms.line_references import negative_amount
from qbo_simulator.wire import as_decimal, from_cents, id_of, money, to_cents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_simulator.books.work import Work

LINE_PARTS = (
    "Id",
    "LineNum",
    "Description",
    "Amount",
    "LinkedTxn",
    "LineEx",
    "DetailType",
)
PRINTED = Choice(("NotSet", "NeedToPrint", "PrintComplete"))
CHECK: Mapping[str, Type] = {
    "BankAccountRef": Ref(),
    "PrintStatus": PRINTED,
    "CheckDetail": Type(),
    "PayeeAddr": Type(),
}
CARD: Mapping[str, Type] = {"CCAccountRef": Ref(), "CCDetail": Type()}
WAYS = {
    "Check": ("CheckPayment", "BankAccountRef", "Bank"),
    "CreditCard": ("CreditCardPayment", "CCAccountRef", "Credit Card"),
}
APPLICABLE = {
    "Bill": "Bill",
    "VendorCredit": "VendorCredit",
    "JournalEntry": "JournalEntry",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CreditCardCredit": "Purchase",
}
"""The kind behind each TxnType that a line may name."""


class BillPayment(Transaction):
    """Money paid to a vendor."""

    entity = "BillPayment"
    list_name = "BillPayment"
    operations = frozenset({"create", "update", "void", "delete"})
    party_in = "VendorRef"
    links_are_posted = True
    head = (
        both("VendorRef", Ref(target="Vendor"), column="party"),
        Field("VendorAddr", Address()),
        both("APAccountRef", Ref(target="Account")),
        Field("PayType", Choice(tuple(WAYS))),
        both("CheckPayment", Record(parts=CHECK)),
        both("CreditCardPayment", Record(parts=CARD)),
        both("TotalAmt", Amount(), keep=True),
    )
    tail = (
        Field("CustomField", Lines()),
        both("DocNumber", Text(21), column="doc_number"),
        both("TxnDate", Day(), column="txn_date"),
        Field("DepartmentRef", Ref(target="Department")),
        Field("CurrencyRef", Ref(), keep=True),
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("Line", Lines()),
    )
    tolerated = TRANSACTION | words(
        "LinkedTxn TxnTaxDetail ProjectRef BillPaymentEx ProcessBillPayment"
    )

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        self._check_required(draft)
        vendor = work.fetch("Vendor", number_of(new["VendorRef"]) or 0) or {}
        check_currency(work, draft, vendor)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        _pay_from(work, draft)
        if "APAccountRef" in new and draft.changed("APAccountRef"):
            types = (PAYABLE,)
            work.check_account(new["APAccountRef"], types, "APAccountRef")
        links = self._links(work, draft)
        before = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, links)
        draft.effects["linked"] = {(link.kind, link.txn) for link in (*before, *links)}
        draft.effects["moved"] = before != links or draft.changed("PayType")
        new["Id"] = str(draft.id)
        self.show_links(work, new)

    def _check_required(self, draft: Draft) -> None:
        new = draft.new
        for name in ("VendorRef", "PayType"):
            if not new.get(name):
                raise faults.required(name)
        # A sparse update has to give the lines too.
        if "Line" not in draft.sent or (draft.old is None and not new["Line"]):
            raise faults.required("Line")
        if "TotalAmt" not in new:
            raise faults.required("TotalAmt")
        if as_decimal(new["TotalAmt"]) < 0:
            raise faults.business("Transaction amount must be 0 or greater.")

    def show_links(self, work: Work, body: Body) -> None:
        body["Line"] = [
            {
                "Amount": money(from_cents(link.cents)),
                "LinkedTxn": [
                    {
                        "TxnId": str(link.txn),
                        "TxnType": settling.type_of(
                            link.kind, work.fetch(link.kind, link.txn) or {}
                        ),
                    }
                ],
            }
            for link in applications.links_of(work, self.entity, int(body["Id"]))
        ]

    def _links(self, work: Work, draft: Draft) -> list[Link]:
        sums: dict[tuple[str, int], int] = {}
        for raw in draft.new["Line"]:
            kind, txn, cents = _line(work, raw)
            if cents:
                sums[kind, txn] = sums.get((kind, txn), 0) + cents
        found, spent = [], 0
        for (kind, txn), cents in sums.items():
            left, sign = _open(work, draft, kind, txn)
            if left and cents > left:
                raise faults.business(
                    f"You can't apply {from_cents(cents)} to {kind} {txn}: its open "
                    f"balance is {from_cents(left)}.",
                    "Line",
                )
            # What is settled already is left out without a word.
            if left:
                found.append(Link(kind, txn, cents))
                spent += sign * cents
        if spent < 0 or spent > to_cents(as_decimal(draft.new["TotalAmt"])):
            raise faults.business(
                "The amount applied is greater than the amount of the payment.", "Line"
            )
        if sums and not found:
            draft.new["TotalAmt"] = 0
            note_voided(draft.new)
        return found

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        currency = work.currency_of(body)
        vendor = number_of(body["VendorRef"]) or 0
        left = to_cents(as_decimal(body["TotalAmt"]))
        part, name, _ = WAYS[body["PayType"]]
        account = number_of(body[part][name]) or 0
        department = number_of(body.get("DepartmentRef"))
        found = [ledger.Entry(account, -left, currency, department=department)]
        for link in applications.links_of(work, self.entity, int(body["Id"])):
            paid = work.fetch(link.kind, link.txn) or {}
            owed = payables.owed(work, link.kind, paid, vendor)
            if owed is None:
                continue
            sign = 1 if owed.cents >= 0 else -1
            at_home = None
            if currency != work.home_currency:
                at_home = sign * clearing.home_part(work, link, paid, int(body["Id"]))
            found.append(
                ledger.Entry(
                    owed.account, sign * link.cents, currency, vendor, home=at_home
                )
            )
            left -= sign * link.cents
        payable = number_of(body.get("APAccountRef")) or work.payable(currency)
        return [*found, ledger.Entry(payable, left, currency, vendor)]

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))
        if not draft.effects.get("moved"):
            return
        for kind, txn in sorted(draft.effects["linked"]):
            work.refresh(kind, txn)
            clearing.repost_payments(work, kind, txn, besides=draft.id)

    def annul(self, work: Work, draft: Draft) -> None:
        new = draft.new
        check_books_open(work, new["TxnDate"])
        self._unlink(work, draft)
        new["TotalAmt"] = 0
        new["Line"] = []
        note_voided(new)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        self._unlink(work, draft)
        draft.new["TotalAmt"] = 0
        self.settle(work, draft)

    def _unlink(self, work: Work, draft: Draft) -> None:
        links = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, [])
        draft.effects["linked"] = {(link.kind, link.txn) for link in links}
        draft.effects["moved"] = bool(links)


def _pay_from(work: Work, draft: Draft) -> None:
    """Check and name the account the money comes from."""
    new = draft.new
    part, name, type_ = WAYS[new["PayType"]]
    for other, _, _ in WAYS.values():
        if other != part:
            new.pop(other, None)
    held = dict(new.get(part) or {})
    for each in held:
        known = tuple(CHECK if part == "CheckPayment" else CARD)
        if each not in known:
            raise unknown_property(each, f"BillPayment{new['PayType']}", known)
    if name not in held:
        raise faults.required(name if part in new else part)
    before = ((draft.old or {}).get(part) or {}).get(name, {}).get("value")
    if held[name]["value"] != before:
        work.check_account(held[name], (type_,), name)
    account = work.fetch("Account", number_of(held[name]) or 0) or {}
    payables.check_account_currency(work, new, account, name)
    shown = {name: {"value": account["Id"], "name": account["Name"]}}
    if part == "CheckPayment":
        shown["PrintStatus"] = held.get("PrintStatus", "NotSet")
    new[part] = {**shown, **{key: held[key] for key in held if key not in shown}}


def _line(work: Work, raw: Body) -> tuple[str, int, int]:
    for name in raw:
        if name not in LINE_PARTS:
            raise unknown_property(name, "Line", LINE_PARTS)
    amount = parse_number("Amount", raw.get("Amount", 0))
    if amount < 0:
        raise negative_amount()
    links = Lines().clean("LinkedTxn", raw.get("LinkedTxn") or [])
    if len(links) != 1:
        raise faults.required("LinkedTxn")
    kind, held = str(links[0].get("TxnType")), str(links[0].get("TxnId", ""))
    if kind not in APPLICABLE:
        raise faults.not_linkable(f"Transaction type {kind}")
    txn = id_of(held)
    if txn is None or work.fetch(APPLICABLE[kind], txn) is None:
        raise faults.no_such_link(kind, held)
    return APPLICABLE[kind], txn, to_cents(amount)


def _open(work: Work, draft: Draft, kind: str, txn: int) -> tuple[int, int]:
    """The cents still open of what is to be settled; the sign is -1 for a credit."""
    paid = work.fetch(kind, txn) or {}
    vendor = number_of(draft.new["VendorRef"]) or 0
    owed = payables.owed(work, kind, paid, vendor)
    if owed is None or work.currency_of(paid) != work.currency_of(draft.new):
        raise faults.business(
            f"{kind} {txn} belongs to another vendor than the payment.", "LinkedTxn"
        )
    others = applications.applied(work, kind, txn, besides=draft.id)
    return abs(owed.cents) - others, 1 if owed.cents >= 0 else -1

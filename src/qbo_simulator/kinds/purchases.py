"""Expenses: what was paid at once, in cash, by check or by card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.account_types import OWED_BY
from qbo_simulator.books.applications import name_value
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    CLEAR,
    Address,
    Amount,
    Choice,
    Field,
    Flag,
    Record,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Body, Draft, number_of, words
from qbo_simulator.forms import expense_numbers, ordering, payables, settling
from qbo_simulator.forms.documents import TRANSACTION, note_voided
from qbo_simulator.forms.expense_lines import detail_of
from qbo_simulator.kinds.expense_forms import HEADED, ExpenseForm

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

PAYEES = ("Vendor", "Customer", "Employee")
PAID_FROM = {"Cash": "Bank", "Check": "Bank", "CreditCard": "Credit Card"}
TXN_TYPE = {"Cash": "54", "Check": "3", "CreditCard": "1"}
CARD_CREDIT = "11"


@dataclass(frozen=True, slots=True)
class Payee(Ref):
    """A reference that says of which kind its target is."""

    def clean(self, name: str, value: Any) -> Any:
        kept = Ref.clean(self, name, value)
        if kept is CLEAR or not isinstance(value, dict):
            return kept
        type_ = value.get("type")
        if type_ is not None:
            kept["type"] = Choice(PAYEES).clean(name, str(type_).capitalize())
        return kept


class Purchase(ExpenseForm):
    """An expense, a check, a card charge, or a refund to a card."""

    entity = "Purchase"
    list_name = "Purchase"
    operations = frozenset({"create", "update", "delete"})
    by_hand = frozenset({"void"})
    party_in = "EntityRef"
    counted = False
    head = (
        Field("AccountRef", Ref(target="Account"), keep=True),
        Field("PaymentMethodRef", Ref(target="PaymentMethod", named=False)),
        Field("PaymentRefNum", Text(21)),
        both("PaymentType", Choice(tuple(PAID_FROM))),
        Field("EntityRef", Payee(), column="party"),
        Field("RemitToAddr", Address()),
        Field("Credit", Flag()),
        both("TotalAmt", Amount(), read_only=True),
        Field("PrintStatus", Choice(("NotSet", "NeedToPrint", "PrintComplete"))),
        Field("PurchaseEx", Record(), read_only=True),
    )
    tail = (*HEADED, Field("IncludeInAnnualTPAR", Flag()))
    tolerated = TRANSACTION | words("""CheckPayment CreditCardPayment TxnId TxnNum Memo LessCIS
        ProjectRef""")

    def sign(self, body: Body) -> int:
        return -1 if body.get("Credit") else 1

    def check_required(self, draft: Draft) -> None:
        # A sparse update has to say how it was paid too.
        if "PaymentType" not in draft.sent:
            raise faults.required("PaymentType")
        for name in ("AccountRef", "Line"):
            if not draft.new.get(name):
                raise faults.required(name)

    def party(self, work: Work, draft: Draft) -> Body:
        """Whose currency it is in: the payee's, or else the bank account's."""
        new = draft.new
        payee = self._payee(work, draft)
        account = work.fetch("Account", number_of(new["AccountRef"]) or 0) or {}
        return account if payee is None or "CurrencyRef" not in payee else payee

    def _payee(self, work: Work, draft: Draft) -> Body | None:
        ref = draft.new.get("EntityRef")
        if ref is None:
            return None
        before = (draft.old or {}).get("EntityRef", {})
        types = (ref["type"],) if "type" in ref else PAYEES
        for type_ in types:
            found = work.fetch(type_, number_of(ref) or 0)
            if found is None:
                continue
            if not found.get("Active", True) and before.get("value") != ref["value"]:
                raise faults.made_inactive()
            draft.new["EntityRef"] = {
                "value": found["Id"],
                "name": work.kinds[type_].label(found),
                "type": type_,
            }
            return found
        raise faults.bad_reference("Names", ref["value"], "EntityRef")

    def complete(self, work: Work, draft: Draft, party: Body) -> None:
        new = draft.new
        self._check_account(work, draft)
        self._fill(new)
        self._check_number(work, draft)
        payee = new.get("EntityRef", {})
        vendor = {"Id": payee["value"]} if payee.get("type") == "Vendor" else {}
        ordering.link(work, self, draft, vendor)
        self._check_payments(work, draft)

    def _check_account(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if draft.changed("AccountRef") or draft.changed("PaymentType"):
            types = (PAID_FROM[new["PaymentType"]],)
            work.check_account(new["AccountRef"], types, "AccountRef")
        account = work.fetch("Account", number_of(new["AccountRef"]) or 0) or {}
        payables.check_account_currency(work, new, account, "AccountRef")

    def _fill(self, new: Body) -> None:
        paid = new["PaymentType"]
        credit = new.pop("Credit", False)
        if credit and paid != "CreditCard":
            raise faults.business("Only a credit card expense can be a credit.")
        if paid == "CreditCard":
            new["Credit"] = credit
        if paid == "Check":
            new.setdefault("PrintStatus", "NotSet")
        else:
            new.pop("PrintStatus", None)
        type_ = CARD_CREDIT if credit else TXN_TYPE[paid]
        new["PurchaseEx"] = {"any": [name_value("TxnType", type_)]}

    def _check_number(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if work.switches.number_expenses:
            expense_numbers.give_next(work, draft, "expense")
        if new["PaymentType"] != "Check":
            expense_numbers.refuse_duplicate(
                work,
                draft,
                self.entity,
                lambda other: bool(other["PaymentType"] == new["PaymentType"]),
            )
        elif expense_numbers.is_set(work, "WarnDuplicateCheckNumber", usual=True):
            expense_numbers.refuse_duplicate(
                work,
                draft,
                self.entity,
                lambda other: bool(
                    other["PaymentType"] == "Check"
                    and other["AccountRef"]["value"] == new["AccountRef"]["value"]
                ),
            )

    def show_links(self, work: Work, body: Body) -> None:
        txn = int(body["Id"])
        users = applications.links_to(work, self.entity, txn)
        used = [{"TxnId": str(each.txn), "TxnType": each.kind} for each in users]
        body["LinkedTxn"] = [*used, *ordering.heads(work, self.entity, txn)]
        if not body["LinkedTxn"]:
            del body["LinkedTxn"]

    def counter_entry(self, work: Work, body: Body, cents: int) -> ledger.Entry:
        account = number_of(body["AccountRef"]) or 0
        return ledger.Entry(account, cents, work.currency_of(body))

    def debtor(self, work: Work, body: Body, account: int) -> int | None:
        held = (work.fetch("Account", account) or {}).get("AccountType")
        return number_of(body.get("EntityRef")) if held in OWED_BY else None

    def _loosen(self, work: Work, draft: Draft, most: int) -> None:
        settling.loosen(work, self.entity, draft.id, most)
        payables.loosen(work, self.entity, draft.id, most)

    def _check_payments(self, work: Work, draft: Draft) -> None:
        """Have no more of it used up than it still puts on somebody's balance."""
        if draft.old is None or not applications.applied(work, self.entity, draft.id):
            return
        before, after = self._owing(work, draft.old), self._owing(work, draft.new)
        if before != after:
            same = before.keys() == after.keys()
            most = sum(abs(cents) for cents in after.values()) if same else 0
            self._loosen(work, draft, most)

    def _owing(self, work: Work, body: Body) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        for entry in self._own_entries(work, body):
            if entry.party is not None:
                key = (entry.account, entry.party)
                found[key] = found.get(key, 0) + entry.cents
        return found

    def check_free(self, work: Work, draft: Draft) -> None:
        if applications.applied(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )

    def annul(self, work: Work, draft: Draft) -> None:
        new = draft.new
        check_books_open(work, new["TxnDate"])
        self._loosen(work, draft, 0)
        ordering.unlink(work, self, draft)
        for line in new["Line"]:
            line.pop("LinkedTxn", None)
            if "Amount" in line:
                line["Amount"] = 0
            detail = detail_of(line) or {}
            for name in ("Qty", "TaxInclusiveAmt", "TaxAmount"):
                if name in detail:
                    detail[name] = 0
            if "BillableStatus" in detail:
                detail["BillableStatus"] = "NotBillable"
        if "TxnTaxDetail" in new:
            new["TxnTaxDetail"] = {"TotalTax": 0}
        new.pop("LinkedTxn", None)
        new["TotalAmt"] = 0
        note_voided(new)

"""Bills, and the credits vendors give: what is owed to them and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications
from qbo_simulator.books.fields import (
    Address,
    Amount,
    Day,
    Field,
    Flag,
    Ref,
    both,
)
from qbo_simulator.books.kind import Body, Draft, number_of, words
from qbo_simulator.forms import clearing, expense_numbers, ordering, payables
from qbo_simulator.forms.documents import TRANSACTION, falls_due
from qbo_simulator.kinds.expense_forms import (
    HEADED,
    ExpenseForm,
    payable_account,
    show_at_home,
)
from qbo_simulator.wire import as_decimal, from_cents, money, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work


class PayableForm(ExpenseForm):
    """What a vendor is owed by, or owes us: open until bill payments settle it."""

    def complete(self, work: Work, draft: Draft, party: Body) -> None:
        payable_account(work, draft)
        self._check_payments(work, draft)
        show_at_home(work, draft.new, HomeTotalAmt="TotalAmt")

    def show_links(self, work: Work, body: Body) -> None:
        txn = int(body["Id"])
        applied = from_cents(applications.applied(work, self.entity, txn))
        body["Balance"] = money(as_decimal(body["TotalAmt"]) - applied)
        show_at_home(work, body, HomeBalance="Balance")
        links = payables.links_shown(work, self.entity, txn)
        body["LinkedTxn"] = [*links, *ordering.heads(work, self.entity, txn)]
        if not body["LinkedTxn"]:
            del body["LinkedTxn"]

    def _check_payments(self, work: Work, draft: Draft) -> None:
        old = draft.old
        applied = applications.applied(work, self.entity, draft.id)
        if old is None or not applied:
            return
        for name in ("VendorRef", "APAccountRef"):
            if draft.new[name]["value"] != old[name]["value"]:
                raise faults.business(
                    "You can't change the vendor or the payable account of a "
                    "transaction that has payments."
                )
        most = to_cents(as_decimal(draft.new["TotalAmt"]))
        payables.loosen(work, self.entity, draft.id, most)

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        if draft.old is not None:
            clearing.repost_payments(work, self.entity, draft.id)

    def check_free(self, work: Work, draft: Draft) -> None:
        if applications.applied(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )


class Bill(PayableForm):
    """What is owed to a vendor."""

    entity = "Bill"
    list_name = "Bill"
    operations = frozenset({"create", "update", "delete"})
    head = (
        both("SalesTermRef", Ref(target="Term", named=False)),
        both("DueDate", Day()),
        Field("Balance", Amount(), read_only=True, filterable=True),
        Field("HomeBalance", Amount(), read_only=True),
    )
    tail = (
        *HEADED,
        both("VendorRef", Ref(target="Vendor"), column="party"),
        Field("VendorAddr", Address()),
        both("APAccountRef", Ref(target="Account")),
        both("TotalAmt", Amount(), read_only=True),
        Field("HomeTotalAmt", Amount(), read_only=True),
        Field("IncludeInAnnualTPAR", Flag()),
    )
    tolerated = TRANSACTION | words("""BillEmail ReplyEmail Memo PayerRef RemitToAddr ShipAddr BillEx
        LessCIS ProjectRef PrintStatus EmailStatus""")

    def check_required(self, draft: Draft) -> None:
        # A sparse update has to name the vendor too.
        if "VendorRef" not in draft.sent:
            raise faults.required("VendorRef")
        super().check_required(draft)

    def complete(self, work: Work, draft: Draft, party: Body) -> None:
        super().complete(work, draft, party)
        fall_due(work, draft, party)
        if expense_numbers.is_set(work, "WarnDuplicateBillNumber", usual=False):
            vendor = draft.new["VendorRef"]["value"]
            expense_numbers.refuse_duplicate(
                work,
                draft,
                self.entity,
                lambda other: bool(other["VendorRef"]["value"] == vendor),
            )
        ordering.link(work, self, draft, party)


class VendorCredit(PayableForm):
    """What a vendor gives back, until bill payments use it up."""

    entity = "VendorCredit"
    list_name = "VendorCredit"
    gives_back = True
    operations = frozenset({"create", "update", "delete"})
    head = (
        Field("Balance", Amount(), read_only=True, sortable=True),
        Field("HomeBalance", Amount(), read_only=True),
    )
    tail = (
        *HEADED,
        Field("VendorRef", Ref(target="Vendor"), column="party"),
        both("APAccountRef", Ref(target="Account")),
        both("TotalAmt", Amount(), read_only=True),
        Field("HomeTotalAmt", Amount(), read_only=True),
        Field("IncludeInAnnualTPAR", Flag()),
    )
    tolerated = TRANSACTION | words("""Memo PayerRef VendorCreditEx ProjectRef SalesTermRef DueDate
        VendorAddr BillEmail ReplyEmail RemitToAddr ShipAddr LessCIS""")


def fall_due(work: Work, draft: Draft, vendor: Body) -> None:
    """Set SalesTermRef from the vendor on create, and DueDate unless it is given."""
    new = draft.new
    if draft.old is None and "SalesTermRef" not in new and "TermRef" in vendor:
        new["SalesTermRef"] = {"value": vendor["TermRef"]["value"]}
    moved = draft.changed("TxnDate") or draft.changed("SalesTermRef")
    if "DueDate" in new and ("DueDate" in draft.sent or not moved):
        return
    term = work.fetch("Term", number_of(new.get("SalesTermRef")) or 0)
    issued = date.fromisoformat(new["TxnDate"])
    due = issued if term is None else falls_due(issued, term)
    new["DueDate"] = due.isoformat()

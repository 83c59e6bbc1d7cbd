"""What invoices, estimates, sales receipts, credit memos and refunds have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qbo_simulator import faults
from qbo_simulator.books import applications, currencies, stock
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of
from qbo_simulator.forms.documents import (
    check_currency,
    check_private_note,
    document_number,
    fill_custom_fields,
    home_amount,
    note_voided,
)
from qbo_simulator.forms.lines import in_order
from qbo_simulator.forms.sheets import Sheet
from qbo_simulator.kinds import sales_postings
from qbo_simulator.kinds.sales_addresses import fill_addresses
from qbo_simulator.kinds.sales_fields import TOLERATED
from qbo_simulator.taxes.sales import assess
from qbo_simulator.wire import money

if TYPE_CHECKING:
    from qbo_simulator.books.ledger import Entry
    from qbo_simulator.books.work import Work

MOST_TAXED = 750
DEPOSITABLE = ("Bank", "Other Current Asset")


class SalesForm(Transaction):
    """A document that sells something, or takes a sale back."""

    party_in = "CustomerRef"
    tolerated = TOLERATED
    needs_customer: ClassVar[bool] = True
    sign: ClassVar[int] = 1
    """1 for what sells, -1 for what takes back, 0 for what moves no money."""

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if self.needs_customer and not new.get("CustomerRef"):
            raise faults.required("CustomerRef")
        if not new.get("Line"):
            raise faults.required("Line")
        customer = work.fetch("Customer", number_of(new.get("CustomerRef")) or 0) or {}
        check_currency(work, draft, customer)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        self._track(work, draft)
        self._compose(work, draft, customer)
        self._fill(work, draft, customer)
        self.complete(work, draft, customer)
        document_number(work, draft, self.entity)
        if self.sign:
            sales_postings.check_goods(work, new)
        new["Id"] = str(draft.id)
        self.show_links(work, new)

    def complete(self, work: Work, draft: Draft, customer: Body) -> None:
        """Fill in and check what only this kind of form has."""

    def _track(self, work: Work, draft: Draft) -> None:
        """Keep class and department where the company counts by them."""
        for name, entity, preference in (
            ("ClassRef", "Class", "ClassTrackingPerTxn"),
            ("DepartmentRef", "Department", "TrackDepartments"),
        ):
            ref = draft.new.get(name)
            if ref is None or ref == (draft.old or {}).get(name):
                continue
            del draft.new[name]
            if work.preference("AccountingInfoPrefs", preference):
                found = work.refer(entity, ref, name)
                shown = found.get("FullyQualifiedName", found["Name"])
                draft.new[name] = {"value": found["Id"], "name": shown}

    def _compose(self, work: Work, draft: Draft, customer: Body) -> None:
        new = draft.new
        sheet = Sheet(work, customer, (draft.old or {}).get("Line", []))
        sheet.read(new["Line"])
        if not sheet.items:
            raise faults.required("Line")
        outcome = assess(work, draft, sheet, sheet.settle_discount())
        total = sheet.subtotal - outcome.discount + sheet.extras + outcome.tax
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater.")
        new["TotalAmt"] = money(total)
        new["Line"] = sheet.served()
        check_taxed(new["Line"])
        if currencies.is_enabled(work):
            new["HomeTotalAmt"] = money(home_amount(work, new, "TotalAmt"))

    def _fill(self, work: Work, draft: Draft, customer: Body) -> None:
        new = draft.new
        fill_custom_fields(work, new)
        usual = {
            "ApplyTaxAfterDiscount": work.country != "US",
            "PrintStatus": "NeedToPrint",
            "EmailStatus": "NotSet",
        }
        for name, value in usual.items():
            if name in self.fields:
                new.setdefault(name, value)
        fill_addresses(work, draft, customer)
        if new.get("EmailStatus") == "NeedToSend" and "BillEmail" not in new:
            raise faults.Fault(
                6420, "Email address is required", "BillEmail is required", "BillEmail"
            )

    def show_links(self, work: Work, body: Body) -> None:
        """Show the bank deposit it is in."""
        found = [
            {"TxnId": str(link.txn), "TxnType": link.kind}
            for link in applications.links_to(work, self.entity, int(body["Id"]))
            if link.kind == "Deposit"
        ]
        body.pop("LinkedTxn", None)
        if found:
            body["LinkedTxn"] = found

    def counter(self, work: Work, body: Body) -> list[Entry]:
        """What stands against the sale: debits of the customer's account or a bank."""
        return []

    def entries(self, work: Work, body: Body) -> list[Entry]:
        if not self.sign:
            return []
        return [
            *self.counter(work, body),
            *sales_postings.sale(work, body, self.sign),
            *stock.cost_entries(work, self.entity, int(body["Id"])),
        ]

    def settle(self, work: Work, draft: Draft) -> None:
        if not self.sign:
            return
        goods = sales_postings.moves(draft.new, self.sign)
        on = draft.new["TxnDate"]
        stock.replace(work, self.entity, draft.id, on, goods)
        work.post(self, draft, self.entries(work, draft.new))

    def annul(self, work: Work, draft: Draft) -> None:
        new = draft.new
        check_books_open(work, new["TxnDate"])
        for line in in_order(new["Line"]):
            if "Amount" in line:
                line["Amount"] = 0
            detail = line.get("SalesItemLineDetail", {})
            for name in ("Qty", "TaxInclusiveAmt"):
                if name in detail:
                    detail[name] = 0
        new["TxnTaxDetail"] = {"TotalTax": 0}
        new["TotalAmt"] = 0
        if "HomeTotalAmt" in new:
            new["HomeTotalAmt"] = 0
        note_voided(new)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        if applications.applied(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )
        if self.sign:
            stock.replace(work, self.entity, draft.id, draft.new["TxnDate"], [])
            work.post(self, draft, [])


def check_taxed(lines: list[Body]) -> None:
    """6000 for more lines with tax than a form may have."""
    taxed = sum(
        line.get("SalesItemLineDetail", {}).get("TaxCodeRef", {}).get("value", "NON")
        != "NON"
        for line in in_order(lines)
    )
    if taxed > MOST_TAXED:
        raise faults.business(
            f"A transaction can have up to {MOST_TAXED} lines with tax.", "Line"
        )


def check_deposit_account(work: Work, draft: Draft) -> None:
    """6430 unless money can be put into the account, or taken from it."""
    ref = draft.new["DepositToAccountRef"]
    if draft.changed("DepositToAccountRef"):
        work.check_account(ref, DEPOSITABLE, "DepositToAccountRef")
    account = work.fetch("Account", number_of(ref) or 0) or {}
    held, home = work.currency_of(account), work.home_currency
    if held not in (home, work.currency_of(draft.new)):
        raise faults.other_currency("DepositToAccountRef")


def set_usual_bank(work: Work, draft: Draft) -> None:
    """Put money received into Undeposited Funds unless it is said where."""
    if "DepositToAccountRef" not in draft.new:
        usual = work.account("UndepositedFunds")
        name = (work.fetch("Account", usual) or {}).get("Name", "")
        draft.new["DepositToAccountRef"] = {"value": str(usual), "name": name}

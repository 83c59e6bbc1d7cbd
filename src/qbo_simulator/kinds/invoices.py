"""Invoices: what customers owe and why, paid in part or whole, closing estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.applications import Link
from qbo_simulator.books.fields import Field, Flag
from qbo_simulator.books.kind import Body, Draft, number_of, words
from qbo_simulator.forms import automatic_credits, clearing, settling
from qbo_simulator.forms.documents import due_date
from qbo_simulator.forms.lines import in_order
from qbo_simulator.kinds.sales_fields import form_fields
from qbo_simulator.kinds.sales_forms import (
    SalesForm,
    check_deposit_account,
    set_usual_bank,
)
from qbo_simulator.wire import (
    as_decimal,
    decode,
    encode,
    from_cents,
    id_of,
    money,
    round_cents,
    to_cents,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbo_simulator.books.work import Work

ONLINE = (
    "AllowIPNPayment",
    "AllowOnlinePayment",
    "AllowOnlineCreditCardPayment",
    "AllowOnlineACHPayment",
)
LINKABLE = {
    "Estimate": "Estimate",
    "TimeActivity": "TimeActivity",
    "ReimburseCharge": "ReimburseCharge",
    "StatementCharge": "ReimburseCharge",
}
"""The kinds behind the types of what an invoice may be made of."""


class Invoice(SalesForm):
    """What a customer owes and why."""

    entity = "Invoice"
    list_name = "Invoice"
    operations = frozenset({"create", "update", "void", "delete", "send", "pdf"})
    counts_rows = True
    head = tuple(Field(name, Flag()) for name in ONLINE)
    tail = form_fields(
        """LinkedTxn SalesTermRef DueDate EmailStatus ARAccountRef Balance HomeBalance
        DepositToAccountRef Deposit""",
        filters="SalesTermRef DueDate Balance",
        orders="DueDate Balance TotalAmt",
    )
    tolerated = SalesForm.tolerated | words("""AllowOnlinePayPalPayment EInvoiceStatus
        ECloudStatusTimeStamp CfdiUse Exportation GlobalInfo invoiceStatus callToAction
        invoiceStatusLog InvoiceEx InvoiceLink PaymentDetailsMessage
        ConvenienceFeeDetail EnabledSurchargeInfo InvoiceLinkSecurityCode
        InvoiceLinkExpiryDate AutoPayEligible SchedulePayEligible ScheduledPaymentId
        GratuityEnabled FinancingProductType SubscriptionPaymentsSetting""")

    def complete(self, work: Work, draft: Draft, customer: Body) -> None:
        new = draft.new
        for name in ONLINE:
            new.setdefault(name, False)
        new["AllowIPNPayment"] = new["AllowOnlinePayment"] = False
        due_date(work, draft, customer)
        check_receivable(work, draft)
        self._deposit(work, draft)
        self._check_payments(work, draft)
        self._link(work, draft)

    def _deposit(self, work: Work, draft: Draft) -> None:
        new = draft.new
        deposit = as_decimal(new.get("Deposit"))
        if not deposit:
            new.pop("Deposit", None)
            new.pop("DepositToAccountRef", None)
            return
        if not work.preference("SalesFormsPrefs", "AllowDeposit"):
            raise faults.not_supported("a deposit on an invoice", "Deposit")
        if not 0 < deposit <= as_decimal(new["TotalAmt"]):
            raise faults.business(
                "The deposit must be between 0 and the total of the invoice.", "Deposit"
            )
        set_usual_bank(work, draft)
        check_deposit_account(work, draft)

    def _check_payments(self, work: Work, draft: Draft) -> None:
        most = as_decimal(draft.new["TotalAmt"]) - as_decimal(draft.new.get("Deposit"))
        settling.follow(work, self.entity, draft, to_cents(most))

    def _link(self, work: Work, draft: Draft) -> None:
        """Link it to what it is made of: estimates, time, charges."""
        total = to_cents(as_decimal(draft.new["TotalAmt"]))
        before = applications.links_of(work, self.entity, draft.id)
        targets = dict.fromkeys(_targets(draft))
        known = {(link.kind, link.txn) for link in before}
        for target in targets:
            if target not in known or draft.changed("CustomerRef"):
                self._check_target(work, draft, *target)
        links = [
            Link(kind, txn, total if kind == "Estimate" else 0) for kind, txn in targets
        ]
        applications.replace(work, self.entity, draft.id, links)
        moved = set(before) ^ set(links)
        draft.effects["linked"] = {(link.kind, link.txn) for link in moved}

    def _check_target(self, work: Work, draft: Draft, kind: str, txn: int) -> None:
        body = work.fetch(kind, txn)
        if body is None:
            raise faults.no_such_link(kind, str(txn))
        owner = number_of(body.get("CustomerRef"))
        if owner not in (None, number_of(draft.new["CustomerRef"])):
            raise faults.business(
                f"{kind} {txn} belongs to another customer than the invoice.",
                "LinkedTxn",
            )
        taken = [
            link
            for link in applications.links_to(work, kind, txn)
            if (link.kind, link.txn) != (self.entity, draft.id)
        ]
        in_parts = work.preference("SalesFormsPrefs", "UsingProgressInvoicing")
        if taken and not (kind == "Estimate" and in_parts):
            raise faults.not_linkable(
                f"Txn ID Cannot Be Linked : {kind} {txn} is linked to "
                f"{taken[0].kind} {taken[0].txn} already"
            )

    def show_links(self, work: Work, body: Body) -> None:
        id = int(body["Id"])  # noqa: A001
        paid = [
            link
            for link in applications.links_to(work, self.entity, id)
            if link.kind in applications.SETTLING
        ]
        applied = from_cents(sum(link.cents for link in paid))
        balance = as_decimal(body["TotalAmt"]) - as_decimal(body.get("Deposit"))
        body["Balance"] = money(balance - applied)
        if "HomeTotalAmt" in body:
            rate = as_decimal(body.get("ExchangeRate", 1))
            body["HomeBalance"] = money(round_cents((balance - applied) * rate))
        made_of = applications.links_of(work, self.entity, id)
        body["LinkedTxn"] = [
            {"TxnId": str(link.txn), "TxnType": link.kind} for link in (*paid, *made_of)
        ]

    def counter(self, work: Work, body: Body) -> list[ledger.Entry]:
        currency = work.currency_of(body)
        deposit = to_cents(as_decimal(body.get("Deposit")))
        owed = to_cents(as_decimal(body["TotalAmt"])) - deposit
        account = settling.receivable_of(work, body)
        party = number_of(body["CustomerRef"])
        found = [ledger.Entry(account, owed, currency, party)]
        if deposit:
            bank = number_of(body["DepositToAccountRef"]) or 0
            found.append(ledger.Entry(bank, deposit, currency))
        return found

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        for kind, txn in sorted(draft.effects.get("linked", ())):
            work.refresh(kind, txn, bump=False)
        if draft.old is not None:
            clearing.repost_payments(work, self.entity, draft.id)
        if draft.old is None:
            automatic_credits.apply_automatically(work, draft.new)

    def annul(self, work: Work, draft: Draft) -> None:
        settling.loosen(work, self.entity, draft.id)
        super().annul(work, draft)
        for name in ("Deposit", "DepositToAccountRef"):
            draft.new.pop(name, None)
        self._unlink(work, draft)
        self.show_links(work, draft.new)

    def withdraw(self, work: Work, draft: Draft) -> None:
        super().withdraw(work, draft)
        self._unlink(work, draft)
        for kind, txn in sorted(draft.effects["linked"]):
            work.refresh(kind, txn, bump=False)

    def _unlink(self, work: Work, draft: Draft) -> None:
        links = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, [])
        draft.effects["linked"] = {(link.kind, link.txn) for link in links}


def _targets(draft: Draft) -> Iterator[tuple[str, int]]:
    """What the header and the lines of an invoice say it is made of."""
    links = [*draft.new.get("LinkedTxn", [])]
    for line in in_order(draft.new["Line"]):
        links += line.get("LinkedTxn", [])
    for link in links:
        type_, held = str(link.get("TxnType")), str(link.get("TxnId", ""))
        if type_ in applications.SETTLING:
            continue
        txn = id_of(held)
        if type_ not in LINKABLE or txn is None:
            raise faults.no_such_link(type_, held)
        yield LINKABLE[type_], txn


def check_receivable(work: Work, draft: Draft) -> None:
    """6430 for an ARAccountRef that is no receivable of the form's currency."""
    ref = draft.new.get("ARAccountRef")
    if ref is None:
        return
    work.check_account(ref, ("Accounts Receivable",), "ARAccountRef")
    account = work.fetch("Account", number_of(ref) or 0) or {}
    if work.currency_of(account) != work.currency_of(draft.new):
        raise faults.other_currency("ARAccountRef")


def with_link(served: bytes) -> bytes:
    """An invoice as served to who asks for its `InvoiceLink`: where it is paid online.

    There is one only if online payment is offered and there is somebody to send it to.
    """
    body = decode(served)
    if "BillEmail" not in body or not any(body.get(name) for name in ONLINE):
        return served
    link = f"https://connect.intuit.com/t/scs-v1-{body['Id']:0>32}?locale=en_US"
    return encode({**body, "InvoiceLink": link})

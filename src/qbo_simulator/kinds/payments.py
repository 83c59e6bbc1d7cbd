"""Payments received: over one invoice, several, or none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import applications, faults, ledger
from qbo_simulator.documents import (
    TRANSACTION,
    check_books_open,
    check_currency,
    check_private_note,
    note_voided,
)
from qbo_simulator.fields import (
    Amount,
    Day,
    Field,
    Flag,
    Lines,
    Record,
    Ref,
    Text,
    both,
    parse_number,
    unknown_property,
)
from qbo_simulator.kinds.base import Body, Draft, Kind, number_of, words
from qbo_simulator.kinds.sales import merge_entries, show_payments
from qbo_simulator.wire import as_decimal, from_cents, id_of, to_cents

if TYPE_CHECKING:
    from qbo_simulator.work import Work

LINE_PARTS = (
    "Id",
    "LineNum",
    "Description",
    "Amount",
    "LinkedTxn",
    "LineEx",
    "DetailType",
)
DEPOSITABLE = ("Bank", "Other Current Asset")
APPLICABLE = ("Invoice",)


class Payment(Kind):
    """Money received from a customer."""

    entity = "Payment"
    list_name = "Payment"
    sequence = "transactions"
    operations = frozenset({"create", "update", "void", "delete", "send", "pdf"})
    is_name_list = False
    default_order = "updated"
    head = (
        Field("CustomerRef", Ref(target="Customer"), filterable=True, column="party"),
        Field("ARAccountRef", Ref()),
        Field("DepositToAccountRef", Ref(target="Account", named=False), keep=True),
        Field(
            "PaymentMethodRef",
            Ref(target="PaymentMethod", named=False),
            filterable=True,
        ),
        Field("PaymentRefNum", Text(21), filterable=True),
        both("TotalAmt", Amount(), keep=True),
        Field("UnappliedAmt", Amount(), read_only=True),
        Field("ProcessPayment", Flag()),
        Field("CreditCardPayment", Record()),
    )
    tail = (
        Field("DocNumber", Text(21), filterable=True, column="doc_number"),
        both("TxnDate", Day(), column="txn_date"),
        Field("CurrencyRef", Ref(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("CustomField", Lines()),
        Field("ProjectRef", Ref()),
        Field("LinkedTxn", Lines(), read_only=True),
        Field("Line", Lines(), keep=True),
        Field("BillEmail", Record(), read_only=True),
        Field("EmailStatus", Text(), read_only=True),
        Field("DeliveryInfo", Record(), read_only=True),
    )
    tolerated = TRANSACTION | words("""DepartmentRef ExchangeRate TxnTaxDetail RemitToRef PaymentType CheckPayment
        PaymentExtendedType PaymentEx TaxExemptionRef""")

    def label(self, body: Body) -> str:
        return str(body.get("PaymentRefNum", ""))

    def columns(self, body: Body) -> dict[str, Any]:
        return {
            "doc_number": body.get("DocNumber"),
            "txn_date": body.get("TxnDate"),
            "party": number_of(body.get("CustomerRef")),
        }

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if "TotalAmt" not in new:
            raise faults.business("You must set a transaction amount.")
        if not new.get("CustomerRef"):
            raise faults.required("CustomerRef")
        if as_decimal(new["TotalAmt"]) < 0:
            raise faults.business("Transaction amount must be 0 or greater.")
        customer = work.fetch("Customer", number_of(new["CustomerRef"]) or 0) or {}
        check_currency(work, draft, customer)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        usual = {"value": str(work.account("UndepositedFunds"))}
        new.setdefault("DepositToAccountRef", usual)
        if draft.changed("DepositToAccountRef"):
            account = new["DepositToAccountRef"]
            work.check_account(account, DEPOSITABLE, "DepositToAccountRef")
        new.setdefault("ProcessPayment", False)
        new.setdefault("LinkedTxn", [])
        rows = self._applications(work, draft)
        affected = applications.of_payment(work, draft.id)
        applications.replace(work, draft.id, rows)
        draft.effects["invoices"] = {txn for _, txn, _ in (*affected, *rows)}
        draft.effects["moved"] = affected != rows
        total = as_decimal(new["TotalAmt"])
        new.update(applications.payment_lines(work, draft.id, total))

    def _applications(self, work: Work, draft: Draft) -> list[tuple[str, int, int]]:
        rows = [
            self._application(work, draft, raw) for raw in draft.new.get("Line", [])
        ]
        rows = [row for row in rows if row[2]]
        spent = sum(cents for _, _, cents in rows)
        if spent > to_cents(as_decimal(draft.new["TotalAmt"])):
            raise faults.business(
                "The amount applied is greater than the amount of the payment.", "Line"
            )
        per_invoice: dict[tuple[str, int], int] = {}
        for kind, txn, cents in rows:
            per_invoice[kind, txn] = per_invoice.get((kind, txn), 0) + cents
        for (kind, txn), cents in per_invoice.items():
            paid = work.fetch(kind, txn) or {}
            total = to_cents(as_decimal(paid.get("TotalAmt")))
            others = applications.applied(work, kind, txn, besides=draft.id)
            if cents > total - others:
                raise faults.business(
                    f"You can't apply {from_cents(cents)} to {kind} {txn}: "
                    f"its open balance is {from_cents(total - others)}.",
                    "Line",
                )
        return [(kind, txn, cents) for (kind, txn), cents in per_invoice.items()]

    def _application(self, work: Work, draft: Draft, raw: Body) -> tuple[str, int, int]:
        for name in raw:
            if name not in LINE_PARTS:
                raise unknown_property(name, "Line", LINE_PARTS)
        amount = parse_number("Amount", raw.get("Amount", 0))
        if amount < 0:
            raise faults.Fault(
                2290, "Negative Amount", "Amount must not be negative", "Amount"
            )
        links = Lines().clean("LinkedTxn", raw.get("LinkedTxn") or [])
        if len(links) != 1:
            raise faults.required("LinkedTxn")
        kind, held = str(links[0].get("TxnType")), str(links[0].get("TxnId", ""))
        if kind not in APPLICABLE:
            raise faults.Fault(
                620, "Txn ID Cannot Be Linked", f"Transaction type {kind}", "LinkedTxn"
            )
        txn = id_of(held)
        paid = None if txn is None else work.fetch(kind, txn)
        if txn is None or paid is None:
            raise faults.business(
                f"The entity {kind} {held} that you are trying to link does not exist. "
                f"{kind} {held}"
            )
        self._check_family(work, draft, paid)
        return kind, txn, to_cents(amount)

    def _check_family(self, work: Work, draft: Draft, paid: Body) -> None:
        payer = draft.new["CustomerRef"]["value"]
        owner: Body | None = work.fetch("Customer", number_of(paid["CustomerRef"]) or 0)
        while owner is not None:
            if owner["Id"] == payer:
                return
            above = number_of(owner.get("ParentRef"))
            owner = work.fetch("Customer", above) if above else None
        raise faults.business(
            f"Invoice {paid['Id']} belongs to another customer than the payment.",
            "LinkedTxn",
        )

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        return entries(work, body, int(body["Id"]))

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))
        if not draft.effects.get("moved"):
            return
        for txn in sorted(draft.effects["invoices"]):
            invoice = work.fetch("Invoice", txn)
            if invoice is None:
                continue
            show_payments(work, txn, invoice)
            work.rewrite("Invoice", invoice, bump=True)
            work.tell("Invoice", invoice["Id"], "Update")

    def annul(self, work: Work, draft: Draft) -> None:
        new = draft.new
        check_books_open(work, new["TxnDate"])
        self._unlink(work, draft)
        new["TotalAmt"] = new["UnappliedAmt"] = 0
        new["Line"] = []
        note_voided(new)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        self._unlink(work, draft)
        draft.new["TotalAmt"] = 0
        self.settle(work, draft)

    def _unlink(self, work: Work, draft: Draft) -> None:
        rows = applications.of_payment(work, draft.id)
        applications.replace(work, draft.id, [])
        draft.effects["invoices"] = {txn for _, txn, _ in rows}
        draft.effects["moved"] = bool(rows)


def entries(work: Work, body: Body, payment: int) -> list[ledger.Entry]:
    """What a payment posts: the deposit account against each debtor's receivable."""
    home = work.home_currency
    receivable = work.account("AccountsReceivable")
    total = to_cents(as_decimal(body["TotalAmt"]))
    found = [
        ledger.Entry(number_of(body["DepositToAccountRef"]) or 0, total, home),
    ]
    left = total
    for kind, txn, cents in applications.of_payment(work, payment):
        owner = number_of((work.fetch(kind, txn) or body)["CustomerRef"])
        found.append(ledger.Entry(receivable, -cents, home, owner))
        left -= cents
    payer = number_of(body["CustomerRef"])
    found.append(ledger.Entry(receivable, -left, home, payer))
    return merge_entries(found)

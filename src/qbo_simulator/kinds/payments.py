"""Payments received: over one invoice, several, or none yet."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import applications, faults, ledger
from qbo_simulator.applications import Link
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
    Number,
    Record,
    Ref,
    Text,
    both,
    parse_number,
    unknown_property,
)
from qbo_simulator.kinds.base import Body, Draft, Kind, number_of, words
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
    links_are_posted = True
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
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("CustomField", Lines()),
        Field("ProjectRef", Ref()),
        Field("LinkedTxn", Lines(), read_only=True),
        Field("Line", Lines(), keep=True),
        Field("BillEmail", Record(), read_only=True),
        Field("EmailStatus", Text(), read_only=True),
        Field("DeliveryInfo", Record(), read_only=True),
    )
    tolerated = TRANSACTION | words("""DepartmentRef TxnTaxDetail RemitToRef PaymentType CheckPayment
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
        links = self._links(work, draft)
        before = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, links)
        draft.effects["linked"] = {(link.kind, link.txn) for link in (*before, *links)}
        draft.effects["moved"] = before != links
        new["Id"] = str(draft.id)
        self.show_links(work, new)

    def show_links(self, work: Work, body: Body) -> None:
        total = as_decimal(body["TotalAmt"])
        body.update(applications.payment_lines(work, int(body["Id"]), total))

    def _links(self, work: Work, draft: Draft) -> list[Link]:
        sent = [self._link(work, draft, raw) for raw in draft.new.get("Line", [])]
        spent = sum(link.cents for link in sent)
        if spent > to_cents(as_decimal(draft.new["TotalAmt"])):
            raise faults.business(
                "The amount applied is greater than the amount of the payment.", "Line"
            )
        sums: dict[tuple[str, int], int] = {}
        for link in sent:
            if link.cents:
                key = (link.kind, link.txn)
                sums[key] = sums.get(key, 0) + link.cents
        for (kind, txn), cents in sums.items():
            paid = work.fetch(kind, txn) or {}
            total = to_cents(as_decimal(paid.get("TotalAmt")))
            others = applications.applied(work, kind, txn, besides=draft.id)
            if cents > total - others:
                raise faults.business(
                    f"You can't apply {from_cents(cents)} to {kind} {txn}: "
                    f"its open balance is {from_cents(total - others)}.",
                    "Line",
                )
        return [Link(kind, txn, cents) for (kind, txn), cents in sums.items()]

    def _link(self, work: Work, draft: Draft, raw: Body) -> Link:
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
        return Link(kind, txn, to_cents(amount))

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
        for kind, txn in sorted(draft.effects["linked"]):
            work.refresh(kind, txn)

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
        links = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, [])
        draft.effects["linked"] = {(link.kind, link.txn) for link in links}
        draft.effects["moved"] = bool(links)


def entries(work: Work, body: Body, payment: int) -> list[ledger.Entry]:
    """What a payment posts: the deposit account against each debtor's receivable.

    What is paid leaves the receivable at the rate it came in with; the difference to
    the payment's own rate is a gain or loss on exchange.
    """
    currency = work.currency_of(body)
    receivable = work.receivable(currency)
    total = to_cents(as_decimal(body["TotalAmt"]))
    bank = number_of(body["DepositToAccountRef"]) or 0
    found = [ledger.Entry(bank, total, currency)]
    left = total
    for link in applications.links_of(work, "Payment", payment):
        paid = work.fetch(link.kind, link.txn) or body
        owner = number_of(paid["CustomerRef"])
        at_home = (
            None
            if currency == work.home_currency
            else _home_part(work, link, paid, payment)
        )
        found.append(
            ledger.Entry(receivable, -link.cents, currency, owner, home=at_home)
        )
        left -= link.cents
    payer = number_of(body["CustomerRef"])
    found.append(ledger.Entry(receivable, -left, currency, payer))
    return found


def _home_part(work: Work, link: Link, paid: Body, payment: int) -> int:
    """How much of what is paid, at its own rate; the parts of all payments add up."""
    rate = Decimal(paid.get("ExchangeRate", 1))
    earlier = sum(
        other.cents
        for other in applications.links_to(work, link.kind, link.txn)
        if other.kind in applications.SETTLING and other.txn < payment
    )
    upto = to_cents(from_cents(earlier + link.cents) * rate)
    return to_cents(from_cents(earlier) * rate) - upto

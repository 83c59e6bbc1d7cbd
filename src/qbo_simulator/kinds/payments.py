"""Payments received: over one invoice, several, or none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.applications import Link
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
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
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.forms import automatic_credits, clearing, settling
from qbo_simulator.forms.documents import (
    TRANSACTION,
    check_currency,
    check_private_note,
    note_voided,
)
from qbo_simulator.forms.line_references import negative_amount
from qbo_simulator.kinds.invoices import check_receivable
from qbo_simulator.kinds.sales_fields import CardPayment
from qbo_simulator.kinds.sales_forms import check_deposit_account
from qbo_simulator.wire import as_decimal, from_cents, id_of, money, to_cents

if TYPE_CHECKING:
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


class Payment(Transaction):
    """Money received from a customer."""

    entity = "Payment"
    list_name = "Payment"
    operations = frozenset({"create", "update", "void", "delete", "send", "pdf"})
    party_in = "CustomerRef"
    links_are_posted = True
    head = (
        Field("CustomerRef", Ref(target="Customer"), filterable=True, column="party"),
        Field("ARAccountRef", Ref(target="Account", named=False)),
        Field("DepositToAccountRef", Ref(target="Account", named=False), keep=True),
        Field(
            "PaymentMethodRef",
            Ref(target="PaymentMethod", named=False),
            filterable=True,
        ),
        Field("PaymentRefNum", Text(21), filterable=True),
        Field("TotalAmt", Amount(), filterable=True, keep=True),
        Field("UnappliedAmt", Amount(), read_only=True),
        Field("ProcessPayment", Flag()),
        Field("CreditCardPayment", CardPayment()),
    )
    tail = (
        Field("DocNumber", Text(21), filterable=True, column="doc_number"),
        both("TxnDate", Day(), column="txn_date"),
        Field("DepartmentRef", Ref()),
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
    tolerated = TRANSACTION | words("""TxnTaxDetail RemitToRef PaymentType CheckPayment
        PaymentExtendedType PaymentEx TaxExemptionRef""")

    def label(self, body: Body) -> str:
        return str(body.get("PaymentRefNum", ""))

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
        check_deposit_account(work, draft)
        check_receivable(work, draft)
        new.setdefault("ProcessPayment", False)
        links = self._links(work, draft)
        before = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, links)
        draft.effects["linked"] = {(link.kind, link.txn) for link in (*before, *links)}
        draft.effects["moved"] = before != links
        new["Id"] = str(draft.id)
        self.show_links(work, new)
        if draft.old is not None and not draft.effects["moved"]:
            # What was open as it was paid stays told, whatever was paid since.
            new["Line"] = draft.old["Line"]

    def show_links(self, work: Work, body: Body) -> None:
        links = applications.links_of(work, self.entity, int(body["Id"]))
        left = to_cents(as_decimal(body["TotalAmt"])) + settling.surplus(work, links)
        body["UnappliedAmt"] = money(from_cents(left))
        body["Line"] = [shown_line(work, int(body["Id"]), link) for link in links]
        body["LinkedTxn"] = [
            {"TxnId": str(link.txn), "TxnType": link.kind}
            for link in applications.links_to(work, self.entity, int(body["Id"]))
            if link.kind == "Deposit"
        ]

    def _links(self, work: Work, draft: Draft) -> list[Link]:
        lines = draft.new.get("Line", [])
        if draft.old is None and "Line" not in draft.sent:
            lines = automatic_credits.lines_of_payment(work, draft.new)
        sent = [self._link(work, draft, raw) for raw in lines]
        sums: dict[tuple[str, int], int] = {}
        for link in sent:
            if link.cents:
                key = (link.kind, link.txn)
                sums[key] = sums.get(key, 0) + link.cents
        links = [Link(kind, txn, cents) for (kind, txn), cents in sums.items()]
        check_sums(work, draft, links)
        for link in links:
            check_open(work, draft, link)
        return links

    def _link(self, work: Work, draft: Draft, raw: Body) -> Link:
        for name in raw:
            if name not in LINE_PARTS:
                raise unknown_property(name, "Line", LINE_PARTS)
        amount = parse_number("Amount", raw.get("Amount", 0))
        if amount < 0:
            raise negative_amount()
        links = Lines().clean("LinkedTxn", raw.get("LinkedTxn") or [])
        if len(links) != 1:
            raise faults.required("LinkedTxn")
        type_, held = str(links[0].get("TxnType")), str(links[0].get("TxnId", ""))
        kind = settling.KINDS.get(type_)
        if kind is None:
            raise faults.not_linkable(f"Transaction type {type_}")
        txn = id_of(held)
        if txn is None or work.fetch(kind, txn) is None:
            raise faults.no_such_link(type_, held)
        self._check_family(work, draft, kind, txn)
        return Link(kind, txn, to_cents(amount))

    def _check_family(self, work: Work, draft: Draft, kind: str, txn: int) -> None:
        payer = draft.new["CustomerRef"]["value"]
        held = settling.owner_of(work, kind, txn)
        owner: Body | None = work.fetch("Customer", held or 0)
        while owner is not None:
            if owner["Id"] == payer:
                return
            above = number_of(owner.get("ParentRef"))
            owner = work.fetch("Customer", above) if above else None
        raise faults.business(
            f"{kind} {txn} belongs to another customer than the payment.", "LinkedTxn"
        )

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        return entries(work, body, int(body["Id"]))

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


def check_sums(work: Work, draft: Draft, links: list[Link]) -> None:
    """6000 unless what is paid is covered by the payment and by the credits it uses."""
    left = settling.surplus(work, links)
    if to_cents(as_decimal(draft.new["TotalAmt"])) + left < 0:
        raise faults.business(
            "The amount applied is greater than the amount of the payment.", "Line"
        )
    if left > 0:
        raise faults.business(
            "The credits applied are greater than what they are applied to.", "Line"
        )


def check_open(work: Work, draft: Draft, link: Link) -> None:
    """6000 for more than is open of what is paid, or than is left of a credit."""
    body = work.fetch(link.kind, link.txn) or {}
    if work.currency_of(body) != work.currency_of(draft.new):
        raise faults.other_currency("LinkedTxn")
    left = open_cents(work, link, draft.id)
    if link.cents > left:
        raise faults.business(
            f"You can't apply {from_cents(link.cents)} to {link.kind} {link.txn}: "
            f"its open balance is {from_cents(left)}.",
            "Line",
        )


def open_cents(work: Work, link: Link, payment: int) -> int:
    """What is open of a transaction, but for one payment."""
    total = abs(settling.whole(work, link.kind, link.txn))
    return total - applications.applied(work, link.kind, link.txn, besides=payment)


def shown_line(work: Work, payment: int, link: Link) -> Body:
    """A payment's line as answers show it."""
    paid = work.fetch(link.kind, link.txn) or {}
    pairs = {
        "txnId": str(link.txn),
        "txnOpenBalance": f"{from_cents(open_cents(work, link, payment)):.2f}",
        "txnReferenceNumber": str(paid.get("DocNumber", "")),
    }
    type_ = settling.type_of(link.kind, paid)
    return {
        "Amount": money(from_cents(link.cents)),
        "LinkedTxn": [{"TxnId": str(link.txn), "TxnType": type_}],
        "LineEx": {"any": [applications.name_value(*pair) for pair in pairs.items()]},
    }


def entries(work: Work, body: Body, payment: int) -> list[ledger.Entry]:
    """What a payment posts: the deposit account against each debtor's receivable.

    What is paid leaves the receivable at the rate it came in with; the difference to
    the payment's own rate is a gain or loss on exchange.
    """
    currency = work.currency_of(body)
    total = to_cents(as_decimal(body["TotalAmt"]))
    bank = number_of(body["DepositToAccountRef"]) or 0
    found = [ledger.Entry(bank, total, currency)]
    left = total
    for link in applications.links_of(work, "Payment", payment):
        paid = work.fetch(link.kind, link.txn) or body
        cents = settling.sign_of(work, link.kind, link.txn) * link.cents
        at_home = (
            None
            if currency == work.home_currency
            else clearing.home_part(work, link, paid, payment)
            * (-1 if cents >= 0 else 1)
        )
        found.append(
            ledger.Entry(
                settling.account_of(work, link.kind, link.txn),
                -cents,
                currency,
                settling.owner_of(work, link.kind, link.txn),
                home=at_home,
            )
        )
        left -= cents
    payer = number_of(body["CustomerRef"])
    receivable = settling.receivable_of(work, body)
    found.append(ledger.Entry(receivable, -left, currency, payer))
    return found

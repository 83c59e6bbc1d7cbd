"""Credit memos: what a customer is owed, used up by payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import applications, ledger
from qbo_simulator.books.fields import Field, Lines
from qbo_simulator.books.kind import number_of
from qbo_simulator.forms import automatic_credits, clearing, settling
from qbo_simulator.kinds.invoices import check_receivable
from qbo_simulator.kinds.sales_fields import form_fields
from qbo_simulator.kinds.sales_forms import SalesForm
from qbo_simulator.wire import as_decimal, from_cents, money, round_cents, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work


class CreditMemo(SalesForm):
    """A sale taken back, as a credit to use on other invoices."""

    entity = "CreditMemo"
    list_name = "CreditMemo"
    operations = frozenset({"create", "update", "delete", "send", "pdf"})
    by_hand = frozenset({"void"})
    sign = -1
    tail = form_fields(
        """LinkedTxn SalesTermRef EmailStatus ARAccountRef Balance HomeBalance
        PaymentMethodRef RemainingCredit""",
        Field("LinkedTxn", Lines(), read_only=True),
        filters="SalesTermRef Balance",
        orders="Balance",
    )
    tolerated = SalesForm.tolerated | {"InvoiceRef", "CreditMemoEx"}

    def complete(self, work: Work, draft: Draft, customer: Body) -> None:
        check_receivable(work, draft)
        most = to_cents(as_decimal(draft.new["TotalAmt"]))
        settling.follow(work, self.entity, draft, most)

    def annul(self, work: Work, draft: Draft) -> None:
        settling.loosen(work, self.entity, draft.id)
        super().annul(work, draft)
        self.show_links(work, draft.new)

    def show_links(self, work: Work, body: Body) -> None:
        links = applications.links_to(work, self.entity, int(body["Id"]))
        used = from_cents(sum(link.cents for link in links))
        left = as_decimal(body["TotalAmt"]) - used
        body["Balance"] = body["RemainingCredit"] = money(left)
        if "HomeTotalAmt" in body:
            rate = as_decimal(body.get("ExchangeRate", 1))
            body["HomeBalance"] = money(round_cents(left * rate))
        body.pop("LinkedTxn", None)
        if links:
            body["LinkedTxn"] = [
                {"TxnId": str(link.txn), "TxnType": link.kind} for link in links
            ]

    def counter(self, work: Work, body: Body) -> list[ledger.Entry]:
        account = settling.receivable_of(work, body)
        total = to_cents(as_decimal(body["TotalAmt"]))
        party = number_of(body["CustomerRef"])
        return [ledger.Entry(account, -total, work.currency_of(body), party)]

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        if draft.old is not None:
            clearing.repost_payments(work, self.entity, draft.id)
        if draft.old is None:
            automatic_credits.apply_automatically(work, draft.new)

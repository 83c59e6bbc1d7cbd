"""Sales receipts: what was sold and paid at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import ledger
from qbo_simulator.books.fields import Field, Lines
from qbo_simulator.books.kind import number_of
from qbo_simulator.kinds.sales_fields import form_fields
from qbo_simulator.kinds.sales_forms import (
    SalesForm,
    check_deposit_account,
    set_usual_bank,
)
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work


class SalesReceipt(SalesForm):
    """A sale whose money is in the bank, or waits to be deposited."""

    entity = "SalesReceipt"
    list_name = "SalesReceipt"
    operations = frozenset({"create", "update", "void", "delete", "send", "pdf"})
    needs_customer = False
    tail = form_fields(
        """LinkedTxn EmailStatus Balance HomeBalance PaymentMethodRef PaymentRefNum
        PaymentType CheckPayment CreditCardPayment DepositToAccountRef""",
        Field("LinkedTxn", Lines(), read_only=True),
        filters="Balance",
        orders="Balance",
    )

    def complete(self, work: Work, draft: Draft, customer: Body) -> None:
        set_usual_bank(work, draft)
        check_deposit_account(work, draft)
        draft.new["Balance"] = 0
        if "HomeTotalAmt" in draft.new:
            draft.new["HomeBalance"] = 0

    def counter(self, work: Work, body: Body) -> list[ledger.Entry]:
        bank = number_of(body["DepositToAccountRef"]) or 0
        total = to_cents(as_decimal(body["TotalAmt"]))
        return [ledger.Entry(bank, self.sign * total, work.currency_of(body))]

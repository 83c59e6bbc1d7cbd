"""Refund receipts: money given back at once for what was sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books.fields import Field, Lines, Text
from qbo_simulator.kinds.sales_fields import form_fields
from qbo_simulator.kinds.sales_receipts import SalesReceipt

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work


class RefundReceipt(SalesReceipt):
    """A sales receipt the other way round; it stands for itself."""

    entity = "RefundReceipt"
    list_name = "RefundReceipt"
    operations = frozenset({"create", "update", "delete", "send", "pdf"})
    by_hand = frozenset({"void"})
    sign = -1
    tail = form_fields(
        """LinkedTxn Balance HomeBalance PaymentMethodRef PaymentRefNum PaymentType
        CheckPayment CreditCardPayment DepositToAccountRef""",
        Field("LinkedTxn", Lines(), read_only=True),
        Field("PaymentRefNum", Text(100)),
        filters="Balance PaymentType CheckPayment CreditCardPayment",
        orders="Balance PaymentType CheckPayment CreditCardPayment",
    )
    tolerated = SalesReceipt.tolerated | {"RemainingCredit", "RefundReceiptEx"}

    def complete(self, work: Work, draft: Draft, customer: Body) -> None:
        if "DepositToAccountRef" not in draft.new:
            raise faults.required("DepositToAccountRef")
        super().complete(work, draft, customer)

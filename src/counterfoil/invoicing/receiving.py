"""What may be booked for a payment: decided on plain facts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from counterfoil.invoicing.wording import shown_money

RECEIPTS = frozenset({"paid_invoice", "sales_receipt"})
REFUNDS = frozenset({"refund_receipt", "credit_memo"})


@dataclass(frozen=True, slots=True)
class Received:
    """A payment as far as the rules need it.

    ``is_booked``: the books know of the money already, by an invoice that it pays or as
    a payment that was read from them; ``is_returned`` and ``is_fee_booked``: what went
    back, or the fee, has its document. ``total`` is what the document comes to, and
    with ``is_before_tax`` what it comes to before the tax that the books will add.
    """

    amount: Decimal
    currency: str
    refunded: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    is_booked: bool = False
    is_returned: bool = False
    is_fee_booked: bool = False
    total: Decimal | None = None
    is_before_tax: bool = False

    @property
    def is_missed(self) -> bool:
        """Whether the document cannot come to the amount of the payment."""
        if self.total is None:
            return False
        if self.is_before_tax:
            return self.total > self.amount
        return self.total != self.amount


def refusals(kind: str, payment: Received) -> Iterator[tuple[str, str]]:
    """Why no document of a kind can be made for it, by field."""
    if kind in RECEIPTS:
        yield from _of_receipt(payment)
    elif kind in REFUNDS:
        yield from _of_refund(payment)
    elif kind == "expense":
        yield from _of_fee(payment)


def _of_fee(payment: Received) -> Iterator[tuple[str, str]]:
    if payment.fee <= 0:
        yield "fee", _("This payment has no fee.")
    elif payment.is_fee_booked:
        yield "fee", _("The fee of this payment is booked already.")


def _of_receipt(payment: Received) -> Iterator[tuple[str, str]]:
    if payment.is_booked:
        yield (
            "source",
            _(
                "This payment belongs to an invoice that is in QuickBooks already. "
                "Booking it again would count the money twice."
            ),
        )
    if payment.amount <= 0:
        yield "amount", _("The payment has no amount.")
    elif payment.is_missed:
        sentence = _(
            "The lines come to %(total)s, but the payment is %(amount)s. "
            "Correct the line items or the payment."
        )
        yield "amount", sentence % _amounts(payment)


def _of_refund(payment: Received) -> Iterator[tuple[str, str]]:
    if payment.is_returned:
        yield (
            "source",
            _(
                "What was given back of this payment is in QuickBooks already. Booking "
                "it again would count it twice."
            ),
        )
    if payment.refunded < payment.amount or payment.amount <= 0:
        yield "refunded", _("The payment is not refunded in full.")
    elif payment.is_missed:
        sentence = _(
            "The lines come to %(total)s, but %(amount)s were refunded. "
            "Correct the line items or the payment."
        )
        yield "amount", sentence % _amounts(payment)


def _amounts(payment: Received) -> dict[str, str]:
    total = payment.total or Decimal(0)
    return {
        "total": shown_money(total, payment.currency),
        "amount": shown_money(payment.amount, payment.currency),
    }

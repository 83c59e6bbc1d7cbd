"""The other documents of a sale: estimates, receipts, credits and refunds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.crm.models.books import (
    Deposited,
    Document,
    DocumentLine,
    Received,
    troubled,
)
from counterfoil.crm.models.record import Record, money_field


class EstimateStatus(models.TextChoices):
    """Where an estimate stands."""

    PENDING = "pending", _("Pending")
    ACCEPTED = "accepted", _("Accepted")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")
    CONVERTED = "converted", _("Converted")


def _by_customer(noun: str) -> models.Index:
    """What belongs to a customer is found when the customer gets a record."""
    return models.Index(
        fields=["connection", "customer_remote_id"], name=f"{noun}_customer"
    )


def _one_per_place(owner: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[owner, "position"], name=f"one_{owner}_line_per_position"
    )


class Estimate(Record, Document):
    """An offer; the invoices that were made of it close it."""

    object_type = "estimate"
    status = models.CharField(
        max_length=12, choices=EstimateStatus.choices, default=EstimateStatus.PENDING
    )
    expires_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    accepted_by = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        """As every noun."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            _by_customer("estimate"),
            troubled("estimate"),
        ]


class EstimateLine(DocumentLine):
    """A line of an estimate."""

    owner = "estimate"
    estimate = models.ForeignKey(Estimate, models.CASCADE, related_name="lines")

    class Meta:
        """One line per place."""

        constraints: ClassVar = [_one_per_place("estimate")]


class SalesReceipt(Record, Document, Deposited):
    """A sale that was paid on the spot."""

    object_type = "sales_receipt"

    class Meta(Record.Meta):
        """As every noun; by deposit, for what follows it."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            troubled("sales_receipt"),
            _by_customer("sales_receipt"),
            models.Index(
                fields=["connection", "deposit_remote_id"],
                name="sales_receipt_deposit",
                condition=~models.Q(deposit_remote_id=""),
            ),
        ]


class SalesReceiptLine(DocumentLine):
    """A line of a sales receipt."""

    owner = "sales_receipt"
    sales_receipt = models.ForeignKey(
        SalesReceipt, models.CASCADE, related_name="lines"
    )

    class Meta:
        """One line per place."""

        constraints: ClassVar = [_one_per_place("sales_receipt")]


class CreditMemo(Record, Document):
    """What a customer has to their credit; ``remaining`` is not used up yet."""

    object_type = "credit_memo"
    remaining = money_field(default=0)

    class Meta(Record.Meta):
        """As every noun."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            _by_customer("credit_memo"),
            troubled("credit_memo"),
        ]


class CreditMemoLine(DocumentLine):
    """A line of a credit memo."""

    owner = "credit_memo"
    credit_memo = models.ForeignKey(CreditMemo, models.CASCADE, related_name="lines")

    class Meta:
        """One line per place."""

        constraints: ClassVar = [_one_per_place("credit_memo")]


class RefundReceipt(Record, Document, Received):
    """Money given back; ``deposit_account`` is where it came from."""

    object_type = "refund_receipt"

    class Meta(Record.Meta):
        """As every noun."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            _by_customer("refund_receipt"),
            troubled("refund_receipt"),
        ]


class RefundReceiptLine(DocumentLine):
    """A line of a refund receipt."""

    owner = "refund_receipt"
    refund_receipt = models.ForeignKey(
        RefundReceipt, models.CASCADE, related_name="lines"
    )

    class Meta:
        """One line per place."""

        constraints: ClassVar = [_one_per_place("refund_receipt")]

"""Expenses: money that was spent, such as what a payment service keeps."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.crm.models.books import Booked, troubled
from counterfoil.crm.models.record import Record, money_field


class PaymentType(models.TextChoices):
    """What an expense was paid with."""

    CASH = "cash", _("Cash or bank transfer")
    CHECK = "check", _("Check")
    CREDIT_CARD = "credit_card", _("Credit card")


class Expense(Record, Booked):
    """Money spent: ``account`` paid for it, ``category`` says what it was for."""

    object_type = "expense"
    vendor_name = models.CharField(max_length=600, blank=True)
    vendor_remote_id = models.CharField(max_length=64, blank=True)
    payment_type = models.CharField(
        max_length=12, choices=PaymentType.choices, default=PaymentType.CASH
    )
    account = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=500, blank=True)
    total = money_field(default=0)
    tax = money_field(default=0)
    spent_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta(Record.Meta):
        """As every noun, and who needs a person."""

        indexes: ClassVar = [*Record.Meta.indexes, troubled("expense")]


class ExpenseLine(models.Model):
    """A part of an expense: the account that it was for, and how much."""

    expense = models.ForeignKey(Expense, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    account_remote_id = models.CharField(max_length=64, blank=True)
    account = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    amount = money_field(default=0)
    tax_code = models.CharField(max_length=64, blank=True)

    class Meta:
        """One line per place."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["expense", "position"], name="one_expense_line_per_position"
            ),
        ]

    def __str__(self) -> str:
        return self.account or self.description

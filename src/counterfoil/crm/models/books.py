"""Documents of the books: what they share, invoices and payments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection
from counterfoil.crm.models.record import Record, money_field


class InvoiceStage(models.TextChoices):
    """Where an invoice stands (row D4)."""

    AWAITING_SEND = "awaiting_send", _("Awaiting send")
    SENT = "sent", _("Sent")
    PARTIALLY_PAID = "partially_paid", _("Partially paid")
    PAID = "paid", _("Paid in full")
    OVERDUE = "overdue", _("Overdue")
    VOIDED = "voided", _("Voided")


class PostingState(models.TextChoices):
    """How far a document has got on its way into the books."""

    NONE = "", _("From the books")
    PENDING = "pending", _("Sending to the books")
    CONFIRMED = "confirmed", _("In the books")
    REJECTED = "rejected", _("Refused by the books")
    ATTENTION = "attention", _("Needs attention")
    CANCELLED = "cancelled", _("Cancelled")


def troubled(noun: str) -> models.Index:
    """The few documents that need a person are counted on every page."""
    return models.Index(
        fields=["workspace"],
        name=f"{noun}_troubled",
        condition=models.Q(
            posting_state__in=["rejected", "attention"], archived_at__isnull=True
        ),
    )


class Booked(models.Model):
    """What documents of the books share."""

    connection = models.ForeignKey(
        Connection, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    number = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(
        max_digits=19, decimal_places=9, null=True, blank=True
    )
    customer_name = models.CharField(max_length=600, blank=True)
    customer_remote_id = models.CharField(max_length=64, blank=True)
    posting_state = models.CharField(
        max_length=12, choices=PostingState.choices, blank=True
    )
    posting_message = models.TextField(blank=True)
    voided = models.BooleanField(default=False)
    deleted_remotely = models.BooleanField(default=False)
    remote_updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class Document(Booked):
    """What the documents that a customer gets have in common."""

    issued_on = models.DateField(null=True, blank=True)
    recipient = models.CharField(max_length=500, blank=True)  # e-mail address(es)
    message = models.TextField(blank=True)
    subtotal = money_field(default=0)
    tax = money_field(default=0)
    total = money_field(default=0)
    email_status = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class DocumentLine(models.Model):
    """A line of a document, as issued.

    ``owner`` names the key to the document that it is of.
    """

    owner: ClassVar[str]
    position = models.PositiveIntegerField()
    item_remote_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    quantity = models.DecimalField(
        max_digits=17, decimal_places=5, null=True, blank=True
    )
    unit_price = models.DecimalField(
        max_digits=19, decimal_places=7, null=True, blank=True
    )
    amount = money_field(default=0)
    tax_code = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=16, default="item")  # item, text or discount

    class Meta:
        """Columns only."""

        abstract = True

    def __str__(self) -> str:
        return self.name or self.description


class Invoice(Record, Document):  # noqa: DJ008  Record names it
    """An invoice, as the books have it (``posting_state`` says whether they do)."""

    object_type = "invoice"
    due_on = models.DateField(null=True, blank=True)
    terms = models.CharField(max_length=100, blank=True)
    balance = money_field(default=0)
    stage = models.CharField(
        max_length=20,
        choices=InvoiceStage.choices,
        default=InvoiceStage.AWAITING_SEND,
    )

    class Meta(Record.Meta):
        """As every noun; for the overdue sweep, for tabs, and to add existing ones."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            troubled("invoice"),
            models.Index(
                fields=["due_on"],
                name="invoice_overdue_sweep",
                condition=models.Q(
                    stage__in=["awaiting_send", "sent", "partially_paid"]
                ),
            ),
            models.Index(fields=["workspace", "stage", "id"], name="invoice_by_stage"),
            models.Index(
                fields=["workspace", "due_on", "id"], name="invoice_by_due_date"
            ),
            # What customers owe, read without the many that are paid.
            models.Index(
                fields=["workspace", "due_on"],
                name="invoice_open",
                include=["currency", "balance"],
                condition=models.Q(
                    archived_at__isnull=True,
                    balance__gt=0,
                    voided=False,
                    deleted_remotely=False,
                    posting_state__in=["", "confirmed"],
                ),
            ),
            models.Index(fields=["connection", "number"], name="invoice_by_number"),
            models.Index(
                fields=["connection", "-issued_on", "-id"], name="invoice_newest"
            ),
            models.Index(
                fields=["connection", "customer_remote_id"], name="invoice_customer"
            ),
        ]


class InvoiceLine(DocumentLine):
    """A line of an invoice, as issued."""

    owner = "invoice"
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")

    class Meta:
        """One line per place."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice", "position"], name="one_invoice_line_per_position"
            ),
        ]


class Received(models.Model):
    """How money came in or went out, and on which account it ended."""

    method = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    deposit_account = models.CharField(max_length=500, blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class Deposited(Received):
    """Money that waits for its deposit at the bank, and the deposit that it went with."""

    deposited_on = models.DateField(null=True, blank=True)
    bank_account = models.CharField(max_length=500, blank=True)
    deposit_remote_id = models.CharField(max_length=64, blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class PaymentSource(models.TextChoices):
    """Where a payment came from: it decides which documents may be made of it."""

    INVOICE = "invoice", _("Invoice")
    QUOTE = "quote", _("Quote")
    PAYMENT_LINK = "payment_link", _("Payment link")
    SUBSCRIPTION = "subscription", _("Subscription")
    MANUAL = "manual", _("Entered by hand")
    BOOKS = "books", _("Entered in the books")


class Payment(Record, Booked, Deposited):  # noqa: DJ008  Record names it
    """Money received, over none, one or several documents.

    One without a connection is known only here. ``fee`` is what the payment service
    kept; ``refunded`` is what was given back so far.
    """

    object_type = "payment"
    amount = money_field(default=0)
    unapplied = money_field(default=0)
    paid_on = models.DateField(null=True, blank=True)
    source = models.CharField(
        max_length=16, choices=PaymentSource.choices, default=PaymentSource.BOOKS
    )
    fee = money_field(default=0)
    refunded = money_field(default=0)
    refunded_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        """As every noun; by customer, deposit and reference, for what follows them."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            troubled("payment"),
            models.Index(
                fields=["workspace", "reference"],
                name="payment_reference",
                condition=~models.Q(reference=""),
            ),
            models.Index(
                fields=["connection", "customer_remote_id"],
                name="payment_customer",
            ),
            models.Index(
                fields=["connection", "deposit_remote_id"],
                name="payment_deposit",
                condition=~models.Q(deposit_remote_id=""),
            ),
        ]


DOCUMENT_KINDS = {
    "invoice": _("Invoice"),
    "credit_memo": _("Credit memo"),
    "journal_entry": _("Journal entry"),
    "expense": _("Expense"),
    "check": _("Check"),
    "credit_card_credit": _("Credit card credit"),
}


class PaymentAllocation(models.Model):
    """The part of a payment that went to one document.

    ``invoice`` or ``credit_memo`` is filled when the document is here: news may arrive
    in any order.
    """

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="allocations")
    connection = models.ForeignKey(
        Connection, models.CASCADE, null=True, related_name="+"
    )
    document_kind = models.CharField(max_length=32, default="invoice")
    document_remote_id = models.CharField(max_length=64)
    invoice = models.ForeignKey(
        Invoice, models.SET_NULL, null=True, related_name="allocations"
    )
    credit_memo = models.ForeignKey(
        "crm.CreditMemo", models.SET_NULL, null=True, related_name="allocations"
    )
    amount = money_field()

    class Meta:
        """Found from either side."""

        indexes: ClassVar = [
            models.Index(
                fields=["connection", "document_kind", "document_remote_id"],
                name="allocation_by_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} to {self.document_kind} {self.document_remote_id}"

    @property
    def document_label(self) -> str:
        """The kind of document in a person's words."""
        known = DOCUMENT_KINDS.get(self.document_kind)
        return str(known or self.document_kind.replace("_", " ").capitalize())

"""The business nouns, their associations, history and timeline."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from counterfoil.connections.models import Connection
from counterfoil.workspaces.models import User, Workspace


def money_field(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    """Money: exact, wide enough for any currency; the currency stands beside it."""
    return models.DecimalField(max_digits=19, decimal_places=4, **options)  # type: ignore[arg-type]


class Record(models.Model):
    """What all nouns share. ``title`` is how a record is called in lists and links.

    ``object_type`` is the noun's key in the catalogue.
    """

    object_type: ClassVar[str]
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=600, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Indexes that every noun needs for its lists."""

        abstract = True
        indexes: ClassVar = [
            models.Index(fields=["workspace", "id"], name="%(class)s_page"),
            models.Index(fields=["workspace", "title", "id"], name="%(class)s_title"),
            models.Index(
                fields=["workspace", "updated_at", "id"], name="%(class)s_updated"
            ),
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"), name="%(class)s_search"
            ),
            GinIndex(
                fields=["custom"],
                opclasses=["jsonb_path_ops"],
                name="%(class)s_custom",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"


class Addressed(models.Model):
    """A postal address."""

    street = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=255, blank=True)
    region = models.CharField(max_length=255, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=255, blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class Contact(Record, Addressed):
    """A person."""

    object_type = "contact"
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    website = models.URLField(max_length=1000, blank=True)

    class Meta(Record.Meta):
        """Found by e-mail too."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index("workspace", Upper("email"), name="contact_by_email"),
        ]


class Company(Record, Addressed):
    """An organisation."""

    object_type = "company"
    name = models.CharField(max_length=500)
    domain = models.CharField(max_length=255, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    industry = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        """As every noun."""


class Pipeline(models.Model):
    """The road a deal travels."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class StageOutcome(models.TextChoices):
    """Whether a stage ends a deal."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Stage(models.Model):
    """A stop on that road."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="stages")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    outcome = models.CharField(
        max_length=10, choices=StageOutcome.choices, default=StageOutcome.OPEN
    )
    probability = models.PositiveSmallIntegerField(default=0)  # per cent

    def __str__(self) -> str:
        return self.name


class InvoiceStage(models.TextChoices):
    """Where an invoice stands (row D4)."""

    AWAITING_SEND = "awaiting_send", _("Awaiting send")
    SENT = "sent", _("Sent")
    PARTIALLY_PAID = "partially_paid", _("Partially paid")
    PAID = "paid", _("Paid in full")
    OVERDUE = "overdue", _("Overdue")
    VOIDED = "voided", _("Voided")


class Deal(Record):
    """A sale in the making; its invoice properties follow its invoices (row D5)."""

    object_type = "deal"
    name = models.CharField(max_length=500)
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    amount = money_field(null=True, blank=True)
    currency = models.CharField(max_length=3)
    closes_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    invoiced_amount = money_field(null=True, blank=True)
    invoice_recipient = models.CharField(max_length=500, blank=True)
    invoice_number = models.CharField(max_length=40, blank=True)
    invoice_status = models.CharField(
        max_length=20, choices=InvoiceStage.choices, blank=True
    )
    invoice_due_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        """As every noun, and by stage for the board."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["stage", "id"], name="deal_board"),
        ]


class QuoteStatus(models.TextChoices):
    """Where a quote stands; expiry is by date, in the workspace's zone."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    EXPIRED = "expired", _("Expired")
    SIGNED = "signed", _("Signed")


class Quote(Record):
    """An offer with its line items."""

    object_type = "quote"
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=500, blank=True)
    status = models.CharField(
        max_length=12, choices=QuoteStatus.choices, default=QuoteStatus.DRAFT
    )
    currency = models.CharField(max_length=3)
    expires_on = models.DateField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    total = money_field(default=0)

    class Meta(Record.Meta):
        """As every noun."""


class ProductKind(models.TextChoices):
    """What is sold."""

    SERVICE = "service", _("Service")
    NON_INVENTORY = "non_inventory", _("Non-inventory")
    INVENTORY = "inventory", _("Inventory")


class Product(Record):
    """Something that is sold."""

    object_type = "product"
    name = models.CharField(max_length=500)
    sku = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(
        max_length=16, choices=ProductKind.choices, default=ProductKind.SERVICE
    )
    unit_price = models.DecimalField(
        max_digits=19, decimal_places=7, null=True, blank=True
    )
    currency = models.CharField(max_length=3)
    taxable = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        """As every noun, and by SKU."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(fields=["workspace", "sku"], name="product_by_sku"),
        ]


class LineItem(Record):
    """A product in a deal or quote: ``parent_type`` is the key of the noun it is in."""

    object_type = "line_item"
    parent_type = models.CharField(max_length=32)
    parent_id = models.BigIntegerField()
    position = models.PositiveIntegerField(default=0)
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=500)
    sku = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=17, decimal_places=5, default=1)
    unit_price = models.DecimalField(max_digits=19, decimal_places=7, default=0)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    currency = models.CharField(max_length=3)
    taxable = models.BooleanField(default=True)

    class Meta(Record.Meta):
        """As every noun, and by what it is in."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(
                fields=["workspace", "parent_type", "parent_id", "position"],
                name="line_item_by_parent",
            ),
        ]


class PostingState(models.TextChoices):
    """How far a document has got on its way into the books."""

    NONE = "", _("From the books")
    PENDING = "pending", _("Sending to the books")
    CONFIRMED = "confirmed", _("In the books")
    REJECTED = "rejected", _("Refused by the books")
    ATTENTION = "attention", _("Needs attention")
    CANCELLED = "cancelled", _("Cancelled")


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


class Invoice(Record, Booked):
    """An invoice, as the books have it (``posting_state`` says whether they do)."""

    object_type = "invoice"
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    terms = models.CharField(max_length=100, blank=True)
    recipient = models.CharField(max_length=500, blank=True)  # e-mail address(es)
    message = models.TextField(blank=True)
    subtotal = money_field(default=0)
    tax = money_field(default=0)
    total = money_field(default=0)
    balance = money_field(default=0)
    email_status = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(
        max_length=20,
        choices=InvoiceStage.choices,
        default=InvoiceStage.AWAITING_SEND,
    )

    class Meta(Record.Meta):
        """As every noun; by due date for the overdue sweep; by stage for tabs."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
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
            models.Index(fields=["connection", "number"], name="invoice_by_number"),
        ]


class InvoiceLine(models.Model):
    """A line of an invoice, as issued."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
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
        """One line per place."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice", "position"], name="one_invoice_line_per_position"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.description


class Payment(Record, Booked):
    """Money received, over none, one or several invoices."""

    object_type = "payment"
    amount = money_field(default=0)
    unapplied = money_field(default=0)
    paid_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        """As every noun."""


class PaymentAllocation(models.Model):
    """The part of a payment that went to one document.

    ``invoice`` is filled when the invoice is here: news may arrive in any order.
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


class Association(models.Model):
    """A tie between two records, kept once in each direction.

    ``position`` orders a record's ties to one type: the first associated contact is the
    lowest position, then the lowest id.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    from_type = models.CharField(max_length=32)
    from_id = models.BigIntegerField()
    to_type = models.CharField(max_length=32)
    to_id = models.BigIntegerField()
    label = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        """One tie per label and direction."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "workspace",
                    "from_type",
                    "from_id",
                    "to_type",
                    "to_id",
                    "label",
                ],
                name="one_association_per_label",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "from_type", "from_id", "to_type", "position"],
                name="association_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_type} {self.from_id} - {self.to_type} {self.to_id}"


class PropertyDefinition(models.Model):
    """A property that a workspace added to a noun; its values live in ``custom``."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    name = models.SlugField(max_length=64)
    label = models.CharField(max_length=100)
    type_key = models.CharField(max_length=32)
    options = models.JSONField(default=list)  # [[value, label], ...] for choices
    group = models.CharField(max_length=32, default="custom")
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        """A name is used once per noun."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "object_type", "name"],
                name="one_property_definition_per_name",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PropertyChange(models.Model):
    """History: what one property was and became, by whom and by which way."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    name = models.CharField(max_length=64)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    origin_kind = models.CharField(max_length=20)
    origin_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        """Found by record, newest first."""

        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "object_type", "record_id", "id"],
                name="history_by_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.record_id} {self.name}"


class TimelineEntry(models.Model):
    """Something a person wants to see on a record's page.

    ``kind`` chooses the sentence (``created``, ``changed``, ``invoice_created``,
    ``invoice_sent``, ``payment_received``, ...), ``content`` fills it in. ``key`` makes
    an entry that may be told twice appear once.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    content = models.JSONField(default=dict)
    about_type = models.CharField(max_length=32, blank=True)
    about_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_label = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 (null: not unique)
    at = models.DateTimeField()

    class Meta:
        """Told once; read newest first."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "object_type", "record_id", "key"],
                name="a_timeline_entry_is_told_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "object_type", "record_id", "at", "id"],
                name="timeline_by_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.object_type} {self.record_id}"

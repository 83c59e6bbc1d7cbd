"""Deals, quotes, products and their line items."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from counterfoil.crm.models.books import InvoiceStage
from counterfoil.crm.models.record import Record, money_field
from counterfoil.workspaces.models import Workspace


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
        """As every noun; by date for those that expire."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(
                fields=["expires_on"],
                name="quote_expiry",
                condition=models.Q(status__in=["published", "expired"]),
            ),
        ]


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
        """Found by what products are recognised by, too."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(Upper("sku"), "workspace", name="product_by_sku"),
            models.Index(Upper("name"), "workspace", name="product_by_name"),
        ]


class LineItem(Record):
    """A product in a deal, quote or payment; ``parent_type`` says which noun that is."""

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
    discount_amount = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    currency = models.CharField(max_length=3)
    taxable = models.BooleanField(default=True)
    # As the books call them; which books those are shows when a document is made.
    tax_code = models.CharField(max_length=100, blank=True)
    class_name = models.CharField(max_length=500, blank=True)
    service_date = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        """As every noun, and by what it is in."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(
                fields=["workspace", "parent_type", "parent_id", "position"],
                name="line_item_by_parent",
            ),
        ]

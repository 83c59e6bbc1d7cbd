"""Estimates, sales receipts, credit memos and refund receipts, declared."""

from __future__ import annotations

from typing import ClassVar, cast

from django.utils.translation import gettext_lazy

from counterfoil.crm.catalogue import ObjectType, object_types
from counterfoil.crm.models import (
    CreditMemo,
    Document,
    Estimate,
    EstimateStatus,
    Record,
    RefundReceipt,
    SalesReceipt,
)
from counterfoil.crm.nouns.shared import (
    ABOUT,
    BOOKED,
    BOOKS,
    CUSTOM,
    DEPOSITED,
    RECORD,
    SHARED,
    issued,
    received,
    said,
)
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.text import Text


class DocumentType(ObjectType):
    """What a customer gets, as the books have it."""

    groups = (ABOUT, BOOKS, CUSTOM, RECORD)
    associated: ClassVar[tuple[str, ...]] = ("deal", "contact", "company")

    def title_of(self, record: Record) -> str:
        document = cast("Document", record)
        return document.number or document.customer_name


@object_types.register
class EstimateType(DocumentType):
    """Offers in the books."""

    key = "estimate"
    slug = "estimates"
    model = Estimate
    label = (gettext_lazy("Estimate"), gettext_lazy("Estimates"))
    properties = (
        *issued(gettext_lazy("Estimate date")),
        said("status", Choice(EstimateStatus.choices), gettext_lazy("Status")),
        said("expires_on", Date(), gettext_lazy("Expiration date")),
        said("accepted_on", Date(), gettext_lazy("Accepted on")),
        said("accepted_by", Text(max_length=200), gettext_lazy("Accepted by")),
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "status", "total", "issued_on", "expires_on")
    associated = ("deal", "contact", "company", "quote", "invoice")


@object_types.register
class SalesReceiptType(DocumentType):
    """Sales that were paid on the spot."""

    key = "sales_receipt"
    slug = "sales-receipts"
    model = SalesReceipt
    label = (gettext_lazy("Sales receipt"), gettext_lazy("Sales receipts"))
    properties = (
        *issued(gettext_lazy("Receipt date")),
        *received(gettext_lazy("Put on")),
        *DEPOSITED,
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "total", "issued_on", "method", "reference")
    associated = ("deal", "contact", "company", "quote", "payment")


@object_types.register
class CreditMemoType(DocumentType):
    """What customers have to their credit."""

    key = "credit_memo"
    slug = "credit-memos"
    model = CreditMemo
    label = (gettext_lazy("Credit memo"), gettext_lazy("Credit memos"))
    properties = (
        *issued(gettext_lazy("Credit memo date")),
        said("remaining", Currency(), gettext_lazy("Remaining credit")),
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "total", "remaining", "issued_on")
    associated = ("deal", "contact", "company", "payment")


@object_types.register
class RefundReceiptType(DocumentType):
    """Money that was given back."""

    key = "refund_receipt"
    slug = "refund-receipts"
    model = RefundReceipt
    label = (gettext_lazy("Refund receipt"), gettext_lazy("Refund receipts"))
    properties = (
        *issued(gettext_lazy("Refund date")),
        *received(gettext_lazy("Refunded from")),
        *BOOKED,
        *SHARED,
    )
    columns = ("customer_name", "total", "issued_on", "method", "reference")
    associated = ("deal", "contact", "company", "payment")

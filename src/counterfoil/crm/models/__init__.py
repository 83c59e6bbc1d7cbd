"""The business nouns, their associations, history and timeline, by one name."""

from __future__ import annotations

from counterfoil.crm.models.books import (
    Booked,
    Invoice,
    InvoiceLine,
    InvoiceStage,
    Payment,
    PaymentAllocation,
    PostingState,
)
from counterfoil.crm.models.people import (
    Company,
    Contact,
)
from counterfoil.crm.models.record import (
    Addressed,
    Record,
    money_field,
)
from counterfoil.crm.models.sales import (
    Deal,
    LineItem,
    Pipeline,
    Product,
    ProductKind,
    Quote,
    QuoteStatus,
    Stage,
    StageOutcome,
)
from counterfoil.crm.models.ties import (
    Association,
    PropertyChange,
    PropertyDefinition,
    TimelineEntry,
)

__all__ = [
    "Addressed",
    "Association",
    "Booked",
    "Company",
    "Contact",
    "Deal",
    "Invoice",
    "InvoiceLine",
    "InvoiceStage",
    "LineItem",
    "Payment",
    "PaymentAllocation",
    "Pipeline",
    "PostingState",
    "Product",
    "ProductKind",
    "PropertyChange",
    "PropertyDefinition",
    "Quote",
    "QuoteStatus",
    "Record",
    "Stage",
    "StageOutcome",
    "TimelineEntry",
    "money_field",
]

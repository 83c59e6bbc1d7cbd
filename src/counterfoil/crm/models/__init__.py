"""The business nouns, their associations, history and timeline, by one name."""

from __future__ import annotations

from counterfoil.crm.models.attachments import Attachment
from counterfoil.crm.models.books import (
    Booked,
    Deposited,
    Document,
    DocumentLine,
    Invoice,
    InvoiceLine,
    InvoiceStage,
    Payment,
    PaymentAllocation,
    PaymentSource,
    PostingState,
    Received,
)
from counterfoil.crm.models.documents import (
    CreditMemo,
    CreditMemoLine,
    Estimate,
    EstimateLine,
    EstimateStatus,
    RefundReceipt,
    RefundReceiptLine,
    SalesReceipt,
    SalesReceiptLine,
)
from counterfoil.crm.models.expenses import Expense, ExpenseLine, PaymentType
from counterfoil.crm.models.people import (
    Company,
    Contact,
    Invoiced,
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
    "Attachment",
    "Booked",
    "Company",
    "Contact",
    "CreditMemo",
    "CreditMemoLine",
    "Deal",
    "Deposited",
    "Document",
    "DocumentLine",
    "Estimate",
    "EstimateLine",
    "EstimateStatus",
    "Expense",
    "ExpenseLine",
    "Invoice",
    "InvoiceLine",
    "InvoiceStage",
    "Invoiced",
    "LineItem",
    "Payment",
    "PaymentAllocation",
    "PaymentSource",
    "PaymentType",
    "Pipeline",
    "PostingState",
    "Product",
    "ProductKind",
    "PropertyChange",
    "PropertyDefinition",
    "Quote",
    "QuoteStatus",
    "Received",
    "Record",
    "RefundReceipt",
    "RefundReceiptLine",
    "SalesReceipt",
    "SalesReceiptLine",
    "Stage",
    "StageOutcome",
    "TimelineEntry",
    "money_field",
]

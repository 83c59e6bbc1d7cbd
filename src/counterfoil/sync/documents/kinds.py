"""The kinds of documents: which noun each is, and what the books say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from counterfoil.connections.models import Connection
from counterfoil.core.registry import Registry
from counterfoil.crm.models import (
    Booked,
    CreditMemo,
    CreditMemoLine,
    DocumentLine,
    Estimate,
    EstimateLine,
    EstimateStatus,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentSource,
    RefundReceipt,
    RefundReceiptLine,
    SalesReceipt,
    SalesReceiptLine,
)
from counterfoil.crm.stages import Standing, is_sent, stage
from counterfoil.sync.documents.names import Names
from counterfoil.sync.documents.reading import day, decimal, moment
from counterfoil.sync.ports import Observed

Held = Mapping[str, Any]
Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a document needs beside the document.

    ``sources`` are those of the payments that are here, by the other side's id, and
    ``sent`` when documents that are here went out by e-mail.
    """

    connection: Connection
    names: Names
    today: date
    sources: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, datetime] = field(default_factory=dict)

    def sent_at(self, observed: Observed) -> datetime | None:
        """What went out stays so, also where the books do not tell of it."""
        said = moment(observed.content["sent_at"])
        return said or self.sent.get(observed.remote_id)


class DocumentKind:
    """One stream of documents: subclass, declare, register."""

    key: ClassVar[str]
    object_type: ClassVar[str]
    model: ClassVar[type[Booked]]
    line: ClassVar[type[DocumentLine] | None] = None
    dated_by: ClassVar[str] = "issued_on"

    def values(self, observed: Observed, context: Context) -> Values:
        """What the record holds when the books hold this."""
        held: Held = observed.content
        return {
            **self.booked(observed, context),
            "number": held["number"],
            "issued_on": day(held["issued_on"]),
            "recipient": held["email"],
            "message": held["message"],
            "total": decimal(held["total"]),
            "subtotal": decimal(held["subtotal"]),
            "tax": decimal(held["tax"]),
            "email_status": held["email_status"],
            "sent_at": context.sent_at(observed),
        }

    def booked(self, observed: Observed, context: Context) -> Values:
        """What all that is in the books has."""
        held: Held = observed.content
        customer_id = held["customer_id"]
        return {
            "currency": held["currency"] or context.connection.home_currency,
            "exchange_rate": decimal(held["exchange_rate"]),
            "customer_name": context.names.name("customers", customer_id)
            or held["customer_name"],
            "customer_remote_id": customer_id,
            "voided": held["voided"],
            "deleted_remotely": False,
            "remote_updated_at": observed.updated_at,
            "connection": context.connection,
        }

    def gone(self, observed: Observed) -> Values:
        """What the record holds when the books hold it no longer."""
        return {"deleted_remotely": True, "remote_updated_at": observed.updated_at}

    def day_of(self, observed: Observed) -> date | None:
        """The day that the document is dated."""
        return day(observed.content.get(self.dated_by))


kinds: Registry[DocumentKind] = Registry("kind of document")


@kinds.register
class Estimates(DocumentKind):
    """Offers."""

    key, object_type = "estimates", "estimate"
    model, line = Estimate, EstimateLine

    def values(self, observed: Observed, context: Context) -> Values:
        held: Held = observed.content
        known = held["status"] in EstimateStatus.values
        return {
            **super().values(observed, context),
            "status": held["status"] if known else EstimateStatus.PENDING.value,
            "expires_on": day(held["expires_on"]),
            "accepted_on": day(held["accepted_on"]),
            "accepted_by": held["accepted_by"],
        }


@kinds.register
class Invoices(DocumentKind):
    """Invoices; their stage is decided as they are read."""

    key, object_type = "invoices", "invoice"
    model, line = Invoice, InvoiceLine

    def values(self, observed: Observed, context: Context) -> Values:
        held: Held = observed.content
        values = super().values(observed, context)
        terms = held["terms"] or context.names.name("terms", held["terms_id"])
        values |= {
            "due_on": day(held["due_on"]),
            "terms": terms,
            "balance": decimal(held["balance"]),
        }
        standing = Standing(
            total=decimal(held["total"]) or Decimal(0),
            balance=decimal(held["balance"]) or Decimal(0),
            due_on=day(held["due_on"]),
            is_sent=is_sent(held["email_status"], context.sent_at(observed)),
            is_void=bool(held["voided"]),
        )
        values["stage"] = stage(standing, today=context.today).value
        return values


class Moved(DocumentKind):
    """Documents with which money moved."""

    def booked(self, observed: Observed, context: Context) -> Values:
        held: Held = observed.content
        names = context.names
        return {
            **super().booked(observed, context),
            "method": held["method"]
            or names.name("payment_methods", held["method_id"]),
            "reference": held["reference"],
            "deposit_account": held["account"]
            or names.name("accounts", held["account_id"]),
        }


class Deposited(Moved):
    """Documents whose money is taken to the bank with a deposit."""

    def booked(self, observed: Observed, context: Context) -> Values:
        deposit = context.names.deposit(observed.content["deposit_id"])
        return {**super().booked(observed, context), **deposit.values()}


@kinds.register
class SalesReceipts(Deposited):
    """Sales that were paid at once."""

    key, object_type = "sales_receipts", "sales_receipt"
    model, line = SalesReceipt, SalesReceiptLine


@kinds.register
class RefundReceipts(Moved):
    """Money that was given back."""

    key, object_type = "refund_receipts", "refund_receipt"
    model, line = RefundReceipt, RefundReceiptLine


@kinds.register
class CreditMemos(DocumentKind):
    """What customers have to their credit."""

    key, object_type = "credit_memos", "credit_memo"
    model, line = CreditMemo, CreditMemoLine

    def values(self, observed: Observed, context: Context) -> Values:
        remaining = decimal(observed.content["remaining"])
        return {**super().values(observed, context), "remaining": remaining}


@kinds.register
class Payments(Deposited):
    """Payments, which have parts instead of lines; their number is the books' id."""

    key, object_type = "payments", "payment"
    model = Payment
    dated_by = "paid_on"

    def values(self, observed: Observed, context: Context) -> Values:
        held: Held = observed.content
        values = {
            **self.booked(observed, context),
            "number": observed.remote_id,
            "paid_on": day(held["paid_on"]),
            "amount": decimal(held["amount"]),
            "unapplied": decimal(held["unapplied"]),
            "source": _source(observed, context),
        }
        if context.sources.get(observed.remote_id) in RECORDED_HERE:
            return _without_less(values)
        return values


# What was recorded here says more than the books take of it.
RECORDED_HERE = frozenset(PaymentSource.values) - {
    PaymentSource.BOOKS.value,
    PaymentSource.INVOICE.value,
}
LONGEST_REFERENCE = 21


def _without_less(values: Values) -> Values:
    """Leave out what the books do not have, or have cut short."""
    less = [name for name in ("method", "reference") if not values[name]]
    if len(str(values["reference"])) == LONGEST_REFERENCE:
        less.append("reference")
    return {name: value for name, value in values.items() if name not in less}


def _source(observed: Observed, context: Context) -> str:
    """A payment keeps where it came from; the books only know that it pays invoices.

    One that pays an invoice stays known for it, even when it is voided.
    """
    source = context.sources.get(observed.remote_id, PaymentSource.BOOKS)
    parts: Any = observed.content.get("allocations") or ()
    if source == PaymentSource.BOOKS and any(
        part["kind"] == "invoice" for part in parts
    ):
        return PaymentSource.INVOICE
    return source

"""What of Intuit's transactions is in use: documents of a sale, payments, deposits."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from counterfoil.connectors.quickbooks.wire import Email, Entity, Ref, Text


class LinkedTxn(Struct, frozen=True, rename="pascal"):
    """Another transaction that this one is tied to."""

    txn_id: str = ""
    txn_type: str = ""


class SalesItemDetail(Struct, frozen=True, rename="pascal"):
    """What a line sells."""

    item_ref: Ref = Ref()
    qty: Decimal | None = None
    unit_price: Decimal | None = None
    tax_code_ref: Ref = Ref()


class DiscountDetail(Struct, frozen=True, rename="pascal"):
    """How a discount is meant."""

    percent_based: bool = False
    discount_percent: Decimal | None = None


class Line(Struct, frozen=True, rename="pascal"):
    """A line of a document, payment or deposit."""

    id: str = ""
    detail_type: str = ""
    description: str = ""
    amount: Decimal = Decimal(0)
    sales_item_line_detail: SalesItemDetail = SalesItemDetail()
    discount_line_detail: DiscountDetail = DiscountDetail()
    group_line_detail: Group | None = None
    linked_txn: tuple[LinkedTxn, ...] = ()


class Group(Struct, frozen=True, rename="pascal"):
    """A bundle and the lines in it."""

    group_item_ref: Ref = Ref()
    line: tuple[Line, ...] = ()


class TaxDetail(Struct, frozen=True, rename="pascal"):
    """The tax of a transaction."""

    total_tax: Decimal = Decimal(0)


class Delivery(Struct, frozen=True, rename="pascal"):
    """When an invoice was e-mailed."""

    delivery_time: datetime | None = None


class Transaction(Entity, rename="pascal", kw_only=True):
    """What every transaction has."""

    doc_number: str = ""
    txn_date: str = ""
    currency_ref: Ref = Ref()
    exchange_rate: Decimal | None = None
    private_note: str = ""
    total_amt: Decimal = Decimal(0)
    line: tuple[Line, ...] = ()
    linked_txn: tuple[LinkedTxn, ...] = ()


class Sale(Transaction, rename="pascal", kw_only=True):
    """What the documents that a customer gets have in common."""

    customer_ref: Ref = Ref()
    customer_memo: Text = Text()
    bill_email: Email = Email()
    email_status: str = ""
    delivery_info: Delivery = Delivery()
    txn_tax_detail: TaxDetail = TaxDetail()


class Invoice(Sale, rename="pascal", kw_only=True):
    """An invoice."""

    due_date: str = ""
    sales_term_ref: Ref = Ref()
    balance: Decimal = Decimal(0)


class Estimate(Sale, rename="pascal", kw_only=True):
    """An offer."""

    txn_status: str = ""
    expiration_date: str = ""
    accepted_by: str = ""
    accepted_date: str = ""


class Receipt(Sale, rename="pascal", kw_only=True):
    """A sale that was paid at once, or a refund."""

    payment_method_ref: Ref = Ref()
    payment_ref_num: str = ""
    deposit_to_account_ref: Ref = Ref()


class CreditMemo(Sale, rename="pascal", kw_only=True):
    """What a customer has to their credit."""

    remaining_credit: Decimal | None = None
    balance: Decimal = Decimal(0)


class Payment(Transaction, rename="pascal", kw_only=True):
    """Money received."""

    customer_ref: Ref = Ref()
    payment_method_ref: Ref = Ref()
    payment_ref_num: str = ""
    deposit_to_account_ref: Ref = Ref()
    unapplied_amt: Decimal = Decimal(0)


class Deposit(Transaction, rename="pascal", kw_only=True):
    """Money taken to the bank: payments and receipts, and what else was put in."""

    deposit_to_account_ref: Ref = Ref()

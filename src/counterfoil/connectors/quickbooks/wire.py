"""What of Intuit's JSON is in use: typed, exact, tolerant of everything else.

Numbers are read as Decimals from their digits; fields not named here are skipped
without being built.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from counterfoil.connectors.quickbooks.client import unreadable
from counterfoil.core.http import Answer

T = TypeVar("T")


class Ref(Struct, frozen=True):
    """A reference to another object."""

    value: str = ""
    name: str = ""


class MetaData(Struct, frozen=True, rename="pascal"):
    """When an object came and last changed, on Intuit's clock."""

    create_time: datetime | None = None
    last_updated_time: datetime | None = None


class Email(Struct, frozen=True, rename="pascal"):
    """One address, or several with commas."""

    address: str = ""


class Phone(Struct, frozen=True, rename="pascal"):
    """A telephone number as typed."""

    free_form_number: str = ""


class Address(Struct, frozen=True, rename="pascal"):
    """A postal address; after a change from a transaction all is in the lines."""

    line1: str = ""
    line2: str = ""
    line3: str = ""
    line4: str = ""
    line5: str = ""
    city: str = ""
    country_sub_division_code: str = ""
    postal_code: str = ""
    country: str = ""


class Text(Struct, frozen=True):
    """A memo."""

    value: str = ""


class Entity(Struct, rename="pascal", kw_only=True):
    """What every object has."""

    id: str = ""
    sync_token: str = ""
    meta_data: MetaData = MetaData()
    active: bool = True
    status: str = msgspec.field(name="status", default="")  # "Deleted" in the feed


class Customer(Entity, rename="pascal", kw_only=True):
    """A customer, sub-customer or job."""

    display_name: str = ""
    fully_qualified_name: str = ""
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    primary_email_addr: Email = Email()
    primary_phone: Phone = Phone()
    currency_ref: Ref = Ref()
    balance: Decimal = Decimal(0)
    taxable: bool = True
    default_tax_code_ref: Ref = Ref()
    sales_term_ref: Ref = Ref()
    parent_ref: Ref = Ref()
    bill_addr: Address = Address()
    notes: str = ""


class Vendor(Entity, rename="pascal", kw_only=True):
    """A vendor: only the name matters here."""

    display_name: str = ""


class Item(Entity, rename="pascal", kw_only=True):
    """A product or service."""

    name: str = ""
    fully_qualified_name: str = ""
    sku: str = ""
    type: str = ""
    description: str = ""
    unit_price: Decimal | None = None
    taxable: bool = False
    income_account_ref: Ref = Ref()
    sales_tax_code_ref: Ref = Ref()


class Term(Entity, rename="pascal", kw_only=True):
    """Terms of payment."""

    name: str = ""
    type: str = ""
    due_days: int | None = None
    day_of_month_due: int | None = None
    due_next_month_days: int | None = None


class TaxRateDetail(Struct, frozen=True, rename="pascal"):
    """One rate of a tax code."""

    tax_rate_ref: Ref = Ref()
    tax_order: int = 0


class TaxRateList(Struct, frozen=True, rename="pascal"):
    """The rates of a tax code."""

    tax_rate_detail: tuple[TaxRateDetail, ...] = ()


class TaxCode(Entity, rename="pascal", kw_only=True):
    """What a line may be taxed with."""

    name: str = ""
    description: str = ""
    taxable: bool = False
    sales_tax_rate_list: TaxRateList = TaxRateList()


class TaxRate(Entity, rename="pascal", kw_only=True):
    """A percentage."""

    name: str = ""
    rate_value: Decimal = Decimal(0)


class Account(Entity, rename="pascal", kw_only=True):
    """An account of the chart."""

    name: str = ""
    fully_qualified_name: str = ""
    account_type: str = ""
    account_sub_type: str = ""
    currency_ref: Ref = Ref()


class PaymentMethod(Entity, rename="pascal", kw_only=True):
    """Cash, cheque, card."""

    name: str = ""


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
    """A line of an invoice or payment."""

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


class Invoice(Entity, rename="pascal", kw_only=True):
    """An invoice."""

    doc_number: str = ""
    txn_date: str = ""
    due_date: str = ""
    currency_ref: Ref = Ref()
    exchange_rate: Decimal | None = None
    private_note: str = ""
    customer_memo: Text = Text()
    customer_ref: Ref = Ref()
    sales_term_ref: Ref = Ref()
    bill_email: Email = Email()
    email_status: str = ""
    delivery_info: Delivery = Delivery()
    line: tuple[Line, ...] = ()
    txn_tax_detail: TaxDetail = TaxDetail()
    total_amt: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)


class Payment(Entity, rename="pascal", kw_only=True):
    """Money received."""

    doc_number: str = ""
    txn_date: str = ""
    currency_ref: Ref = Ref()
    exchange_rate: Decimal | None = None
    private_note: str = ""
    customer_ref: Ref = Ref()
    payment_method_ref: Ref = Ref()
    payment_ref_num: str = ""
    total_amt: Decimal = Decimal(0)
    unapplied_amt: Decimal = Decimal(0)
    line: tuple[Line, ...] = ()


class _Query(Struct, frozen=True):
    answer: dict[str, Raw] = msgspec.field(name="QueryResponse")
    time: datetime | None = None


class _Change(Struct, frozen=True):
    answers: tuple[dict[str, Raw], ...] = msgspec.field(name="QueryResponse")


class _Changes(Struct, frozen=True):
    answers: tuple[_Change, ...] = msgspec.field(name="CDCResponse")
    time: datetime | None = None


_query = msgspec.json.Decoder(_Query)
_changes = msgspec.json.Decoder(_Changes)
_raws = msgspec.json.Decoder(list[Raw])
_single = msgspec.json.Decoder(dict[str, Raw])


def decoded(answer: Answer, decoder: msgspec.json.Decoder[T], *, is_write: bool) -> T:
    """Decode strictly; what does not fit raises as an answer that makes no sense."""
    try:
        return decoder.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        unreadable(answer, is_write=is_write)


def rows(answer: Answer, entity: str) -> tuple[list[Raw], datetime | None]:
    """The raw rows of a query's answer, and Intuit's time. Views of the body."""
    page = decoded(answer, _query, is_write=False)
    raw = page.answer.get(entity)
    return (_raws.decode(raw) if raw is not None else []), page.time


def changes(answer: Answer) -> tuple[dict[str, list[Raw]], datetime | None]:
    """The raw rows of a change feed by entity, and Intuit's time."""
    feed = decoded(answer, _changes, is_write=False)
    found: dict[str, list[Raw]] = {}
    for entity, raw in _lists(feed):
        found.setdefault(entity, []).extend(_raws.decode(raw))
    return found, feed.time


def _lists(feed: _Changes) -> Iterator[tuple[str, Raw]]:
    for change in feed.answers:
        for answer in change.answers:
            for entity, raw in answer.items():
                if bytes(raw)[:1] == b"[":
                    yield entity, raw


def single(
    answer: Answer, entity: str, *, is_write: bool
) -> tuple[Raw, datetime | None]:
    """The one raw object of an answer, and Intuit's time."""
    envelope = decoded(answer, _single, is_write=is_write)
    raw = envelope.get(entity)
    if raw is None:
        unreadable(answer, is_write=is_write)
    time = envelope.get("time")
    return raw, msgspec.json.decode(time, type=datetime) if time else None

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


class Web(Struct, frozen=True, rename="pascal"):
    """An address of the web."""

    uri: str = msgspec.field(name="URI", default="")


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


class Name(Entity, rename="pascal", kw_only=True):
    """Who has a display name: no two of them have the same."""

    display_name: str = ""


class Customer(Name, rename="pascal", kw_only=True):
    """A customer, sub-customer or job."""

    fully_qualified_name: str = ""
    company_name: str = ""
    title: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    suffix: str = ""
    print_on_check_name: str = ""
    primary_email_addr: Email = Email()
    primary_phone: Phone = Phone()
    mobile: Phone = Phone()
    alternate_phone: Phone = Phone()
    fax: Phone = Phone()
    web_addr: Web = Web()
    currency_ref: Ref = Ref()
    balance: Decimal = Decimal(0)
    taxable: bool = True
    resale_num: str = ""
    default_tax_code_ref: Ref = Ref()
    sales_term_ref: Ref = Ref()
    payment_method_ref: Ref = Ref()
    preferred_delivery_method: str = ""
    parent_ref: Ref = Ref()
    job: bool = False
    is_project: bool = False
    bill_with_parent: bool = False
    level: int = 0
    bill_addr: Address = Address()
    ship_addr: Address = Address()
    notes: str = ""


class Vendor(Name, rename="pascal", kw_only=True):
    """A vendor: only the name matters here."""


class Employee(Name, rename="pascal", kw_only=True):
    """An employee: only the name matters here."""

    given_name: str = ""
    family_name: str = ""


class Listed(Entity, rename="pascal", kw_only=True):
    """What stands in a list that may be a tree: classes, departments."""

    name: str = ""
    fully_qualified_name: str = ""
    parent_ref: Ref = Ref()


class Item(Entity, rename="pascal", kw_only=True):
    """A product or service."""

    name: str = ""
    fully_qualified_name: str = ""
    sku: str = ""
    type: str = ""
    description: str = ""
    purchase_desc: str = ""
    unit_price: Decimal | None = None
    purchase_cost: Decimal | None = None
    qty_on_hand: Decimal | None = None
    taxable: bool = False
    sales_tax_included: bool = False
    income_account_ref: Ref = Ref()
    expense_account_ref: Ref = Ref()
    asset_account_ref: Ref = Ref()
    sales_tax_code_ref: Ref = Ref()
    parent_ref: Ref = Ref()


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
    tax_type_applicable: str = ""


class TaxRateList(Struct, frozen=True, rename="pascal"):
    """The rates of a tax code."""

    tax_rate_detail: tuple[TaxRateDetail, ...] = ()


class TaxCode(Entity, rename="pascal", kw_only=True):
    """What a line may be taxed with."""

    name: str = ""
    description: str = ""
    taxable: bool = False
    sales_tax_rate_list: TaxRateList = TaxRateList()
    purchase_tax_rate_list: TaxRateList = TaxRateList()


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


def total(answer: Answer) -> int:
    """The number that a query for a count answers."""
    page = decoded(answer, _query, is_write=False)
    raw = page.answer.get("totalCount")
    return msgspec.json.decode(raw, type=int, strict=False) if raw is not None else 0


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

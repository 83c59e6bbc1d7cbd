"""The fields of customers and items that can be mapped, in people's words.

How long they may be is what QuickBooks keeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.ports import RemoteField

NAME_MAX, ITEM_NAME_MAX = 500, 100
INCOME_ACCOUNT = "income_account_id"


def _read(name: str, label: Any, kind: FieldKind = FieldKind.TEXT) -> RemoteField:
    return RemoteField(name, label, kind, writable=False)


def _address(part: str, labels: Iterable[Any]) -> tuple[RemoteField, ...]:
    limits = {
        "street": 2000,
        "city": 255,
        "region": 255,
        "postal_code": 30,
        "country": 255,
    }
    return tuple(
        RemoteField(
            f"{part}.{name}",
            label,
            FieldKind.LONG_TEXT if name == "street" else FieldKind.TEXT,
            longest,
        )
        for (name, longest), label in zip(limits.items(), labels, strict=True)
    )


CUSTOMER_FIELDS: tuple[RemoteField, ...] = (
    RemoteField(
        "display_name",
        gettext_lazy("Display name"),
        FieldKind.NAME,
        NAME_MAX,
        needed=True,
    ),
    RemoteField("title", gettext_lazy("Title (Mr, Dr)"), longest=16),
    RemoteField("given_name", gettext_lazy("First name"), longest=100),
    RemoteField("middle_name", gettext_lazy("Middle name"), longest=100),
    RemoteField("family_name", gettext_lazy("Last name"), longest=100),
    RemoteField("suffix", gettext_lazy("Suffix (Jr, PhD)"), longest=16),
    RemoteField("company_name", gettext_lazy("Company name"), longest=100),
    RemoteField("print_name", gettext_lazy("Name on checks"), longest=110),
    RemoteField("email", gettext_lazy("E-mail"), FieldKind.EMAIL, 100),
    RemoteField("phone", gettext_lazy("Phone"), FieldKind.PHONE, 30),
    RemoteField("mobile", gettext_lazy("Mobile phone"), FieldKind.PHONE, 30),
    RemoteField("alternate_phone", gettext_lazy("Other phone"), FieldKind.PHONE, 30),
    RemoteField("fax", gettext_lazy("Fax"), FieldKind.PHONE, 30),
    RemoteField("website", gettext_lazy("Website"), FieldKind.URL, 1000),
    # As people wrote it: the marker of ours before it stays where it is.
    RemoteField("notes", gettext_lazy("Notes"), FieldKind.LONG_TEXT, 1900),
    *_address(
        "bill_address",
        (
            gettext_lazy("Billing street"),
            gettext_lazy("Billing city"),
            gettext_lazy("Billing state or region"),
            gettext_lazy("Billing postal code"),
            gettext_lazy("Billing country"),
        ),
    ),
    *_address(
        "ship_address",
        (
            gettext_lazy("Shipping street"),
            gettext_lazy("Shipping city"),
            gettext_lazy("Shipping state or region"),
            gettext_lazy("Shipping postal code"),
            gettext_lazy("Shipping country"),
        ),
    ),
    RemoteField("taxable", gettext_lazy("Taxable"), FieldKind.YES_NO),
    RemoteField("resale_number", gettext_lazy("Resale number"), longest=16),
    RemoteField("terms_id", gettext_lazy("Terms"), FieldKind.REFERENCE, stream="terms"),
    RemoteField(
        "payment_method_id",
        gettext_lazy("Payment method"),
        FieldKind.REFERENCE,
        stream="payment_methods",
    ),
    RemoteField(
        "preferred_delivery", gettext_lazy("Delivery method"), FieldKind.CHOICE
    ),
    _read("currency", gettext_lazy("Currency"), FieldKind.CHOICE),
    _read("balance", gettext_lazy("Balance"), FieldKind.MONEY),
    _read("full_name", gettext_lazy("Full name, with its parents")),
    _read("is_job", gettext_lazy("Is a job"), FieldKind.YES_NO),
    _read("active", gettext_lazy("Active"), FieldKind.YES_NO),
)
ITEM_FIELDS: tuple[RemoteField, ...] = (
    RemoteField(
        "name", gettext_lazy("Name"), FieldKind.NAME, ITEM_NAME_MAX, needed=True
    ),
    RemoteField("sku", gettext_lazy("SKU"), longest=100),
    RemoteField(
        "description", gettext_lazy("Sales description"), FieldKind.LONG_TEXT, 4000
    ),
    RemoteField(
        "purchase_description",
        gettext_lazy("Purchase description"),
        FieldKind.LONG_TEXT,
        1000,
    ),
    RemoteField("unit_price", gettext_lazy("Sales price"), FieldKind.MONEY),
    RemoteField("purchase_cost", gettext_lazy("Cost"), FieldKind.MONEY),
    RemoteField("taxable", gettext_lazy("Taxable"), FieldKind.YES_NO),
    RemoteField(
        "type",
        gettext_lazy("Type"),
        FieldKind.CHOICE,
        writable=False,
        at_creation=True,
    ),
    RemoteField(
        INCOME_ACCOUNT,
        gettext_lazy("Income account"),
        FieldKind.REFERENCE,
        needed=True,
        stream="accounts",
    ),
    RemoteField(
        "expense_account_id",
        gettext_lazy("Expense account"),
        FieldKind.REFERENCE,
        stream="accounts",
    ),
    RemoteField(
        "sales_tax_code_id",
        gettext_lazy("Sales tax code"),
        FieldKind.REFERENCE,
        stream="tax_codes",
    ),
    _read("quantity_on_hand", gettext_lazy("Quantity on hand"), FieldKind.NUMBER),
    _read("full_name", gettext_lazy("Full name, with its categories")),
    _read("active", gettext_lazy("Active"), FieldKind.YES_NO),
)

"""Customers and items: by the names of a content, or by those of posting's documents."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks import fields
from counterfoil.connectors.quickbooks.fields import CUSTOMER, ITEM, NOTES_MAX, Wire
from counterfoil.connectors.quickbooks.rendering.parts import (
    Document,
    Setup,
    marked,
)
from counterfoil.core.errors import Rejected
from counterfoil.posting.ports import Expectation

# What posting's documents call otherwise than a content does.
CUSTOMER_NAMES = {"name": "display_name", "address": "bill_address"}
ITEM_NAMES = {"kind": "type"}
# Stock is begun in QuickBooks: an item made from here is not counted.
ITEM_TYPES: Mapping[str, str] = {"service": "Service"}


def customer(document: Document, marker: str, setup: Setup) -> tuple[Wire, Expectation]:
    values = _renamed(document, CUSTOMER_NAMES)
    body: Wire = {}
    CUSTOMER["display_name"].put(body, "display_name", values.pop("display_name", ""))
    notes = fields.text_of(values.pop("notes", ""))
    fields.put_all(body, CUSTOMER, values, empties=False)
    body["Notes"] = marked(marker, notes, NOTES_MAX)
    if setup.multi_currency and document.get("currency"):
        body["CurrencyRef"] = {"value": document["currency"]}
    return body, Expectation(name=str(body["DisplayName"]))


def item(document: Document, marker: str, setup: Setup) -> tuple[Wire, Expectation]:
    """An item has no place for a marker: it is known by its name."""
    values = _renamed(document, ITEM_NAMES)
    body: Wire = {}
    ITEM["name"].put(body, "name", values.pop("name", ""))
    kind = str(values.pop("type", "") or "service")
    body["Type"] = ITEM_TYPES.get(kind, "NonInventory")
    if fields.is_nothing(values.get("income_account_id")):
        raise Rejected(
            _("Choose the income account that sales of this product go to."),
            field="income_account",
        )
    fields.put_all(body, ITEM, values, empties=False)
    return body, Expectation(name=str(body["Name"]))


def _renamed(document: Document, names: Mapping[str, str]) -> dict[str, object]:
    return {names.get(name, name): value for name, value in document.items()}

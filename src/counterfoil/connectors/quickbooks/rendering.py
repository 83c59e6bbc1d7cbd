"""Neutral documents to the exact bytes of a request. Pure: makes no call, reads no row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

import msgspec
from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks import fields
from counterfoil.connectors.quickbooks.fields import CUSTOMER, ITEM, NOTES_MAX, Wire
from counterfoil.core.errors import Rejected
from counterfoil.core.money import rounded
from counterfoil.posting.ports import Expectation

Document = Mapping[str, object]

PRICE_STEP = Decimal("0.0000001")
NUMBER_MAX, NOTE_MAX, MEMO_MAX, TEXT_MAX = 21, 4000, 1000, 4000
# What posting's documents call otherwise than a content does.
CUSTOMER_NAMES = {"name": "display_name", "address": "bill_address"}
ITEM_NAMES = {"kind": "type"}
# Stock is begun in QuickBooks: an item made from here is not counted.
ITEM_TYPES: Mapping[str, str] = {"service": "Service"}
_encoder = msgspec.json.Encoder(decimal_format="number")


def render(
    kind: str, document: Document, *, marker: str, multi_currency: bool
) -> tuple[bytes, Expectation]:
    """The bytes, and what the answer must echo. ``Rejected`` when it cannot be put."""
    body, expected = RENDERERS[kind](document, marker)
    if multi_currency and document.get("currency") and kind != "item":
        body["CurrencyRef"] = {"value": document["currency"]}
    return _encoder.encode(body), expected


def customer(document: Document, marker: str) -> tuple[Wire, Expectation]:
    """``document`` is by the names of a customer's content, or by posting's own."""
    values = _renamed(document, CUSTOMER_NAMES)
    body: Wire = {}
    CUSTOMER["display_name"].put(body, "display_name", values.pop("display_name", ""))
    notes = fields.text_of(values.pop("notes", ""))
    fields.put_all(body, CUSTOMER, values, empties=False)
    body["Notes"] = marked(marker, notes, NOTES_MAX)
    return body, Expectation(name=str(body["DisplayName"]))


def item(document: Document, marker: str) -> tuple[Wire, Expectation]:
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


def invoice(document: Document, marker: str) -> tuple[Wire, Expectation]:
    currency = str(document.get("currency") or "USD")
    mode = str(document.get("tax_mode") or "none")
    customer_id = str(document.get("customer_id") or "")
    if not customer_id:
        raise Rejected(_("Choose a customer."), field="customer")
    body: Wire = {
        "CustomerRef": {"value": customer_id},
        "TxnDate": str(document["issued_on"]),
        "EmailStatus": "NotSet",
        "PrivateNote": marked(marker, _text(document, "note", 8000), NOTE_MAX),
    }
    _put(body, "DueDate", _text(document, "due_on", 10))
    _put(body, "DocNumber", _number(document))
    _put_in(body, "SalesTermRef", "value", _text(document, "terms_id", 40))
    _put_in(body, "BillEmail", "Address", _text(document, "email", 100))
    _put_in(body, "CustomerMemo", "value", _text(document, "message", MEMO_MAX))
    rate = _decimal(document, "exchange_rate")
    if rate is not None:
        body["ExchangeRate"] = rate
    body["Line"] = _lines(document, mode, currency)
    body.update(_tax(document, mode))
    total = _decimal(document, "expected_total")
    return body, Expectation(
        customer_id=customer_id,
        total=None if mode == "us_automated" else total,
        currency=currency,
    )


RENDERERS: Mapping[str, Callable[[Document, str], tuple[Wire, Expectation]]] = {
    "customer": customer,
    "item": item,
    "invoice": invoice,
}


def _lines(document: Document, mode: str, currency: str) -> list[Wire]:
    lines = cast("Sequence[Document]", document.get("lines") or ())
    if not any(line.get("kind", "item") == "item" for line in lines):
        raise Rejected(_("Add at least one product line."), field="lines")
    rendered = []
    for line in lines:
        kind = line.get("kind", "item")
        if kind == "text":
            rendered.append(_text_line(line))
        elif kind == "discount":
            rendered.append(_discount_line(line, currency))
        else:
            is_gross = mode == "per_line" and bool(document.get("prices_include_tax"))
            rendered.append(_item_line(line, mode, currency, is_gross=is_gross))
    return rendered


def _item_line(line: Document, mode: str, currency: str, *, is_gross: bool) -> Wire:
    quantity = _decimal(line, "quantity")
    price = _decimal(line, "unit_price")
    amount = _decimal(line, "amount")
    quantity, price, amount = priced(quantity, price, amount, currency)
    detail: Wire = {"ItemRef": {"value": str(line["item_id"])}}
    if quantity is not None and price is not None:
        detail.update(Qty=quantity, UnitPrice=price)
    _put(detail, "ServiceDate", _text(line, "service_on", 10))
    code = _line_code(line, mode)
    if code:
        detail["TaxCodeRef"] = {"value": code}
    if is_gross:
        detail["TaxInclusiveAmt"] = amount
    body: Wire = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": detail,
    }
    _put(body, "Description", _text(line, "description", TEXT_MAX))
    return body


def priced(
    quantity: Decimal | None,
    price: Decimal | None,
    amount: Decimal | None,
    currency: str,
) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """Quantity, price and amount that agree as QuickBooks checks them (fault 6070).

    The amount leads: the price is derived from it, to seven decimals, where the given
    one does not produce it; where none does, only the amount is sent.
    """
    if price is not None:
        price = _trimmed(price.quantize(PRICE_STEP, rounding=ROUND_HALF_UP))
    if amount is None:
        if price is None:
            raise Rejected(_("A line needs a price."), field="lines.unit_price")
        quantity = Decimal(1) if quantity is None else quantity
        return quantity, price, rounded(quantity * price, currency)
    amount = rounded(amount, currency)
    if quantity is None or quantity == 0:
        return None, None, amount
    if price is None or rounded(quantity * price, currency) != amount:
        price = (amount / quantity).quantize(PRICE_STEP, rounding=ROUND_HALF_UP)
        if rounded(quantity * price, currency) != amount:
            return None, None, amount
    return quantity, price, amount


def _trimmed(number: Decimal) -> Decimal:
    """Without needless zeros, and a hundred as ``100``, not as ``1E+2``."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _line_code(line: Document, mode: str) -> str:
    code = str(line.get("tax_code_id") or "")
    if mode in {"us_manual", "us_automated"}:
        return "TAX" if line.get("taxable") else "NON"
    if mode == "per_line":
        if not code:
            raise Rejected(
                _("Choose a tax code for each line."), field="lines.tax_code"
            )
        return code
    return ""


def _text_line(line: Document) -> Wire:
    return {
        "DetailType": "DescriptionOnly",
        "Description": _text(line, "description", TEXT_MAX),
        "DescriptionLineDetail": {},
    }


def _discount_line(line: Document, currency: str) -> Wire:
    percent = _decimal(line, "percent")
    if percent is not None:
        detail: Wire = {"PercentBased": True, "DiscountPercent": percent}
        return {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
    amount = abs(_decimal(line, "amount") or Decimal(0))
    return {
        "DetailType": "DiscountLineDetail",
        "Amount": rounded(amount, currency),
        "DiscountLineDetail": {"PercentBased": False},
    }


def _tax(document: Document, mode: str) -> Wire:
    body: Wire = {}
    has_discount = any(
        line.get("kind") == "discount"
        for line in cast("Sequence[Document]", document.get("lines") or ())
    )
    if has_discount:
        after = document.get("tax_after_discount")
        body["ApplyTaxAfterDiscount"] = (
            mode == "per_line" if after is None else bool(after)
        )
    code = str(document.get("tax_code_id") or "")
    if mode == "us_manual" and code:
        body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}}
    if mode == "per_line":
        is_gross = bool(document.get("prices_include_tax"))
        body["GlobalTaxCalculation"] = "TaxInclusive" if is_gross else "TaxExcluded"
    return body


def _number(document: Document) -> str:
    number = str(document.get("number") or "").strip()
    if len(number) > NUMBER_MAX:
        sentence = _(
            "The number is too long for QuickBooks: at most %(max)s characters."
        )
        raise Rejected(sentence % {"max": NUMBER_MAX}, field="number")
    return number


def marked(marker: str, note: str, longest: int) -> str:
    """The marker first, whatever has to give way for it."""
    return (f"{marker}\n{note}" if note and marker else marker or note)[:longest]


def _text(document: Document, name: str, longest: int) -> str:
    return str(document.get(name) or "").strip()[:longest]


def _decimal(document: Document, name: str) -> Decimal | None:
    value = document.get(name)
    return None if value is None or value == "" else fields.number(value, name)


def _put(body: Wire, name: str, value: str) -> None:
    if value:
        body[name] = value


def _put_in(body: Wire, name: str, inner: str, value: str) -> None:
    if value:
        body[name] = {inner: value}

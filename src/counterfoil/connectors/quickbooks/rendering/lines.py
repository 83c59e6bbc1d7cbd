"""The lines of a sale: what is sold, text, the discount, the charge for shipping."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks.fields import Wire
from counterfoil.connectors.quickbooks.rendering.parts import (
    PER_LINE,
    TEXT_MAX,
    Document,
    Setup,
    currency_of,
    decimal,
    lines_of,
    needed,
    positive,
    put,
    put_in,
    text,
)
from counterfoil.core.errors import Rejected
from counterfoil.core.money import rounded

PRICE_STEP = Decimal("0.0000001")
SHIPPING_ITEM = "SHIPPING_ITEM_ID"
US_MODES = frozenset({"us_manual", "us_automated"})
HUNDRED = Decimal(100)


def rendered(document: Document, setup: Setup) -> list[Wire]:
    """All lines in the order in which QuickBooks keeps them."""
    lines = lines_of(document)
    if not any(line.get("kind", "item") == "item" for line in lines):
        raise Rejected(_("Add at least one product line."), field="lines")
    found = []
    for line in lines:
        kind = line.get("kind", "item")
        if kind == "text":
            found.append(_text(line))
        elif kind == "discount":
            found += _discount(line, document)
        else:
            found.append(_item(line, document, setup))
    return [*found, *_shipping(document)]


def is_gross(document: Document) -> bool:
    """Whether the amounts of the lines have their tax in them."""
    mode = str(document.get("tax_mode") or "none")
    return mode == "per_line" and bool(document.get("prices_include_tax"))


def _item(line: Document, document: Document, setup: Setup) -> Wire:
    currency = currency_of(document)
    quantity, price = decimal(line, "quantity"), decimal(line, "unit_price")
    quantity, price, amount = priced(quantity, price, decimal(line, "amount"), currency)
    item_id = needed(line, "item_id", _("Choose a product."), field="lines.item")
    detail: Wire = {"ItemRef": {"value": item_id}}
    if is_gross(document):
        detail["TaxInclusiveAmt"] = amount
        net = decimal(line, "net_amount")
        if net is not None:
            # The amount then means the same to whoever takes it as net or as gross.
            quantity, price, amount = priced(quantity, None, net, currency)
    if quantity is not None and price is not None:
        detail.update(Qty=quantity, UnitPrice=price)
    put(detail, "ServiceDate", text(line, "service_on", 10))
    put_in(detail, "TaxCodeRef", "value", _code(line, document))
    if setup.class_tracking == PER_LINE:
        put_in(detail, "ClassRef", "value", class_of(line, document))
    body: Wire = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": detail,
    }
    put(body, "Description", text(line, "description", TEXT_MAX))
    return body


def class_of(line: Document, document: Document) -> str:
    """The class of a line, or else that of the document."""
    return text(line, "class_id", 40) or text(document, "class_id", 40)


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
        price = _trimmed((amount / quantity).quantize(PRICE_STEP, ROUND_HALF_UP))
        if rounded(quantity * price, currency) != amount:
            return None, None, amount
    return quantity, price, amount


def _trimmed(number: Decimal) -> Decimal:
    """Without needless zeros, and a hundred as ``100``, not as ``1E+2``."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _code(line: Document, document: Document) -> str:
    """The tax code of a line; the United States only say whether it is taxable."""
    mode = str(document.get("tax_mode") or "none")
    if mode in US_MODES:
        return "TAX" if line.get("taxable") else "NON"
    if mode == "per_line":
        sentence = _("Choose a tax code for each line.")
        return needed(line, "tax_code_id", sentence, field="lines.tax_code")
    return ""


def _text(line: Document) -> Wire:
    return {
        "DetailType": "DescriptionOnly",
        "Description": text(line, "description", TEXT_MAX),
        "DescriptionLineDetail": {},
    }


def _discount(line: Document, document: Document) -> list[Wire]:
    """By per cent or by amount; one of nothing is no line."""
    percent = decimal(line, "percent")
    if percent is not None:
        if not 0 <= percent <= HUNDRED:
            raise Rejected(
                _("A discount is between 0 and 100 per cent."), field="discount"
            )
        detail: Wire = {"PercentBased": True, "DiscountPercent": percent}
        return [{"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}]
    amount = rounded(abs(decimal(line, "amount") or Decimal(0)), currency_of(document))
    if not amount:
        return []
    return [
        {
            "DetailType": "DiscountLineDetail",
            "Amount": amount,
            "DiscountLineDetail": {"PercentBased": False},
        }
    ]


def _shipping(document: Document) -> list[Wire]:
    """A charge that is no product, but is taxed like one."""
    given = decimal(document, "shipping")
    if not given:
        return []
    amount = positive(document, "shipping", currency_of(document))
    detail: Wire = {"ItemRef": {"value": SHIPPING_ITEM}}
    if is_gross(document):
        detail["TaxInclusiveAmt"] = amount
        net = decimal(document, "shipping_net")
        if net is not None:
            amount = rounded(net, currency_of(document))
    put_in(detail, "TaxCodeRef", "value", _shipping_code(document))
    return [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": detail,
        }
    ]


def _shipping_code(document: Document) -> str:
    mode = str(document.get("tax_mode") or "none")
    code = text(document, "shipping_tax_code_id", 40)
    if mode in US_MODES:
        return "TAX" if code not in {"", "NON"} else "NON"
    if mode == "per_line":
        sentence = _("Choose a tax code for shipping.")
        return needed(
            document, "shipping_tax_code_id", sentence, field="shipping_tax_code"
        )
    return ""

"""What one line comes to, the same wherever it stands: in a deal, a quote, a document."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from counterfoil.core.money import rounded

HUNDRED = Decimal(100)
PRICE_STEP = Decimal("0.0000001")


def price_after(unit_price: Decimal, discount_percent: Decimal) -> Decimal:
    """The price with the line's discount in it, at most seven decimals."""
    price = unit_price * (HUNDRED - discount_percent) / HUNDRED
    return price.quantize(PRICE_STEP, rounding=ROUND_HALF_UP)


def after_discounts(
    quantity: Decimal,
    unit_price: Decimal,
    *,
    percent: Decimal,
    off: Decimal,
    currency: str,
) -> tuple[Decimal, Decimal]:
    """Price and amount after the line's discounts, ``off`` last; the amount leads."""
    price = price_after(unit_price, percent)
    amount = rounded(quantity * price, currency)
    if not off or not quantity:
        return price, amount
    amount -= rounded(off, currency)
    price = (amount / quantity).quantize(PRICE_STEP, rounding=ROUND_HALF_UP)
    return price, amount

"""What may be wrong with the numbers of a draft, each with its own sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import NO_TAX, Content, DraftLine, number
from counterfoil.invoicing.reckoning import LARGEST, reckon
from counterfoil.invoicing.sentences import too_large
from counterfoil.invoicing.totals import TaxMode

HUNDRED = Decimal(100)
QUANTITY, PRICE = 5, 7  # decimals


def of_line(line: DraftLine) -> Iterator[tuple[str, str]]:
    """Quantity, price and discount of a line."""
    quantity, price = number(line.quantity), number(line.unit_price)
    if quantity is None or quantity <= 0:
        yield "quantity", _("Enter a quantity above zero.")
    elif sentence := _out_of_size(quantity, QUANTITY):
        yield "quantity", sentence
    if price is None:
        yield "unit_price", _("Enter a price.")
    elif sentence := _out_of_size(price, PRICE):
        yield "unit_price", sentence
    if line.discount_percent.strip():
        percent = number(line.discount_percent)
        if percent is None or not 0 <= percent <= HUNDRED:
            yield "discount_percent", _("Enter a discount from 0 to 100 %%.") % {}
    if line.discount_amount.strip():
        yield from _of_amount_off(line, quantity, price)


def _out_of_size(value: Decimal, decimals: int) -> str:
    """Why a number is more than QuickBooks keeps, or ``""``."""
    if abs(value) > LARGEST:
        return too_large()
    if -_places(value) <= decimals:
        return ""
    if decimals == QUANTITY:
        return _("Use at most five decimals.")
    return _("Use at most seven decimals.")


def _of_amount_off(
    line: DraftLine, quantity: Decimal | None, price: Decimal | None
) -> Iterator[tuple[str, str]]:
    off = number(line.discount_amount)
    if off is None or off < 0:
        yield "discount_amount", _("Enter the discount as a number.")
    elif quantity and price is not None and off > abs(quantity * price):
        yield "discount_amount", _("The discount is larger than the line.")


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def of_document(
    content: Content, company: Company, *, has_errors: bool
) -> Iterator[tuple[str, str]]:
    """Discount, shipping and tax of the whole, and what it all comes to."""
    yield from _of_discount(content, company)
    yield from _of_shipping(content, company)
    if company.tax_mode is TaxMode.US_MANUAL:
        yield from _of_header_code(content, company)
    if has_errors:
        return
    totals = reckon(content, company)
    amounts = [totals.total, *(line.amount for line in totals.lines)]
    if max(abs(each) for each in amounts) > LARGEST:
        sentence = _("The amounts are too large.") + " " + too_large()
        yield "add", sentence
    elif totals.discount > max(totals.subtotal, Decimal(0)):
        yield "discount_value", _("The discount is larger than the lines together.")
    elif totals.total < 0:
        yield "add", _("The total is below zero, which QuickBooks does not allow.")


def _of_shipping(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    if not content.shipping.strip():
        return
    value = number(content.shipping)
    if value is None or value < 0:
        yield "shipping", _("Enter the shipping as a number.")
    elif value > LARGEST:
        yield "shipping", too_large()
    elif value and not company.allows_shipping:
        sentence = _("%(company)s does not charge for shipping in QuickBooks.")
        yield "shipping", sentence % {"company": company.name}
    elif value and company.lacks_code(content.shipping_tax_code_id):
        yield "shipping_tax_code_id", _("Choose a tax code.")


def _of_header_code(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    """Taxable lines need a decision; that there is no tax is one, too."""
    code = content.tax_code_id
    if code in company.tax_codes or code == NO_TAX:
        return
    if company.takes_no_tax() or not any(line.taxable for line in content.lines):
        return
    if company.tax_codes:
        yield "tax_code_id", _("Choose the sales tax, or “No sales tax”.")


def _of_discount(content: Content, company: Company) -> Iterator[tuple[str, str]]:
    if not content.discount_kind:
        return
    value = number(content.discount_value)
    if not company.allows_discount:
        sentence = _("%(company)s does not allow discounts in QuickBooks.")
        yield "discount_value", sentence % {"company": company.name}
    elif value is None or value < 0:
        yield "discount_value", _("Enter the discount as a number.")
    elif value > LARGEST:
        yield "discount_value", too_large()
    elif content.discount_kind == "percent" and value > HUNDRED:
        yield "discount_value", _("Enter a discount from 0 to 100 %%.") % {}
    elif content.prices_include_tax:
        yield (
            "discount_value",
            _(
                "With prices that include tax, QuickBooks takes no discount on the "
                "whole document. Give it on each line."
            ),
        )

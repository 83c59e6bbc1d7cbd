"""Totals of a draft as it stands, even half entered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from counterfoil.core.money import known_currencies
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, DraftLine, number
from counterfoil.invoicing.totals import Discount, Line, Totals, compute

ZERO = Decimal(0)
LARGEST = Decimal("99999999999.99")  # the largest number that QuickBooks takes


def reckon(content: Content, company: Company) -> Totals:
    """Total what can be read; what cannot counts as zero. ``lines`` are the content's."""
    lines = [_line(line, company) for line in content.lines]
    if shipping := _figure(content.shipping):
        lines.append(_shipping(content, shipping, company))
    totals = compute(
        lines,
        currency=currency(content, company),
        discount=_discount(content),
        tax=company.tax(content),
    )
    return replace(totals, lines=totals.lines[: len(content.lines)])


def currency(content: Content, company: Company) -> str:
    """The currency of the invoice: its customer's, else its source's, else the home's."""
    if content.creates_customer:
        chosen = content.new_customer.currency
    else:
        chosen = company.customer.currency if company.customer else ""
    for code in (chosen, content.currency, company.home_currency):
        if code in known_currencies():
            return code
    return "USD"


def _figure(text: str) -> Decimal:
    value = number(text)
    return value if value is not None and abs(value) <= LARGEST else ZERO


def _percent(text: str) -> Decimal:
    return min(max(_figure(text), ZERO), Decimal(100))


def _line(line: DraftLine, company: Company) -> Line:
    return Line(
        quantity=_figure(line.quantity),
        unit_price=_figure(line.unit_price),
        discount_percent=_percent(line.discount_percent),
        discount_amount=max(_figure(line.discount_amount), ZERO),
        taxable=line.taxable and not company.takes_no_tax(),
        tax_code_id=line.tax_code_id if line.tax_code_id in company.tax_codes else "",
        is_text=line.is_text,
    )


def _shipping(content: Content, amount: Decimal, company: Company) -> Line:
    """Outside the US it has a tax code of its own; inside it is not taxed."""
    code = content.shipping_tax_code_id
    return Line(
        quantity=Decimal(1),
        unit_price=amount,
        taxable=False,
        tax_code_id=code if code in company.tax_codes else "",
        is_shipping=True,
    )


def _discount(content: Content) -> Discount | None:
    if content.discount_kind == "percent":
        return Discount(percent=_percent(content.discount_value))
    if content.discount_kind == "amount":
        return Discount(amount=max(_figure(content.discount_value), ZERO))
    return None

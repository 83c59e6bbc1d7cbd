"""What an invoice comes to: pure arithmetic that agrees with QuickBooks to the cent.

QuickBooks refuses a line whose amount is not quantity times price rounded half up
(fault 6070) and holds one discount per document. So a discount on one line is folded
into that line's price, which keeps up to seven decimals, and a discount on the whole
document is the document's one discount line. Tax on top is rounded once per rate over
the whole document, never line by line; prices that include tax are stripped of it line
by line, and the tax is what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from counterfoil.core.money import rounded

HUNDRED = Decimal(100)
ZERO = Decimal(0)
PRICE_STEP = Decimal("0.0000001")


class TaxMode(Enum):
    """Who decides the tax of a company's documents, and from what."""

    US_MANUAL = "us_manual"
    US_AUTOMATED = "us_automated"
    PER_LINE = "per_line"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rate:
    """One percentage of one agency."""

    rate_id: str
    percent: Decimal
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What is sold: a discount on the line is folded into the price.

    By per cent, by amount, or both (the amount comes off last). ``is_shipping`` is a
    charge beside what is sold: a discount on the document leaves it alone.
    """

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    taxable: bool = True
    tax_code_id: str = ""
    is_text: bool = False
    is_shipping: bool = False


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount on the whole document, by per cent or by amount."""

    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """How the company taxes: ``rates`` are those of each tax code, by its id.

    ``code_id`` is the one code of a US document; elsewhere each line has its own.
    ``after_discount`` says whether the document's discount lessens what is taxed; by
    default it does so outside the US only, as in QuickBooks.
    """

    mode: TaxMode = TaxMode.NONE
    code_id: str = ""
    rates: Mapping[str, Sequence[Rate]] = field(default_factory=dict)
    prices_include_tax: bool = False
    after_discount: bool | None = None

    @property
    def is_after_discount(self) -> bool:
        if self.after_discount is None:
            return self.mode is TaxMode.PER_LINE
        return self.after_discount


@dataclass(frozen=True, slots=True)
class LineTotal:
    """A line as the books will hold it; ``price`` is after the line's discount."""

    price: Decimal
    amount: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class Levy:
    """What one rate takes."""

    rate: Rate
    net: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """All amounts of a document, rounded to its currency.

    ``subtotal`` is before tax, discount and ``shipping``. ``tax`` and ``total`` lack the sales tax
    when ``tax_is_left_to_books``. ``codeless`` counts the lines that still need a code.
    """

    currency: str
    lines: tuple[LineTotal, ...]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    levies: tuple[Levy, ...]
    tax: Decimal
    total: Decimal
    tax_is_left_to_books: bool = False
    codeless: int = 0


def price_after(unit_price: Decimal, discount_percent: Decimal) -> Decimal:
    """The price with the line's discount in it, at most seven decimals."""
    price = unit_price * (HUNDRED - discount_percent) / HUNDRED
    return price.quantize(PRICE_STEP, rounding=ROUND_HALF_UP)


def _priced(line: Line, currency: str) -> tuple[Decimal, Decimal]:
    """Price and amount after the line's discounts; the amount leads."""
    if line.is_text:
        return ZERO, ZERO
    price = price_after(line.unit_price, line.discount_percent)
    amount = rounded(line.quantity * price, currency)
    if not line.discount_amount or not line.quantity:
        return price, amount
    amount -= rounded(line.discount_amount, currency)
    price = (amount / line.quantity).quantize(PRICE_STEP, rounding=ROUND_HALF_UP)
    return price, amount


def spread(
    amounts: Sequence[Decimal], discount: Decimal, currency: str
) -> list[Decimal]:
    """The share of a discount on each amount; the largest amount takes the odd cent."""
    whole = sum(amounts, start=ZERO)
    if not whole or not discount:
        return [ZERO] * len(amounts)
    shares = [rounded(discount * amount / whole, currency) for amount in amounts]
    largest = max(range(len(amounts)), key=lambda index: amounts[index])
    shares[largest] += discount - sum(shares, start=ZERO)
    return shares


def compute(
    lines: Sequence[Line],
    *,
    currency: str,
    discount: Discount | None = None,
    tax: Tax | None = None,
) -> Totals:
    """Total a document; the result says what is left to the books."""
    tax = tax or Tax()
    priced = [_priced(line, currency) for line in lines]
    amounts = [amount for _price, amount in priced]
    is_inclusive = tax.mode is TaxMode.PER_LINE and tax.prices_include_tax
    nets = _nets(lines, amounts, tax, currency) if is_inclusive else amounts
    shipping = _shipping(lines, nets)
    subtotal = sum(nets, start=ZERO) - shipping
    taken = _taken(discount, subtotal, currency)
    if is_inclusive:
        levies = _levies_inside(lines, amounts, nets, tax, currency)
    else:
        levies = _levies(lines, amounts, taken, tax, currency)
    taxed = sum((levy.amount for levy in levies), start=ZERO)
    return Totals(
        currency=currency,
        lines=tuple(
            LineTotal(price, amount, net)
            for (price, amount), net in zip(priced, nets, strict=True)
        ),
        subtotal=subtotal,
        discount=taken,
        shipping=shipping,
        levies=tuple(levies),
        tax=taxed,
        total=subtotal - taken + shipping + taxed,
        tax_is_left_to_books=tax.mode is TaxMode.US_AUTOMATED,
        codeless=_codeless(lines, tax),
    )


def _shipping(lines: Sequence[Line], nets: Sequence[Decimal]) -> Decimal:
    charged = (net for line, net in zip(lines, nets, strict=True) if line.is_shipping)
    return sum(charged, start=ZERO)


def _taken(discount: Discount | None, subtotal: Decimal, currency: str) -> Decimal:
    if discount is None:
        return ZERO
    if discount.percent is not None:
        return rounded(subtotal * discount.percent / HUNDRED, currency)
    return rounded(discount.amount or ZERO, currency)


def _codeless(lines: Sequence[Line], tax: Tax) -> int:
    if tax.mode is not TaxMode.PER_LINE:
        return 0
    return sum(1 for line in lines if not line.is_text and not line.tax_code_id)


def _code_of(line: Line, tax: Tax) -> str:
    if line.is_text:
        return ""
    if tax.mode is TaxMode.PER_LINE:
        return line.tax_code_id
    if tax.mode is TaxMode.US_MANUAL and line.taxable:
        return tax.code_id
    return ""


def _levies(
    lines: Sequence[Line],
    amounts: Sequence[Decimal],
    discount: Decimal,
    tax: Tax,
    currency: str,
) -> list[Levy]:
    sold = [index for index, line in enumerate(lines) if not line.is_text]
    bases = {index: amounts[index] for index in sold}
    if tax.is_after_discount:
        lessened = [index for index in sold if not lines[index].is_shipping]
        shares = spread([amounts[index] for index in lessened], discount, currency)
        for index, share in zip(lessened, shares, strict=True):
            bases[index] -= share
    by_code: dict[str, Decimal] = defaultdict(Decimal)
    for index, base in bases.items():
        by_code[_code_of(lines[index], tax)] += base
    return _by_rate(by_code, tax, currency)


def _by_rate(nets: Mapping[str, Decimal], tax: Tax, currency: str) -> list[Levy]:
    """Rates that several codes share are added up before they are rounded."""
    base: dict[Rate, Decimal] = defaultdict(Decimal)
    for code, net in nets.items():
        for rate in tax.rates.get(code, ()):
            base[rate] += net
    return [
        Levy(rate, net, rounded(net * rate.percent / HUNDRED, currency))
        for rate, net in base.items()
    ]


def _net_of(gross: Decimal, code: str, tax: Tax, currency: str) -> Decimal:
    percent = sum((rate.percent for rate in tax.rates.get(code, ())), start=ZERO)
    return rounded(gross * HUNDRED / (HUNDRED + percent), currency)


def _nets(
    lines: Sequence[Line], amounts: Sequence[Decimal], tax: Tax, currency: str
) -> list[Decimal]:
    """Net amounts of gross lines, each rounded by itself as the books do."""
    return [
        _net_of(gross, _code_of(line, tax), tax, currency)
        for line, gross in zip(lines, amounts, strict=True)
    ]


def _levies_inside(
    lines: Sequence[Line],
    amounts: Sequence[Decimal],
    nets: Sequence[Decimal],
    tax: Tax,
    currency: str,
) -> list[Levy]:
    """The tax inside gross amounts: what is left of a code's gross beside its nets."""
    whole: dict[str, Decimal] = defaultdict(Decimal)
    without: dict[str, Decimal] = defaultdict(Decimal)
    for line, gross, net in zip(lines, amounts, nets, strict=True):
        code = _code_of(line, tax)
        whole[code] += gross
        without[code] += net
    found: list[Levy] = []
    for code, gross in whole.items():
        left = gross - without[code]
        shares = _by_rate({code: without[code]}, tax, currency)
        for share in shares[:-1]:
            found.append(share)
            left -= share.amount
        if shares:
            found.append(Levy(shares[-1].rate, without[code], left))
    return found

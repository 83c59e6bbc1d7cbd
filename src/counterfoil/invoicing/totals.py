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
from decimal import Decimal
from enum import Enum

from counterfoil.core.money import rounded
from counterfoil.core.pricing import after_discounts

HUNDRED = Decimal(100)
ZERO = Decimal(0)


class TaxMode(Enum):
    """Who decides the tax of a company's documents, and from what."""

    US_MANUAL = "us_manual"
    US_AUTOMATED = "us_automated"
    PER_LINE = "per_line"
    NONE = "none"


class Base(Enum):
    """What a rate is taken of; taxes are those of the code's rates of a lower order."""

    AMOUNT = "amount"
    AMOUNT_AND_TAX = "amount_and_tax"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Rate:
    """One percentage of one agency."""

    rate_id: str
    percent: Decimal
    name: str = ""
    of: Base = Base.AMOUNT
    order: int = 0


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
    ``discount_given`` is the discount as it is told to the books: where prices include
    tax it does so too, and ``discount`` is without.
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
    discount_given: Decimal = ZERO


def _priced(line: Line, currency: str) -> tuple[Decimal, Decimal]:
    """Price and amount after the line's discounts; the amount leads."""
    if line.is_text:
        return ZERO, ZERO
    return after_discounts(
        line.quantity,
        line.unit_price,
        percent=line.discount_percent,
        off=line.discount_amount,
        currency=currency,
    )


def spread(
    parts: Mapping[str, Decimal], discount: Decimal, currency: str
) -> dict[str, Decimal]:
    """The share of a discount on each part; the largest takes the odd cent.

    Which of two equal parts that is follows from their names, as in QuickBooks.
    """
    whole = sum(parts.values(), start=ZERO)
    if not whole or not discount:
        return dict.fromkeys(parts, ZERO)
    shares = {
        name: rounded(discount * part / whole, currency) for name, part in parts.items()
    }
    largest = max(parts, key=lambda name: (parts[name], name))
    shares[largest] += discount - sum(shares.values(), start=ZERO)
    return shares


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The lines with what they come to, and how they are taxed."""

    lines: Sequence[Line]
    amounts: Sequence[Decimal]
    tax: Tax
    currency: str

    @property
    def is_inclusive(self) -> bool:
        return self.tax.mode is TaxMode.PER_LINE and self.tax.prices_include_tax

    def rates(self, code: str) -> Sequence[Rate]:
        return self.tax.rates.get(code, ())

    def codes(self) -> list[str]:
        return [_code_of(line, self.tax) for line in self.lines]

    def nets(self) -> Sequence[Decimal]:
        """Without the tax that is inside, each line rounded by itself."""
        if not self.is_inclusive:
            return self.amounts
        return [
            self.net_of(gross, code)
            for code, gross in zip(self.codes(), self.amounts, strict=True)
        ]

    def net_of(self, gross: Decimal, code: str) -> Decimal:
        return rounded(gross / _factor(self.rates(code)), self.currency)

    def sums(self, amounts: Sequence[Decimal]) -> dict[str, Decimal]:
        """The amounts by the codes of their lines."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for code, amount in zip(self.codes(), amounts, strict=True):
            found[code] += amount
        return found

    def discounted(self) -> dict[str, Decimal]:
        """What a discount on the document falls on: all but shipping."""
        sold = [
            ZERO if line.is_shipping else amount
            for line, amount in zip(self.lines, self.amounts, strict=True)
        ]
        return self.sums(sold)


@dataclass(frozen=True, slots=True)
class _Assessed:
    """What is taken of a document: by its discount, by the authorities."""

    given: Decimal
    discount: Decimal
    levies: Sequence[Levy]


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
    sheet = _Sheet(lines, [amount for _price, amount in priced], tax, currency)
    nets = sheet.nets()
    shipping = _shipping(lines, nets)
    subtotal = sum(nets, start=ZERO) - shipping
    bearing = sum(sheet.discounted().values(), start=ZERO)
    given = _given(discount, bearing, currency)
    found = (_inside if sheet.is_inclusive else _on_top)(sheet, given)
    taxed = sum((levy.amount for levy in found.levies), start=ZERO)
    return Totals(
        currency=currency,
        lines=tuple(
            LineTotal(price, amount, net)
            for (price, amount), net in zip(priced, nets, strict=True)
        ),
        subtotal=subtotal,
        discount=found.discount,
        shipping=shipping,
        levies=tuple(found.levies),
        tax=taxed,
        total=subtotal - found.discount + shipping + taxed,
        tax_is_left_to_books=tax.mode is TaxMode.US_AUTOMATED,
        codeless=_codeless(lines, tax),
        discount_given=found.given,
    )


def _shipping(lines: Sequence[Line], nets: Sequence[Decimal]) -> Decimal:
    charged = (net for line, net in zip(lines, nets, strict=True) if line.is_shipping)
    return sum(charged, start=ZERO)


def _given(discount: Discount | None, bearing: Decimal, currency: str) -> Decimal:
    if discount is None:
        return ZERO
    if discount.percent is not None:
        return rounded(bearing * discount.percent / HUNDRED, currency)
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


def _on_top(sheet: _Sheet, given: Decimal) -> _Assessed:
    """Tax is added to what is asked."""
    nets = sheet.sums(sheet.amounts)
    if sheet.tax.is_after_discount:
        shares = spread(sheet.discounted(), given, sheet.currency)
        nets = {code: net - shares[code] for code, net in nets.items()}
    return _Assessed(given, given, _levied(sheet, nets))


def _inside(sheet: _Sheet, given: Decimal) -> _Assessed:
    """Tax is in what is asked, and in what is taken off it."""
    gross, nets = sheet.sums(sheet.amounts), sheet.sums(sheet.nets())
    if not sheet.tax.is_after_discount:
        return _Assessed(given, given, _levied_inside(sheet, gross, nets))
    shares = spread(sheet.discounted(), given, sheet.currency)
    inner = {code: sheet.net_of(share, code) for code, share in shares.items()}
    gross = {code: amount - shares[code] for code, amount in gross.items()}
    nets = {code: net - inner[code] for code, net in nets.items()}
    off = sum(inner.values(), start=ZERO)
    return _Assessed(given, off, _levied_inside(sheet, gross, nets))


def _bases(
    net: Decimal, rates: Sequence[Rate], currency: str = ""
) -> list[tuple[Rate, Decimal]]:
    """What each rate of a code is taken of; earlier taxes are rounded in a currency."""
    found: list[tuple[Rate, Decimal]] = []
    taxes: list[tuple[int, Decimal]] = []
    for rate in sorted(rates, key=lambda each: each.order):
        before = sum((tax for order, tax in taxes if order < rate.order), start=ZERO)
        base = {Base.AMOUNT_AND_TAX: net + before, Base.TAX: before}.get(rate.of, net)
        tax = base * rate.percent / HUNDRED
        taxes.append((rate.order, rounded(tax, currency) if currency else tax))
        found.append((rate, base))
    return found


def _factor(rates: Sequence[Rate]) -> Decimal:
    """What a net amount of 1 comes to with all taxes of a code."""
    taxes = (base * rate.percent / HUNDRED for rate, base in _bases(Decimal(1), rates))
    return sum(taxes, start=Decimal(1))


def _levied(sheet: _Sheet, nets: Mapping[str, Decimal]) -> list[Levy]:
    """Rates that several codes share are added up before they are rounded."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    known: dict[str, Rate] = {}
    for code, net in nets.items():
        for rate, base in _bases(net, sheet.rates(code), sheet.currency):
            sums[rate.rate_id] += base
            known.setdefault(rate.rate_id, rate)
    return [
        Levy(
            known[rate_id],
            base,
            rounded(base * known[rate_id].percent / HUNDRED, sheet.currency),
        )
        for rate_id, base in sums.items()
    ]


def _levied_inside(
    sheet: _Sheet, gross: Mapping[str, Decimal], nets: Mapping[str, Decimal]
) -> list[Levy]:
    """What is left of a code's gross beside its net; the last rate takes the odd cent."""
    found: dict[str, Levy] = {}
    for code, net in nets.items():
        shares = _levied(sheet, {code: net})
        odd = gross[code] - net - sum((each.amount for each in shares), start=ZERO)
        last = max((i for i, s in enumerate(shares) if s.rate.percent), default=None)
        for index, share in enumerate(shares):
            more = odd if index == last else ZERO
            before = found.get(share.rate.rate_id, Levy(share.rate, ZERO, ZERO))
            found[share.rate.rate_id] = Levy(
                share.rate, before.net + share.net, before.amount + share.amount + more
            )
    return list(found.values())

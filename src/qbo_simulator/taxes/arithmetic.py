"""Tax, as arithmetic: no books, no clock, only amounts.

Tax on top of prices is rounded once per rate over the whole document, not line by
line; that is where other systems end up a cent away. Tax inside prices is taken out of
each line, and the tax of the document is what then is left: so it is recorded.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.wire import round_cents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTHING = Decimal(0)
HUNDRED = Decimal(100)
ON_AMOUNT = "TaxOnAmount"
ON_BOTH = "TaxOnAmountPlusTax"
ON_TAX = "TaxOnTax"


@dataclass(frozen=True, slots=True)
class Rate:
    """One percentage of one agency, and what it is taken of.

    `of` is TaxOnAmount, TaxOnAmountPlusTax or TaxOnTax; the tax meant is that of the
    rates of a lower `order` in the same code.
    """

    id: str
    percent: Decimal
    of: str = ON_AMOUNT
    order: int = 0


@dataclass(frozen=True, slots=True)
class Levy:
    """What one rate takes on a document; `delta` is what a client changed of it."""

    rate: Rate
    net: Decimal
    amount: Decimal
    delta: Decimal = NOTHING


def bases(
    net: Decimal, rates: Sequence[Rate], *, exact: bool = False
) -> list[tuple[Rate, Decimal]]:
    """What each rate of one code is taken of; earlier taxes in cents unless `exact`."""
    found: list[tuple[Rate, Decimal]] = []
    taxes: list[tuple[int, Decimal]] = []
    for rate in sorted(rates, key=lambda each: each.order):
        before = sum((tax for order, tax in taxes if order < rate.order), start=NOTHING)
        base = {ON_BOTH: net + before, ON_TAX: before}.get(rate.of, net)
        tax = base * rate.percent / HUNDRED
        taxes.append((rate.order, tax if exact else round_cents(tax)))
        found.append((rate, base))
    return found


def levy(
    nets: Mapping[str, Decimal], rates: Mapping[str, Sequence[Rate]]
) -> list[Levy]:
    """The tax on net amounts given per tax code; rates shared by codes are added up."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    known: dict[str, Rate] = {}
    for code, net in nets.items():
        for rate, base in bases(net, rates[code]):
            sums[rate.id] += base
            known.setdefault(rate.id, rate)
    return [
        Levy(known[each], base, round_cents(base * known[each].percent / HUNDRED))
        for each, base in sums.items()
    ]


def factor(rates: Sequence[Rate]) -> Decimal:
    """What a net amount of 1 comes to with all taxes of a code."""
    shares = (
        base * rate.percent / HUNDRED
        for rate, base in bases(Decimal(1), rates, exact=True)
    )
    return sum(shares, start=Decimal(1))


def net_of(gross: Decimal, rates: Sequence[Rate]) -> Decimal:
    """The part of a tax-inclusive amount that is not tax."""
    return round_cents(gross / factor(rates))


def gross_of(net: Decimal, rates: Sequence[Rate]) -> Decimal:
    """A net amount with its tax."""
    return round_cents(net * factor(rates))


def levy_inside(
    nets: Mapping[str, Decimal],
    gross: Mapping[str, Decimal],
    rates: Mapping[str, Sequence[Rate]],
) -> list[Levy]:
    """The tax inside gross amounts, per code; with the net amounts it adds up to them.

    Where a code has several rates, the last that takes anything takes the odd cent.
    """
    found: dict[str, Levy] = {}
    for code, net in nets.items():
        shares = levy({code: net}, {code: rates[code]})
        odd = gross[code] - net - sum((each.amount for each in shares), start=NOTHING)
        taking = [i for i, each in enumerate(shares) if each.rate.percent]
        if taking:
            last = shares[taking[-1]]
            shares[taking[-1]] = replace(last, amount=last.amount + odd)
        for share in shares:
            before = found.get(share.rate.id, Levy(share.rate, NOTHING, NOTHING))
            found[share.rate.id] = replace(
                before, net=before.net + share.net, amount=before.amount + share.amount
            )
    return list(found.values())


def spread(parts: Mapping[str, Decimal], discount: Decimal) -> dict[str, Decimal]:
    """The share of a discount that falls on each part; the largest takes the rest.

    Which of two equal parts that is follows from their names, never from their order.
    """
    total = sum(parts.values(), start=NOTHING)
    if not total or not discount:
        return dict.fromkeys(parts, NOTHING)
    shares = {
        name: round_cents(discount * part / total) for name, part in parts.items()
    }
    largest = max(parts, key=lambda name: (parts[name], name))
    shares[largest] += discount - sum(shares.values(), start=NOTHING)
    return shares


def prorate(levies: Sequence[Levy], total: Decimal) -> list[Levy]:
    """The same levies with another total, each taking its share of it."""
    weights = {each.rate.id: each.amount for each in levies}
    if not any(weights.values()):
        weights = {each.rate.id: each.rate.percent for each in levies}
    if not sum(weights.values(), start=NOTHING):
        weights = {each.rate.id: Decimal(1) for each in levies}
    shares = spread(weights, total)
    return [
        replace(
            each,
            amount=shares[each.rate.id],
            delta=shares[each.rate.id] - each.amount,
        )
        for each in levies
    ]

"""Sales tax, as arithmetic: no books, no clock, only amounts.

Tax is rounded once per rate over the whole document, as QuickBooks does, and not
line by line; that is where other systems end up a cent away.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.wire import round_cents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rate:
    """One percentage of one agency."""

    id: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Levy:
    """What one rate takes on a document."""

    rate: Rate
    net: Decimal
    amount: Decimal


def levy(
    nets: Mapping[str, Decimal], rates: Mapping[str, Sequence[Rate]]
) -> list[Levy]:
    """The tax on net amounts given per tax code; rates shared by codes are added up."""
    base: dict[Rate, Decimal] = defaultdict(Decimal)
    for code, net in nets.items():
        for rate in rates[code]:
            base[rate] += net
    return [
        Levy(rate, net, round_cents(net * rate.percent / HUNDRED))
        for rate, net in base.items()
    ]


def net_of(gross: Decimal, rates: Sequence[Rate]) -> Decimal:
    """The part of a tax-inclusive amount that is not tax."""
    percent = sum((rate.percent for rate in rates), start=Decimal(0))
    return round_cents(gross * HUNDRED / (HUNDRED + percent))


def split_gross(
    gross_lines: Sequence[tuple[str, Decimal]], rates: Mapping[str, Sequence[Rate]]
) -> list[Decimal]:
    """Net amounts of tax-inclusive lines `(code, gross)`.

    The net of each code is rounded once over its lines; the last line of the code
    takes up the cent that rounding line by line would lose.
    """
    whole: dict[str, Decimal] = defaultdict(Decimal)
    last: dict[str, int] = {}
    for index, (code, gross) in enumerate(gross_lines):
        whole[code] += gross
        last[code] = index
    nets = [net_of(gross, rates[code]) for code, gross in gross_lines]
    for code, index in last.items():
        parts = sum(
            (
                net
                for net, (each, _) in zip(nets, gross_lines, strict=True)
                if each == code
            ),
            start=Decimal(0),
        )
        nets[index] += net_of(whole[code], rates[code]) - parts
    return nets


def levy_inclusive(
    gross: Mapping[str, Decimal], rates: Mapping[str, Sequence[Rate]]
) -> list[Levy]:
    """The tax inside gross amounts given per code; net and tax add up to the gross."""
    found: list[Levy] = []
    for code, amount in gross.items():
        net = net_of(amount, rates[code])
        tax = amount - net
        shares = levy({code: net}, rates)
        for share in shares[:-1]:
            found.append(share)
            tax -= share.amount
        if shares:
            found.append(Levy(shares[-1].rate, net, tax))
    return found


def spread(amounts: Sequence[Decimal], discount: Decimal) -> list[Decimal]:
    """The share of a discount that falls on each amount; the largest takes the rest."""
    total = sum(amounts, start=Decimal(0))
    if not total or not discount:
        return [Decimal(0)] * len(amounts)
    shares = [round_cents(discount * amount / total) for amount in amounts]
    largest = max(range(len(amounts)), key=lambda index: amounts[index])
    shares[largest] += discount - sum(shares, start=Decimal(0))
    return shares

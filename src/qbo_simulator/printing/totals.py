"""The sums beneath the table of a printed form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from qbo_simulator.printing.reading import (
    Entity,
    detail_of,
    is_shipping,
    number,
    text_at,
)
from qbo_simulator.printing.words import ENGLISH, Words

Row = tuple[str, Decimal, bool]
Figure = Callable[[Decimal], str]


def _flat(entity: Entity) -> Iterator[Entity]:
    for line in entity.get("Line") or []:
        yield line
        yield from (line.get("GroupLineDetail") or {}).get("Line") or []


def _of_kind(entity: Entity, kind: str) -> list[Entity]:
    return [line for line in _flat(entity) if line.get("DetailType") == kind]


def _sum(lines: list[Entity]) -> Decimal:
    return sum((number(line.get("Amount")) for line in lines), Decimal(0))


def _subtotal(entity: Entity) -> Decimal:
    stated = _of_kind(entity, "SubTotalLineDetail")
    if stated:
        return number(stated[-1].get("Amount"))
    return _sum(
        [line for line in _flat(entity) if detail_of(line) and not is_shipping(line)]
    )


def _discount(entity: Entity, words: Words, share: Figure) -> Iterator[Row]:
    for line in _of_kind(entity, "DiscountLineDetail"):
        percent = (line.get("DiscountLineDetail") or {}).get("DiscountPercent")
        label = words["discount"]
        if percent is not None:
            label += f" {share(number(percent))}"
        yield (label, -number(line.get("Amount")), False)


def _taxes(entity: Entity, words: Words, figure: Figure, share: Figure) -> list[Row]:
    """List the taxes by their rates, or as one sum where no rate is told.

    A rate that nothing was taken of is left out.
    """
    detail = entity.get("TxnTaxDetail") or {}
    found: list[Row] = []
    for line in detail.get("TaxLine") or []:
        told = line.get("TaxLineDetail") or {}
        percent, base = told.get("TaxPercent"), told.get("NetAmountTaxable")
        if not number(line.get("Amount")) and not number(base):
            continue
        label = words["tax"]
        if percent is not None:
            rate = share(number(percent))
            label += f" {rate}"
            if base is not None:
                label = words["tax_of"].format(rate, figure(number(base)))
        found.append((label, number(line.get("Amount")), False))
    total = number(detail.get("TotalTax"))
    if total != sum((amount for _, amount, _ in found), Decimal(0)):
        return [(words["tax"], total, False)]
    return found


def _extras(entity: Entity, words: Words) -> Iterator[Row]:
    shipping = _sum([line for line in _flat(entity) if is_shipping(line)])
    if shipping:
        yield (words["shipping"], shipping, False)
    tips = _sum(_of_kind(entity, "TipLineDetail"))
    if tips:
        yield (words["tip"], tips, False)


def _owed(entity: Entity, words: Words) -> Iterator[Row]:
    """What is left to pay of an invoice, and how it came to that."""
    total, balance = number(entity.get("TotalAmt")), number(entity.get("Balance"))
    deposit = number(entity.get("Deposit"))
    yield (words["total"], total, False)
    if deposit:
        yield (words["deposit"], -deposit, False)
    if balance != total - deposit:
        yield (words["paid"], balance - total + deposit, False)
    yield (words["balance"], balance, True)


def plain(amount: Decimal) -> str:
    """An amount without the sign of its currency, as English writes it."""
    return f"{amount:,.2f}"


def percentage(percent: Decimal) -> str:
    """A percentage as English writes it."""
    return f"{percent.normalize():f}%"


def totals(
    entity: Entity,
    name: str,
    words: Words = ENGLISH,
    figure: Figure = plain,
    share: Figure = percentage,
) -> list[Row]:
    """List the sums beneath the table as (label, amount, strong); the last is the answer.

    `figure` writes the amount that a rate of tax is taken of, `share` a percentage.
    """
    total = number(entity.get("TotalAmt"))
    if name == "Payment":
        unapplied = number(entity.get("UnappliedAmt"))
        return [
            (words["unapplied"], unapplied, False),
            (words["received"], total, True),
        ]
    rows = [
        (words["subtotal"], _subtotal(entity), False),
        *_discount(entity, words, share),
        *_taxes(entity, words, figure, share),
        *_extras(entity, words),
    ]
    if name == "Invoice":
        return [*rows, *_owed(entity, words)]
    left = number(entity.get("RemainingCredit"))
    if text_at(entity, "RemainingCredit") and left != total:
        return [
            *rows,
            (words["total"], total, False),
            (words["credit"], left, True),
        ]
    return [*rows, (words["total"], total, True)]

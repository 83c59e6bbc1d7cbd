"""Tax on what is deposited straight away, outside the United States.

A line's code says which rates are meant, its TaxApplicableOn whether those on sales or
on purchases. Money comes in with its tax either way: the tax is owed to the agency, or
no longer owed by it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.faults import Fault
from qbo_simulator.taxes import (
    arithmetic as tax,
    by_line as line_tax,
    codes as tax_codes,
)
from qbo_simulator.wire import as_decimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

SIDES = {"Sales": tax_codes.SALES, "Purchase": tax_codes.PURCHASES}


def assess(work: Work, draft: Draft) -> Decimal:
    """Set TxnTaxDetail; gives the tax that comes on top of the lines."""
    new = draft.new
    new.pop("TxnTaxDetail", None)
    if work.country == "US":
        new.pop("GlobalTaxCalculation", None)
        for _, detail in _direct(new):
            detail.pop("TaxCodeRef", None)
            detail.pop("TaxApplicableOn", None)
        return Decimal(0)
    mode = line_tax.mode_of(work, draft)
    for _, detail in _direct(new):
        _check(work, detail)
    taken = levies(work, new)
    if not taken:
        return Decimal(0)
    total = tax_codes.show(draft, taken)
    return Decimal(0) if mode == line_tax.INSIDE else total


def _check(work: Work, detail: Body) -> None:
    if "TaxCodeRef" not in detail:
        detail.pop("TaxApplicableOn", None)
        return
    if detail.get("TaxApplicableOn") not in SIDES:
        raise Fault(
            2270,
            "MissingTaxApplicableOn",
            "The TaxApplicableOn entity is required.",
            "TaxApplicableOn",
        )
    detail["TaxCodeRef"] = {"value": detail["TaxCodeRef"]["value"]}
    _rates(work, detail)


def _direct(body: Body) -> Iterator[tuple[Body, Body]]:
    for line in body["Line"]:
        if "LinkedTxn" not in line:
            yield line, line["DepositLineDetail"]


def _rates(work: Work, detail: Body) -> list[tax.Rate]:
    side = SIDES[detail["TaxApplicableOn"]]
    return tax_codes.rates_of(work, detail["TaxCodeRef"]["value"], side)


def is_taxed(body: Body, detail: Body) -> bool:
    """Whether a line's code counts."""
    mode = body.get("GlobalTaxCalculation", line_tax.NONE)
    return "TaxCodeRef" in detail and mode != line_tax.NONE


def levies(work: Work, body: Body) -> list[tax.Levy]:
    """What every rate takes on a deposit."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    nets: dict[str, Decimal] = defaultdict(Decimal)
    rates: dict[str, list[tax.Rate]] = {}
    for line, detail in _direct(body):
        if not is_taxed(body, detail):
            continue
        key = f"{detail['TaxCodeRef']['value']} {detail['TaxApplicableOn']}"
        rates[key] = _rates(work, detail)
        amounts[key] += as_decimal(line["Amount"])
        nets[key] += net(work, body, line)
    if body.get("GlobalTaxCalculation") == line_tax.INSIDE:
        return tax.levy_inside(nets, amounts, rates)
    return tax.levy(amounts, rates)


def net(work: Work, body: Body, line: Body) -> Decimal:
    """The amount of a direct line without tax."""
    amount = as_decimal(line["Amount"])
    detail = line["DepositLineDetail"]
    inside = body.get("GlobalTaxCalculation") == line_tax.INSIDE
    if not inside or not is_taxed(body, detail):
        return amount
    return tax.net_of(amount, _rates(work, detail))


def postings(work: Work, body: Body) -> dict[int, Decimal]:
    """The tax of a deposit by agency account, as credits."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for each in levies(work, body):
        found[tax_codes.account_of_rate(work, int(each.rate.id))] += each.amount
    return {account: amount for account, amount in found.items() if amount}

"""Tax by the codes on each line, as everywhere but in the United States.

The same on sales and on purchases: the lines differ in the name of their detail, the
codes in which of their two lists of rates is meant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books.fields import Amount
from qbo_simulator.forms.lines import is_shipping
from qbo_simulator.taxes import arithmetic as tax, codes as tax_codes
from qbo_simulator.wire import as_decimal, money, number, round_cents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

DETAILS = (
    "SalesItemLineDetail",
    "ItemBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail",
)
EXCLUDED = "TaxExcluded"
INSIDE = "TaxInclusive"
NONE = "NotApplicable"
DEFAULT_MODE = "TaxPrefs.GlobalTaxCalculation"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What tax makes of a document: total tax, and the discount without tax."""

    tax: Decimal
    discount: Decimal


@dataclass
class Taxed:
    """The lines of a document that bear tax, with their codes and the codes' rates."""

    lines: list[Body]
    codes: list[str]
    rates: dict[str, list[tax.Rate]]

    def sums(self, amounts: Sequence[Decimal]) -> dict[str, Decimal]:
        """The amounts of the lines added up by code, whatever the lines' order."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for code, amount in zip(self.codes, amounts, strict=True):
            found[code] += amount
        return dict(sorted(found.items()))

    def discounted(self, amounts: Sequence[Decimal]) -> dict[str, Decimal]:
        """The same of the lines that a discount is on: all but shipping."""
        return self.sums(
            [
                Decimal(0) if is_shipping(line) else amount
                for line, amount in zip(self.lines, amounts, strict=True)
            ]
        )


def detail_of(line: Body) -> Body | None:
    """The detail of a line that may bear tax; None for other lines."""
    return next((line[name] for name in DETAILS if name in line), None)


def flat(lines: Sequence[Body]) -> Iterator[Body]:
    """All lines, those inside of bundles too."""
    for line in lines:
        yield from line.get("GroupLineDetail", {}).get("Line", ())
        yield line


def mode_of(work: Work, draft: Draft) -> str:
    """How the amounts of a document are meant; sets GlobalTaxCalculation."""
    usual = EXCLUDED
    for pair in work.preference("OtherPrefs", "NameValue", []):
        if pair.get("Name") == DEFAULT_MODE:
            usual = str(pair["Value"])
    return str(draft.new.setdefault("GlobalTaxCalculation", usual))


def assess(
    work: Work,
    draft: Draft,
    lines: Sequence[Body],
    side: str,
    discount: Body | None = None,
) -> Outcome:
    """Set TxnTaxDetail and the lines' net amounts.

    `discount` is the discount line of a sales form with its amount as sent; where
    prices include tax, the discount does so too, and its line then shows the net.
    """
    mode = mode_of(work, draft)
    bearing = [line for line in flat(lines) if detail_of(line) is not None]
    given = as_decimal((discount or {}).get("Amount"))
    if mode == NONE:
        for line in bearing:
            _strip(line)
        return Outcome(tax_codes.show(draft, []), given)
    codes = [tax_codes.required_code(work, detail_of(line) or {}) for line in bearing]
    rates = {code: tax_codes.rates_of(work, code, side) for code in set(codes)}
    taxed = Taxed(bearing, codes, rates)
    if mode == INSIDE:
        return _inside(work, draft, taxed, discount)
    return _on_top(draft, taxed, given)


def _strip(line: Body) -> None:
    detail = detail_of(line) or {}
    for name in ("TaxCodeRef", "TaxInclusiveAmt", "TaxAmount"):
        detail.pop(name, None)


def _on_top(draft: Draft, taxed: Taxed, discount: Decimal) -> Outcome:
    for line in taxed.lines:
        detail = detail_of(line) or {}
        detail.pop("TaxInclusiveAmt", None)
    amounts = [as_decimal(line["Amount"]) for line in taxed.lines]
    nets = taxed.sums(amounts)
    if draft.new.get("ApplyTaxAfterDiscount", True):
        shares = tax.spread(taxed.discounted(amounts), discount)
        nets = {code: net - shares[code] for code, net in nets.items()}
    levies = tax_codes.overridden(draft, tax.levy(nets, taxed.rates))
    return Outcome(tax_codes.show(draft, levies), discount)


def _inside(work: Work, draft: Draft, taxed: Taxed, discount: Body | None) -> Outcome:
    whole = [
        _gross(work, line, taxed.rates[code])
        for line, code in zip(taxed.lines, taxed.codes, strict=True)
    ]
    parts = [
        tax.net_of(amount, taxed.rates[code])
        for amount, code in zip(whole, taxed.codes, strict=True)
    ]
    for line, net, amount in zip(taxed.lines, parts, whole, strict=True):
        _set_net(line, net, amount)
    gross, nets = taxed.sums(whole), taxed.sums(parts)
    bearing = taxed.discounted(whole)
    off = _gross_discount(draft, discount, sum(bearing.values(), start=Decimal(0)))
    if draft.new.get("ApplyTaxAfterDiscount", True):
        shares = tax.spread(bearing, off)
        inner = {
            code: tax.net_of(share, taxed.rates[code]) for code, share in shares.items()
        }
        gross = {code: amount - shares[code] for code, amount in gross.items()}
        nets = {code: net - inner[code] for code, net in nets.items()}
        off = sum(inner.values(), start=Decimal(0))
    total = tax_codes.show(draft, tax.levy_inside(nets, gross, taxed.rates))
    if discount is not None:
        discount["Amount"] = money(off)
    return Outcome(total, off)


def _gross(work: Work, line: Body, rates: list[tax.Rate]) -> Decimal:
    """What a line comes to with its tax.

    Whether an Amount without TaxInclusiveAmt has the tax in it is told both ways.
    """
    detail = detail_of(line) or {}
    if detail.get("TaxInclusiveAmt") is not None:
        stated = Amount().clean("TaxInclusiveAmt", detail["TaxInclusiveAmt"])
        return as_decimal(stated)
    amount = as_decimal(line["Amount"])
    if work.switches.inclusive_amounts == "net":
        return tax.gross_of(amount, rates)
    return amount


def _set_net(line: Body, net: Decimal, gross: Decimal) -> None:
    """Make a tax-inclusive line show its net amount, with the gross beside it."""
    detail = detail_of(line) or {}
    line["Amount"] = money(net)
    detail["TaxInclusiveAmt"] = money(gross)
    if detail.get("Qty"):
        price = net / Decimal(detail["Qty"])
        detail["UnitPrice"] = number(price.quantize(Decimal("0.0000001")))


def _gross_discount(draft: Draft, discount: Body | None, gross: Decimal) -> Decimal:
    """The discount with its tax: a percentage of the gross, or the amount as sent.

    An echoed amount is the net that was served; the gross is what the lines then came
    to above the total.
    """
    if discount is None:
        return Decimal(0)
    detail = discount["DiscountLineDetail"]
    if detail.get("PercentBased"):
        return round_cents(gross * Decimal(detail["DiscountPercent"]) / 100)
    given = as_decimal(discount["Amount"])
    served = _served_discount(draft.old or {})
    if served is not None and served[0] == given:
        return served[1]
    return given


def _served_discount(old: Body) -> tuple[Decimal, Decimal] | None:
    if old.get("GlobalTaxCalculation") != INSIDE:
        return None
    net, gross = None, Decimal(0)
    for line in flat(old.get("Line", [])):
        detail = detail_of(line)
        if "DiscountLineDetail" in line:
            net = as_decimal(line.get("Amount"))
        elif detail is not None:
            gross += as_decimal(detail.get("TaxInclusiveAmt", line.get("Amount")))
    return None if net is None else (net, gross - as_decimal(old["TotalAmt"]))

"""Which tax a sales form bears: US by hand, US automated, or codes on each line."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults, tax
from qbo_simulator.faults import Fault
from qbo_simulator.fields import amount_of
from qbo_simulator.kinds.base import Body, Draft, number_of
from qbo_simulator.lines import Sheet, set_net
from qbo_simulator.wire import as_decimal, money, number

if TYPE_CHECKING:
    from qbo_simulator.work import Work


def assess(work: Work, draft: Draft, sheet: Sheet, discount: Decimal) -> Decimal:
    """Set TxnTaxDetail and the lines' tax codes; gives the total tax."""
    if work.country != "US":
        return _by_line(work, draft, sheet, discount)
    draft.new.pop("GlobalTaxCalculation", None)
    _us_codes(work, sheet)
    if work.preference("TaxPrefs", "PartnerTaxEnabled"):
        return _automated(work, draft, sheet, discount)
    return _manual(work, draft, sheet, discount)


def rates_of(work: Work, code: str) -> list[tax.Rate]:
    """The sales rates of a tax code; 2500 if there is no such code."""
    body = work.refer("TaxCode", {"value": code}, "TaxCodeRef")
    details = body.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
    rates = []
    for detail in details:
        held = number_of(detail["TaxRateRef"]) or 0
        rate = work.fetch("TaxRate", held) or {}
        rates.append(tax.Rate(str(held), Decimal(rate.get("RateValue", 0))))
    return rates


def _sold(sheet: Sheet) -> list[Body]:
    return [line for line in sheet.items if "SalesItemLineDetail" in line]


def _us_codes(work: Work, sheet: Sheet) -> None:
    automated = bool(work.preference("TaxPrefs", "PartnerTaxEnabled"))
    for line in _sold(sheet):
        detail = line["SalesItemLineDetail"]
        given = detail.get("TaxCodeRef", {}).get("value")
        if given is None:
            item = work.fetch("Item", number_of(detail["ItemRef"]) or 0) or {}
            taxable = item.get("Taxable") and sheet.customer.get("Taxable")
            given = "TAX" if taxable else "NON"
        elif given not in {"TAX", "NON"} and not automated:
            raise Fault(
                6100,
                "Invalid Line TaxCode in the request",
                f"Invalid Line TaxCode in the request : {given}. "
                "Only TAX and NON are allowed on a line.",
                "TaxCodeRef",
            )
        detail["TaxCodeRef"] = {"value": given}


def _taxable(draft: Draft, sheet: Sheet, discount: Decimal) -> Decimal:
    lines = _sold(sheet)
    amounts = [as_decimal(line["Amount"]) for line in lines]
    if draft.new.get("ApplyTaxAfterDiscount"):
        shares = tax.spread(amounts, discount)
        amounts = [
            amount - share for amount, share in zip(amounts, shares, strict=True)
        ]
    return sum(
        (
            amount
            for amount, line in zip(amounts, lines, strict=True)
            if line["SalesItemLineDetail"]["TaxCodeRef"]["value"] != "NON"
        ),
        start=Decimal(0),
    )


def _manual(work: Work, draft: Draft, sheet: Sheet, discount: Decimal) -> Decimal:
    code = (draft.new.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef", {}).get("value")
    if not code:
        draft.new["TxnTaxDetail"] = {"TotalTax": 0}
        return Decimal(0)
    return _apply_code(work, draft, str(code), _taxable(draft, sheet, discount))


def _automated(work: Work, draft: Draft, sheet: Sheet, discount: Decimal) -> Decimal:
    sent = draft.sent.get("TxnTaxDetail") or {}
    code = str(work.preference("TaxPrefs", "TaxGroupCodeRef", {}).get("value", ""))
    if sent.get("TxnTaxCodeRef") and "TotalTax" in sent:
        total = amount_of("TotalTax", sent["TotalTax"])
        code = str(sent["TxnTaxCodeRef"]["value"])
        rates_of(work, code)
        draft.new["TxnTaxDetail"] = {
            "TxnTaxCodeRef": {"value": code},
            "TotalTax": money(total),
        }
        return total
    if not code:
        draft.new["TxnTaxDetail"] = {"TotalTax": 0}
        return Decimal(0)
    return _apply_code(work, draft, code, _taxable(draft, sheet, discount))


def _apply_code(work: Work, draft: Draft, code: str, taxable: Decimal) -> Decimal:
    levies = tax.levy({code: taxable}, {code: rates_of(work, code)})
    total = sum((each.amount for each in levies), start=Decimal(0))
    draft.new["TxnTaxDetail"] = {
        "TxnTaxCodeRef": {"value": code},
        "TotalTax": money(total),
        "TaxLine": [tax_line(each) for each in levies],
    }
    return total


def tax_line(each: tax.Levy) -> Body:
    """One rate's line of TxnTaxDetail."""
    return {
        "Amount": money(each.amount),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": each.rate.id},
            "PercentBased": True,
            "TaxPercent": number(each.rate.percent),
            "NetAmountTaxable": money(each.net),
        },
    }


def _by_line(work: Work, draft: Draft, sheet: Sheet, discount: Decimal) -> Decimal:
    mode = draft.new.setdefault("GlobalTaxCalculation", "TaxExcluded")
    lines = _sold(sheet)
    if mode == "NotApplicable":
        for line in lines:
            line["SalesItemLineDetail"].pop("TaxCodeRef", None)
        draft.new["TxnTaxDetail"] = {"TotalTax": 0}
        return Decimal(0)
    codes = [_required_code(line) for line in lines]
    rates = {code: rates_of(work, code) for code in set(codes)}
    if mode == "TaxInclusive":
        levies = _inclusive(lines, codes, rates)
        if discount:
            raise faults.business("A discount needs amounts that exclude tax.", "Line")
    else:
        levies = _exclusive(draft, lines, codes, rates, discount)
    total = sum((each.amount for each in levies), start=Decimal(0))
    draft.new["TxnTaxDetail"] = {
        "TotalTax": money(total),
        "TaxLine": [tax_line(each) for each in levies],
    }
    return total


def _required_code(line: Body) -> str:
    given = line["SalesItemLineDetail"].get("TaxCodeRef", {}).get("value")
    if not given:
        raise faults.business(
            "Make sure all your transactions have a VAT rate before you save."
        )
    return str(given)


def _exclusive(
    draft: Draft,
    lines: list[Body],
    codes: list[str],
    rates: dict[str, list[tax.Rate]],
    discount: Decimal,
) -> list[tax.Levy]:
    amounts = [as_decimal(line["Amount"]) for line in lines]
    if draft.new.get("ApplyTaxAfterDiscount", True):
        shares = tax.spread(amounts, discount)
        amounts = [
            amount - share for amount, share in zip(amounts, shares, strict=True)
        ]
    nets: dict[str, Decimal] = defaultdict(Decimal)
    for line, code, amount in zip(lines, codes, amounts, strict=True):
        line["SalesItemLineDetail"].pop("TaxInclusiveAmt", None)
        nets[code] += amount
    return tax.levy(nets, rates)


def _inclusive(
    lines: list[Body], codes: list[str], rates: dict[str, list[tax.Rate]]
) -> list[tax.Levy]:
    gross = [
        as_decimal(line["SalesItemLineDetail"].get("TaxInclusiveAmt", line["Amount"]))
        for line in lines
    ]
    nets = tax.split_gross(list(zip(codes, gross, strict=True)), rates)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line, code, net, whole in zip(lines, codes, nets, gross, strict=True):
        set_net(line, net, whole)
        sums[code] += whole
    return tax.levy_inclusive(sums, rates)

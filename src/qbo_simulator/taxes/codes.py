"""Tax codes, rates and agencies as the books hold them, and the lines of TxnTaxDetail."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books.fields import CLEAR, Lines, Record, Ref, amount_of
from qbo_simulator.books.kind import Body, Draft, number_of
from qbo_simulator.taxes import arithmetic as tax
from qbo_simulator.wire import as_decimal, money, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbo_simulator.books.work import Work

SALES = "SalesTaxRateList"
PURCHASES = "PurchaseTaxRateList"
PAYABLE_TYPE = "Other Current Liability"
NAMES_OF_TAX = {"GB": "VAT", "FR": "VAT", "AU": "GST"}


def rates_of(work: Work, code: str, side: str = SALES) -> list[tax.Rate]:
    """The rates of a tax code on sales or on purchases; 2500 if there is no such code."""
    body = work.refer("TaxCode", {"value": code}, "TaxCodeRef")
    rates = []
    for detail in body.get(side, {}).get("TaxRateDetail", []):
        held = number_of(detail["TaxRateRef"]) or 0
        rate = work.fetch("TaxRate", held) or {}
        rates.append(
            tax.Rate(
                str(held),
                Decimal(rate.get("RateValue", 0)),
                str(detail.get("TaxTypeApplicable", tax.ON_AMOUNT)),
                int(detail.get("TaxOrder", 0)),
            )
        )
    return rates


def required_code(work: Work, detail: Body) -> str:
    """The tax code of a line's detail; outside the United States each line needs one."""
    given = detail.get("TaxCodeRef", {}).get("value")
    if not given:
        name = NAMES_OF_TAX.get(work.country, "tax")
        raise faults.business(
            f"Make sure all your transactions have a {name} rate before you save."
        )
    return str(given)


def tax_line(each: tax.Levy) -> Body:
    """One rate's line of TxnTaxDetail."""
    detail: Body = {
        "TaxRateRef": {"value": each.rate.id},
        "PercentBased": True,
        "TaxPercent": number(each.rate.percent),
        "NetAmountTaxable": money(each.net),
    }
    if each.delta:
        detail["OverrideDeltaAmount"] = money(each.delta)
    return {
        "Amount": money(each.amount),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": detail,
    }


def show(draft: Draft, levies: Sequence[tax.Levy], code: str | None = None) -> Decimal:
    """Set TxnTaxDetail; gives the total tax."""
    total = sum((each.amount for each in levies), start=Decimal(0))
    detail: Body = {"TotalTax": money(total)}
    if code is not None:
        detail = {"TxnTaxCodeRef": {"value": code}, **detail}
    if levies:
        detail["TaxLine"] = [tax_line(each) for each in levies]
    draft.new["TxnTaxDetail"] = detail
    return total


def overridden(draft: Draft, levies: Sequence[tax.Levy]) -> list[tax.Levy]:
    """The levies with the amounts a client gave for them in TaxLine.

    What a client only echoes is no wish of its own: it stands while what is taxed
    stays, and is computed anew when that changes.
    """
    sent = _told(draft.new.get("TxnTaxDetail"))
    held = _told((draft.old or {}).get("TxnTaxDetail"))
    found = []
    for each in levies:
        amount = sent.get(each.rate.id, (each.amount, each.net))[0]
        before = held.get(each.rate.id)
        if before is not None and amount == before[0] and each.net != before[1]:
            amount = each.amount
        found.append(
            tax.Levy(each.rate, each.net, amount, amount - each.amount)
            if amount != each.amount
            else each
        )
    return found


def _told(detail: Body | None) -> dict[str, tuple[Decimal, Decimal]]:
    """What TxnTaxDetail says of each rate: the tax, and what it is taken of."""
    raw = (detail or {}).get("TaxLine")
    if not raw:
        return {}
    found = {}
    for line in Lines().clean("TaxLine", raw):
        inner = Record().clean("TaxLineDetail", line.get("TaxLineDetail") or "")
        if inner is CLEAR or line.get("Amount") in (None, ""):
            continue
        ref = Ref().clean("TaxRateRef", inner.get("TaxRateRef") or "")
        if ref is not CLEAR:
            net = amount_of("NetAmountTaxable", inner.get("NetAmountTaxable"))
            found[ref["value"]] = (amount_of("Amount", line["Amount"]), net)
    return found


def tax_postings(work: Work, body: Body) -> dict[int, Decimal]:
    """The tax of a transaction by the account of the agency that it is owed to.

    On sales it is a credit of these accounts; what may be recovered on purchases is a
    debit of the same.
    """
    detail = body.get("TxnTaxDetail") or {}
    found: dict[int, Decimal] = defaultdict(Decimal)
    rest = as_decimal(detail.get("TotalTax"))
    for line in detail.get("TaxLine", []):
        amount = as_decimal(line.get("Amount"))
        rate = line.get("TaxLineDetail", {}).get("TaxRateRef")
        found[account_of_rate(work, number_of(rate) or 0)] += amount
        rest -= amount
    if rest:
        found[work.account("SalesTaxPayable")] += rest
    return {account: amount for account, amount in found.items() if amount}


def account_of_rate(work: Work, rate: int) -> int:
    """The account that carries what is owed to a rate's agency."""
    agency = number_of((work.fetch("TaxRate", rate) or {}).get("AgencyRef"))
    found = work.account_in_role(f"TaxAgency:{agency}")
    return found or work.account("SalesTaxPayable")


def open_agency_account(work: Work, agency: Body) -> int:
    """Open the account that carries what is owed to a new agency; gives its id."""
    subtype = "SalesTaxPayable" if work.country == "US" else "GlobalTaxPayable"
    return work.open_account(
        subtype,
        PAYABLE_TYPE,
        f"{agency['DisplayName']} Payable",
        role=f"TaxAgency:{agency['Id']}",
    )

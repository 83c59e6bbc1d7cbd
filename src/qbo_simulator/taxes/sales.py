"""Which tax a sales form bears: US by hand, US automated, or codes on each line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books.fields import amount_of
from qbo_simulator.books.kind import Body, Draft, number_of
from qbo_simulator.faults import Fault
from qbo_simulator.forms.lines import is_shipping
from qbo_simulator.forms.sheets import Sheet
from qbo_simulator.taxes import (
    arithmetic as tax,
    automated as automated_tax,
    by_line as line_tax,
    codes as tax_codes,
)
from qbo_simulator.taxes.by_line import Outcome, flat
from qbo_simulator.wire import as_decimal

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

PSEUDO = ("TAX", "NON")


def assess(work: Work, draft: Draft, sheet: Sheet, discount: Decimal) -> Outcome:
    """Set TxnTaxDetail and the lines' tax codes; gives the tax and the net discount.

    Where prices include tax the amounts of the lines and of the discount become net
    ones: the total of the form is its subtotal, less that discount, plus that tax.
    """
    if work.country != "US":
        return line_tax.assess(
            work, draft, sheet.items, tax_codes.SALES, sheet.discount
        )
    draft.new.pop("GlobalTaxCalculation", None)
    is_automated = bool(work.preference("TaxPrefs", "PartnerTaxEnabled"))
    _us_codes(work, sheet, is_automated=is_automated)
    taxable = _taxable(draft, sheet, discount)
    if is_automated:
        return Outcome(_automated(work, draft, sheet, taxable), discount)
    return Outcome(_manual(work, draft, taxable), discount)


def _sold(sheet: Sheet) -> list[Body]:
    return [line for line in flat(sheet.items) if "SalesItemLineDetail" in line]


def _us_codes(work: Work, sheet: Sheet, *, is_automated: bool) -> None:
    for line in _sold(sheet):
        detail = line["SalesItemLineDetail"]
        given = detail.get("TaxCodeRef", {}).get("value")
        if given is None:
            item = work.fetch("Item", number_of(detail["ItemRef"]) or 0) or {}
            taxable = item.get("Taxable") and sheet.customer.get("Taxable", True)
            given = "TAX" if taxable else "NON"
        elif given not in PSEUDO:
            if not is_automated:
                raise Fault(
                    6100,
                    "Invalid Line TaxCode in the request",
                    f"Invalid Line TaxCode in the request : {given}. "
                    "Only TAX and NON are allowed on a line.",
                    "TaxCodeRef",
                )
            work.refer("TaxCode", {"value": given}, "TaxCodeRef")
            given = "TAX"
        detail["TaxCodeRef"] = {"value": given}


def _taxable(draft: Draft, sheet: Sheet, discount: Decimal) -> Decimal:
    taxable = Decimal(0)
    parts = {"TAX": Decimal(0), "NON": Decimal(0)}
    for line in _sold(sheet):
        code = line["SalesItemLineDetail"]["TaxCodeRef"]["value"]
        amount = as_decimal(line["Amount"])
        taxable += amount if code == "TAX" else 0
        parts[code] += Decimal(0) if is_shipping(line) else amount
    if draft.new.get("ApplyTaxAfterDiscount"):
        taxable -= tax.spread(parts, discount)["TAX"]
    return taxable


def _manual(work: Work, draft: Draft, taxable: Decimal) -> Decimal:
    code = (draft.new.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef", {}).get("value")
    if not code:
        return tax_codes.show(draft, [])
    levies = tax.levy({code: taxable}, {code: tax_codes.rates_of(work, str(code))})
    return tax_codes.show(draft, tax_codes.overridden(draft, levies), str(code))


def _automated(work: Work, draft: Draft, sheet: Sheet, taxable: Decimal) -> Decimal:
    if not sheet.customer.get("Taxable", True):
        taxable = Decimal(0)
    code = automated_tax.code_for(work, draft, sheet.customer)
    wish = _explicit_total(draft)
    if code is None:
        return _outside(work, draft, wish)
    levies = tax.levy({code: taxable}, {code: tax_codes.rates_of(work, code)})
    if wish is not None:
        levies = tax.prorate(levies, wish)
    return tax_codes.show(draft, levies, code)


def _outside(work: Work, draft: Draft, wish: Decimal | None) -> Decimal:
    """Where the company owes no tax none is charged, but for what a client insists on."""
    sent = (draft.sent.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef", {}).get("value")
    if not wish or not sent:
        return tax_codes.show(draft, [])
    levies = tax.levy({sent: Decimal(0)}, {sent: tax_codes.rates_of(work, str(sent))})
    return tax_codes.show(draft, tax.prorate(levies, wish), str(sent))


def _explicit_total(draft: Draft) -> Decimal | None:
    """The total tax a client gave by itself; what it only echoes is none."""
    detail = draft.sent.get("TxnTaxDetail") or {}
    if detail.get("TotalTax") is None:
        return None
    total = amount_of("TotalTax", detail["TotalTax"])
    held = (draft.old or {}).get("TxnTaxDetail") or {}
    if draft.old is not None and total == as_decimal(held.get("TotalTax")):
        return _kept_override(draft, total, held)
    return total


def _kept_override(draft: Draft, total: Decimal, held: Body) -> Decimal | None:
    """An override that is echoed stands as long as the lines stay as they were."""
    was_changed = any(
        "OverrideDeltaAmount" in line.get("TaxLineDetail", {})
        for line in held.get("TaxLine", [])
    )
    same = _sums(draft.new.get("Line")) == _sums((draft.old or {}).get("Line"))
    return total if was_changed and same else None


def _sums(lines: list[Body] | None) -> list[Decimal]:
    return sorted(as_decimal(line.get("Amount")) for line in lines or ())

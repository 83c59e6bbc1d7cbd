"""Which tax a purchase bears, and a journal entry: by the purchase rates of its codes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.faults import Fault
from qbo_simulator.taxes import (
    arithmetic as tax,
    by_line as line_tax,
    codes as tax_codes,
)
from qbo_simulator.wire import as_decimal, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

PSEUDO = ("TAX", "NON")


def assess(work: Work, draft: Draft, lines: Sequence[Body]) -> Decimal:
    """Set TxnTaxDetail and the codes and net amounts of expense lines; gives the tax.

    In the United States purchases bear no tax: lines are NON unless they say TAX, and
    there is no TxnTaxDetail. Elsewhere the total of the form is its lines, net, and
    the tax given here. Lines without an expense detail are left alone.
    """
    if work.country != "US":
        return line_tax.assess(work, draft, lines, tax_codes.PURCHASES).tax
    draft.new.pop("GlobalTaxCalculation", None)
    draft.new.pop("TxnTaxDetail", None)
    for line in line_tax.flat(lines):
        detail = line_tax.detail_of(line)
        if detail is None:
            continue
        for name in ("TaxInclusiveAmt", "TaxAmount"):
            detail.pop(name, None)
        given = detail.get("TaxCodeRef", {}).get("value")
        detail["TaxCodeRef"] = {"value": given if given in PSEUDO else "NON"}
    return Decimal(0)


def assess_journal(work: Work, draft: Draft, lines: Sequence[Body]) -> None:
    """Set TxnTaxDetail of a journal entry from its lines' codes.

    A line with a TaxCodeRef says by TaxApplicableOn (2270 without) which rates are
    meant; its TaxAmount is filled in where the client gave none. Tax of debits on
    purchases and of credits on sales counts as positive. The tax is posted by
    `journal_postings`, beside what the lines themselves post.
    """
    draft.new["TxnTaxDetail"] = {}
    if work.country == "US":
        return
    found: dict[str, tax.Levy] = {}
    for line in lines:
        detail = line.get("JournalEntryLineDetail", {})
        code = detail.get("TaxCodeRef", {}).get("value")
        if not code:
            continue
        rates = tax_codes.rates_of(work, code, _side(detail))
        sign = _sign(detail)
        net = as_decimal(line.get("Amount"))
        levies = tax.levy({code: net}, {code: rates})
        if detail.get("TaxAmount") not in (None, ""):
            levies = tax.prorate(levies, as_decimal(detail["TaxAmount"]))
        taken = sum((each.amount for each in levies), start=Decimal(0))
        detail["TaxAmount"] = money(taken)
        for each in levies:
            before = found.get(
                each.rate.id, tax.Levy(each.rate, tax.NOTHING, tax.NOTHING)
            )
            found[each.rate.id] = tax.Levy(
                each.rate,
                before.net + sign * each.net,
                before.amount + sign * each.amount,
            )
    if found:
        tax_codes.show(draft, list(found.values()))


def _side(detail: Body) -> str:
    applied = detail.get("TaxApplicableOn")
    if applied not in ("Sales", "Purchase"):
        raise Fault(
            2270,
            "MissingTaxApplicableOn",
            "Required parameter TaxApplicableOn is missing in the request",
            "TaxApplicableOn",
        )
    return tax_codes.SALES if applied == "Sales" else tax_codes.PURCHASES


def _sign(detail: Body) -> int:
    usual = "Credit" if detail["TaxApplicableOn"] == "Sales" else "Debit"
    return 1 if detail.get("PostingType") == usual else -1


def journal_postings(work: Work, lines: Sequence[Body]) -> dict[int, Decimal]:
    """The tax of a journal entry's lines by agency account: debits are positive.

    Each line's tax follows the line: a debit's is a debit, a credit's a credit. An
    entry balances when its lines and these amounts do.
    """
    found: dict[int, Decimal] = {}
    for line in lines:
        detail = line.get("JournalEntryLineDetail", {})
        code = detail.get("TaxCodeRef", {}).get("value")
        if work.country == "US" or not code:
            continue
        rates = tax_codes.rates_of(work, code, _side(detail))
        net = as_decimal(line.get("Amount"))
        levies = tax.prorate(
            tax.levy({code: net}, {code: rates}), as_decimal(detail.get("TaxAmount"))
        )
        sign = 1 if detail.get("PostingType") == "Debit" else -1
        for each in levies:
            account = tax_codes.account_of_rate(work, int(each.rate.id))
            found[account] = found.get(account, Decimal(0)) + sign * each.amount
    return {account: amount for account, amount in found.items() if amount}

"""Credits that apply themselves, where the company has it so.

QuickBooks then enters a payment of nothing that pays the oldest open invoices with
what the customer has left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.books import entering
from qbo_simulator.wire import as_decimal, from_cents, money, to_cents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work


def apply_automatically(work: Work, form: Body) -> None:
    """Pair a new invoice with open credit memos, or a new credit memo with invoices."""
    if not work.preference("SalesFormsPrefs", "AutoApplyCredit"):
        return
    is_invoice = "RemainingCredit" not in form
    own, other = ("Invoice", "CreditMemo") if is_invoice else ("CreditMemo", "Invoice")
    left = to_cents(as_decimal(form["Balance"]))
    lines = []
    for each, cents in open_forms(work, other, form["CustomerRef"]["value"]):
        if not left:
            break
        part = min(left, cents)
        if work.currency_of(each) == work.currency_of(form):
            lines.append(applied_line(other, each, part))
            left -= part
    spent = to_cents(as_decimal(form["Balance"])) - left
    if not spent:
        return
    lines.append(applied_line(own, form, spent))
    body: Body = {
        "CustomerRef": {"value": form["CustomerRef"]["value"]},
        "TotalAmt": 0,
        "TxnDate": form["TxnDate"],
        "CurrencyRef": form["CurrencyRef"],
        "Line": lines,
    }
    if "ExchangeRate" in form:
        body["ExchangeRate"] = form["ExchangeRate"]
    entering.enter(work, "Payment", body)


def lines_of_payment(work: Work, payment: Body) -> list[Body]:
    """What a new payment without lines pays: the oldest open invoices, if so preferred."""
    if not work.preference("SalesFormsPrefs", "AutoApplyPayments"):
        return []
    left = to_cents(as_decimal(payment["TotalAmt"]))
    lines = []
    for invoice, cents in open_forms(work, "Invoice", payment["CustomerRef"]["value"]):
        if not left:
            break
        part = min(left, cents)
        if work.currency_of(invoice) == work.currency_of(payment):
            lines.append(applied_line("Invoice", invoice, part))
            left -= part
    return lines


def open_forms(work: Work, kind: str, customer: str) -> Iterator[tuple[Body, int]]:
    """A customer's forms with an open balance, oldest first, with its cents."""
    rows = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = ? AND party = ? "
        "AND deleted = 0 AND +balance > 0 ORDER BY txn_date, id",  # by its party
        (work.realm, kind, int(customer)),
    ).fetchall()
    for row in rows:
        body = work.fetch(kind, int(row["id"])) or {}
        cents = to_cents(as_decimal(body.get("Balance")))
        if cents > 0:
            yield body, cents


def applied_line(kind: str, form: Body, cents: int) -> Body:
    """A payment's line that applies so much to a form."""
    link = {"TxnId": form["Id"], "TxnType": kind}
    return {"Amount": money(from_cents(cents)), "LinkedTxn": [link]}

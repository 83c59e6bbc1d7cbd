"""What a sales form posts: its customer or bank against income, discount, tax, cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books import ledger, stock
from qbo_simulator.books.kind import number_of
from qbo_simulator.books.stock import Move
from qbo_simulator.forms.lines import in_order
from qbo_simulator.taxes.codes import tax_postings
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work

TIPS = ("UndistributedTips", "Other Current Liability", "Undistributed Tips")


def sale(work: Work, body: Body, sign: int) -> list[ledger.Entry]:
    """What the lines and the tax of a form post: credits with sign 1, debits with -1."""
    found = [*_lines(work, body), *_tax(work, body)]
    if sign > 0:
        return found
    return [
        replace(
            each,
            cents=-each.cents,
            quantity=None if each.quantity is None else -each.quantity,
        )
        for each in found
    ]


def _lines(work: Work, body: Body) -> Iterator[ledger.Entry]:
    for line in in_order(body["Line"]):
        cents = to_cents(as_decimal(line.get("Amount")))
        if "SalesItemLineDetail" in line:
            yield _sold(work, body, line, cents)
        elif "DiscountLineDetail" in line:
            account = number_of(line["DiscountLineDetail"]["DiscountAccountRef"])
            yield _entry(work, body, line["DiscountLineDetail"], account, cents)
        elif "TipLineDetail" in line:
            yield _entry(work, body, {}, work.open_account(*TIPS), -cents)


def _sold(work: Work, body: Body, line: Body, cents: int) -> ledger.Entry:
    detail = line["SalesItemLineDetail"]
    entry = _entry(work, body, detail, number_of(detail["ItemAccountRef"]), -cents)
    return replace(
        entry,
        item=number_of(detail["ItemRef"]),
        quantity=Decimal(detail["Qty"]) if "Qty" in detail else None,
        memo=line.get("Description"),
    )


def _entry(
    work: Work, body: Body, detail: Body, account: int | None, cents: int
) -> ledger.Entry:
    return ledger.Entry(
        account or 0,
        cents,
        work.currency_of(body),
        tracking_class=number_of(detail.get("ClassRef") or body.get("ClassRef")),
        department=number_of(body.get("DepartmentRef")),
    )


def _tax(work: Work, body: Body) -> Iterator[ledger.Entry]:
    for account, amount in tax_postings(work, body).items():
        yield _entry(work, body, {}, account, -to_cents(amount))


def moves(body: Body, sign: int) -> list[Move]:
    """The goods that leave with a form (sign 1), or come back with it (-1)."""
    found = []
    for line in in_order(body["Line"]):
        detail = line.get("SalesItemLineDetail", {})
        item = number_of(detail.get("ItemRef"))
        if item is not None and detail.get("Qty"):
            found.append(Move(item, -sign * Decimal(detail["Qty"])))
    return found


def check_goods(work: Work, body: Body) -> None:
    """6270 if a form is dated before the stock of one of its items begins."""
    for move in moves(body, 1):
        stock.check_start(work, move.item, body["TxnDate"])

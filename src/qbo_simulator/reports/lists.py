"""The chart of accounts as a report, and what was charged and paid of taxes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from qbo_simulator.books.kind import number_of
from qbo_simulator.reports.request import invalid
from qbo_simulator.reports.statements import TYPE_ORDER
from qbo_simulator.reports.transaction_lists import transaction_kinds
from qbo_simulator.reports.tree import (
    Json,
    amounts,
    cell,
    column,
    data,
    money,
    section,
    total,
)
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbo_simulator.reports.books import Account, Books
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table

ACCOUNT_COLUMNS: dict[str, tuple[str, str, Callable[[Account], str]]] = {
    "account_num": (
        "Account #",
        "String",
        lambda each: str(each.body.get("AcctNum", "")),
    ),
    "account_name": ("Account", "String", lambda each: each.full_name),
    "account_type": ("Type", "String", lambda each: each.type),
    "detail_acc_type": ("Detail type", "String", lambda each: each.subtype),
    "account_desc": (
        "Description",
        "String",
        lambda each: str(each.body.get("Description", "")),
    ),
    "account_bal": (
        "Balance",
        "Money",
        lambda each: money(to_cents(as_decimal(each.body.get("CurrentBalance")))),
    ),
    "create_date": (
        "Create Date",
        "Date",
        lambda each: str(each.body.get("MetaData", {}).get("CreateTime", "")),
    ),
    "last_mod_date": (
        "Last Modified",
        "Date",
        lambda each: str(each.body.get("MetaData", {}).get("LastUpdatedTime", "")),
    ),
}
USUAL = (
    "account_name",
    "account_type",
    "detail_acc_type",
    "account_desc",
    "account_bal",
)


def account_list(books: Books, request: Request) -> Table:
    """Every active account."""
    wanted = request.list_of("columns") or [*USUAL]
    for key in wanted:
        if key not in ACCOUNT_COLUMNS:
            raise invalid("columns")
    keys = [key for key in ACCOUNT_COLUMNS if key in wanted]
    types = {name.replace(" ", "") for name in request.list_of("account_type")}
    accounts = [
        each
        for each in books.accounts.values()
        if each.id > 0
        and each.body.get("Active", True)
        and (not types or each.type.replace(" ", "") in types)
    ]
    accounts.sort(
        key=lambda each: (TYPE_ORDER.index(each.type), each.full_name.casefold())
    )
    if request.is_descending:
        accounts.reverse()
    rows = [data([_account_cell(each, key) for key in keys]) for each in accounts]
    heads = []
    for key in keys:
        title, kind, _ = ACCOUNT_COLUMNS[key]
        heads.append(
            column(title, kind, key) if request.is_keyed else column(title, key)
        )
    return heads, rows, bool(rows)


def _account_cell(account: Account, key: str) -> Json:
    value = ACCOUNT_COLUMNS[key][2](account)
    return cell(value, account.id) if key == "account_name" else cell(value)


SALES = ("Invoice", "SalesReceipt")
SALES_BACK = ("CreditMemo", "RefundReceipt")
BOUGHT_BACK = ("VendorCredit",)


def tax_summary(books: Books, request: Request) -> Table:
    """The taxed amounts and the tax of every rate, sold and bought."""
    keys = books.transactions(transaction_kinds(), request.start, request.end)
    agency = request.params.get("agency_id")
    names = _rates(books)
    figures: dict[tuple[bool, int], list[int]] = defaultdict(lambda: [0, 0])
    for (kind, _), body in books.bodies(keys).items():
        sign = -1 if kind in SALES_BACK + BOUGHT_BACK else 1
        for line in body.get("TxnTaxDetail", {}).get("TaxLine", ()):
            detail = line.get("TaxLineDetail", {})
            rate = number_of(detail.get("TaxRateRef")) or 0
            if agency and names.get(rate, ("", ""))[1] != agency:
                continue
            values = figures[kind in SALES + SALES_BACK, rate]
            values[0] += sign * to_cents(as_decimal(detail.get("NetAmountTaxable")))
            values[1] += sign * to_cents(as_decimal(line.get("Amount")))
    rows = [
        part
        for title, is_sold in (("Sales", True), ("Purchases", False))
        if (part := _tax_part(title, figures, names, is_sold=is_sold))
    ]
    if rows:
        net = sum(v[1] if sold else -v[1] for (sold, _), v in figures.items())
        rows.append(total("Net tax", [0, net], "NetTax"))
    keyed = request.is_keyed
    heads = [
        column("", "TaxRate", "rate" if keyed else None),
        column("Net amount taxable", "Money", "net" if keyed else None),
        column("Tax amount", "Money", "tax" if keyed else None),
    ]
    return heads, rows, bool(rows)


def _rates(books: Books) -> dict[int, tuple[str, str]]:
    """Each tax rate's name and the id of its agency."""
    names = books.all_of("TaxRate")
    return {
        number: (
            str(body.get("Name", "")),
            str(body.get("AgencyRef", {}).get("value", "")),
        )
        for number, body in names.items()
    }


def _tax_part(
    title: str,
    figures: dict[tuple[bool, int], list[int]],
    names: dict[int, tuple[str, str]],
    *,
    is_sold: bool,
) -> Json | None:
    mine = {rate: values for (sold, rate), values in figures.items() if sold == is_sold}
    if not mine:
        return None
    rows = [
        data([cell(names.get(rate, ("", ""))[0], rate), *amounts(mine[rate])])
        for rate in sorted(mine)
    ]
    sums = [sum(values[i] for values in mine.values()) for i in (0, 1)]
    head = [cell(title), cell(""), cell("")]
    return section(head, rows, [cell(f"Total {title}"), *amounts(sums)], title)

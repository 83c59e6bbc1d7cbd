"""Sales by customer, item, class and location; income and expenses by name."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.reports.books import PARTIES
from qbo_simulator.reports.figures import (
    Slices,
    added,
    entries,
    grid,
    slices,
    span_of,
    sums,
)
from qbo_simulator.reports.forest import Node, plant, rows
from qbo_simulator.reports.tree import (
    Json,
    amounts,
    cell,
    column,
    data,
    money,
    section,
    some,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbo_simulator.reports.books import Books, Named, Posting
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table

SALES = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt")
NOT_SPECIFIED = "Not Specified"


def _sold(books: Books, postings: list[Posting]) -> list[Posting]:
    """What sales earned, as positive amounts: postings to income by sales forms."""
    return [
        each._replace(home=-each.home)
        for each in postings
        if each.kind in SALES
        and books.accounts[each.account].classification == "Revenue"
    ]


def _heads(request: Request, title: str, columns: Slices) -> list[Json]:
    found = [column("", title, title.lower() if request.is_keyed else None)]
    for heading in columns.headings:
        shown_ = dict(heading)
        if not request.is_keyed and columns.count == 1:
            del shown_["MetaData"]
        found.append(shown_)
    return found


def customer_sales(books: Books, request: Request) -> Table:
    """What was sold to each customer."""
    by = ("name", "account", "kind")
    found = _sold(books, sums(books, request, by, start=request.start, end=request.end))
    columns = slices(books, request, found, span=span_of(request, found))
    figures = grid(found, columns, lambda each: each.name or 0)
    names = books.named(PARTIES, figures)
    known = {each: values for each, values in figures.items() if each in names}
    lines = rows(plant(known, names), columns.count, typed=False)
    whole = added(figures.values(), columns.count)
    rest = added([v for k, v in figures.items() if k not in names], columns.count)
    if any(rest):
        lines.append({"ColData": [cell(NOT_SPECIFIED), *some(rest)], "group": "**"})
    if figures:
        lines.append(total("TOTAL", whole, "GrandTotal"))
    return _heads(request, "Customer", columns), lines, bool(figures)


def _tracked(
    kind: str, attribute: str, title: str
) -> Callable[[Books, Request], Table]:
    def report(books: Books, request: Request) -> Table:
        """What was sold under each of them."""
        by = (attribute, "account", "kind")
        found = _sold(
            books, sums(books, request, by, start=request.start, end=request.end)
        )
        columns = slices(books, request, found, span=span_of(request, found))
        figures = grid(found, columns, lambda each: getattr(each, attribute) or 0)
        names = books.named((kind,), figures)
        known = {each: values for each, values in figures.items() if each in names}
        lines = [_tracked_row(each, columns.count) for each in plant(known, names)]
        rest = added([v for k, v in figures.items() if k not in names], columns.count)
        if any(rest):
            lines.append({"ColData": [cell(NOT_SPECIFIED), *some(rest)], "group": "**"})
        if figures:
            whole = added(figures.values(), columns.count)
            lines.append(total("TOTAL", whole, "GrandTotal"))
        return _heads(request, title, columns), lines, bool(figures)

    return report


def _tracked_row(node: Node, count: int, *, is_top: bool = True) -> Json:
    """A class or location; at the top it carries its id as its group."""
    head = [cell(node.title), *some(node.own or [0] * count)]
    group = str(node.id) if is_top else None
    if not node.below:
        return {"ColData": head, "group": group} if is_top else data(head)
    below = [_tracked_row(each, count, is_top=False) for each in node.below]
    summary = [cell(f"Total {node.title}"), *amounts(node.total(count))]
    return section(head, below, summary, group)


class_sales = _tracked("Class", "tracking_class", "Class")
department_sales = _tracked("Department", "department", "Department")

ITEM_COLUMNS = (
    "Quantity",
    "Amount",
    "% of Sales",
    "Avg Price",
    "COGS",
    "Gross Margin",
    "Gross Margin %",
)
DATED = ("Quantity", "Amount", "COGS")


class Sold:
    """What was sold of an item: how many, for how much, and what it cost."""

    def __init__(self) -> None:
        self.quantity = Decimal(0)
        self.amount = 0
        self.cost = 0
        self.is_costed = False

    def add(self, posting: Posting, *, is_cost: bool) -> None:
        """Take a posting of the item to income, or to the cost of goods sold."""
        if is_cost:
            self.cost += posting.home
            self.is_costed = True
            return
        self.amount -= posting.home
        held = abs(Decimal(posting.quantity or 0))
        self.quantity += held if posting.home <= 0 else -held

    def cells(self, whole: int) -> list[Json]:
        """Its seven cells; `whole` is what was sold of everything."""
        average = self.amount / self.quantity if self.quantity else None
        margin = self.amount - self.cost
        values = (
            f"{self.quantity:.2f}" if self.quantity else "",
            money(self.amount),
            _percent(self.amount, whole),
            "" if average is None else f"{average / 100:.2f}",
            money(self.cost) if self.is_costed else "",
            money(margin) if self.is_costed else "",
            _percent(margin, self.amount) if self.is_costed else "",
        )
        return [cell(value) for value in values]


def _percent(part: int, whole: int) -> str:
    return f"{Decimal(part * 100) / whole:.2f} %" if whole else ""


def item_sales(books: Books, request: Request) -> Table:
    """What was sold of each product and service, and what it cost."""
    found = entries(books, request, start=request.start, end=request.end)
    costs = books.accounts_of("Cost of Goods Sold")
    items: dict[int, Sold] = defaultdict(Sold)
    whole = Sold()
    for posting in found:
        if posting.kind not in SALES:
            continue
        is_cost = posting.account in costs and bool(posting.item)
        earned = books.accounts[posting.account].classification == "Revenue"
        if is_cost or earned:
            items[posting.item or 0].add(posting, is_cost=is_cost)
            whole.add(posting, is_cost=is_cost)
    names = books.named(("Item",), items)
    lines: list[Json] = []
    for each in sorted(names.values(), key=lambda each: each.full_name.casefold()):
        if each.id in items:
            row = [cell(each.full_name, each.id), *items[each.id].cells(whole.amount)]
            lines.append({"ColData": row})
    rest = [sold for number, sold in items.items() if number not in names]
    lines += [
        {"ColData": [cell(NOT_SPECIFIED), *sold.cells(whole.amount)], "group": "**"}
        for sold in rest
        if sold.amount or sold.cost
    ]
    if lines:
        row = [cell("TOTAL"), *whole.cells(whole.amount)]
        lines.append({"ColData": row, "group": "GrandTotal"})
    return _item_heads(request), lines, bool(lines)


def _item_heads(request: Request) -> list[Json]:
    start, end = span_of(request)
    days = (("StartDate", start.isoformat()), ("EndDate", end.isoformat()))
    inner = [
        column(title, "Money", None, days if title in DATED else ())
        for title in ITEM_COLUMNS
    ]
    name = column("", "ProductsAndService", "product" if request.is_keyed else None)
    return [name, {**column("Total", "Money"), "Columns": {"Column": inner}}]


INCOME_COLUMNS = (
    ("", "customer"),
    ("Income", "income"),
    ("Expenses", "expenses"),
    ("Net Income", "net_income"),
)


def customer_income(books: Books, request: Request) -> Table:
    """What each customer brought in, what was spent on it, and what is left."""
    by = ("name", "account")
    found = sums(books, request, by, start=request.start, end=request.end)
    figures: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for posting in found:
        account = books.accounts[posting.account]
        if account.is_result and posting.name:
            place = 0 if account.classification == "Revenue" else 1
            figures[posting.name][place] -= posting.home
            figures[posting.name][2] -= posting.home
    customers = _of_kind(books, figures, "Customer")
    lines = rows(plant(customers[0], customers[1]), 3, typed=False)
    if lines:
        lines.append(total("TOTAL", added(customers[0].values(), 3), "GrandTotal"))
    keyed = request.is_keyed
    heads = [
        column(title, "Money" if title else "Customer", key if keyed else None)
        for title, key in INCOME_COLUMNS
    ]
    return heads, lines, bool(lines)


def _of_kind(
    books: Books, figures: dict[int, list[int]], kind: str
) -> tuple[dict[int, list[int]], dict[int, Named]]:
    """The figures of those who are customers, or vendors; and who is called what."""
    names = books.named(PARTIES, figures)
    mine = {
        party: values
        for party, values in figures.items()
        if party in names and names[party].kind == kind and any(values)
    }
    return mine, names


def vendor_expenses(books: Books, request: Request) -> Table:
    """What was spent with each vendor."""
    by = ("name", "account")
    found = sums(books, request, by, start=request.start, end=request.end)
    spent = [
        each
        for each in found
        if books.accounts[each.account].classification == "Expense"
    ]
    columns = slices(books, request, spent, span=span_of(request, spent))
    figures = grid(spent, columns, lambda each: each.name)
    mine, names = _of_kind(books, figures, "Vendor")
    lines = rows(plant(mine, names), columns.count, typed=False)
    whole = added(mine.values(), columns.count)
    other = [v for k, v in figures.items() if k not in mine]
    unnamed = [values for key, values in _unnamed(spent, columns).items() if key == 0]
    rest = added([*other, *unnamed], columns.count)
    if any(rest):
        lines.append({"ColData": [cell(NOT_SPECIFIED), *some(rest)], "group": "**"})
        whole = added([whole, rest], columns.count)
    if lines:
        lines.append(total("TOTAL", whole, "GrandTotal"))
    return _heads(request, "Vendor", columns), lines, bool(lines)


def _unnamed(postings: list[Posting], columns: Slices) -> dict[int, list[int]]:
    return grid(postings, columns, lambda each: None if each.name else 0)

"""What is on hand and what it is worth: by item, and move by move."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from qbo_simulator.reports.books import PARTIES
from qbo_simulator.reports.transactions import Transaction
from qbo_simulator.reports.tree import Json, cell, column, data, money, section

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body
    from qbo_simulator.reports.books import Books
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table

SUMMARY = ("SKU", "Qty", "Asset Value", "Avg Cost")
DETAIL = (
    ("tx_date", "Date", "Date"),
    ("txn_type", "Transaction Type", "String"),
    ("doc_num", "Num", "String"),
    ("name", "Name", "String"),
    ("quantity", "Qty", "Number"),
    ("rate", "Rate", "Money"),
    ("home_amount", "FIFO Cost", "Money"),
    ("qty_on_hand", "Qty On Hand", "Number"),
    ("home_asset_value", "Asset Value", "Money"),
)


class Move(NamedTuple):
    """Goods in or out: quantity and value in cents, signed."""

    on: str
    kind: str
    txn: int
    quantity: Decimal
    value: int


def _moves(books: Books, request: Request) -> dict[int, list[Move]]:
    wanted = request.ids.get("item")
    found: dict[int, list[Move]] = defaultdict(list)
    for item, on, kind, txn, quantity, value in books.stock_moves(
        request.day("report_date") or request.end
    ):
        if wanted is None or item in wanted:
            found[item].append(Move(on, kind, txn, Decimal(quantity), value))
    return found


def _items(books: Books, moves: dict[int, list[Move]]) -> list[tuple[int, Body]]:
    """The items that moved, in the order of their names."""
    bodies = books.bodies(("Item", item) for item in moves)
    found = [(item, bodies.get(("Item", item), {})) for item in moves]
    found.sort(key=lambda each: str(each[1].get("FullyQualifiedName", "")).casefold())
    return found


def _rate(value: int, quantity: Decimal) -> str:
    return f"{value / quantity / 100:.2f}" if quantity else ""


def valuation_summary(books: Books, request: Request) -> Table:
    """How many of each item are on hand, and what they cost."""
    moves = _moves(books, request)
    rows: list[Json] = []
    worth = 0
    for item, body in _items(books, moves):
        quantity = sum((each.quantity for each in moves[item]), start=Decimal(0))
        value = sum(each.value for each in moves[item])
        worth += value
        rows.append(
            {
                "ColData": [
                    cell(str(body.get("FullyQualifiedName", "")), item),
                    cell(str(body.get("Sku", ""))),
                    cell(f"{quantity:.2f}"),
                    cell(money(value)),
                    cell(_rate(value, quantity)),
                ]
            }
        )
    if rows:
        sums = [cell("TOTAL"), cell(""), cell(""), cell(money(worth)), cell("")]
        rows.append({"ColData": sums, "group": "GrandTotal"})
    keyed = request.is_keyed
    heads = [column("", "ProductsAndService", "product" if keyed else None)]
    for title in SUMMARY:
        key = title.lower().replace(" ", "_") if keyed else None
        heads.append(column(title, "String" if title == "SKU" else "Money", key))
    return heads, rows, bool(rows)


def valuation_detail(books: Books, request: Request) -> Table:
    """Every move of every item within the days, with what it left on hand."""
    moves = _moves(books, request)
    keys = {(each.kind, each.txn) for mine in moves.values() for each in mine}
    bodies = books.bodies(keys)
    documents = {key: Transaction(*key, bodies.get(key, {}), ()) for key in keys}
    names = books.named(PARTIES, (each.name or 0 for each in documents.values()))
    first = request.start.isoformat() if request.start else ""
    rows: list[Json] = []
    for item, body in _items(books, moves):
        stock = Stock()
        inner = []
        for move in moves[item]:
            figures = stock.take(move, counts=move.on >= first)
            if move.on >= first:
                document = documents[move.kind, move.txn]
                name = names.get(document.name or 0)
                head = [
                    cell(move.on),
                    cell(document.title, move.txn),
                    cell(document.number),
                    cell(name.full_name, name.id) if name else cell("", ""),
                ]
                inner.append(data([*head, *figures]))
        if inner:
            title = str(body.get("FullyQualifiedName", ""))
            blank = [cell("") for _ in DETAIL[1:]]
            rows.append(section([cell(title, item), *blank], inner, stock.foot(title)))
    heads = [
        column(title, kind, key) if request.is_keyed else column(title, key)
        for key, title, kind in DETAIL
    ]
    return heads, rows, bool(rows)


class Stock:
    """What is on hand of an item, move after move, and what came in the period."""

    def __init__(self) -> None:
        self.quantity, self.value = Decimal(0), 0
        self.came, self.cost = Decimal(0), 0

    def take(self, move: Move, *, counts: bool) -> list[Json]:
        """Take a move; gives its five figures."""
        self.quantity += move.quantity
        self.value += move.value
        if counts:
            self.came += move.quantity
            self.cost += move.value
        return [
            cell(f"{move.quantity:.2f}"),
            cell(_rate(move.value, move.quantity)),
            cell(money(move.value)),
            cell(f"{self.quantity:.2f}"),
            cell(money(self.value)),
        ]

    def foot(self, title: str) -> list[Json]:
        """The line below all moves."""
        figures = (f"{self.came:.2f}", "", money(self.cost))
        held = (f"{self.quantity:.2f}", money(self.value))
        texts = ("", "", "", *figures, *held)
        return [cell(f"Total for {title}"), *[cell(text) for text in texts]]

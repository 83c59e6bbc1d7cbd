"""General ledger, journal, profit and loss line by line, and lists of transactions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qbo_simulator.reports.columns import (
    COLUMNS,
    Column,
    blank,
    cells,
    choose,
    heads,
    summary,
)
from qbo_simulator.reports.figures import chosen, ledger, whole_of
from qbo_simulator.reports.forest import Node, plant
from qbo_simulator.reports.statements import TYPE_ORDER
from qbo_simulator.reports.transactions import Line, Register
from qbo_simulator.reports.tree import Json, cell, data, money, section

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbo_simulator.reports.books import Books, Posting
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table

LEDGER = "tx_date txn_type doc_num name memo split_acc subt_nat_amount rbal_nat_amount"
LEDGER_HOME = LEDGER.replace("nat_amount", "nat_home_amount")
JOURNAL = "tx_date txn_type doc_num name memo account_name debt_amt credit_amt"
JOURNAL_HOME = JOURNAL.replace("_amt", "_home_amt")
RESULTS = ("Income", "Cost of Goods Sold", "Expense", "Other Income", "Other Expense")


def style_of(request: Request) -> str:
    """How the columns are described."""
    return "keyed" if request.is_keyed else "typed"


def sort_lines(
    request: Request, lines: Iterable[Line], register: Register
) -> list[Line]:
    """Lines in the order asked for, else by day as they were posted."""
    found = list(lines)
    key = COLUMNS.get(request.text("sort_by"))
    if key is not None:
        found.sort(key=lambda line: _rank(key, line, register))
    if request.is_descending:
        found.reverse()
    return found


def _rank(column: Column, line: Line, register: Register) -> tuple[int, Any]:
    if column.sums is not None:
        return 0, column.sums(line)
    return 1, str(column.read(line, register)["value"]).casefold()


def running(lines: Iterable[Line], start: int = 0) -> list[Line]:
    """Lines with what they come to one after the other."""
    found = []
    for line in lines:
        start += line.amount
        found.append(replace(line, balance=start))
    return found


class Sections:
    """Accounts as sections of their postings, below one another."""

    def __init__(
        self, books: Books, request: Request, columns: list[Column], register: Register
    ) -> None:
        self.books = books
        self.request = request
        self.columns = columns
        self.register = register
        self.lines: dict[int, list[Line]] = defaultdict(list)
        self.opening: dict[int, int] = {}

    def fill(self, postings: Iterable[Posting]) -> None:
        """Take these postings as the lines of their accounts."""
        for posting in postings:
            self.lines[posting.account].append(self.register.line(posting))
        for account, lines in self.lines.items():
            ordered = sort_lines(self.request, lines, self.register)
            self.lines[account] = running(ordered, self.opening.get(account, 0))

    def of(self, accounts: Iterable[int]) -> list[Json]:
        """The sections of some accounts."""
        figures: dict[int, list[int]] = {account: [] for account in accounts}
        return [self._section(node) for node in plant(figures, self.books.accounts)]

    def _own(self, node: Node) -> list[Json]:
        found = [
            data(cells(line, self.columns, self.register))
            for line in self.lines.get(node.id, ())
        ]
        opening = self.opening.get(node.id)
        if opening:
            row = blank("Beginning Balance", self.columns)
            for index, column in enumerate(self.columns):
                if column.key.startswith("rbal"):
                    row[index] = cell(money(opening))
            found.insert(0, data(row))
        return found

    def all_lines(self, node: Node) -> list[Line]:
        """The lines of an account and of all below it."""
        found = list(self.lines.get(node.id, ()))
        for each in node.below:
            found += self.all_lines(each)
        return found

    def _section(self, node: Node) -> Json:
        has_own = node.own is not None
        known = node.id if has_own and node.id > 0 else None
        head = blank(node.title, self.columns, known)
        own = self._own(node)
        mine = summary(
            f"Total for {node.title}", self.lines.get(node.id, ()), self.columns
        )
        if not node.below:
            return section(head, own, mine)
        below = [self._section(each) for each in node.below]
        title = f"Total for {node.title}" + (" with sub-accounts" if has_own else "")
        all_of_it = summary(title, self.all_lines(node), self.columns)
        inner = [section(None, own, mine)] if has_own else []
        return section(head, inner + below, all_of_it)


def general_ledger(books: Books, request: Request) -> Table:
    """Every account with what it began with and all its postings."""
    columns = choose(request, LEDGER, LEDGER_HOME if books.is_multicurrency else "")
    every = ledger(books, request, start=None, end=request.end)
    first = request.start.isoformat() if request.start else ""
    found = chosen(books, request, every)
    within = [posting for posting in found if posting.on_date >= first]
    sections = Sections(
        books, request, columns, Register(books, whole_of(every, within))
    )
    for posting in found:
        account = books.accounts[posting.account]
        if posting.on_date < first and not account.is_result:
            held = sections.opening.get(account.id, 0)
            sections.opening[account.id] = held + account.sign * posting.home
    sections.fill(within)
    shown = {**sections.lines, **{k: v for k, v in sections.opening.items() if v}}
    rows: list[Json] = []
    for kind in TYPE_ORDER:
        rows += sections.of(each for each in shown if books.accounts[each].type == kind)
    return heads(columns, style_of(request)), rows, bool(rows)


def profit_and_loss_detail(books: Books, request: Request) -> Table:
    """Profit and loss with every posting it is made of."""
    columns = choose(request, LEDGER, LEDGER_HOME if books.is_multicurrency else "")
    wanted = books.accounts_of(*RESULTS)
    every = ledger(books, request, start=request.start, end=request.end)
    found = chosen(books, request, every)
    mine = [posting for posting in found if posting.account in wanted]
    sections = Sections(books, request, columns, Register(books, whole_of(every, mine)))
    sections.fill(mine)

    def part(title: str, kind: str) -> list[Json]:
        accounts = [
            each for each in sections.lines if books.accounts[each].type == kind
        ]
        if not accounts:
            return []
        lines = [line for each in accounts for line in sections.lines[each]]
        foot = summary(f"Total for {title}", lines, columns)
        return [section(blank(title, columns), sections.of(accounts), foot)]

    gross = _signed(books, sections, "Income", "Cost of Goods Sold")
    net = _signed(books, sections, *RESULTS)
    ordinary = [
        section(None, [], _result("Gross Profit", gross, columns)),
        *part("Income", "Income"),
        *part("Cost of Goods Sold", "Cost of Goods Sold"),
        *part("Expenses", "Expense"),
        *part("Other Income", "Other Income"),
        *part("Other Expenses", "Other Expense"),
    ]
    head = blank("Ordinary Income/Expenses", columns)
    rows = [section(head, ordinary, _result("Net Income", net, columns))]
    return heads(columns, style_of(request)), rows if mine else [], bool(mine)


def _signed(books: Books, sections: Sections, *types: str) -> int:
    return sum(
        -line.debit
        for account, lines in sections.lines.items()
        if books.accounts[account].type in types
        for line in lines
    )


def _result(title: str, cents: int, columns: Sequence[Column]) -> list[Json]:
    found = blank(title, columns)
    for index, column in enumerate(columns):
        if "amount" in column.key and not column.key.startswith("rbal"):
            found[index] = cell(money(cents))
    return found


def journal(books: Books, request: Request) -> Table:
    """Every transaction with its debits and credits."""
    columns = choose(request, JOURNAL, JOURNAL_HOME if books.is_multicurrency else "")
    every = ledger(books, request, start=request.start, end=request.end)
    found = whole_of(every, chosen(books, request, every))
    register = Register(books, found)
    rows: list[Json] = []
    for transaction in register.transactions.values():
        lines = [
            register.line(posting, is_first=not index)
            for index, posting in enumerate(transaction.postings)
        ]
        rows += [data(cells(line, columns, register)) for line in lines]
        rows.append(section(None, None, summary("", lines, columns)))
        rows.append(data(blank("", columns)))
    if rows:
        foot = summary("TOTAL", [register.line(posting) for posting in found], columns)
        rows.append(section(None, None, foot))
    return heads(columns, style_of(request)), rows, bool(rows)

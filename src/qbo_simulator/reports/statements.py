"""Profit and loss, balance sheet and trial balance."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from qbo_simulator.reports.figures import (
    Slices,
    added,
    entries,
    grid,
    slices,
    span_of,
    sums,
)
from qbo_simulator.reports.forest import account_title, plant, rows
from qbo_simulator.reports.periods import fiscal_start
from qbo_simulator.reports.tree import (
    Json,
    amounts,
    cell,
    column,
    data,
    section,
    shown,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from qbo_simulator.reports.books import Books, Posting
    from qbo_simulator.reports.request import Request

Table = tuple[list[Json], list[Json], bool]
"""Columns, rows, and whether there is anything to report."""

Figures = dict[int, list[int]]


class Part(NamedTuple):
    """A section of a statement: accounts of some types, or parts of its own."""

    group: str
    title: str
    total: str
    types: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def _plain(group: str, title: str, *types: str) -> Part:
    return Part(group, title, f"Total {title}", types)


INCOME = _plain("Income", "Income", "Income")
COGS = _plain("COGS", "Cost of Goods Sold", "Cost of Goods Sold")
EXPENSES = _plain("Expenses", "Expenses", "Expense")
OTHER_INCOME = _plain("OtherIncome", "Other Income", "Other Income")
OTHER_EXPENSES = _plain("OtherExpenses", "Other Expenses", "Other Expense")
ASSETS = Part(
    "TotalAssets",
    "ASSETS",
    "TOTAL ASSETS",
    parts=(
        Part(
            "CurrentAssets",
            "Current Assets",
            "Total Current Assets",
            parts=(
                _plain("BankAccounts", "Bank Accounts", "Bank"),
                _plain("AR", "Accounts Receivable", "Accounts Receivable"),
                _plain(
                    "OtherCurrentAssets", "Other Current Assets", "Other Current Asset"
                ),
            ),
        ),
        _plain("FixedAssets", "Fixed Assets", "Fixed Asset"),
        _plain("OtherAssets", "Other Assets", "Other Asset"),
    ),
)
LIABILITIES = Part(
    "Liabilities",
    "Liabilities",
    "Total Liabilities",
    parts=(
        Part(
            "CurrentLiabilities",
            "Current Liabilities",
            "Total Current Liabilities",
            parts=(
                _plain("AP", "Accounts Payable", "Accounts Payable"),
                _plain("CreditCards", "Credit Cards", "Credit Card"),
                _plain(
                    "OtherCurrentLiabilities",
                    "Other Current Liabilities",
                    "Other Current Liability",
                ),
            ),
        ),
        _plain("LongTermLiabilities", "Long-Term Liabilities", "Long Term Liability"),
    ),
)
TYPE_ORDER = (
    "Bank",
    "Accounts Receivable",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
    "Accounts Payable",
    "Credit Card",
    "Other Current Liability",
    "Long Term Liability",
    "Equity",
    "Income",
    "Cost of Goods Sold",
    "Expense",
    "Other Income",
    "Other Expense",
)
NO_ACCOUNT = -9
"""Stands for retained earnings in a chart that has no account for them."""


def headings(title_type: str, columns: Slices) -> list[Json]:
    """The columns of a statement: names at the left, then figures."""
    key = title_type.lower()
    return [column("", title_type, key), *columns.headings]


def natural(books: Books, figures: Mapping[int, list[int]]) -> Figures:
    """Figures in the natural sign of their accounts, those that are all zero left out."""
    return {
        number: [books.accounts[number].sign * value for value in values]
        for number, values in figures.items()
        if number in books.accounts and any(values)
    }


def of_types(books: Books, figures: Figures, types: Iterable[str]) -> Figures:
    """The figures of the accounts of some types."""
    wanted = set(types)
    return {
        number: values
        for number, values in figures.items()
        if books.accounts[number].type in wanted
    }


def profit_and_loss(books: Books, request: Request) -> Table:
    """Income, cost of goods sold, expenses and what is left."""
    found = sums(books, request, ("account",), start=request.start, end=request.end)
    columns = slices(books, request, found, span=span_of(request, found))
    results = {number for number, each in books.accounts.items() if each.is_result}
    figures = natural(
        books,
        grid(
            found,
            columns,
            lambda each: each.account if each.account in results else None,
        ),
    )
    built = _results(books, figures, columns.count)
    return headings("Account", columns), built, bool(figures)


def _results(books: Books, figures: Figures, count: int) -> list[Json]:
    def part(which: Part, *, always: bool = False) -> tuple[list[Json], list[int]]:
        chosen = of_types(books, figures, which.types)
        values = added(chosen.values(), count)
        if not chosen and not always:
            return [], values
        head = [cell(which.title), *[cell("") for _ in range(count)]]
        summary = [cell(which.total), *amounts(values)]
        below = rows(plant(chosen, books.accounts), count) if chosen else None
        return [section(head, below, summary, which.group)], values

    income, earned = part(INCOME, always=True)
    cogs, cost = part(COGS)
    expenses, spent = part(EXPENSES, always=True)
    other_income, other_earned = part(OTHER_INCOME)
    other_expenses, other_spent = part(OTHER_EXPENSES)
    gross = _less(earned, cost)
    operating = _less(gross, spent)
    other = _less(other_earned, other_spent)
    net = added([operating, other], count)
    net_other = [total("Net Other Income", other, "NetOtherIncome")]
    return [
        *income,
        *cogs,
        total("Gross Profit", gross, "GrossProfit"),
        *expenses,
        total("Net Operating Income", operating, "NetOperatingIncome"),
        *other_income,
        *other_expenses,
        *(net_other if other_income or other_expenses else []),
        total("Net Income", net, "NetIncome"),
    ]


def _less(values: list[int], others: list[int]) -> list[int]:
    return [value - other for value, other in zip(values, others, strict=True)]


def balances(
    books: Books, request: Request, postings: list[Posting], columns: Slices
) -> tuple[Figures, list[int]]:
    """Every account's balance at each column's end, and the net income until then.

    Results of the fiscal year stay where they are; those of earlier years are added
    to the retained earnings.
    """
    retained = books.account_of("RetainedEarnings", NO_ACCOUNT)
    found: Figures = defaultdict(columns.empty)
    net = columns.empty()
    ends = [end for _, end in columns.bounds] or [request.end or request.today]
    years = [fiscal_start(end, request.first_month).isoformat() for end in ends]
    in_time = len(columns.bounds) > 1
    for posting in postings:
        first = columns.place(posting)
        places = range(first, columns.count) if in_time else (first,)
        result = books.accounts[posting.account].is_result
        for place in places:
            year = years[min(place, len(years) - 1)]
            if not result:
                found[posting.account][place] += posting.home
            elif posting.on_date >= year:
                found[posting.account][place] += posting.home
                net[place] -= posting.home
            else:
                found[retained][place] += posting.home
    return {
        number: columns.close(each) for number, each in found.items()
    }, columns.close(net)


def balance_sheet(books: Books, request: Request) -> Table:
    """What the company has, what it owes, and what is the owners'."""
    end = request.end
    found = sums(books, request, ("account", "on_date"), start=None, end=end)
    columns = slices(
        books, request, found, span=span_of(request, found), cumulative=True
    )
    figures, net = balances(books, request, found, columns)
    retained = figures.pop(NO_ACCOUNT, None)
    held = natural(books, figures)
    count = columns.count
    assets, _ = _part(books, held, ASSETS, count)
    owed, owed_total = _part(books, held, LIABILITIES, count)
    equity = of_types(books, held, ("Equity",))
    lines = rows(plant(equity, books.accounts), count)
    if retained is not None:
        values = [-value for value in retained]
        lines.append(data([cell("Retained Earnings"), *amounts(values)]))
        equity[NO_ACCOUNT] = values
    lines.append(data([cell("Net Income"), *amounts(net)], group="NetIncome"))
    owners = added([*equity.values(), net], count)
    blank = [cell("") for _ in range(count)]
    own = section(
        [cell("Equity"), *blank],
        lines,
        [cell("Total Equity"), *amounts(owners)],
        "Equity",
    )
    other_side = section(
        [cell("LIABILITIES AND EQUITY"), *blank],
        [*owed, own],
        [
            cell("TOTAL LIABILITIES AND EQUITY"),
            *amounts(added([owed_total, owners], count)),
        ],
        "TotalLiabilitiesAndEquity",
    )
    assets = assets or [_empty(ASSETS, count)]
    return headings("Account", columns), [*assets, other_side], bool(held or any(net))


def _empty(part: Part, count: int) -> Json:
    head = [cell(part.title), *[cell("") for _ in range(count)]]
    return section(head, [], [cell(part.total), *amounts([0] * count)], part.group)


def _part(
    books: Books, figures: Figures, part: Part, count: int
) -> tuple[list[Json], list[int]]:
    below: list[Json] = []
    values = [0] * count
    for inner in part.parts:
        inner_rows, inner_values = _part(books, figures, inner, count)
        below += inner_rows
        values = added([values, inner_values], count)
    chosen = of_types(books, figures, part.types)
    below += rows(plant(chosen, books.accounts), count)
    values = added([values, *chosen.values()], count)
    if not below:
        return [], values
    head = [cell(part.title), *[cell("") for _ in range(count)]]
    summary = [cell(part.total), *amounts(values)]
    return [section(head, below, summary, part.group)], values


def trial_balance(books: Books, request: Request) -> Table:
    """Every account's balance as a debit or a credit."""
    found = entries_by_day(books, request, request.end)
    columns = slices(books, request, (), span=span_of(request, found), cumulative=True)
    figures, _ = balances(books, request, found, columns)
    titles = {NO_ACCOUNT: ("Retained Earnings", TYPE_ORDER.index("Equity"))}
    for number, account in books.accounts.items():
        order = TYPE_ORDER.index(account.type)
        titles[number] = (_path_title(books, number), order)
    ordered = sorted(
        (number for number, values in figures.items() if any(values)),
        key=lambda number: (titles[number][1], titles[number][0].casefold()),
    )
    lines: list[Json] = []
    sides = [0] * (2 * columns.count)
    for number in ordered:
        line = [cell(titles[number][0], number if number > 0 else None)]
        for place, cents in enumerate(figures[number]):
            pair = (max(cents, 0), max(-cents, 0))
            line += [cell(shown(side)) for side in pair]
            sides[2 * place] += pair[0]
            sides[2 * place + 1] += pair[1]
        lines.append({"ColData": line})
    lines.append(total("TOTAL", sides, "GrandTotal"))
    return _two_sides(request, columns), lines, bool(ordered)


def _path_title(books: Books, number: int) -> str:
    account = books.accounts[number]
    if account.parent in books.accounts:
        return f"{_path_title(books, account.parent)}:{account.name}"
    return account_title(account)


def _two_sides(request: Request, columns: Slices) -> list[Json]:
    keyed = request.is_keyed
    found = [column("", "Account", "account" if keyed else None)]
    for heading in columns.headings:
        pair = [
            column("Debit", "Money", "debit" if keyed else None),
            column("Credit", "Money", "credit" if keyed else None),
        ]
        if columns.count == 1:
            return found + pair
        found.append({**heading, "Columns": {"Column": pair}})
    return found


def entries_by_day(books: Books, request: Request, end: date | None) -> list[Posting]:
    """The ledger from its beginning, by account and day."""
    if request.basis == "Cash":
        return entries(books, request, start=None, end=end)
    return sums(books, request, ("account", "on_date"), start=None, end=end)

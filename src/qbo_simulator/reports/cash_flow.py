"""The cash flow: how net income became cash."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qbo_simulator.reports.figures import added, day_before, grid, slices, span_of, sums
from qbo_simulator.reports.forest import plant, rows
from qbo_simulator.reports.statements import (
    Figures,
    Table,
    entries_by_day,
    headings,
    of_types,
)
from qbo_simulator.reports.tree import Json, amounts, cell, data, section, total

if TYPE_CHECKING:
    from qbo_simulator.reports.books import Books
    from qbo_simulator.reports.figures import Slices
    from qbo_simulator.reports.request import Request


class Flow(NamedTuple):
    """A kind of activity in the cash flow, and the accounts that tell of it."""

    group: str
    title: str
    total: str
    types: tuple[str, ...]


OPERATING = (
    "Accounts Receivable",
    "Other Current Asset",
    "Accounts Payable",
    "Credit Card",
    "Other Current Liability",
)
FLOWS = (
    Flow(
        "InvestingActivities",
        "INVESTING ACTIVITIES",
        "Net cash provided by investing activities",
        ("Fixed Asset", "Other Asset"),
    ),
    Flow(
        "FinancingActivities",
        "FINANCING ACTIVITIES",
        "Net cash provided by financing activities",
        ("Long Term Liability", "Equity"),
    ),
)
RECONCILE = "Adjustments to reconcile Net Income to Net Cash provided by operations:"


def cash_flow(books: Books, request: Request) -> Table:
    """How net income became cash, and where else cash came from and went."""
    found = sums(books, request, ("account",), start=request.start, end=request.end)
    columns = slices(books, request, found, span=span_of(request, found))
    count = columns.count
    cash = books.accounts_of("Bank") | {books.account_of("UndepositedFunds", 0)}
    moved = grid(found, columns, lambda each: each.account)
    flows = {
        number: [-value for value in values]
        for number, values in moved.items()
        if number not in cash and any(values)
    }
    results = {
        number: values
        for number, values in flows.items()
        if books.accounts[number].is_result
    }
    net = added(results.values(), count)
    adjusted = of_types(books, flows, OPERATING)
    lines = [_operating(books, net, adjusted, count)]
    for flow in FLOWS:
        chosen = of_types(books, flows, flow.types)
        if chosen:
            values = added(chosen.values(), count)
            lines.append(
                section(
                    [cell(flow.title), *[cell("") for _ in range(count)]],
                    rows(plant(chosen, books.accounts), count),
                    [cell(flow.total), *amounts(values)],
                    flow.group,
                )
            )
    increase = added(flows.values(), count)
    before = _cash_before(books, request, columns, cash)
    end = added([before, increase], count)
    lines.append(total("Net cash increase for period", increase, "CashIncrease"))
    if any(before):
        lines.append(total("Cash at beginning of period", before, "BeginningCash"))
    lines.append(total("Cash at end of period", end, "EndingCash"))
    return headings("Account", columns), lines, bool(flows)


def _operating(books: Books, net: list[int], adjusted: Figures, count: int) -> Json:
    blank = [cell("") for _ in range(count)]
    lines = [data([cell("Net Income"), *amounts(net)], group="NetIncome")]
    values = added(adjusted.values(), count)
    if adjusted:
        lines.append(
            section(
                [cell(RECONCILE), *blank],
                rows(plant(adjusted, books.accounts), count),
                [cell(f"Total {RECONCILE}"), *amounts(values)],
                "OperatingAdjustments",
            )
        )
    return section(
        [cell("OPERATING ACTIVITIES"), *blank],
        lines,
        [
            cell("Net cash provided by operating activities"),
            *amounts(added([net, values], count)),
        ],
        "OperatingActivities",
    )


def _cash_before(
    books: Books, request: Request, columns: Slices, cash: frozenset[int]
) -> list[int]:
    """The cash there was as each column began."""
    if request.start is None or not columns.bounds:
        return columns.empty()
    found = [
        posting
        for posting in entries_by_day(books, request, request.end)
        if posting.account in cash
    ]
    starts = [start for start, _ in columns.bounds]
    starts += [starts[0]] * (columns.count - len(starts))
    limits = [day_before(start).isoformat() for start in starts]
    return [
        sum(each.home for each in found if each.on_date <= limit) for limit in limits
    ]

"""What customers owe and what is owed to vendors, document by document, on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qbo_simulator.reports.books import PARTIES, Posting
from qbo_simulator.reports.cash import share_of
from qbo_simulator.reports.columns import blank, cells, choose, heads, summary
from qbo_simulator.reports.details import running, sort_lines, style_of
from qbo_simulator.reports.forest import plant, rows
from qbo_simulator.reports.transactions import Line, Register
from qbo_simulator.reports.tree import Json, column, data, section, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbo_simulator.books.kind import Body
    from qbo_simulator.reports.books import Books, Link
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table


class Side(NamedTuple):
    """Receivables or payables: their accounts, sign and words."""

    type: str
    sign: int
    party: str
    name_column: str
    paid: str


RECEIVABLE = Side("Accounts Receivable", 1, "Customer", "cust_name", "arpaid")
PAYABLE = Side("Accounts Payable", -1, "Vendor", "vend_name", "appaid")


@dataclass
class Item:
    """A document on someone's account: debits less credits, and what is still open."""

    posting: Posting
    open: int
    settled: int = 0

    @property
    def party(self) -> int:
        return self.posting.party or 0


Items = dict[tuple[str, int], list[Item]]


def open_items(books: Books, request: Request, side: Side) -> list[Item]:
    """Every document on receivables or payables, as it stood at the end of a day.

    What payments settle is moved from the one to the other, so that the sum stays
    that of the account.
    """
    found = books.sums(
        ("kind", "txn", "party", "name", "on_date", "account"),
        end=request.as_of,
        filters={"account": books.accounts_of(side.type)},
    )
    items: Items = defaultdict(list)
    for posting in found:
        items[posting.kind, posting.txn].append(Item(posting, posting.home))
    for link in books.settlements:
        _settle(items, link)
    parties = request.ids.get("name")
    return [
        item
        for group in items.values()
        for item in group
        if parties is None or item.party in parties
    ]


def _settle(items: Items, link: Link) -> None:
    payers = items.get((link.source_kind, link.source))
    owed = items.get((link.kind, link.txn))
    if not payers or not owed:
        return
    parties = {item.party for item in payers}
    target = next((item for item in owed if item.party in parties), owed[0])
    source = next((item for item in payers if item.party == target.party), payers[0])
    whole = abs(target.posting.cents)
    if not whole:
        return
    before = share_of(target.posting.home, target.settled, whole)
    target.settled += link.cents
    moved = share_of(target.posting.home, target.settled, whole) - before
    target.open -= moved
    source.open += moved


def days_past_due(request: Request, item: Item, body: Body) -> int:
    """How late a document is: payments and credits count from their own day."""
    due = date.fromisoformat(str(body.get("DueDate") or item.posting.on_date))
    current = request.text("aging_method") == "current"
    return ((request.today if current else request.as_of) - due).days


def buckets(request: Request) -> list[tuple[str, int]]:
    """The spans of lateness: each title with its last day, open at both ends."""
    length = request.number("aging_period", 30, 3650)
    count = request.number("num_periods", 4, 100)
    between = [
        (f"{(number - 1) * length + 1} - {number * length}", number * length)
        for number in range(1, count)
    ]
    last = (f"{(count - 1) * length + 1} and over", 10**9)
    return [("Current", 0), *between, last]


def place(spans: list[tuple[str, int]], days: int) -> int:
    """The span that so many days past due fall into."""
    return next(index for index, (_, last) in enumerate(spans) if days <= last)


def _bodies(books: Books, items: Iterable[Item]) -> dict[tuple[str, int], Body]:
    return books.bodies((each.posting.kind, each.posting.txn) for each in items)


def aged(books: Books, request: Request, *, side: Side) -> Table:
    """What each owes, by how late it is."""
    items = [item for item in open_items(books, request, side) if item.open]
    bodies = _bodies(books, items)
    spans = buckets(request)
    figures: dict[int, list[int]] = defaultdict(lambda: [0] * (len(spans) + 1))
    for item in items:
        body = bodies.get((item.posting.kind, item.posting.txn), {})
        values = figures[item.party]
        values[place(spans, days_past_due(request, item, body))] += (
            side.sign * item.open
        )
        values[-1] += side.sign * item.open
    titles = [title for title, _ in spans]
    return _by_party(books, request, side, figures, [*titles, "Total"])


def balance(books: Books, request: Request, *, side: Side) -> Table:
    """What each owes."""
    figures: dict[int, list[int]] = defaultdict(lambda: [0])
    for item in open_items(books, request, side):
        figures[item.party][0] += side.sign * item.open
    return _by_party(books, request, side, figures, ["Total"])


def _by_party(
    books: Books,
    request: Request,
    side: Side,
    figures: dict[int, list[int]],
    titles: list[str],
) -> Table:
    names = books.named(PARTIES, figures)
    known = {
        party: values
        for party, values in figures.items()
        if party in names and any(values)
    }
    nodes = plant(known, names)
    if request.is_descending:
        nodes.reverse()
    lines = rows(nodes, len(titles), typed=False)
    whole = [sum(values[i] for values in known.values()) for i in range(len(titles))]
    if known:
        lines.append(total("TOTAL", whole, "GrandTotal"))
    keyed = request.is_keyed
    columns = [
        column("", side.party, side.party.lower() if keyed else None),
        *(column(title, "Money", title.lower() if keyed else None) for title in titles),
    ]
    return columns, lines, bool(known)


def _lines(
    books: Books, request: Request, side: Side, items: list[Item]
) -> tuple[list[Line], Register]:
    postings = [
        item.posting._replace(name=item.party or item.posting.name, number=0, memo=None)
        for item in items
    ]
    register = Register(books, postings)
    lines = [
        Line(
            register.transactions[posting.kind, posting.txn],
            posting,
            books.accounts[posting.account],
            None,
            is_split=False,
            amount=side.sign * posting.home,
            open=side.sign * item.open,
        )
        for item, posting in zip(items, postings, strict=True)
    ]
    return [line for line in lines if _is_wanted(request, line)], register


def _is_wanted(request: Request, line: Line) -> bool:
    """Whether a line falls due within the days asked for."""
    first, last = request.day("start_duedate"), request.day("end_duedate")
    due = date.fromisoformat(line.transaction.due)
    return (first is None or first <= due) and (last is None or due <= last)


def aged_detail(books: Books, request: Request, *, side: Side) -> Table:
    """Every open document, by how late it is, the latest first."""
    columns = choose(
        request,
        f"tx_date txn_type doc_num {side.name_column} due_date "
        "subt_amount subt_open_bal",
    )
    items = [item for item in open_items(books, request, side) if item.open]
    lines, register = _lines(books, request, side, items)
    spans = buckets(request)
    groups: dict[int, list[Line]] = defaultdict(list)
    least = request.params.get("past_due", "")
    for line in sort_lines(request, lines, register):
        item = Item(line.posting or items[0].posting, line.open)
        days = days_past_due(request, item, line.transaction.body)
        if not least.isdecimal() or days >= int(least):
            groups[place(spans, days)].append(line)
    found = []
    for index in sorted(groups, reverse=True):
        title = _late(spans[index][0])
        mine = groups[index]
        found.append(
            section(
                blank(title, columns),
                [data(cells(line, columns, register)) for line in mine],
                summary(f"Total for {title}", mine, columns),
            )
        )
    if found:
        every = [line for mine in groups.values() for line in mine]
        found.append(section(None, None, summary("TOTAL", every, columns)))
    return heads(columns, style_of(request)), found, bool(found)


def _late(title: str) -> str:
    if title == "Current":
        return title
    return f"{title.replace('and over', 'or more')} days past due"


def balance_detail(books: Books, request: Request, *, side: Side) -> Table:
    """Each one's documents: those not settled, unless others are asked for."""
    columns = choose(
        request,
        "tx_date txn_type doc_num due_date subt_amount subt_open_bal rbal_open_bal",
    )
    paid = request.text(side.paid, "unpaid")
    items = [
        item
        for item in open_items(books, request, side)
        if paid == "all" or bool(item.open) == (paid == "unpaid")
    ]
    lines, register = _lines(books, request, side, items)
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in sort_lines(request, sorted(lines, key=_by_day), register):
        groups[line.name or 0].append(line)
    named = [each for each in register.parties.values() if each.id in groups]
    found: list[Json] = []
    for party in sorted(named, key=lambda each: each.full_name.casefold()):
        mine = _running_open(groups[party.id])
        found.append(
            section(
                blank(party.full_name, columns, party.id),
                [data(cells(line, columns, register)) for line in mine],
                summary(f"Total for {party.full_name}", mine, columns),
            )
        )
    if found:
        found.append(section(None, None, summary("TOTAL", lines, columns)))
    return heads(columns, style_of(request)), found, bool(found)


def _by_day(line: Line) -> tuple[str, int]:
    return line.transaction.on, line.transaction.id


def _running_open(lines: list[Line]) -> list[Line]:
    open_ones = running(replace(line, amount=line.open) for line in lines)
    return [
        replace(line, balance=other.balance)
        for line, other in zip(lines, open_ones, strict=True)
    ]


aged_receivables = partial(aged, side=RECEIVABLE)
aged_payables = partial(aged, side=PAYABLE)
aged_receivable_detail = partial(aged_detail, side=RECEIVABLE)
aged_payable_detail = partial(aged_detail, side=PAYABLE)
customer_balance = partial(balance, side=RECEIVABLE)
vendor_balance = partial(balance, side=PAYABLE)
customer_balance_detail = partial(balance_detail, side=RECEIVABLE)
vendor_balance_detail = partial(balance_detail, side=PAYABLE)

"""The ledger as figures in columns: what is selected, summed by whom, cut how."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from qbo_simulator.reports.books import PARTIES
from qbo_simulator.reports.cash import on_cash_basis, roles
from qbo_simulator.reports.periods import cut, period_title
from qbo_simulator.reports.request import DIMENSIONS, invalid, is_time
from qbo_simulator.reports.tree import Json, column

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from typing import Any

    from qbo_simulator.reports.books import Books, Posting
    from qbo_simulator.reports.request import Request

KIND_OF = {
    "customers": ("Customer",),
    "vendors": ("Vendor",),
    "employees": ("Employee",),
    "classes": ("Class",),
    "departments": ("Department",),
    "productsandservices": ("Item",),
}
LONGEST = 400
"""The most columns a report has: ten years of months, a year of days."""


def ledger(
    books: Books, request: Request, *, start: date | None, end: date | None
) -> list[Posting]:
    """All postings within these days, on the basis asked for."""
    if request.basis != "Cash":
        return books.postings(start=start, end=end)
    found = on_cash_basis(books.postings(end=end), books.settlements, roles(books))
    first = start.isoformat() if start else ""
    return [each for each in found if each.on_date >= first]


def entries(
    books: Books, request: Request, *, start: date | None, end: date | None
) -> list[Posting]:
    """The postings a report is about: the ledger through the report's filters."""
    return chosen(books, request, ledger(books, request, start=start, end=end))


def chosen(
    books: Books, request: Request, postings: Iterable[Posting]
) -> list[Posting]:
    """What of the ledger the filters let through."""
    found = list(postings)
    for name, ids in filters(books, request).items():
        found = [each for each in found if getattr(each, name) in ids]
    return found


def whole_of(postings: Iterable[Posting], mine: Iterable[Posting]) -> list[Posting]:
    """All postings of the transactions that some of them belong to."""
    keys = {(posting.kind, posting.txn) for posting in mine}
    return [each for each in postings if (each.kind, each.txn) in keys]


def sums(
    books: Books,
    request: Request,
    by: Sequence[str],
    *,
    start: date | None,
    end: date | None,
) -> list[Posting]:
    """The same, summed where the books can do it by themselves."""
    if request.basis == "Cash":
        return entries(books, request, start=start, end=end)
    cut_by = _cut_by(request)
    columns = [*by, *([cut_by] if cut_by and cut_by not in by else [])]
    through = filters(books, request)
    return books.sums(columns, start=start, end=end, filters=through)


def _cut_by(request: Request) -> str | None:
    by = request.by.lower()
    return "on_date" if is_time(by) else DIMENSIONS.get(by)


def filters(books: Books, request: Request) -> dict[str, frozenset[int]]:
    """The ids that each column of a posting may have."""
    found = dict(request.ids)
    types = request.list_of("account_type") + request.list_of("source_account_type")
    if types:
        squeezed = {name.replace(" ", "").lower() for name in types}
        accounts = frozenset(
            account.id
            for account in books.accounts.values()
            if account.type.replace(" ", "").lower() in squeezed
        )
        found["account"] = found.get("account", accounts) & accounts
    return found


@dataclass(frozen=True)
class Slices:
    """The columns of figures; `place` says in which a posting counts."""

    headings: list[Json]
    place: Callable[[Posting], int]
    bounds: list[tuple[date, date]]
    has_total: bool

    @property
    def count(self) -> int:
        return len(self.headings)

    def close(self, values: list[int]) -> list[int]:
        """Fill in the total, if there is a column for it."""
        if self.has_total:
            values[-1] = sum(values[:-1])
        return values

    def empty(self) -> list[int]:
        return [0] * self.count


def slices(
    books: Books,
    request: Request,
    postings: Iterable[Posting],
    *,
    span: tuple[date, date],
    cumulative: bool = False,
) -> Slices:
    """The columns asked for; without a total where each shows a balance."""
    by = request.by.lower()
    if is_time(by):
        return _in_time(request, span, cumulative=cumulative)
    if by in DIMENSIONS:
        return _by_name(books, by, postings)
    heading = column("Total", "Money", "total")
    return Slices([heading], lambda posting: 0, [span], has_total=False)


def _in_time(request: Request, span: tuple[date, date], *, cumulative: bool) -> Slices:
    bounds = cut(*span, request.by.lower(), request.first_month)
    if len(bounds) > LONGEST:
        raise invalid("summarize_column_by")
    headings = []
    for start, end in bounds:
        title = period_title(start, end, request.by.lower())
        days = (("StartDate", start.isoformat()), ("EndDate", end.isoformat()))
        headings.append(column(title, "Money", title, days))
    if not cumulative:
        headings.append(column("Total", "Money", "total"))
    ends = [end.isoformat() for _, end in bounds]
    return Slices(
        headings,
        lambda posting: bisect_left(ends, posting.on_date),
        bounds,
        has_total=not cumulative,
    )


def _by_name(books: Books, by: str, postings: Iterable[Posting]) -> Slices:
    kinds, attribute = KIND_OF[by], DIMENSIONS[by]
    ids = {getattr(posting, attribute) for posting in postings}
    known = books.named(PARTIES if attribute == "name" else kinds, ids - {None})
    wanted = [known[id] for id in ids if id in known and known[id].kind in kinds]  # noqa: A001
    wanted.sort(key=lambda each: each.full_name.casefold())
    places = {each.id: index for index, each in enumerate(wanted)}
    if len(wanted) > LONGEST:
        raise invalid("summarize_column_by")
    headings = [column(each.full_name, "Money", str(each.id)) for each in wanted]
    if len(places) < len(ids):
        headings.append(column("Not Specified", "Money", "0"))
    headings.append(column("Total", "Money", "total"))
    rest = len(wanted)
    return Slices(
        headings,
        lambda posting: places.get(getattr(posting, attribute), rest),
        [],
        has_total=True,
    )


def grid(
    postings: Iterable[Posting],
    columns: Slices,
    key: Callable[[Posting], Any],
) -> dict[Any, list[int]]:
    """Debits less credits in cents, by key and column; no key leaves a posting out."""
    found: dict[Hashable, list[int]] = defaultdict(columns.empty)
    for posting in postings:
        row = key(posting)
        if row is not None:
            found[row][columns.place(posting)] += posting.home
    return {row: columns.close(values) for row, values in found.items()}


def added(rows: Iterable[Sequence[int]], count: int) -> list[int]:
    """Rows of figures, added column by column."""
    found = [0] * count
    for row in rows:
        for index, value in enumerate(row):
            found[index] += value
    return found


def span_of(request: Request, postings: Sequence[Posting] = ()) -> tuple[date, date]:
    """The days a report covers, even when it is open at an end."""
    end = request.end or request.today
    days = [posting.on_date for posting in postings if posting.on_date]
    start = request.start
    if start is None:
        start = date.fromisoformat(min(days)) if days else end
    if request.end is None and days:
        end = max(end, date.fromisoformat(max(days)))
    return min(start, end), end


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)

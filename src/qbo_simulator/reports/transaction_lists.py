"""Lists of transactions: by day, by customer, by vendor, with their splits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from qbo_simulator.catalogue import ALL
from qbo_simulator.reports.columns import blank, cells, choose, heads, summary
from qbo_simulator.reports.details import sort_lines, style_of
from qbo_simulator.reports.figures import filters, ledger
from qbo_simulator.reports.periods import cut, period_title
from qbo_simulator.reports.request import day_of, invalid
from qbo_simulator.reports.transactions import Line, Register, wanted_titles
from qbo_simulator.reports.tree import Json, data, section
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qbo_simulator.reports.books import Books
    from qbo_simulator.reports.columns import Column
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.statements import Table
    from qbo_simulator.reports.transactions import Transaction

LIST = "tx_date txn_type doc_num is_no_post name memo account_name other_account"
BY_NAME = "tx_date txn_type doc_num is_no_post memo account_name"
SPLITS = "tx_date txn_type doc_num is_no_post name memo account_name"
SPANS = ("day", "week", "month", "quarter", "year", "fiscal quarter", "fiscal year")
Group = tuple[str, int | None]
"""The title of a group, and the id of what it is named after."""

RANGES = (
    ("start_duedate", "end_duedate", "DueDate"),
    ("start_moddate", "end_moddate", "LastUpdatedTime"),
    ("start_createdate", "end_createdate", "CreateTime"),
)


def transaction_kinds() -> list[str]:
    """The kinds of entity that are transactions with a day of their own."""
    return [
        kind.entity
        for kind in ALL
        if not kind.is_name_list and "TxnDate" in kind.fields
    ]


def _register(books: Books, request: Request) -> Register:
    every = ledger(books, request, start=request.start, end=request.end)
    others = books.transactions(transaction_kinds(), request.start, request.end)
    return Register(books, every, others)


def _wanted(books: Books, request: Request, register: Register) -> list[Transaction]:
    """The transactions that all filters let through, by day."""
    tests = [*_by_ids(books, request), *_by_words(request), *_by_days(request)]
    found = [
        each
        for each in register.transactions.values()
        if all(test(each) for test in tests)
    ]
    found.sort(key=lambda each: (each.on, each.id))
    return found


def _by_ids(books: Books, request: Request) -> list[Callable[[Transaction], bool]]:
    tests: list[Callable[[Transaction], bool]] = []
    for column, ids in filters(books, request).items():
        if column == "name":
            tests.append(lambda each, ids=ids: each.name in ids)  # type: ignore[misc]
        else:
            tests.append(
                lambda each, column=column, ids=ids: any(  # type: ignore[misc]
                    getattr(posting, column) in ids for posting in each.postings
                )
            )
    for name, field in (
        ("term", "SalesTermRef"),
        ("payment_method", "PaymentMethodRef"),
    ):
        if name in request.params:
            wanted = {part.lower() for part in request.list_of(name)}
            tests.append(
                lambda each, wanted=wanted, field=field: bool(  # type: ignore[misc]
                    wanted & _words_of(each.body.get(field))
                )
            )
    return tests


def _words_of(ref: Json | None) -> set[str]:
    return {str(value).lower() for value in (ref or {}).values()}


def _by_words(request: Request) -> list[Callable[[Transaction], bool]]:
    tests: list[Callable[[Transaction], bool]] = []
    if "transaction_type" in request.params:
        titles = wanted_titles(request.list_of("transaction_type"))
        tests.append(lambda each: each.title in titles)
    if "docnum" in request.params:
        numbers = request.list_of("docnum")
        tests.append(lambda each: each.number in numbers)
    if "bothamount" in request.params:
        cents = _amount(request.params["bothamount"])
        tests.append(
            lambda each: to_cents(as_decimal(each.body.get("TotalAmt"))) == cents
        )
    for name, kinds in (
        ("arpaid", ("Invoice", "CreditMemo", "Payment")),
        ("appaid", ("Bill", "VendorCredit", "BillPayment")),
    ):
        paid = request.text(name, "all")
        if paid != "all":
            tests.append(
                lambda each, paid=paid, kinds=kinds: (  # type: ignore[misc]
                    each.kind in kinds and is_open(each) == (paid == "unpaid")
                )
            )
    return tests


def is_open(transaction: Transaction) -> bool:
    """Whether something of a transaction is not settled."""
    body = transaction.body
    return bool(body.get("Balance") or body.get("UnappliedAmt"))


def _amount(text: str) -> int:
    try:
        return to_cents(Decimal(text))
    except InvalidOperation:
        raise invalid("bothamount") from None


def _by_days(request: Request) -> list[Callable[[Transaction], bool]]:
    tests: list[Callable[[Transaction], bool]] = []
    for first_name, last_name, field in RANGES:
        first = day_of(request.params, first_name) or date.min
        last = day_of(request.params, last_name) or date.max
        if first_name in request.params or last_name in request.params:
            days = (first.isoformat(), last.isoformat())
            tests.append(
                lambda each, days=days, field=field: (  # type: ignore[misc]
                    days[0] <= _day(each, field) <= days[1]
                )
            )
    return tests


def _day(transaction: Transaction, field: str) -> str:
    if field == "DueDate":
        return transaction.due
    return str(transaction.body.get("MetaData", {}).get(field, ""))[:10]


def transaction_list(books: Books, request: Request) -> Table:
    """Every transaction as one line, in the groups asked for."""
    key = "subt_nat_home_amount" if books.is_multicurrency else "subt_nat_amount"
    columns = choose(request, f"{LIST} {key}")
    register = _register(books, request)
    lines = [register.whole(each) for each in _wanted(books, request, register)]
    lines = sort_lines(request, lines, register)
    by = request.text("group_by", "none")
    rows = (
        [data(cells(line, columns, register)) for line in lines]
        if by == "none"
        else _grouped(
            lines, columns, register, _group(by, request), by_title=by not in SPANS
        )
    )
    return heads(columns, style_of(request)), rows, bool(rows)


def _grouped(
    lines: Iterable[Line],
    columns: list[Column],
    register: Register,
    group: Callable[[Line, Register], Group],
    *,
    by_title: bool = True,
) -> list[Json]:
    groups: dict[Group, list[Line]] = defaultdict(list)
    for line in lines:
        groups[group(line, register)].append(line)
    order = sorted(groups, key=_by_title) if by_title else [*groups]
    return [
        section(
            blank(title, columns, number),
            [data(cells(line, columns, register)) for line in groups[title, number]],
            summary(f"Total for {title}", groups[title, number], columns),
        )
        for title, number in order
    ]


def _by_title(group: Group) -> str:
    return group[0].casefold()


def _group(by: str, request: Request) -> Callable[[Line, Register], Group]:
    if by in SPANS:
        return lambda line, _: (_span(line.transaction.on, by, request), None)
    simple: dict[str, Callable[[Line, Register], Group]] = {
        "name": _name_group,
        "customer": _party_group("Customer"),
        "vendor": _party_group("Vendor"),
        "employee": _party_group("Employee"),
        "account": _account_group,
        "transaction type": lambda line, _: (line.transaction.title, None),
        "location": lambda line, _: (_ref_name(line, "DepartmentRef"), None),
        "payment method": lambda line, _: (_ref_name(line, "PaymentMethodRef"), None),
    }
    if by not in simple:
        raise invalid("group_by")
    return simple[by]


def _span(on: str, by: str, request: Request) -> str:
    day = date.fromisoformat(on)
    word = by.rpartition(" ")[2]
    steps = {"day": "days"}
    first_month = request.first_month if by.startswith("fiscal") else 1
    unit = steps.get(word, word)
    earliest = date(day.year - 1, 1, 1)
    for start, end in cut(earliest, date(day.year + 1, 12, 31), unit, first_month):
        if start <= day <= end:
            return period_title(start, end, unit)
    return on


def _name_group(line: Line, register: Register) -> Group:
    found = register.parties.get(line.name or 0)
    return (found.full_name, found.id) if found else ("Not Specified", None)


def _party_group(kind: str) -> Callable[[Line, Register], Group]:
    def group(line: Line, register: Register) -> Group:
        found = register.parties.get(line.name or 0)
        if found is None or found.kind != kind:
            return f"No {kind}", None
        return found.full_name, found.id

    return group


def _account_group(line: Line, _: Register) -> Group:
    if line.account is None:
        return "Not Specified", None
    return line.account.full_name, line.account.id


def _ref_name(line: Line, field: str) -> str:
    ref = line.transaction.body.get(field)
    return str(ref.get("name", ref.get("value"))) if ref else "Not Specified"


def _by_party(kind: str) -> Callable[[Books, Request], Table]:
    def report(books: Books, request: Request) -> Table:
        """The transactions with each of them."""
        key = "subt_nat_home_amount" if books.is_multicurrency else "subt_nat_amount"
        columns = choose(request, f"{BY_NAME} {key}")
        register = _register(books, request)
        lines = [
            register.whole(each)
            for each in _wanted(books, request, register)
            if each.name in register.parties
            and register.parties[each.name].kind == kind
        ]
        lines = sort_lines(request, lines, register)
        rows = _grouped(lines, columns, register, _party_group(kind))
        style = "keyed" if request.is_keyed else "bare"
        return heads(columns, style), rows, bool(rows)

    return report


transaction_list_by_customer = _by_party("Customer")
transaction_list_by_vendor = _by_party("Vendor")


def transaction_list_with_splits(books: Books, request: Request) -> Table:
    """Every transaction with all the accounts it touches, each followed by a gap."""
    columns = choose(request, f"{SPLITS} nat_amount")
    register = _register(books, request)
    gap = data(blank("", columns))
    wanted = _wanted(books, request, register)
    parts = [_splits(each, register) for each in wanted]
    by = request.text("group_by", "none")
    if by == "none":
        rows: list[Json] = []
        for lines in parts:
            rows += [*(data(cells(line, columns, register)) for line in lines), gap]
        return heads(columns, "keyed"), rows, bool(rows)
    group = _group(by, request)
    groups: dict[Group, list[Json]] = defaultdict(list)
    for lines in parts:
        touched = dict.fromkeys(group(line, register) for line in lines)
        for line in lines:
            groups[group(line, register)].append(data(cells(line, columns, register)))
        for each in touched:
            groups[each].append(gap)
    rows = [
        section(blank(title, columns, number), [*lines_, gap], None)
        for (title, number), lines_ in groups.items()
    ]
    return heads(columns, "keyed"), rows, bool(rows)


def _splits(transaction: Transaction, register: Register) -> list[Line]:
    """Its lines, that of the account it is entered in first."""
    if not transaction.postings:
        return [register.whole(transaction)]
    main = register.main_account(transaction)
    ordered = sorted(transaction.postings, key=lambda each: each.account != main)
    lines = [register.line(posting, is_first=False) for posting in ordered]
    return [replace(lines[0], is_first=True), *lines[1:]]

"""The ledger on the cash basis: income and expense count when money changes hands.

An invoice or a bill is recognised by what settles it: each payment brings the same
share of every one of its lines, on the day both exist. Receivables and payables of
such documents vanish; a payment that settles nothing yet is income, or expense, of an
account of its own. Journal entries and all else stand as they are.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from qbo_simulator.reports.books import UNAPPLIED_EXPENSE, UNAPPLIED_INCOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qbo_simulator.reports.books import Books, Link, Posting

DEFERRED = frozenset({"Invoice", "CreditMemo", "Bill", "VendorCredit"})
SETTLING = frozenset({"Payment", "BillPayment"})
FINEST = Decimal("0.000001")
Key = tuple[str, int]


class Roles(NamedTuple):
    """Which accounts hold what is owed, and which hold money."""

    owed: frozenset[int]
    money: frozenset[int]
    unapplied: dict[str, int]


class Share(NamedTuple):
    """So many cents of a document count from a day on, at its own rate."""

    on: str
    cents: int
    source: Key


def roles(books: Books) -> Roles:
    """The accounts that the cash basis treats in its own way."""
    undeposited = books.account_of("UndepositedFunds", 0)
    return Roles(
        books.accounts_of("Accounts Receivable", "Accounts Payable"),
        books.accounts_of("Bank", "Credit Card") | {undeposited},
        {
            "Payment": books.account_of("UnappliedCashPaymentIncome", UNAPPLIED_INCOME),
            "BillPayment": books.account_of(
                "UnappliedCashBillPaymentExpense", UNAPPLIED_EXPENSE
            ),
        },
    )


def on_cash_basis(
    postings: Sequence[Posting], links: Iterable[Link], roles: Roles
) -> list[Posting]:
    """The same books as if only money counted; each transaction still balances."""
    groups: dict[Key, list[Posting]] = defaultdict(list)
    for posting in postings:
        groups[posting.kind, posting.txn].append(posting)
    shares, kept = _settled(links, groups)
    found: list[Posting] = []
    settled: dict[Key, int] = defaultdict(int)
    for key, group in groups.items():
        if key[0] in DEFERRED:
            found += _recognised(group, sorted(shares[key]), roles, settled)
        elif key[0] not in SETTLING:
            found += group
    for key, group in groups.items():
        if key[0] in SETTLING:
            found += _paid(group, settled[key], kept[key], roles)
    found.sort(key=lambda posting: (posting.on_date, posting.number))
    return found


def _settled(
    links: Iterable[Link], groups: dict[Key, list[Posting]]
) -> tuple[dict[Key, list[Share]], dict[Key, int]]:
    """What settles each document, and what each payment settles of all else."""
    shares: dict[Key, list[Share]] = defaultdict(list)
    kept: dict[Key, int] = defaultdict(int)
    for link in links:
        source, target = (link.source_kind, link.source), (link.kind, link.txn)
        if source not in groups or target not in groups:
            continue
        if link.kind in DEFERRED:
            paid = groups[source][0].on_date
            shares[target].append(Share(paid, link.cents, source))
        else:
            kept[source] += link.cents
    return shares, kept


def _recognised(
    group: list[Posting], shares: list[Share], roles: Roles, settled: dict[Key, int]
) -> list[Posting]:
    """What of a document counts so far; `settled` collects what each payment covers."""
    owed = [each for each in group if each.account in roles.owed]
    rest = [each for each in group if each.account not in roles.owed]
    money = [each for each in rest if each.account in roles.money]
    at_once = sum(each.cents for each in money)
    lines = [each for each in rest if each.account not in roles.money]
    whole = abs(sum(each.cents for each in owed) + at_once)
    if not whole:
        return group
    due = Due(lines, sum(each.home for each in owed), whole)
    made = group[0].on_date
    found = [*money]
    if at_once:
        part = due.part(made, abs(at_once), covered=False)
        found += _balanced(part, -sum(each.home for each in money))
    for share in shares:
        before = due.covered
        found += due.part(max(made, share.on), share.cents, covered=True)
        settled[share.source] += due.covered - before
        if made > share.on:
            found += _moved(lines, share, made, due.covered - before, roles)
    return found


class Due:
    """A document's lines, handed out share by share so that nothing is lost."""

    def __init__(self, lines: list[Posting], owed: int, whole: int) -> None:
        self.lines = lines
        self.covered = 0
        self._owed = owed
        self._whole = whole
        self._at_once = 0
        self._paid = 0

    def part(self, on: str, cents: int, *, covered: bool) -> list[Posting]:
        """The lines' share for so many more cents of the document."""
        done = self._at_once + self._paid
        if covered:
            self._paid += cents
        else:
            self._at_once += cents
        now = self._at_once + self._paid
        found = [
            each._replace(
                on_date=on,
                home=share_of(each.home, now, self._whole)
                - share_of(each.home, done, self._whole),
                cents=share_of(each.cents, now, self._whole)
                - share_of(each.cents, done, self._whole),
                quantity=_quantity(each, cents, self._whole),
            )
            for each in self.lines
        ]
        if not covered:
            return found
        open_cents = self._whole - self._at_once
        upto = share_of(self._owed, self._paid, open_cents)
        wanted, self.covered = upto - self.covered, upto
        return _balanced(found, -wanted)


def share_of(amount: int, part: int, whole: int) -> int:
    """A part of an amount, rounded half away from zero."""
    product = abs(amount) * part * 2 + whole
    return (product // (whole * 2)) * (1 if amount >= 0 else -1)


def _quantity(posting: Posting, part: int, whole: int) -> str | None:
    if posting.quantity is None or part == whole:
        return posting.quantity
    return str((Decimal(posting.quantity) * part / whole).quantize(FINEST))


def _balanced(lines: list[Posting], wanted: int) -> list[Posting]:
    """The lines with the cents of rounding on the largest, so that they add up."""
    rest = wanted - sum(each.home for each in lines)
    if rest and lines:
        largest = max(range(len(lines)), key=lambda index: abs(lines[index].home))
        lines[largest] = lines[largest]._replace(home=lines[largest].home + rest)
    return lines


def _moved(
    lines: list[Posting], share: Share, made: str, home: int, roles: Roles
) -> list[Posting]:
    """Paid before the document was made: unapplied until then."""
    account = roles.unapplied[share.source[0]]
    model = lines[0]._replace(
        account=account, item=None, quantity=None, cents=0, memo=None
    )
    return [
        model._replace(on_date=share.on, home=-home),
        model._replace(on_date=made, home=home),
    ]


def _paid(group: list[Posting], settled: int, kept: int, roles: Roles) -> list[Posting]:
    """A payment: money comes or goes, and what settles nothing is unapplied.

    `kept` is what it settles of journal entries, whose balance stands.
    """
    owed = [each for each in group if each.account in roles.owed]
    found = [each for each in group if each.account not in roles.owed]
    if not owed:
        return found
    left = sum(each.home for each in owed) + settled
    whole = abs(sum(each.cents for each in owed))
    if kept and whole:
        stands = share_of(sum(each.home for each in owed), kept, whole)
        found.append(owed[0]._replace(home=stands, cents=0))
        left -= stands
    if left:
        account = roles.unapplied[group[0].kind]
        found.append(owed[-1]._replace(account=account, party=None, home=left))
    return found

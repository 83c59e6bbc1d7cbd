"""Very many invoices and payments, copied from patterns that the books themselves made."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import balances
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.scaling.patterns import Cart, Maker, Pattern, undone
from qbo_simulator.scaling.rows import CHUNK, Inserter
from qbo_simulator.wire import PACIFIC, decode, from_cents, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbo_simulator.books.kind import Body
    from qbo_simulator.company import Company

PATTERNS = 400
SPAN_SECONDS = 300 * 86_400
SCATTER = 2_654_435_761
"""A number without a factor in common with most counts: it scatters customers."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Document numbers, counted from the first."""

    head: str
    first: int
    width: int

    def at(self, place: int) -> str:
        """The number at a place, from 0."""
        return f"{self.head}{self.first + place:0{self.width}d}"


Plan = dict[int, tuple[Decimal | int, int]]


class Forms:
    """Enters invoices and payments for one company."""

    def __init__(
        self, company: Company, now: datetime, invoices: int, paid: int
    ) -> None:
        self.company = company
        self.now = now
        self.db = company.store.connection
        self.realm = company.realm
        self.invoices = invoices
        self.paid = paid
        self.last = int(now.timestamp()) - 3600
        self.customers: Sequence[int] = ()
        self.carts: list[Cart] = []
        self.before = self._last_posting()
        if invoices:
            chance = random.Random(company.realm)  # noqa: S311 - repeatable
            with undone(company):
                maker = Maker(company, now, chance)
                self.carts += [maker.cart() for _ in range(min(PATTERNS, invoices))]

    def _last_posting(self) -> int:
        found = self.db.execute("SELECT COALESCE(MAX(number), 0) FROM posting")
        return int(found.fetchone()[0])

    def plan(self, customers: int) -> Plan:
        """What each new customer will owe by its place, and when that last changed."""
        owed: dict[int, list[int]] = {}
        for number in range(self.invoices if customers else 0):
            found = owed.setdefault(self._customer(number, customers), [0, 0])
            at, settled = self._moments(number)
            if settled is None:
                found[0] += self._cart(number).cents
            found[1] = max(found[1], at, settled or 0)
        return {
            place: (money(from_cents(cents)), at) for place, (cents, at) in owed.items()
        }

    def _customer(self, number: int, customers: int) -> int:
        return number * SCATTER % customers

    def _cart(self, number: int) -> Cart:
        return self.carts[number * 31 % len(self.carts)]

    def _moments(self, number: int) -> tuple[int, int | None]:
        """When an invoice is issued, and when it is paid if it is."""
        invoices, paid = self.invoices, self.paid
        at = self.last - SPAN_SECONDS + number * SPAN_SECONDS // invoices
        if (number + 1) * paid // invoices == number * paid // invoices:
            return at, None
        return at, min(at + (number * 7 % 40 + 2) * 86_400, self.last)

    def enter(self, fresh: Sequence[int]) -> None:
        """Enter all of them, for the new customers, else for everybody."""
        if self.invoices:
            self.customers = fresh or self._everybody()
            self._enter()

    def _everybody(self) -> list[int]:
        rows = self.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = 'Customer' "
            "AND deleted = 0 AND active = 1 AND parent IS NULL ORDER BY id LIMIT 100000",
            (self.realm,),
        )
        found = [int(row[0]) for row in rows]
        if not found:
            raise faults.business("There are no customers to invoice.")
        return found

    def _enter(self) -> None:
        writing = Inserter(self.company, KINDS["Invoice"])
        paying = Inserter(self.company, KINDS["Payment"])
        copier = Copier(self.company)
        first, next_payment = writing.reserve(self.invoices), paying.reserve(self.paid)
        numbers = self._document_numbers()
        for number in range(self.invoices):
            who = copier.customer(
                self.customers[self._customer(number, len(self.customers))]
            )
            at, paid_at = self._moments(number)
            cart = self._cart(number)
            pattern = cart.open if paid_at is None else cart.paid
            invoice = self._invoice(pattern, first + number, who, at)
            if numbers is not None:
                invoice["DocNumber"] = numbers.at(number)
            copier.post(pattern, invoice, at)
            if paid_at is not None:
                invoice["LinkedTxn"] = linked(next_payment)
                body = self._payment(cart, next_payment, invoice, paid_at)
                paying.add(body, paid_at, paid_at)
                copier.post(cart.payment, body, paid_at)
                copier.link(next_payment, first + number, cart.cents)
                next_payment += 1
            writing.add(invoice, at, paid_at or at)
        for each in (writing, paying, copier):
            each.finish()
        if numbers is not None:
            last = numbers.at(self.invoices - 1)
            self.company.store.set_setting(f"doc_number:{self.realm}", last)

    def _document_numbers(self) -> Numbers | None:
        """The numbers of the invoices, where the books give them out."""
        first = str(self.carts[0].open.body.get("DocNumber", ""))
        found = re.fullmatch(r"(.*?)([0-9]+)", first)
        if found is None:
            return None
        return Numbers(found[1], int(found[2]), len(found[2]))

    def _invoice(self, pattern: Pattern, id: int, who: Body, at: int) -> Body:  # noqa: A002
        day = day_of(at)
        body: Body = {
            **pattern.body,
            "Id": str(id),
            "TxnDate": day,
            "DueDate": day_after(day, pattern.days),
            "CustomerRef": {"value": who["Id"], "name": who["DisplayName"]},
            "LinkedTxn": [],
        }
        for name in ("BillAddr", "ShipAddr"):
            if name in who:
                body[name] = who[name]
            else:
                body.pop(name, None)
        if "PrimaryEmailAddr" in who:
            body["BillEmail"] = who["PrimaryEmailAddr"]
        return body

    def _payment(self, cart: Cart, id: int, invoice: Body, at: int) -> Body:  # noqa: A002
        return {
            **cart.payment.body,
            "Id": str(id),
            "TxnDate": day_of(at),
            "CustomerRef": invoice["CustomerRef"],
            "Line": cart.line_for(invoice),
        }

    def sum_up(self, *, show_customers: bool) -> None:
        """Bring the balances along with all that has been posted."""
        for party in ("0", "party"):
            self.db.execute(
                "INSERT INTO account_balance (realm, account, party, cents, home) "  # noqa: S608
                f"SELECT realm, account, {party} AS whose, SUM(cents), SUM(home) "
                f"FROM posting WHERE number > ? AND {party} IS NOT NULL "
                "GROUP BY realm, account, whose "
                "ON CONFLICT (realm, account, party) DO UPDATE "
                "SET cents = cents + excluded.cents, home = home + excluded.home",
                (self.before,),
            )
        work = Work(self.company.store, KINDS, self.realm, self.now)
        accounts = self.db.execute(
            "SELECT DISTINCT account FROM posting WHERE number > ?", (self.before,)
        ).fetchall()
        for row in accounts:
            balances.show_account(work, int(row[0]))
        owing = balances.Owing(work)
        for customer in self.customers if show_customers else ():
            owing.show(customer)
            work.forget()


class Copier:
    """Copies what patterns left in the ledger and among the links."""

    def __init__(self, company: Company) -> None:
        self.db = company.store.connection
        self.realm = company.realm
        self._postings: list[tuple[Any, ...]] = []
        self._links: list[tuple[Any, ...]] = []
        self._sql = ""

    def customer(self, id: int) -> Body:  # noqa: A002
        """A customer as stored."""
        row = self.db.execute(
            "SELECT body FROM entity WHERE realm = ? AND kind = 'Customer' AND id = ?",
            (self.realm, id),
        ).fetchone()
        found: Body = decode(row[0])
        return found

    def post(self, pattern: Pattern, body: Body, at: int) -> None:
        """Copy a pattern's postings for another transaction."""
        day, txn = body["TxnDate"], int(body["Id"])
        customer = int(body["CustomerRef"]["value"])
        if not self._sql:
            listed, marks = (
                ", ".join(pattern.columns),
                ", ".join("?" * len(pattern.columns)),
            )
            self._sql = f"INSERT INTO posting ({listed}) VALUES ({marks})"  # noqa: S608
        for fixed, is_owed in pattern.rows:
            party = customer if is_owed else None
            self._postings.append((*fixed, txn, customer, party, day, float(at)))
        if len(self._postings) >= CHUNK:
            self.finish()

    def link(self, payment: int, invoice: int, cents: int) -> None:
        """Link a payment to the invoice that it pays."""
        self._links.append(
            (self.realm, "Payment", payment, 0, "Invoice", invoice, cents)
        )

    def finish(self) -> None:
        """Write what has not been written yet."""
        if self._postings:
            self.db.executemany(self._sql, self._postings)
        self.db.executemany(
            "INSERT INTO application (realm, source_kind, source, position, kind, txn,"
            " cents) VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._links,
        )
        self._postings.clear()
        self._links.clear()


def linked(payment: int) -> list[Body]:
    """What an invoice shows of its payment."""
    return [{"TxnId": str(payment), "TxnType": "Payment"}]


def day_of(at: int) -> str:
    """The server's date at a second."""
    return _day(at // 3600)


@lru_cache(maxsize=20_000)
def _day(hour: int) -> str:
    moment = datetime.fromtimestamp(hour * 3600, UTC).astimezone(PACIFIC)
    return moment.date().isoformat()


@lru_cache(maxsize=20_000)
def day_after(day: str, days: int) -> str:
    """So many days later."""
    return (date.fromisoformat(day) + timedelta(days)).isoformat()

"""A year of random business in two currencies: the books stay right after every act.

What is stored must be what would be stored anew: every transaction posts what it posts,
shows the links it has, and goods cost what they would cost if all were counted again.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from qbo_simulator.books import applications, balances, ledger, stock
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store
from qbo_simulator.wire import as_decimal, from_cents

Body = dict[str, Any]
FOUNDED = datetime(2025, 6, 1, 12, tzinfo=UTC)
FIRST = date(2025, 7, 1)
CHECKING, FUNDS, SALES, COGS, STOCK = "35", "4", "79", "80", "81"
RATES = ("1.1", "1.2345", "0.98", "1.07213")
SOLD = ("Invoice", "Invoice", "Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt")
BOUGHT = ("Bill", "Bill", "VendorCredit")
ACTS = (
    *("sell",) * 6,
    *("buy",) * 4,
    *("receive",) * 5,
    *("pay",) * 4,
    *("edit",) * 9,
    *("void", "void", "delete", "delete", "deposit", "close"),
)


class Year:
    """A company, what was entered in it, and what was closed."""

    def __init__(self, store: Store, chance: int) -> None:
        self.random = Random(chance)  # noqa: S311 - the same business each time
        self.now = FOUNDED
        self.books = seed(store, now=FOUNDED, empty=True)[0]
        self._allow_currencies()
        self.customers = self._names("Customer", ("USD", "USD", "EUR", "EUR"))
        above = {"ParentRef": {"value": next(iter(self.customers))}, "Job": True}
        job = self._create("Customer", {"DisplayName": "Job", **above})
        self.customers[job["Id"]] = "USD"
        self.vendors = self._names("Vendor", ("USD", "EUR"))
        self.items = [
            self._item(name, held) for name, held in (("Pump", 5), ("Hat", 0))
        ]
        self.entered: list[tuple[str, str]] = []
        self.closed: tuple[str, Body] | None = None

    def _allow_currencies(self) -> None:
        with self.work() as work:
            held = work.fetch("Preferences", 1) or {}
            held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
            held["SalesFormsPrefs"]["AllowDeposit"] = True
            work.rewrite("Preferences", held)
        self._create("CompanyCurrency", {"Code": "EUR"})

    def _names(self, kind: str, currencies: tuple[str, ...]) -> dict[str, str]:
        found = {}
        for number, code in enumerate(currencies):
            body = {"DisplayName": f"{kind} {number}", "CurrencyRef": {"value": code}}
            found[str(self._create(kind, body)["Id"])] = code
        return found

    def _item(self, name: str, held: int) -> str:
        body = {
            "Name": name,
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": held,
            "InvStartDate": "2025-06-01",
            "PurchaseCost": 3,
            "IncomeAccountRef": {"value": SALES},
            "ExpenseAccountRef": {"value": COGS},
            "AssetAccountRef": {"value": STOCK},
        }
        return str(self._create("Item", body)["Id"])

    @contextmanager
    def work(self) -> Iterator[Work]:
        with self.books.store.write():
            yield Work(self.books.store, KINDS, self.books.realm, self.now)

    def _create(self, kind: str, body: Body) -> Body:
        self.now += timedelta(minutes=1)
        return self.books.create(kind, body, now=self.now)

    def enter(self, kind: str, body: Body, currency: str = "USD") -> None:
        """Enter a transaction on some day, at some rate if it is a foreign one."""
        dated: Body = {"TxnDate": self.day()}
        if currency != "USD":
            dated["ExchangeRate"] = self.random.choice(RATES)
        made = self._create(kind, {**body, **dated})
        self.entered.append((kind, made["Id"]))

    def day(self) -> str:
        return (FIRST + timedelta(self.random.randrange(180))).isoformat()

    def amount(self) -> Decimal:
        return Decimal(self.random.randrange(1, 30_000)) / 100

    def some(self, *kinds: str) -> tuple[str, str] | None:
        found = [each for each in self.entered if not kinds or each[0] in kinds]
        return self.random.choice(found) if found else None

    def lines(self, detail: str, other: Body) -> list[Body]:
        """Goods and other things, with the name that the line's detail has."""
        found = []
        for _ in range(self.random.randrange(1, 4)):
            if self.random.random() < 0.5:
                quantity = self.random.choice((1, 2, 7))
                price = self.random.choice((Decimal("3.34"), Decimal(10), Decimal(0)))
                item = {"ItemRef": {"value": self.random.choice(self.items)}}
                part: Body = {**item, "Qty": quantity, "UnitPrice": price}
                found.append(
                    {"Amount": quantity * price, "DetailType": detail, detail: part}
                )
            else:
                ((name, part),) = other.items()
                found.append({"Amount": self.amount(), "DetailType": name, name: part})
        return found

    def sold(self) -> list[Body]:
        return self.lines("SalesItemLineDetail", {"SalesItemLineDetail": {}})

    def bought(self) -> list[Body]:
        account = {"AccountRef": {"value": "7"}}
        return self.lines(
            "ItemBasedExpenseLineDetail", {"AccountBasedExpenseLineDetail": account}
        )

    def sell(self) -> None:
        customer = self.random.choice(list(self.customers))
        kind = self.random.choice(SOLD)
        body: Body = {"CustomerRef": {"value": customer}, "Line": self.sold()}
        if kind == "RefundReceipt":
            body["DepositToAccountRef"] = {"value": CHECKING}
        self.enter(kind, body, self.customers[customer])

    def buy(self) -> None:
        vendor = self.random.choice(list(self.vendors))
        body = {"VendorRef": {"value": vendor}, "Line": self.bought()}
        self.enter(self.random.choice(BOUGHT), body, self.vendors[vendor])

    def settled(self, party: str, ref: str, owed: str, credit: str) -> Body:
        """Lines over some of what a party owes and is owed, and what is left to pay."""
        left = Decimal(0)
        lines: list[Body] = []
        for kind, number in self.random.sample(self.entered, len(self.entered)):
            body = self.books.read(kind, number) if kind in (owed, credit) else {}
            if body.get(ref, {}).get("value") != party or len(lines) > 3:
                continue
            whole = Decimal(body["Balance"])
            part = min(whole, self.random.choice((whole, self.amount())))
            if kind == credit:
                part = min(part, left)
            if part <= 0:
                continue
            left += part if kind == owed else -part
            link = [{"TxnId": number, "TxnType": kind}]
            lines.append({"Amount": part, "LinkedTxn": link})
        return {ref: {"value": party}, "TotalAmt": left, "Line": lines}

    def receive(self) -> None:
        customer = self.random.choice(list(self.customers))
        body = self.settled(customer, "CustomerRef", "Invoice", "CreditMemo")
        body["TotalAmt"] += self.random.choice((0, self.amount()))
        self.enter("Payment", body, self.customers[customer])

    def pay(self) -> None:
        vendor = self.random.choice(list(self.vendors))
        body = self.settled(vendor, "VendorRef", "Bill", "VendorCredit")
        by = {"BankAccountRef": {"value": CHECKING}}
        if body["Line"]:
            paid = {**body, "PayType": "Check", "CheckPayment": by}
            self.enter("BillPayment", paid, self.vendors[vendor])

    def deposit(self) -> None:
        held = self.some("Payment", "SalesReceipt")
        if held is None:
            return
        body = self.books.read(*held)
        link = [{"TxnId": held[1], "TxnType": held[0], "TxnLineId": "0"}]
        line = {"Amount": body["TotalAmt"], "LinkedTxn": link}
        bank = {"DepositToAccountRef": {"value": CHECKING}}
        self.enter("Deposit", {**bank, "Line": [line]}, body["CurrencyRef"]["value"])

    def edit(self) -> None:
        held = self.some()
        if held is None:
            return
        body = self.books.read(*held)
        changes: list[Body] = [
            {"TxnDate": self.day()},
            {"ExchangeRate": self.random.choice(RATES)},
            {"Line": body["Line"][:-1]},
            {"CustomerRef": {"value": self.random.choice(list(self.customers))}},
        ]
        if held[0] in SOLD or held[0] in BOUGHT:
            changes.append({"Line": self.sold() if held[0] in SOLD else self.bought()})
        if held[0] in ("Payment", "BillPayment"):
            changes.append({"TotalAmt": self.amount()})
        change = self.random.choice(changes)
        if change.keys() <= body.keys():
            self.now += timedelta(minutes=1)
            self.books.update(held[0], {**body, **change}, now=self.now)

    def void(self) -> None:
        held = self.some("Invoice", "Payment", "SalesReceipt", "BillPayment")
        if held is not None:
            self.now += timedelta(minutes=1)
            self.books.void(held[0], self.books.read(*held), now=self.now)

    def delete(self) -> None:
        held = self.some()
        if held is not None:
            self.now += timedelta(minutes=1)
            self.books.delete(held[0], self.books.read(*held), now=self.now)
            self.entered.remove(held)

    def close(self) -> None:
        """Close the books, or open them again."""
        on = ""
        if self.closed is None:
            on = (FIRST + timedelta(self.random.randrange(70))).isoformat()
        held = self.books.query("select * from Preferences")["Preferences"][0]
        prefs = {**held["AccountingInfoPrefs"], "BookCloseDate": on}
        self.now += timedelta(minutes=1)
        body = {"Id": "1", "SyncToken": held["SyncToken"], "sparse": True}
        self.books.update(
            "Preferences", {**body, "AccountingInfoPrefs": prefs}, now=self.now
        )
        self.closed = (on, self.standing(on)) if on else None

    def standing(self, on: str) -> Body:
        """What every account holds by a day."""
        with self.books.store.read() as db:
            rows = db.execute(
                "SELECT account, SUM(home) FROM posting WHERE realm = ? "
                "AND stands = 1 AND on_date <= ? GROUP BY account",
                (self.books.realm, on),
            ).fetchall()
        return {str(account): home for account, home in rows if home}


class _UndoneError(Exception):
    """Ends a look at the books, so that nothing of it stays."""


def check(year: Year) -> None:
    assert sum(year.books.trial_balance().values()) == 0
    if year.closed is not None:
        assert year.standing(year.closed[0]) == year.closed[1]
    with pytest.raises(_UndoneError):
        look(year)


def look(year: Year) -> None:
    """See what would be written anew, and undo it."""
    with year.work() as work:
        check_forms(year, work)
        check_names(year, work)
        check_goods(year, work)
        raise _UndoneError


def check_forms(year: Year, work: Work) -> None:
    """Every form would show and post again what it shows and has posted."""
    for kind, number in year.entered:
        body = work.fetch(kind, int(number)) or {}
        again = copy.deepcopy(body)
        KINDS[kind].show_links(work, again)
        for name in ("Balance", "UnappliedAmt", "RemainingCredit", "HomeBalance"):
            assert again.get(name) == body.get(name), (kind, number, name)
            assert as_decimal(body.get(name)) >= 0
        stood = ledger.standing_entries(work.db, work.realm, kind, int(number))
        work.repost(kind, body, even_closed=True)
        posted = ledger.standing_entries(work.db, work.realm, kind, int(number))
        assert ledger.balances(posted) == ledger.balances(stood), (kind, number)


def check_names(year: Year, work: Work) -> None:
    """Customers and vendors owe and are owed what their forms say."""
    owing = balances.Owing(work)
    open_: Counter[str] = Counter()
    for kind, number in year.entered:
        body = work.fetch(kind, int(number)) or {}
        left = as_decimal(body.get("Balance"))
        if kind == "Payment":
            left = as_decimal(body["UnappliedAmt"])
        if kind == "BillPayment":
            left = as_decimal(body["TotalAmt"]) - from_cents(_applied(work, number))
        sign = 1 if kind in ("Invoice", "Bill") else -1
        ref = body.get("CustomerRef") or body.get("VendorRef") or {}
        open_[ref.get("value", "")] += sign * left  # type: ignore[assignment]
    for entity, names in (("Customer", year.customers), ("Vendor", year.vendors)):
        for name in names:
            shown = dict(work.fetch(entity, int(name)) or {})
            assert shown["Balance"] == open_[name], (entity, name)
            owing.show(int(name))
            assert work.fetch(entity, int(name)) == shown


def _applied(work: Work, payment: str) -> int:
    """The cents of bills that a payment pays, less the credits it uses."""
    return sum(
        each.cents if each.kind == "Bill" else -each.cents
        for each in applications.links_of(work, "BillPayment", int(payment))
    )


def check_goods(year: Year, work: Work) -> None:
    """Goods are worth what the account says, and what they would if counted anew."""
    held = {item: stock.on_hand(work, int(item)) for item in year.items}
    worth = sum(cents for _, cents in held.values())
    assert year.books.trial_balance().get(int(STOCK), 0) == from_cents(worth)
    stock.revalue(work, [int(item) for item in year.items])
    for item, (quantity, cents) in held.items():
        assert (work.fetch("Item", int(item)) or {})["QtyOnHand"] == quantity
        assert stock.on_hand(work, int(item)) == (quantity, cents)
        assert cents == 0 or quantity != 0


@pytest.fixture
def years(tmp_path: Path) -> Iterator[list[Store]]:
    stores: list[Store] = [Store(tmp_path / "year.sqlite3")]
    yield stores
    stores[0].close()


@pytest.mark.parametrize("chance", range(6))
def test_after_every_act_of_a_year_the_books_are_as_if_written_anew(
    years: list[Store], chance: int
) -> None:
    year = Year(years[0], chance)
    done: Counter[str] = Counter()
    for step in range(90):
        act = year.random.choice(ACTS)
        with suppress(Fault):
            getattr(year, act)()
            done[act] += 1
        if step % 3 == 2:
            check(year)
    assert done.keys() >= {"sell", "buy", "receive", "edit"}

"""A company made large: very many names, items and invoices, alike from run to run.

What the books themselves make of a form is made by them once: patterns are entered
through the front door, taken down row by row, and undone. Then their rows are copied
with other ids, names and days, so whatever a row holds is what the books put there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from qbo_simulator.catalogue import KINDS
from qbo_simulator.scaling import words as scale_words
from qbo_simulator.scaling.forms import Forms
from qbo_simulator.scaling.patterns import undone
from qbo_simulator.scaling.rows import Inserter, old_pages_kept, without_indexes
from qbo_simulator.wire import from_cents, number as number_of

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from qbo_simulator.books.kind import Body
    from qbo_simulator.company import Company
    from qbo_simulator.scaling.forms import Plan

SPAN = timedelta(days=700)
SPAN_SECONDS = int(SPAN.total_seconds())
LARGE = 20_000
NAMES = ("Customer", "Vendor", "Employee")
PAID = (3, 5)
"""Of five invoices three are paid, where nothing else is asked for."""


@dataclass
class Wanted:
    """How many of each; `payments` None is a good share of the invoices."""

    customers: int = 0
    vendors: int = 0
    items: int = 0
    invoices: int = 0
    payments: int | None = None

    @property
    def paid(self) -> int:
        """How many invoices are paid."""
        usual = self.invoices * PAID[0] // PAID[1]
        return usual if self.payments is None else min(self.payments, self.invoices)

    @property
    def rows(self) -> int:
        """About how many rows that makes."""
        return self.customers + self.vendors + self.items + self.invoices + self.paid


def grow(company: Company, wanted: Wanted, *, now: datetime) -> None:
    """Make the company larger by so many. No webhook and no change log tells of it.

    The items come first, in a write of their own, for the forms are about them.
    """
    with old_pages_kept(company.store):
        grower = Grower(company, now)
        with company.store.write():
            grower.add_items(wanted.items)
        patterns = {name: grower.name_pattern(name) for name in ("Vendor", "Customer")}
        forms = Forms(company, now, wanted.invoices, wanted.paid)
        with company.store.write() as db:
            with without_indexes(db, is_large=wanted.rows >= LARGE):
                grower.add_names("Vendor", patterns["Vendor"], wanted.vendors, {})
                plan = forms.plan(wanted.customers)
                fresh = grower.add_names(
                    "Customer", patterns["Customer"], wanted.customers, plan
                )
                forms.enter(fresh)
            forms.sum_up(show_customers=not fresh)


@dataclass
class Grower:
    """Adds names and items to one company."""

    company: Company
    now: datetime

    def __post_init__(self) -> None:
        self.db = self.company.store.connection
        self.realm = self.company.realm

    def add_items(self, count: int) -> None:
        """Services and goods that are not kept in stock."""
        if not count:
            return
        patterns = self._item_patterns()
        inserter = Inserter(self.company, KINDS["Item"])
        taken = self._taken(("Item",))
        first = inserter.reserve(count)
        number = self._next("items")
        for position in range(count):
            name = scale_words.thing(number)
            while name.casefold() in taken:
                number += 1
                name = scale_words.thing(number)
            body = patterns[position % len(patterns)]
            at = int((self.now - SPAN).timestamp()) + position
            inserter.add(item(body, first + position, number, name), at, at)
            number += 1
        inserter.finish()
        self._remember("items", number)

    def _item_patterns(self) -> list[Body]:
        seller = self.db.execute(
            "SELECT json_extract(body, '$.IncomeAccountRef.value') FROM entity "
            "WHERE realm = ? AND kind = 'Item' AND deleted = 0 "
            "AND json_extract(body, '$.IncomeAccountRef.value') IS NOT NULL ORDER BY id",
            (self.realm,),
        ).fetchone()
        cost = self.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = 'Account' AND deleted = 0 "
            "AND json_extract(body, '$.AccountType') IN ('Cost of Goods Sold', 'Expense')"
            " ORDER BY json_extract(body, '$.AccountType'), id",
            (self.realm,),
        ).fetchone()
        service = {
            "Name": "Pattern service",
            "Sku": "P-1",
            "Description": "A pattern",
            "Type": "Service",
            "UnitPrice": 1,
            "IncomeAccountRef": {"value": str(seller[0])},
        }
        goods = {
            **service,
            "Name": "Pattern goods",
            "Type": "NonInventory",
            "Taxable": True,
            "PurchaseCost": 1,
            "ExpenseAccountRef": {"value": str(cost[0])},
        }
        found: list[Body] = []
        with undone(self.company):
            found += [
                self.company.create("Item", each, now=self.now)
                for each in (service, goods)
            ]
        return found

    def add_names(self, entity: str, pattern: Body, count: int, plan: Plan) -> range:
        """Customers or vendors; those in the plan show what they will owe, and when."""
        inserter = Inserter(self.company, KINDS[entity])
        addresses = [name for name in ("BillAddr", "ShipAddr") if name in pattern]
        places = inserter.reserve(count * len(addresses), "address")
        taken = self._taken(NAMES)
        first = inserter.reserve(count)
        number = self._next("names")
        begun = int((self.now - SPAN).timestamp())
        for position in range(count):
            name = scale_words.business(number)
            while name.casefold() in taken:
                number += 1
                name = scale_words.business(number)
            body = named(pattern, first + position, number, name)
            for which, each in enumerate(addresses):
                place = str(places + position * len(addresses) + which)
                body[each] = {"Id": place, **scale_words.address(number)}
            at = begun + position * (SPAN_SECONDS // 2) // count
            balance, updated = plan.get(position, (0, at))
            if balance:
                body["Balance"] = body["BalanceWithJobs"] = balance
            inserter.add(body, at, updated)
            number += 1
        inserter.finish()
        self._remember("names", number)
        return range(first, first + count)

    def name_pattern(self, entity: str) -> Body:
        """What the books make of a name."""
        body = {
            "DisplayName": "Pattern of a name",
            "CompanyName": "Pattern of a name",
            "GivenName": "P",
            "FamilyName": "P",
            "PrimaryEmailAddr": {"Address": "pattern@pattern.example"},
            "PrimaryPhone": {"FreeFormNumber": "(555) 555-0100"},
            "BillAddr": scale_words.address(0),
        }
        if entity == "Customer":
            body["ShipAddr"] = scale_words.address(0)
        found: Body = {}
        with undone(self.company):
            found.update(self.company.create(entity, body, now=self.now))
        return found

    def _taken(self, entities: tuple[str, ...]) -> set[str]:
        marks = ", ".join("?" * len(entities))
        rows = self.db.execute(
            "SELECT name_key FROM entity "  # noqa: S608 - only marks
            f"WHERE realm = ? AND kind IN ({marks}) AND deleted = 0",
            (self.realm, *entities),
        )
        return {row[0] for row in rows}

    def _next(self, what: str) -> int:
        return int(self.company.store.setting(f"grown:{self.realm}:{what}", "0"))

    def _remember(self, what: str, number: int) -> None:
        self.company.store.set_setting(f"grown:{self.realm}:{what}", str(number))


def item(pattern: Body, id: int, number: int, name: str) -> Body:  # noqa: A002
    """An item of its own out of a pattern."""
    price = number * 7919 % 49_900 // 5 * 5 + 100
    body = {
        **pattern,
        "Id": str(id),
        "Name": name,
        "FullyQualifiedName": name,
        "Sku": f"{name[:2].upper()}-{number:06d}",
        "Description": f"{name}, as in the catalog",
        "UnitPrice": shown(price),
    }
    if "PurchaseCost" in pattern:
        body["PurchaseCost"] = shown(price * 2 // 5)
    return body


def shown(cents: int) -> Decimal | int:
    """A price as it is served."""
    return number_of(from_cents(cents))


def named(pattern: Body, id: int, number: int, name: str) -> Body:  # noqa: A002
    """A customer or vendor of its own out of a pattern."""
    given, family = scale_words.person(number)
    host = name.lower().replace(" of ", " ").replace(" ", "")
    body = {
        **pattern,
        "Id": str(id),
        "GivenName": given,
        "FamilyName": family,
        "CompanyName": name,
        "DisplayName": name,
        "PrintOnCheckName": name,
        "PrimaryPhone": {
            "FreeFormNumber": f"(555) 01{number % 10}-{number % 9973:04d}"
        },
        "PrimaryEmailAddr": {"Address": f"{given}.{family}@{host}.example".lower()},
    }
    if "FullyQualifiedName" in pattern:
        body["FullyQualifiedName"] = name
    return body

"""Some months of business for a new company: who bought what, who paid, who has not."""

from __future__ import annotations

import random
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator.wire import today

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbo_simulator.company import Company
    from qbo_simulator.seeds.trades import Trade

Body = dict[str, Any]
CENT = Decimal("0.01")
DEAR = 200
"""What costs more is bought one or two at a time."""


class Trader:
    """Enters a trade into a company's books, at moments of the past."""

    def __init__(self, company: Company, trade: Trade, *, now: datetime) -> None:
        self.company = company
        self.trade = trade
        self.now = now
        self.random = random.Random(company.realm)  # noqa: S311 - repeatable
        self.customers: dict[str, Body] = {}
        self.vendors: list[Body] = []
        self.employees: list[Body] = []
        self.classes: list[Body] = []
        self.departments: list[Body] = []
        self.items: list[Body] = []
        self._forms = 0

    def enter(self) -> None:
        """Enter people, goods, invoices and what was paid on them, as it happened."""
        start = self.now - timedelta(days=190)
        self._tracking(start)
        for position, customer in enumerate(self.trade.customers):
            self._customer(position, customer, start + timedelta(hours=position))
        for parent, name in self.trade.sub_customers:
            self._sub_customer(parent, name, start + timedelta(days=3))
        for name, email in self.trade.vendors:
            self._vendor(name, email, start + timedelta(days=4))
        for given, family in self.trade.employees:
            self._employee(given, family, start + timedelta(days=4))
        self._goods(start + timedelta(days=5))
        for position in range(self.trade.invoices):
            self._invoice(position)
        self._retire(self.now - timedelta(days=20))

    def _tracking(self, at: datetime) -> None:
        for entity, names, found, flag in (
            ("Class", self.trade.classes, self.classes, "SubClass"),
            ("Department", self.trade.departments, self.departments, "SubDepartment"),
        ):
            known: dict[str, str] = {}
            for path in names:
                parent, _, name = path.rpartition(":")
                body: Body = {"Name": name}
                if parent:
                    body |= {flag: True, "ParentRef": {"value": known[parent]}}
                made = self.company.create(entity, body, now=at)
                known[path] = made["Id"]
                found.append(made)

    def _address(self, position: int) -> Body:
        city, state, code = self.trade.cities[position % len(self.trade.cities)]
        street = self.trade.streets[position % len(self.trade.streets)]
        address = {"Line1": f"{12 + 7 * position} {street}", "City": city}
        if state:
            address["CountrySubDivisionCode"] = state
        return {**address, "Country": self.trade.country, "PostalCode": code}

    def _customer(
        self, position: int, row: tuple[str, str, str, int], at: datetime
    ) -> None:
        name, given, family, term = row
        address = self._address(position)
        body = {
            "DisplayName": name,
            "CompanyName": name[:100],
            "GivenName": given,
            "FamilyName": family,
            "PrimaryEmailAddr": {"Address": f"{_plain(given)}@{_host(name)}.example"},
            "PrimaryPhone": {"FreeFormNumber": f"{self.trade.phone}{100 + position}"},
            "BillAddr": address,
            "ShipAddr": address,
            "SalesTermRef": {"value": str(term)},
            **self._currency(name),
            **({"Taxable": False} if name in self.trade.exempt else {}),
        }
        self.customers[name] = self.company.create("Customer", body, now=at)

    def _currency(self, name: str) -> Body:
        held = self.trade.currencies.get(name)
        return {"CurrencyRef": {"value": held}} if held else {}

    def money_of(self, party: Body) -> Body:
        """The currency of what is dealt with somebody, and what it is worth."""
        code = party.get("CurrencyRef", {}).get("value")
        if code not in self.trade.rates:
            return {}
        rate = Decimal(self.trade.rates[code])
        return {"CurrencyRef": {"value": code}, "ExchangeRate": rate}

    def _sub_customer(self, parent: str, name: str, at: datetime) -> None:
        above = self.customers[parent]
        body = {
            "DisplayName": name,
            "ParentRef": {"value": above["Id"]},
            "Job": True,
            "BillAddr": above["BillAddr"],
            "PrimaryEmailAddr": above["PrimaryEmailAddr"],
            **self._currency(parent),
        }
        self.customers[name] = self.company.create("Customer", body, now=at)

    def _vendor(self, name: str, email: str, at: datetime) -> None:
        body = {
            "DisplayName": name,
            "CompanyName": name[:100],
            "PrimaryEmailAddr": {"Address": email},
            **self._currency(name),
        }
        self.vendors.append(self.company.create("Vendor", body, now=at))

    def _employee(self, given: str, family: str, at: datetime) -> None:
        body = {
            "GivenName": given,
            "FamilyName": family,
            "BillableTime": True,
            "BillRate": 60,
            "PrimaryEmailAddr": {
                "Address": f"{_plain(given)}.{_plain(family)}@staff.example"
            },
        }
        self.employees.append(self.company.create("Employee", body, now=at))

    def _goods(self, at: datetime) -> None:
        parents = self._categories(at)
        for row in self.trade.stock:
            self._stock_item(row, parents, at)
        for item in self.trade.items:
            self._item(item, parents, at)
        if self.trade.bundle is not None:
            self._bundle(*self.trade.bundle, at)

    def _categories(self, at: datetime) -> dict[str, str]:
        parents: dict[str, str] = {}
        for category, names in self.trade.categories.items():
            body = {"Name": category, "Type": "Category"}
            made = self.company.create("Item", body, now=at)
            parents |= dict.fromkeys(names, str(made["Id"]))
        return parents

    def _item(
        self,
        row: tuple[str, str, str, str, Decimal, bool, int],
        parents: Mapping[str, str],
        at: datetime,
    ) -> None:
        name, sku, description, type_, price, taxable, account = row
        body = {
            "Name": name,
            "Sku": sku,
            "Description": description,
            "Type": type_,
            "UnitPrice": price,
            "Taxable": taxable,
            "IncomeAccountRef": {"value": str(account)},
            **_below(parents.get(name)),
        }
        if type_ == "NonInventory":
            body["ExpenseAccountRef"] = {"value": "80"}
            body["PurchaseCost"] = (price * Decimal("0.4")).quantize(CENT)
        self.items.append(self.company.create("Item", body, now=at))

    def _stock_item(
        self,
        row: tuple[str, str, Decimal, Decimal, int],
        parents: Mapping[str, str],
        at: datetime,
    ) -> None:
        name, sku, price, cost, quantity = row
        body = {
            "Name": name,
            "Sku": sku,
            "Description": name,
            "Type": "Inventory",
            "UnitPrice": price,
            "PurchaseCost": cost,
            "Taxable": True,
            "TrackQtyOnHand": True,
            "QtyOnHand": quantity,
            "InvStartDate": today(at).isoformat(),
            "IncomeAccountRef": {"value": "79"},
            "ExpenseAccountRef": {"value": "80"},
            "AssetAccountRef": {"value": "81"},
            **_below(parents.get(name)),
        }
        self.items.append(self.company.create("Item", body, now=at))

    def _bundle(
        self, name: str, parts: Sequence[tuple[str, int]], at: datetime
    ) -> None:
        known = {each["Name"]: each["Id"] for each in self.items}
        lines = [
            {"ItemRef": {"value": known[part]}, "Qty": quantity}
            for part, quantity in parts
        ]
        body = {
            "Name": name,
            "Sku": "SET-01",
            "Description": name,
            "Type": "Group",
            "ItemGroupDetail": {"ItemGroupLine": lines},
        }
        administrator = frozenset({"bundles"})
        self.company.create("Item", body, now=at, include=administrator)

    def _invoice(self, position: int) -> None:
        days = 170 - position * 168 // max(self.trade.invoices - 1, 1)
        at = self.now - timedelta(days=days, hours=self.random.randrange(3, 9))
        customer = self.random.choice(list(self.customers.values()))
        lines = self.random.randrange(1, 5)
        body = {**self.sale(customer, position, lines, at), **self._remark(position)}
        invoice = self.company.create("Invoice", body, now=at)
        self._follow_up(invoice, position, at, days)

    def _remark(self, position: int) -> Body:
        if not self.trade.remarks or position % 5:
            return {}
        remark = self.trade.remarks[position // 5 % len(self.trade.remarks)]
        return {"PrivateNote": remark}

    def sale(self, customer: Body, position: int, lines: int, at: datetime) -> Body:
        """What a form about goods for somebody says."""
        body: Body = {
            "CustomerRef": {"value": customer["Id"]},
            "TxnDate": today(at).isoformat(),
            "Line": [self.line(customer) for _ in range(lines)],
            "BillEmail": customer["PrimaryEmailAddr"],
            **self.money_of(customer),
            **self._number(),
        }
        if self.departments:
            place = self.departments[position % len(self.departments)]
            body["DepartmentRef"] = {"value": place["Id"]}
        if not self.trade.is_american:
            modes = self.trade.modes
            body["GlobalTaxCalculation"] = modes[position % len(modes)]
        elif self.trade.us_code is not None:
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": self.trade.us_code}}
        return body

    def _number(self) -> Body:
        if self.trade.numbers is None:
            return {}
        self._forms += 1
        return {"DocNumber": self.trade.numbers.format(self._forms)}

    def line(self, customer: Body) -> Body:
        """A line that sells something to somebody."""
        item = self.random.choice(self.items[:-1])
        quantity = self.random.choice((1, 2, 3, 4, 6, 8, 10, 12, 20))
        if self.trade.thorough and Decimal(item["UnitPrice"]) > DEAR:
            quantity = 1 + quantity % 2
        detail: Body = {
            "ItemRef": {"value": item["Id"]},
            "Qty": quantity,
            "UnitPrice": item["UnitPrice"],
        }
        if self.classes:
            detail["ClassRef"] = {"value": self.random.choice(self.classes)["Id"]}
        if not self.trade.is_american:
            place = customer["BillAddr"].get("CountrySubDivisionCode", "")
            usual = self.trade.place_codes.get(place, "2")
            code = self.trade.codes.get(item["Name"], usual)
            detail["TaxCodeRef"] = {"value": code}
        return {
            "Amount": Decimal(quantity) * Decimal(item["UnitPrice"]),
            "Description": item["Description"],
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }

    def _follow_up(self, invoice: Body, position: int, at: datetime, days: int) -> None:
        """Send most, let most of the older ones be paid, some in part, void a few."""
        sent_at = at + timedelta(hours=2)
        is_latest = position == self.trade.invoices - 1
        if not is_latest and (position % 9 != 4 or days > 30):
            self.company.send("Invoice", invoice["Id"], now=sent_at)
        if position % 23 == 17:
            body = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"]}
            self.company.void("Invoice", body, now=sent_at + timedelta(days=1))
            return
        wait = self.random.randrange(4, 38)
        if wait + 1 >= days or position % 8 == 6:
            return
        share = Decimal("0.5") if position % 7 == 3 else Decimal(1)
        amount = (Decimal(invoice["TotalAmt"]) * share).quantize(CENT)
        self.pay({invoice["Id"]: amount}, invoice, at + timedelta(days=wait))

    def pay(
        self, parts: Mapping[str, Decimal], invoice: Body, at: datetime
    ) -> Body | None:
        """Enter a payment of invoices, by id, of the customer of one of them."""
        total = sum(parts.values(), start=Decimal(0))
        if not total:
            return None
        party = {"CurrencyRef": invoice.get("CurrencyRef", {})}
        body = {
            "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
            "TotalAmt": total,
            "TxnDate": today(at).isoformat(),
            "PaymentMethodRef": {"value": self.random.choice(("1", "2", "2", "3"))},
            "PaymentRefNum": str(self.random.randrange(1000, 9999)),
            "Line": [
                {
                    "Amount": amount,
                    "LinkedTxn": [{"TxnId": paid, "TxnType": "Invoice"}],
                }
                for paid, amount in parts.items()
            ],
            **self.money_of(party),
        }
        return self.company.create("Payment", body, now=at)

    def _retire(self, at: datetime) -> None:
        item = next(
            each for each in self.items if each["Name"] == self.trade.inactive_item
        )
        body = {
            "Id": item["Id"],
            "SyncToken": item["SyncToken"],
            "sparse": True,
            "Active": False,
        }
        self.company.update("Item", body, now=at)


def _below(parent: str | None) -> Body:
    return {} if parent is None else {"SubItem": True, "ParentRef": {"value": parent}}


def _host(name: str) -> str:
    return _plain(name)[:40]


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.lower())
    return "".join(each for each in apart if each.isalnum() and each.isascii())

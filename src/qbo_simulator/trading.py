"""Some months of business for a new company: who bought what, who paid, who has not."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator.wire import today

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qbo_simulator.company import Company

Body = dict[str, Any]


@dataclass(frozen=True)
class Trade:
    """The people and goods of one company, as the seed files list them."""

    cities: Sequence[tuple[str, str, str]]
    streets: Sequence[str]
    customers: Sequence[tuple[str, str, str, int]]
    sub_customers: Sequence[tuple[str, str]]
    vendors: Sequence[tuple[str, str]]
    items: Sequence[tuple[str, str, str, str, Decimal, bool, int]]
    inactive_item: str
    phone: str
    country: str
    invoices: int
    codes: Mapping[str, str] = field(default_factory=dict)


class Trader:
    """Enters a trade into a company's books, at moments of the past."""

    def __init__(self, company: Company, trade: Trade, *, now: datetime) -> None:
        self.company = company
        self.trade = trade
        self.now = now
        self.random = random.Random(company.realm)  # noqa: S311 - repeatable
        self.customers: dict[str, Body] = {}
        self.items: list[Body] = []

    def enter(self) -> None:
        """Enter everything, in the order in which it happened."""
        start = self.now - timedelta(days=190)
        for position, customer in enumerate(self.trade.customers):
            self._customer(position, customer, start + timedelta(hours=position))
        for parent, name in self.trade.sub_customers:
            self._sub_customer(parent, name, start + timedelta(days=3))
        for name, email in self.trade.vendors:
            self._vendor(name, email, start + timedelta(days=4))
        for item in self.trade.items:
            self._item(item, start + timedelta(days=5))
        for position in range(self.trade.invoices):
            self._invoice(position)
        self._retire(self.now - timedelta(days=20))

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
        host = "".join(each for each in name.lower() if each.isalnum())
        person = "".join(each for each in given.lower() if each.isalnum())
        address = self._address(position)
        body = {
            "DisplayName": name,
            "CompanyName": name,
            "GivenName": given,
            "FamilyName": family,
            "PrimaryEmailAddr": {"Address": f"{person}@{host}.example"},
            "PrimaryPhone": {"FreeFormNumber": f"{self.trade.phone}{100 + position}"},
            "BillAddr": address,
            "ShipAddr": address,
            "SalesTermRef": {"value": str(term)},
        }
        self.customers[name] = self.company.create("Customer", body, now=at)

    def _sub_customer(self, parent: str, name: str, at: datetime) -> None:
        above = self.customers[parent]
        body = {
            "DisplayName": name,
            "ParentRef": {"value": above["Id"]},
            "Job": True,
            "BillAddr": above["BillAddr"],
            "PrimaryEmailAddr": above["PrimaryEmailAddr"],
        }
        self.customers[name] = self.company.create("Customer", body, now=at)

    def _vendor(self, name: str, email: str, at: datetime) -> None:
        body = {"DisplayName": name, "CompanyName": name}
        self.company.create(
            "Vendor", {**body, "PrimaryEmailAddr": {"Address": email}}, now=at
        )

    def _item(
        self, row: tuple[str, str, str, str, Decimal, bool, int], at: datetime
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
        }
        if type_ == "NonInventory":
            body["ExpenseAccountRef"] = {"value": "80"}
            body["PurchaseCost"] = (price * Decimal("0.4")).quantize(Decimal("0.01"))
        self.items.append(self.company.create("Item", body, now=at))

    def _invoice(self, position: int) -> None:
        days = 170 - position * 168 // max(self.trade.invoices - 1, 1)
        at = self.now - timedelta(days=days, hours=self.random.randrange(3, 9))
        customer = self.random.choice(list(self.customers.values()))
        body: Body = {
            "CustomerRef": {"value": customer["Id"]},
            "TxnDate": today(at).isoformat(),
            "Line": [self._line() for _ in range(self.random.randrange(1, 5))],
            "BillEmail": customer["PrimaryEmailAddr"],
        }
        if self.trade.codes:
            body["GlobalTaxCalculation"] = "TaxExcluded"
        else:
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": "2"}}
        invoice = self.company.create("Invoice", body, now=at)
        self._follow_up(invoice, position, at, days)

    def _line(self) -> Body:
        item = self.random.choice(self.items[:-1])
        quantity = self.random.choice((1, 2, 3, 4, 6, 8, 10, 12, 20))
        detail: Body = {
            "ItemRef": {"value": item["Id"]},
            "Qty": quantity,
            "UnitPrice": item["UnitPrice"],
        }
        if self.trade.codes:
            code = self.trade.codes.get(item["Name"], "2")
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
        self._payment(invoice, share, at + timedelta(days=wait))

    def _payment(self, invoice: Body, share: Decimal, at: datetime) -> None:
        total = Decimal(invoice["TotalAmt"])
        amount = (total * share).quantize(Decimal("0.01"))
        if not amount:
            return
        link = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
        body = {
            "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
            "TotalAmt": amount,
            "TxnDate": today(at).isoformat(),
            "PaymentMethodRef": {"value": self.random.choice(("1", "2", "2", "3"))},
            "PaymentRefNum": str(self.random.randrange(1000, 9999)),
            "Line": [{"Amount": amount, "LinkedTxn": link}],
        }
        self.company.create("Payment", body, now=at)

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

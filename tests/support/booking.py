"""Documents of every kind for one company of the simulator, and the books to put them in."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from factories.people import make_workspace

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.books import QuickBooksBooks
from counterfoil.posting.ports import Expectation, Lookup, Receipt
from support import simulator as simulated

DEADLINE = 30.0
_counter = itertools.count(1)


def a_marker() -> str:
    """A marker that no other document of the run has."""
    return f"[#{next(_counter):016d}]"


@dataclass(frozen=True)
class Meant:
    """A document as it is about to be sent."""

    kind: str
    marker: str
    key: str
    payload: bytes
    expected: Expectation

    @property
    def lookup(self) -> Lookup:
        since = datetime.now(UTC) - timedelta(minutes=10)
        return Lookup(self.kind, self.marker, since, self.expected)


@dataclass(frozen=True)
class Made(Meant):
    """A document that was created."""

    receipt: Receipt


class Place:
    """One company with a customer, a product, a vendor, and what else documents name."""

    def __init__(
        self,
        simulator: simulated.Simulator,
        number: int = 1,
        preferences: Mapping[str, object] | None = None,
    ) -> None:
        self.simulator = simulator
        self.keeper = simulator.bookkeeper(number)
        self.company = simulator.state.company(self.keeper.realm)
        if preferences:
            self.prefer(preferences)
        self.connection: Connection = simulated.connect(
            simulator, make_workspace(), now=datetime.now(UTC), company=number
        )
        self.books = QuickBooksBooks(self.connection)
        self.is_abroad = self.connection.facts["tax_mode"] == "per_line"
        self.bank = self.account("AccountType = 'Bank'")
        self.category = self.account("AccountType = 'Expense'")
        self.customer = self.new_customer()
        name = f"Consulting {next(_counter)}"
        income = {"value": self.account("AccountType = 'Income'")}
        item = {"Name": name, "Type": "Service", "IncomeAccountRef": income}
        self.item = str(self.keeper.post("Item", item)["Id"])
        vendor = {"DisplayName": f"Card Fees {next(_counter)}"}
        self.vendor = str(self.keeper.post("Vendor", vendor)["Id"])
        self.method = self.first("PaymentMethod")
        self.code = self._standard_code() if self.is_abroad else ""

    def new_customer(self, **fields: object) -> str:
        name = f"Ink & O'Hara {next(_counter)}"
        return str(self.keeper.post("Customer", {"DisplayName": name, **fields})["Id"])

    def first(self, entity: str, where: str = "") -> str:
        statement = f"select * from {entity} {where} maxresults 1"  # noqa: S608
        found = self.company.query(statement)
        return str(found[entity][0]["Id"])

    def account(self, condition: str) -> str:
        return self.first("Account", f"where {condition}")

    def _standard_code(self) -> str:
        rows = self.company.query("select * from TaxCode")["TaxCode"]
        return next(str(each["Id"]) for each in rows if "20.0% S" in each["Name"])

    def prefer(self, preferences: Mapping[str, object]) -> None:
        """Change the company's preferences, as on its settings page."""
        (held,) = self.company.query("select * from Preferences")["Preferences"]
        stamp = {"Id": held["Id"], "SyncToken": held["SyncToken"], "sparse": True}
        self.keeper.post("Preferences", {**stamp, **preferences})

    def document(self, kind: str, **changes: Any) -> dict[str, Any]:
        """Comes to 94.99 before tax: 99.99 less ten per cent, and 5.00 for shipping."""
        maker = {"payment": self._payment, "expense": self._expense}.get(kind)
        return {**(maker() if maker else self._sale(kind)), **changes}

    def _sale(self, kind: str) -> dict[str, Any]:
        line = {
            "kind": "item",
            "item_id": self.item,
            "description": "Hours",
            "quantity": "3",
            "unit_price": "33.33",
            "amount": "99.99",
            "taxable": False,
            "tax_code_id": self.code,
        }
        own: dict[str, dict[str, Any]] = {
            "invoice": {"due_on": "2026-12-03"},
            "estimate": {"expires_on": "2026-12-03"},
            "sales_receipt": self._money(),
            "refund_receipt": self._money(),
        }
        return {
            "customer_id": self.customer,
            "currency": self.connection.home_currency,
            "issued_on": "2026-11-03",
            "email": "ada@example.com",
            "message": "Thank you",
            "note": "From deal 7",
            "tax_mode": "per_line" if self.is_abroad else "us_manual",
            "lines": [
                line,
                {"kind": "text", "description": "As agreed"},
                {"kind": "discount", "percent": "10", "amount": "10.00"},
            ],
            "shipping": "5",
            "shipping_tax_code_id": self.code,
            "expected_total": "113.99" if self.is_abroad else "94.99",
            **own.get(kind, {}),
        }

    def _money(self) -> dict[str, Any]:
        return {
            "deposit_account_id": self.bank,
            "payment_method_id": self.method,
            "reference": "ch_12345",
        }

    def _payment(self) -> dict[str, Any]:
        return {
            "customer_id": self.customer,
            "currency": self.connection.home_currency,
            "paid_on": "2026-11-04",
            "amount": "94.99",
            "note": "From payment 9",
            "applied": [],
            **self._money(),
        }

    def _expense(self) -> dict[str, Any]:
        return {
            "payment_type": "cash",
            "account_id": self.bank,
            "vendor_id": self.vendor,
            "currency": self.connection.home_currency,
            "spent_on": "2026-11-04",
            "note": "Fee of payment 9",
            "tax_mode": "per_line" if self.is_abroad else "us_manual",
            "expected_total": "3.70" if self.is_abroad else "3.08",
            "lines": [
                {
                    "account_id": self.category,
                    "amount": "3.08",
                    "description": "Card fee",
                    "tax_code_id": self.code,
                }
            ],
        }

    def mean(self, kind: str, **changes: Any) -> Meant:
        """Render a document; ``changes`` are those of the usual one."""
        marker, key = a_marker(), f"key-{next(_counter)}"
        document = self.document(kind, **changes)
        payload, expected = self.books.render(kind, document, marker=marker)
        return Meant(kind, marker, key, payload, expected)

    def send(self, meant: Meant) -> Made:
        """Create it, under its own request id."""
        receipt = self.books.create(
            meant.kind, meant.payload, request_id=meant.key, deadline=DEADLINE
        )
        return Made(
            meant.kind, meant.marker, meant.key, meant.payload, meant.expected, receipt
        )

    def make(self, kind: str, **changes: Any) -> Made:
        """Render and create."""
        return self.send(self.mean(kind, **changes))

    def act(self, action: str, receipt: Receipt, kind: str, *, to: str = "") -> Receipt:
        return self.books.act(
            action,
            kind,
            receipt.remote_id,
            version=receipt.version,
            to=to,
            request_id=f"act-{next(_counter)}",
            deadline=DEADLINE,
        )

"""A company of the simulator for ``chaos``: connected, and what is asked of its books."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.outside import Simulator
from counterfoil.connections import tokens
from counterfoil.connections.authorise import apply_facts
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.connections.ports import Grant, services
from counterfoil.core.secrets import Secret
from counterfoil.workspaces.models import Workspace

DAY = "2026-03-04"
LATER = "2026-04-03"


@dataclass
class Company:
    """A connected company, and neutral documents of every kind for it."""

    number: int
    keys: dict[str, str]
    connection: Connection
    customers: list[str]
    items: list[str]
    vendors: list[str]
    income: str
    bank: str
    category: str
    method: str
    tax_code: str
    _draw: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def customer(self) -> str:
        """One of those that exist."""
        return self._draw.choice(self.customers)

    def named(self, name: str) -> dict[str, Any]:
        """A new customer or item."""
        return {"name": name, "kind": "service", "income_account_id": self.income}

    def document(
        self, kind: str, amount: str, note: str, customer: object, item: object = ""
    ) -> dict[str, Any]:
        """A document of any kind that is no name; ``customer`` may be a reference."""
        if kind == "payment":
            return self._payment(amount, note, customer)
        if kind == "expense":
            return self._expense(amount, note)
        return self._sale(kind, amount, note, customer, item)

    def _sale(
        self, kind: str, amount: str, note: str, customer: object, item: object
    ) -> dict[str, Any]:
        own: dict[str, dict[str, Any]] = {
            "invoice": {"due_on": LATER},
            "estimate": {"expires_on": LATER},
            "sales_receipt": self._money(),
            "refund_receipt": self._money(),
        }
        line = {
            "kind": "item",
            "item_id": item or self._draw.choice(self.items),
            "description": note,
            "quantity": "1",
            "unit_price": amount,
            "amount": amount,
            "tax_code_id": self.tax_code,
            "taxable": False,
        }
        return {
            "customer_id": customer,
            "issued_on": DAY,
            "lines": [line],
            "expected_total": amount,
            **self._header(note),
            **own.get(kind, {}),
        }

    def _payment(self, amount: str, note: str, customer: object) -> dict[str, Any]:
        return {
            "customer_id": customer,
            "paid_on": DAY,
            "amount": amount,
            "applied": [],
            **self._header(note),
            **self._money(),
        }

    def _expense(self, amount: str, note: str) -> dict[str, Any]:
        line = {
            "account_id": self.category,
            "amount": amount,
            "description": note,
            "tax_code_id": self.tax_code,
        }
        return {
            "payment_type": "cash",
            "account_id": self.bank,
            "vendor_id": self._draw.choice(self.vendors),
            "spent_on": DAY,
            "lines": [line],
            "expected_total": amount,
            **self._header(note),
        }

    def _header(self, note: str) -> dict[str, Any]:
        return {
            "currency": self.connection.home_currency,
            "note": note,
            "tax_mode": "per_line" if self.tax_code else "us_manual",
            "prices_include_tax": False,
        }

    def _money(self) -> dict[str, Any]:
        return {"deposit_account_id": self.bank, "payment_method_id": self.method}


def connect(keys: dict[str, str], workspace: Workspace, *, now: datetime) -> Connection:
    """Connect a company with tokens that were issued without the consent page."""
    service = services["quickbooks"]
    access = Secret(keys["access_token"])
    facts = service.company(account=keys["realm_id"], access_token=access)
    grant = Grant(access, now + timedelta(hours=1), Secret(keys["refresh_token"]))
    connection = Connection(
        workspace=workspace,
        service=service.key,
        account=facts.account,
        environment=service.environment(),
        state=ConnectionState.ACTIVE,
        connected_at=now,
    )
    apply_facts(connection, facts)
    for name, value in tokens.columns(connection, grant).items():
        setattr(connection, name, value)
    connection.token_version = 1
    connection.save()
    return connection


def all_of(books: Simulator, workspace: Workspace, now: datetime) -> list[Company]:
    """Connect every company of the simulator to one workspace."""
    count = len(books.call("GET", "/_sim/companies")["companies"])
    return [_company(books, workspace, number, now) for number in range(1, count + 1)]


def _company(
    books: Simulator, workspace: Workspace, number: int, now: datetime
) -> Company:
    keys = books.credentials(number)
    connection = connect(keys, workspace, now=now)

    def ids(entity: str, where: str = "") -> Iterator[str]:
        statement = f"select * from {entity} {where} maxresults 100"  # noqa: S608
        for row in books.query(keys, statement).get(entity, []):
            currency = row.get("CurrencyRef", {}).get("value")
            if currency in {None, connection.home_currency}:
                yield str(row["Id"])

    def account(kind: str) -> str:
        return next(ids("Account", f"where AccountType = '{kind}'"))

    is_home = connection.facts["tax_mode"] != "per_line"
    return Company(
        number=number,
        keys=keys,
        connection=connection,
        customers=list(ids("Customer")),
        items=list(ids("Item", "where Type in ('Service', 'NonInventory')")),
        vendors=list(ids("Vendor")),
        income=account("Income"),
        bank=account("Bank"),
        category=account("Expense"),
        method=next(ids("PaymentMethod")),
        tax_code="" if is_home else next(ids("TaxCode", "where Name = '0.0% Z'")),
    )

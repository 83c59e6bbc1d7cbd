"""The part of ``chaos`` that uses Counterfoil: connect, submit, wait, judge."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, InterfaceError, connections, transaction
from django.utils import timezone

from benchmarks.outside import Simulator, say
from counterfoil.config import embedded
from counterfoil.config.embedded_files import layout, programs
from counterfoil.connections import tokens
from counterfoil.connections.authorise import apply_facts
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.connections.ports import Grant, services
from counterfoil.core.secrets import Secret
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.events.wake import wake
from counterfoil.posting import documents, post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.workspaces import people
from counterfoil.workspaces.models import Workspace

T = TypeVar("T")

OPEN = (State.INTENDED, State.SENDING, State.UNKNOWN)
GOOD = (State.CONFIRMED, State.VERIFIED)
NEW_NAMES = 8
ENTITIES = {"customer": "Customer", "item": "Item", "invoice": "Invoice"}


@dataclass
class Company:
    """A connected company and what an invoice in it can be made of."""

    number: int
    keys: dict[str, str]
    connection: Connection
    customers: list[str]
    items: list[str]
    account: str
    tax_code: str
    new_customers: list[Intent] = field(default_factory=list)
    new_items: list[Intent] = field(default_factory=list)

    def invoice(self, number: int) -> dict[str, Any]:
        """A neutral invoice; some are for customers and items that do not exist yet."""
        draw = random.Random(number)  # noqa: S311  repeatable
        customer: object = draw.choice(self.customers)
        item: object = draw.choice(self.items)
        if number % 10 == 0:
            customer = documents.reference(draw.choice(self.new_customers).pk)
        if number % 10 == 5:
            item = documents.reference(draw.choice(self.new_items).pk)
        amount = f"{draw.randrange(100, 99_999) / 100:.2f}"
        line = {
            "kind": "item",
            "item_id": item,
            "description": f"Delivery {number}",
            "quantity": "1",
            "unit_price": amount,
            "amount": amount,
            "tax_code_id": self.tax_code,
            "taxable": False,
        }
        return {
            "customer_id": customer,
            "currency": self.connection.home_currency,
            "issued_on": "2026-03-04",
            "due_on": "2026-04-03",
            "note": f"Trial {number}",
            "lines": [line],
            "tax_mode": "per_line" if self.tax_code else "us_manual",
            "prices_include_tax": False,
            "expected_total": amount,
        }


@dataclass
class Stage:
    """A workspace with both companies of the simulator connected."""

    books: Simulator
    workspace: Workspace
    companies: list[Company]

    @classmethod
    def set(cls, books: Simulator) -> Stage:
        now = timezone.now()
        workspace = people.create_workspace(
            name="Chaos",
            home_currency="USD",
            time_zone="America/New_York",
            country="US",
            language="en",
            now=now,
        )
        numbers = range(1, len(books.call("GET", "/_sim/companies")["companies"]) + 1)
        companies = [_company(books, workspace, number, now) for number in numbers]
        return cls(books, workspace, companies)

    def submit(self, size: int) -> None:
        """Ask for everything; each tenth wish is uttered twice."""
        for company in self.companies:
            for number in range(NEW_NAMES):
                company.new_customers.append(self._named(company, "customer", number))
                company.new_items.append(self._named(company, "item", number))
        for number in range(size):
            company = self.companies[number % len(self.companies)]
            for _ in range(2 if number % 10 == 3 else 1):
                self._submit(
                    company,
                    "invoice",
                    company.invoice(number),
                    ["chaos", str(number)],
                    Ref("invoice", number + 1),
                )

    def wait(self, most: float) -> None:
        """Until nothing is open. The wake-ups stand for the sweep of each minute."""
        until = time.monotonic() + most
        told = 0.0
        while (left := stubbornly(_open)) and time.monotonic() < until:
            if time.monotonic() - told > 10:
                say(f"{left} open")
                told = time.monotonic()
            stubbornly(lambda: wake("posting"))
            time.sleep(0.5)

    def judge(self) -> dict[str, Any]:
        """Compare with what the simulator says that it accepted."""
        verdict: Counter[str] = Counter()
        intents = stubbornly(lambda: list(Intent.objects.select_related("connection")))
        accepted = self.books.call("GET", "/_sim/oracle?operation=create")["accepted"]
        by_label: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in accepted:
            by_label.setdefault((row["entity"], _label(row)), []).append(row)
        verdict["rescues"] = sum(intent.rescues for intent in intents)
        verdict["resends"] = sum(intent.resends for intent in intents)
        for intent in intents:
            verdict["submitted"] += 1
            verdict["confirmed"] += intent.state in GOOD
            verdict["unresolved"] += intent.state not in {*GOOD, State.REJECTED}
            verdict["rejected"] += intent.state == State.REJECTED
            verdict["escalated"] += intent.state == State.ESCALATED
            label = intent.marker if intent.kind == "invoice" else _name(intent)
            made = by_label.get((ENTITIES[intent.kind], label), [])
            there = [row for row in made if row["realm"] == intent.account]
            verdict["lost"] += intent.state not in OPEN and not there
            verdict["duplicated"] += max(len(made) - 1, 0)
            verdict["wrong_company"] += len(made) - len(there)
            verdict["wrong_company"] += intent.state in GOOD and (
                intent.remote_id not in {str(row["id"]) for row in there}
            )
        return dict(verdict)

    def _named(self, company: Company, kind: str, number: int) -> Intent:
        document = {
            "name": f"Chaos {kind} {company.number}-{number}",
            "kind": "service",
            "income_account_id": company.account,
        }
        key = ["chaos", kind, str(number)]
        return self._submit(company, kind, document, key, None)

    def _submit(
        self,
        company: Company,
        kind: str,
        document: dict[str, Any],
        key: list[str],
        record: Ref | None,
    ) -> Intent:
        return stubbornly(
            lambda: post.submit(
                workspace=self.workspace,
                connection=company.connection,
                kind=kind,
                document=document,
                business_key=key,
                record=record,
                actor=Actor.system(),
                now=timezone.now(),
            )
        )


class Database:
    """PostgreSQL, which may be stopped at once and started again."""

    def __init__(self, home: Path) -> None:
        self.restarts = 0
        self._home = home
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def restart_at_random(self, shortest: float, longest: float) -> None:
        """Every so many seconds, until ``close``."""

        def loop() -> None:
            while not self._stop.wait(random.uniform(shortest, longest)):  # noqa: S311
                self.restart()

        self._thread = threading.Thread(target=loop, daemon=True)
        self._thread.start()

    def restart(self) -> None:
        """Stop it as a power cut would, and start it again."""
        where = layout(self._home)
        command = [programs(where) / "pg_ctl", "stop", "-D", where.data]
        where.run([*command, "-m", "immediate", "-w"], timeout=60)
        embedded.ensure(self._home)
        self.restarts += 1

    def close(self) -> None:
        """Leave it running."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(60)


def stubbornly(act: Callable[[], T], patience: float = 60) -> T:
    """Do it in a transaction, and again while the database is being restarted."""
    until = time.monotonic() + patience
    while True:
        try:
            with transaction.atomic():
                return act()
        except (DatabaseError, InterfaceError, psycopg.Error):
            if time.monotonic() > until:
                raise
            connections.close_all()
            time.sleep(0.2)


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


def _company(
    books: Simulator, workspace: Workspace, number: int, now: datetime
) -> Company:
    keys = books.credentials(number)
    connection = connect(keys, workspace, now=now)

    def ids(entity: str, where: str = "") -> Iterator[str]:
        statement = f"select * from {entity} {where} maxresults 20"  # noqa: S608
        for row in books.query(keys, statement).get(entity, []):
            currency = row.get("CurrencyRef", {}).get("value")
            if currency in {None, connection.home_currency}:
                yield str(row["Id"])

    return Company(
        number=number,
        keys=keys,
        connection=connection,
        customers=list(ids("Customer")),
        items=list(ids("Item", "where Type in ('Service', 'NonInventory')")),
        account=next(ids("Account", "where AccountType = 'Income'")),
        tax_code=(
            next(ids("TaxCode", "where Name = '0.0% Z'"), "") if number > 1 else ""
        ),
    )


def _label(row: dict[str, Any]) -> str:
    """What the simulator's list calls a document: its note, or the name of an entry."""
    return str(row["marker"] or "").partition("\n")[0]


def _name(intent: Intent) -> str:
    return str(intent.document["name"])


def _open() -> int:
    return Intent.objects.filter(state__in=OPEN).count()

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from factories.people import make_connection, make_workspace
from support.books import SERVICE, Shelf, shelves

from counterfoil.connections.models import Connection
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor
from counterfoil.posting import post, tasks
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.workspaces.models import Workspace

ADA = Actor("user", "1", "Ada")
OPEN = {State.INTENDED, State.SENDING, State.UNKNOWN}

_numbers = count(1)


@dataclass
class Office:
    """A workspace with fake books, and hands to work in it."""

    workspace: Workspace
    connection: Connection
    shelf: Shelf
    now: datetime
    _sequence: Any = field(default_factory=lambda: count(1))

    def invoice(
        self, key: str = "", *, customer: object = "58", **options: Any
    ) -> Intent:
        number = next(self._sequence)
        document = {
            "customer_id": customer,
            "currency": "USD",
            "expected_total": "120.00",
            "lines": [],
            **options.pop("document", {}),
        }
        return self.submit(
            "invoice",
            document,
            key or f"invoice-{number}",
            record=Ref("invoice", number),
            **options,
        )

    def named(self, kind: str, name: str, **options: Any) -> Intent:
        number = next(self._sequence)
        object_type = "company" if kind == "customer" else "product"
        return self.submit(
            kind,
            {"name": name},
            f"{kind}-{number}",
            record=Ref(object_type, number),
            **options,
        )

    def of_kind(self, kind: str) -> Intent:
        """A document of any kind."""
        if kind in {"customer", "item"}:
            return self.named(kind, "Sourdough")
        sale = {"customer_id": "58", "currency": "USD", "expected_total": "120.00"}
        spent = {"account_id": "35", "currency": "USD", "expected_total": "120.00"}
        document = spent if kind == "expense" else sale
        number = next(self._sequence)
        return self.submit(
            kind, {**document}, f"{kind}-{number}", record=Ref(kind, number)
        )

    def submit(
        self, kind: str, document: dict[str, Any], key: str, **options: Any
    ) -> Intent:
        self.wait(microseconds=1)
        return post.submit(
            workspace=self.workspace,
            connection=self.connection,
            kind=kind,
            document=document,
            business_key=[key],
            actor=ADA,
            now=self.now,
            **options,
        )

    def run(self) -> int:
        return tasks.run(self.now)

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        self.shelf.now = self.now

    def finish(self, *intents: Intent, most: int = 400) -> None:
        """Let time pass, half a minute at a time, until nothing is open."""
        for _ in range(most):
            self.run()
            rows = Intent.objects.filter(connection=self.connection)
            if intents:
                rows = rows.filter(pk__in=[intent.pk for intent in intents])
            if not rows.filter(state__in=OPEN).exists():
                break
            self.wait(seconds=30)
        for intent in intents:
            intent.refresh_from_db()

    def events(self, kind: str = "") -> list[Event]:
        rows = Event.objects.filter(workspace=self.workspace).order_by("id")
        return list(rows.filter(kind=kind) if kind else rows)


@pytest.fixture
def open_office(now: datetime) -> Callable[[], Office]:
    def make() -> Office:
        workspace = make_workspace()
        account = f"fake-{next(_numbers)}"
        connection = make_connection(workspace, service=SERVICE, account=account)
        shelf = shelves.put(Shelf(account, now))
        return Office(workspace, connection, shelf, now)

    return make


@pytest.fixture
def office(db: None, open_office: Callable[[], Office]) -> Office:
    return open_office()

"""A desk that sends invoices to the simulator by real workers, and may be set back."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection as database, connections
from factories.people import make_workspace

from counterfoil.connections.models import Connection
from counterfoil.events.origin import Actor
from counterfoil.events.wake import wake
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import EXISTING
from support import simulator as simulated
from support.processes import database_url, wait_until
from support.worker import forget_jobs

WORKER = Path(__file__).parent / "worker_process.py"
# The waits of the design, sixty times shorter.
WAITS = {
    "COUNTERFOIL_POSTING_TIME_SCALE": str(1 / 60),
    "COUNTERFOIL_POSTING_DEADLINE": "3",
    "COUNTERFOIL_POSTING_LEASE": "4",
    "COUNTERFOIL_POSTING_GIVE_UP_AFTER": str(60 * 3600),
    "COUNTERFOIL_POSTING_BREAKER_UNKNOWNS": "1000",
    "COUNTERFOIL_LOG_LEVEL": "ERROR",
}
DRAINS = ("posting", "posting_sweep")


@dataclass
class Desk:
    """A workspace with a company of the simulator, and the workers it has."""

    simulator: simulated.Simulator
    mark: Path
    connection: Connection = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _names: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        forget_jobs()
        workspace = make_workspace()
        self.connection = simulated.connect(
            self.simulator, workspace, now=datetime.now(UTC)
        )

    def invoice(self, key: str = "") -> Intent:
        """Ask for one; the same key is the same invoice."""
        company = self.simulator.state.company(self.connection.account)
        item = company.query("select * from Item where Type = 'Service'")["Item"][0]
        customer = company.query("select * from Customer")["Customer"][0]
        line = {
            "kind": "item",
            "item_id": item["Id"],
            "description": "Delivery",
            "quantity": "1",
            "unit_price": "12.00",
            "amount": "12.00",
            "taxable": False,
        }
        return post.submit(
            workspace=self.connection.workspace,
            connection=self.connection,
            kind="invoice",
            document={
                "customer_id": customer["Id"],
                "currency": self.connection.home_currency,
                "issued_on": "2026-03-04",
                "due_on": "2026-04-03",
                "lines": [line],
                "tax_mode": "us_manual",
                "expected_total": "12.00",
            },
            business_key=[key or f"invoice {next(self._names)}"],
            record=None,
            actor=Actor.system(),
            now=datetime.now(UTC),
        )

    def hire(self, **variables: str) -> subprocess.Popen[bytes]:
        """Start a real worker; it works until it is killed."""
        environment = {
            **os.environ,
            **simulated.environment(self.simulator),
            **WAITS,
            "COUNTERFOIL_MODE": "test",
            "COUNTERFOIL_SECRET_KEY": settings.SECRET_KEY,
            "COUNTERFOIL_ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS,
            "COUNTERFOIL_POSTING_MARK_FILE": str(self.mark),
            "DATABASE_URL": database_url(),
            **variables,
        }
        worker = subprocess.Popen([sys.executable, str(WORKER)], env=environment)
        self.workers.append(worker)
        return worker

    def dismiss(self) -> None:
        """Kill them all, whatever they are doing."""
        for worker in self.workers:
            worker.kill()
            worker.wait(120)
        self.workers.clear()

    def until(self, is_so: Any, *, seconds: float = 240) -> None:
        """Wake the workers until it is so: what each minute does in production."""

        def looked() -> bool:
            for key in DRAINS:
                wake(key)
            return bool(is_so())

        wait_until(looked, seconds=seconds)

    def settled(self, *intents: Intent) -> bool:
        ids = [intent.pk for intent in intents]
        rows = Intent.objects.filter(pk__in=ids) if ids else Intent.objects.all()
        return not rows.exclude(state__in=EXISTING).exists()

    def made(self) -> list[dict[str, Any]]:
        """Every invoice that the simulator accepted, whoever heard of it."""
        answer = self.simulator.call("GET", "/_sim/oracle?operation=create")
        return [row for row in answer["accepted"] if row["entity"] == "Invoice"]

    def asked(self) -> list[dict[str, Any]]:
        """Every request that reached the simulator."""
        return list(self.simulator.call("GET", "/_sim/requests")["requests"])


class Backup:
    """The test's database as it was, to go back to."""

    def __init__(self) -> None:
        self.name = str(database.settings_dict["NAME"])
        self.copy = f"{self.name}_backup"
        self._run(
            f'DROP DATABASE IF EXISTS "{self.copy}"',
            f'CREATE DATABASE "{self.copy}" TEMPLATE "{self.name}"',
        )

    def restore(self) -> None:
        self._run(
            f'DROP DATABASE "{self.name}"',
            f'ALTER DATABASE "{self.copy}" RENAME TO "{self.name}"',
        )

    def forget(self) -> None:
        with suppress(psycopg.Error):
            self._run(f'DROP DATABASE IF EXISTS "{self.copy}"')

    def _run(self, *statements: str) -> None:
        connections.close_all()
        address = database_url().replace(f"/{self.name}?", "/postgres?")
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [self.name],
            )
            for statement in statements:
                server.execute(statement)

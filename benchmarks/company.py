"""A company of the simulator, connected, with people and organisations in sync."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection as database
from django.utils import timezone

from benchmarks.chaos_company import connect
from benchmarks.outside import Simulator, Workers
from benchmarks.usage import parent
from counterfoil.events.wake import drains
from counterfoil.sync.settings import choices
from counterfoil.workspaces import people

BATCH = 30
PAIRINGS = ("contacts", "companies")
LOOK_SECONDS = 0.02


class Company:
    """The simulator's first company, connected; nothing of it has been read yet."""

    def __init__(self, books: Simulator) -> None:
        now = timezone.now()
        self.books = books
        self.keys = books.credentials(1)
        self.root = f"/v3/company/{self.keys['realm_id']}"
        self.workspace = people.create_workspace(
            name="Bench",
            home_currency="USD",
            time_zone="America/New_York",
            country="US",
            language="en",
            now=now,
        )
        self.connection = connect(self.keys, self.workspace, now=now)
        self.is_paired = False

    def pair(self) -> None:
        """Turn on what keeps customers and records in step, both ways."""
        now = timezone.now()
        for name in PAIRINGS:
            settings = replace(choices.of(self.connection, name), enabled=True)
            choices.save(self.connection, settings, by=None, now=now)
        self.is_paired = True

    def post(self, path: str, body: object) -> Any:
        """Write something in the books, as somebody else."""
        token = self.keys["access_token"]
        return self.books.call("POST", f"{self.root}/{path}", body, token)

    def batch(self, operation: str, entity: str, bodies: list[Any]) -> list[Any]:
        """Write many things in the books, thirty a call."""
        made: list[Any] = []
        for start in range(0, len(bodies), BATCH):
            items = [
                {"bId": str(number), "operation": operation, entity: body}
                for number, body in enumerate(bodies[start : start + BATCH])
            ]
            answer = self.post("batch", {"BatchItemRequest": items})
            made += [each[entity] for each in answer["BatchItemResponse"]]
        return made

    def processes(self, worker: int) -> dict[str, int]:
        """Who works at sync, by name."""
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone() or (0,)
        return {
            "worker": worker,
            "postgresql": parent(backend),
            "simulator": self.books.pid,
        }


@contextmanager
def worker(environment: dict[str, str], home: Path) -> Iterator[int]:
    """One worker process, as ``counterfoil worker`` runs it, until the block ends."""
    crew = Workers(1, environment, home / "workers.log")
    try:
        crew.start()
        yield crew.pid
    finally:
        crew.close()


def drain(*keys: str) -> None:
    """Run drains in this process until they find nothing."""
    while sum(drains[key].run(timezone.now()) for key in keys):
        pass


def wait_until(is_so: Callable[[], bool], *, most: float) -> None:
    """Look again and again; too long is a failure."""
    until = time.monotonic() + most
    while not is_so():
        if time.monotonic() > until:
            raise RuntimeError(f"not so after {most} s")
        time.sleep(LOOK_SECONDS)

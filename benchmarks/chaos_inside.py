"""The part of ``chaos`` that uses Counterfoil: connect, submit, wait, judge."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, InterfaceError, connections, transaction
from django.utils import timezone

from benchmarks.chaos_company import Company, all_of
from benchmarks.chaos_verdict import OPEN, judge
from benchmarks.chaos_wishes import DEEDS, Wishes
from benchmarks.outside import Simulator, say
from counterfoil.config import embedded
from counterfoil.config.embedded_files import layout, programs
from counterfoil.events.wake import wake
from counterfoil.posting.models import Act, Intent
from counterfoil.workspaces import people

T = TypeVar("T")

# By the last digit of a wish's number.
MIXED = {
    1: "invoice",
    2: "estimate",
    3: "sales_receipt",
    4: "credit_memo",
    6: "refund_receipt",
    7: "expense",
    8: "payment",
    9: "invoice",
}


@dataclass
class Stage:
    """A workspace with all companies of the simulator connected."""

    books: Simulator
    wishes: Wishes
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
        companies = all_of(books, workspace, now)
        return cls(books, Wishes(workspace, timezone.now), companies)

    def submit(self, size: int) -> None:
        """Ask for so many documents; each tenth wish is uttered twice."""
        for number in itertools.count():
            if len(self.wishes.asked) >= size:
                break
            for _ in range(2 if number % 10 == 3 else 1):
                stubbornly(partial(self._wish, number))

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
        """What has become of it all."""
        asked = len(self.wishes.asked)
        return dict(stubbornly(lambda: judge(self.books, asked)))

    def _wish(self, number: int) -> None:
        """Of ten wishes one is a chain, one two invoices paid at once, the rest alone."""
        company = self.companies[number // 10 % len(self.companies)]
        if number % 10 == 0:
            self.wishes.chain(company, number)
        elif number % 10 == 5:
            self.wishes.two_paid_at_once(company, number)
        else:
            kind = MIXED[number % 10]
            intent = self.wishes.alone(company, kind, number)
            if number // 10 % 4 == 0 and kind in DEEDS:
                self.wishes.deed(company, intent, DEEDS[kind])


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
        control = str(programs(where) / "pg_ctl")
        command = [control, "stop", "-D", str(where.data), "-m", "immediate", "-w"]
        where.run(command, timeout=60)
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


def _open() -> int:
    of_documents = Intent.objects.filter(state__in=OPEN).count()
    return of_documents + Act.objects.filter(state__in=OPEN).count()

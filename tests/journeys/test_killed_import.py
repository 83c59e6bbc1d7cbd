"""Workers are killed all the time during a first import: it is complete all the same.

``SYNC_KILLS=full`` makes it as large as ``make soak`` has it.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db.models import Sum
from factories.people import make_workspace
from support import simulator as simulated
from support.processes import database_url
from support.worker import forget_jobs

from benchmarks.outside import Workers
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import CreditMemo, Invoice, Payment
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.models import Issue, Review, Run, StreamRun
from counterfoil.sync.ports import pairings_of, sources
from counterfoil.sync.runs import plan
from counterfoil.sync.settings import choices
from qbo_simulator.scaling.growing import Wanted, grow
from qbo_simulator.seeds import companies

FULL = os.environ.get("SYNC_KILLS") == "full"
CUSTOMERS, ITEMS, INVOICES = (50_000, 5_000, 20_000) if FULL else (3_000, 500, 1_500)
SECONDS = 3_600 if FULL else 600
CREW = 3
SEVERAL_CURRENCIES = 3
PRODUCTS = ("service", "non_inventory", "inventory")


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[simulated.Simulator]:
    with simulated.serving(tmp_path) as running:
        yield running


def grown(simulator: simulated.Simulator) -> simulated.Bookkeeper:
    now = datetime.now(UTC)
    company = companies.add(simulator.state.store, "multi", now=now)
    wanted = Wanted(customers=CUSTOMERS, items=ITEMS, invoices=INVOICES)
    grow(company, wanted, now=now)
    return simulator.bookkeeper(SEVERAL_CURRENCIES)


def pair(connection: Connection) -> None:
    """Customers are contacts and companies here, and items products."""
    for pairing in pairings_of(connection.service):
        wanted = replace(choices.defaults(connection, pairing.name), enabled=True)
        choices.save(connection, wanted, by=None, now=datetime.now(UTC))


def crew(simulator: simulated.Simulator, log: Path) -> Workers:
    environment = {
        **os.environ,
        **simulated.environment(simulator),
        "COUNTERFOIL_MODE": "test",
        "COUNTERFOIL_SECRET_KEY": settings.SECRET_KEY,
        "COUNTERFOIL_ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS,
        "DATABASE_URL": database_url(),
    }
    return Workers(CREW, environment, log)


def wait_for_the_end(run: Run) -> None:
    until = time.monotonic() + SECONDS
    while not Run.objects.filter(pk=run.pk).exclude(ended_at=None).exists():
        if time.monotonic() > until:
            parts = StreamRun.objects.filter(run=run).order_by("position")
            stand = list(parts.values("stream", "rows", "expected", "error", "pages"))
            pytest.fail(f"not done after {SECONDS} seconds: {stand}")
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_whose_workers_are_killed_every_second_is_whole_and_right(
    simulator: simulated.Simulator, tmp_path: Path
) -> None:
    books = grown(simulator)
    connection = simulated.connect(
        simulator, make_workspace(), now=datetime.now(UTC), company=SEVERAL_CURRENCIES
    )
    pair(connection)
    forget_jobs()
    began = time.monotonic()
    run = plan.begin(connection, datetime.now(UTC))
    workers = crew(simulator, tmp_path / "workers.log")
    try:
        workers.start()
        workers.kill_at_random(0.9, 1.1)
        wait_for_the_end(run)
    finally:
        workers.close()
    seconds = time.monotonic() - began
    rows = StreamRun.objects.filter(run=run).aggregate(rows=Sum("rows"))["rows"]
    print(f"{rows} rows in {seconds:.1f} s, {workers.kills} kills")  # noqa: T201
    assert workers.kills >= 2
    assert_done(run)
    assert_whole(connection)
    assert_paired(connection)
    assert_owed(connection, books)


def assert_done(run: Run) -> None:
    run.refresh_from_db()
    parts = list(run.streams.all())
    assert run.state == "done", [(part.stream, part.error) for part in parts]
    for part in parts:
        assert part.rows == part.expected, part.stream
    assert not Issue.objects.exists()


def assert_whole(connection: Connection) -> None:
    """Every object is here, and once, by the simulator's own list."""
    now = datetime.now(UTC)
    source = sources[connection.service]
    for spec in source.streams():
        there = source.remote_ids(connection, spec.key, now=now)
        if spec.key in kinds:
            rows = Link.objects.filter(connection=connection, stream=spec.key)
            records = kinds[spec.key].model._default_manager.count()
            assert records == len(there), spec.key
        else:
            rows = RemoteObject.objects.filter(connection=connection, stream=spec.key)  # type: ignore[assignment]
        here = list(rows.values_list("remote_id", flat=True))
        assert sorted(here) == sorted(there), spec.key
    assert Invoice.objects.count() >= INVOICES


def assert_paired(connection: Connection) -> None:
    """Each customer is a contact, a company or both, once; each item a product."""
    paired: dict[str, set[str]] = {"customers": set(), "items": set()}
    for pairing in pairings_of(connection.service):
        links = Link.objects.filter(
            connection=connection,
            stream=pairing.stream,
            object_type=pairing.object_type,
        )
        records = object_types[pairing.object_type].model._default_manager
        assert records.count() == links.count() > 0, pairing.name
        paired[pairing.stream].update(links.values_list("remote_id", flat=True))
    for stream, ids in paired.items():
        rows = RemoteObject.objects.filter(connection=connection, stream=stream)
        if stream == "items":
            rows = rows.filter(content__type__in=PRODUCTS)
        active = rows.filter(active=True)
        assert set(active.values_list("remote_id", flat=True)) <= ids
        assert ids <= set(rows.values_list("remote_id", flat=True))
    assert not Review.objects.exists()


def assert_owed(connection: Connection, books: simulated.Bookkeeper) -> None:
    """What is open here is what the ledger's receivables say, currency by currency."""
    ours: Counter[str] = Counter()
    for model, amount, sign in (
        (Invoice, "balance", 1),
        (Payment, "unapplied", -1),
        (CreditMemo, "remaining", -1),
    ):
        rows = model._default_manager.filter(connection=connection).order_by()
        for each in rows.values("currency").annotate(sum=Sum(amount)):
            ours[each["currency"]] += sign * each["sum"]
    there = receivable(books)
    assert len(there) == 4
    assert {**there, **ours} == there


def receivable(books: simulated.Bookkeeper) -> dict[str, Decimal]:
    """The balances of the accounts for it, one per currency."""
    asked = quote("select * from Account where AccountType = 'Accounts Receivable'")
    path = f"/v3/company/{books.realm}/query?query={asked}"
    answer = books.simulator.call("GET", path, token=books.token)
    return {
        each["CurrencyRef"]["value"]: Decimal(str(each["CurrentBalance"]))
        for each in answer["QueryResponse"]["Account"]
    }

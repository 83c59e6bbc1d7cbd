"""The figures: rows per second, calls per thousand changes, webhook to deal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from benchmarks.company import Company, drain
from benchmarks.door import door
from benchmarks.figures import figure
from benchmarks.latency import latency
from benchmarks.outside import Simulator, say
from benchmarks.reading import reading
from counterfoil.connections import queries
from counterfoil.connections.models import RemoteObject
from counterfoil.sync import inbound
from counterfoil.sync.models import Hint
from counterfoil.sync.ports import Told


def measure(books: Simulator, home: Path) -> None:
    """Everything, one figure after the other."""
    call_command("migrate", interactive=False, verbosity=0)
    customers = int(os.environ.get("BENCH_CUSTOMERS", "20000"))
    company = Company(books)
    say(f"making {customers} customers")
    company.make_customers(customers)
    reading(company)
    company.import_all()
    calls(company, int(os.environ.get("BENCH_CHANGES", "1000")))
    latency(company, int(os.environ.get("BENCH_WEBHOOKS", "100")), home)
    door(company.connection, customers)


def calls(company: Company, changes: int) -> None:
    """Reads used when so many records change and webhooks tell of each."""
    say(f"changing {changes} customers")
    rows = RemoteObject.objects.filter(
        stream="customers", name__startswith="Bench customer"
    ).order_by("pk")[:changes]
    bodies = [
        {
            "Id": row.remote_id,
            "SyncToken": row.version,
            "sparse": True,
            "Notes": "changed",
            "CompanyName": f"Renamed {row.remote_id}",
        }
        for row in rows
    ]
    changed = company.batch("update", "Customer", bodies)
    began = timezone.now().replace(second=0, microsecond=0)
    before = queries.calls(company.connection, since=began).reads
    for part in parts(changed, 50):
        now = timezone.now()
        account = company.connection.account
        news = [Told(account, "customers", one["Id"], "update", now) for one in part]
        inbound.hint("quickbooks", news, now=now)
    drain("pulls")
    assert not Hint.objects.exists()
    used = queries.calls(company.connection, since=began).reads - before
    fresh = RemoteObject.objects.filter(content__company_name__startswith="Renamed")
    assert fresh.count() == len(changed), (fresh.count(), len(changed))
    figure(
        "calls_per_1000_changes",
        used * 1000 / len(changed),
        "calls",
        changes=len(changed),
        baseline="one read per webhook",
        baseline_value=1000.0,
    )


def parts(rows: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]

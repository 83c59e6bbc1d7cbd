"""A first import by a real worker: rows a second, and whose time it takes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from benchmarks import usage
from benchmarks.company import Company, wait_until, worker
from benchmarks.figures import figure
from benchmarks.outside import say
from benchmarks.usage import Reading
from counterfoil.connections.models import Link, RemoteObject
from counterfoil.crm.models import Company as CompanyRecord, Contact
from counterfoil.sync.models import Run, StreamRun
from counterfoil.sync.runs import plan

PATIENCE = 3600.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Imported:
    """What a first import came to."""

    rows: int
    seconds: float
    used: Reading
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Customers a second, from the first call to the run's end."""
        return self.rows / self.seconds


def first_import(company: Company, home: Path) -> Imported:
    """Read everything into records, links and the mirror, as a worker does it."""
    say("first import")
    with worker(dict(os.environ), home) as pid:
        processes = company.processes(pid)
        before, began = usage.read(processes), time.perf_counter()
        run = plan.begin(company.connection, timezone.now())
        wait_until(lambda: _ended(run), most=PATIENCE)
        seconds = time.perf_counter() - began
        used = usage.read(processes).since(before)
        peak = usage.peak_memory(pid)
    rows = complete(company)
    company.connection.refresh_from_db()
    return Imported(rows, seconds, used, peak)


def _ended(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk).exclude(ended_at=None).exists()


def complete(company: Company) -> int:
    """How many customers are here; each is a row, and where it is paired a record or two."""
    connection = company.connection
    rows = RemoteObject.objects.filter(connection=connection, stream="customers")
    links = Link.objects.filter(connection=connection, stream="customers")
    contacts = Contact.objects.filter(workspace=company.workspace).count()
    companies = CompanyRecord.objects.filter(workspace=company.workspace).count()
    held, linked = rows.count(), links.count()
    there = company.books.query(company.keys, "select count(*) from Customer")
    assert held >= there["totalCount"], (held, there)
    least = held if company.is_paired else 0
    assert linked == contacts + companies >= least, (linked, contacts, companies, held)
    failed = StreamRun.objects.filter(run__connection=connection, failed__gt=0)
    assert not failed.exists(), list(failed.values_list("stream", "error"))
    return held


def report(done: Imported) -> None:
    """Whose processor time a row took, and how much was taken by others meanwhile."""
    for name, seconds in done.used.seconds.items():
        figure(f"first_import_{name}", seconds / done.rows * 1e6, "cpu µs/row")
    figure(
        "first_import_others",
        done.used.by_others / done.seconds,
        "processors busy with other work",
        of=os.cpu_count(),
    )
    figure("first_import_worker_memory", done.peak_bytes / MEGABYTE, "MB at most")

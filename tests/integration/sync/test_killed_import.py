"""A worker that is killed in the middle of a first import costs time and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Sum
from factories.people import make_workspace
from support import simulator as simulated
from support.processes import program, wait_until
from support.worker import forget_jobs

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.models import Invoice, Payment
from counterfoil.events.wake import wake
from counterfoil.sync import plan
from counterfoil.sync.models import Lane, Run, StreamRun
from counterfoil.sync.ports import sources

CUSTOMERS = 3_000


def fill(books: simulated.Bookkeeper) -> None:
    """In batches of thirty, as the API allows."""
    for start in range(0, CUSTOMERS, 30):
        items = [
            {
                "bId": str(number),
                "operation": "create",
                "Customer": {"DisplayName": f"Customer {number}"},
            }
            for number in range(start, start + 30)
        ]
        path = f"/v3/company/{books.realm}/batch"
        body = {"BatchItemRequest": items}
        books.simulator.call("POST", path, body, token=books.token)


def revive() -> None:
    """As if the leases of the dead were over."""
    Lane.objects.update(leased_until=datetime.now(UTC) - timedelta(seconds=1))
    forget_jobs()
    wake("imports")


@pytest.mark.django_db(transaction=True)
def test_a_first_import_whose_worker_is_killed_twice_is_whole_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    with simulated.serving(tmp_path) as simulator:
        fill(simulator.bookkeeper())
        connection = simulated.connect(
            simulator, make_workspace(), now=datetime.now(UTC)
        )
        forget_jobs()
        plan.begin(connection, datetime.now(UTC))
        customers = StreamRun.objects.filter(stream="customers")
        for pages in (1, 2):
            with program("import_process", simulator=simulator) as worker:
                wait_until(customers.filter(pages__gte=pages).exists, seconds=20)
                worker.kill()
            assert not Run.objects.exclude(ended_at=None).exists()
            revive()
        with program("import_process", simulator=simulator):
            wait_until(Run.objects.exclude(ended_at=None).exists, seconds=30)
        assert_whole(connection)


def assert_whole(connection: Connection) -> None:
    """Every object is here, and once, by the simulator's own list."""
    now = datetime.now(UTC)
    source = sources[connection.service]
    there = source.remote_ids(connection, "customers", now=now)
    rows = RemoteObject.objects.filter(connection=connection, stream="customers")
    here = list(rows.values_list("remote_id", flat=True))
    assert len(there) > CUSTOMERS
    assert sorted(here) == sorted(there)
    for stream, model in (("invoices", Invoice), ("payments", Payment)):
        there = source.remote_ids(connection, stream, now=now)
        links = Link.objects.filter(connection=connection, stream=stream)
        assert model._default_manager.count() == links.count() == len(there) > 0
    read = StreamRun.objects.filter(stream="customers").aggregate(rows=Sum("rows"))
    assert read["rows"] == len(here)

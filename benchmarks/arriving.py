"""Changes that arrive as webhooks: how many calls they cost, and how late they are.

The simulator posts the webhooks to a running server; a running worker follows them.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.utils import timezone

from benchmarks.company import Company, wait_until, worker
from benchmarks.figures import figure
from benchmarks.outside import say
from counterfoil.connections import queries
from counterfoil.connections.models import Link, RemoteObject

HOOK = "/connect/quickbooks/hook"
PATIENCE = 120.0
PER_SECOND = 20


def arriving(company: Company, home: Path, *, changes: int, seconds: int) -> None:
    """A burst of changes, and then a steady stream of them."""
    customers = _chosen(company, changes + seconds * PER_SECOND + PER_SECOND)
    burst, steady = customers[:changes], customers[changes:]
    with server(home) as address, worker(dict(os.environ), home):
        company.books.call("POST", "/_sim/webhooks/endpoint", {"url": address + HOOK})
        try:
            calls(company, burst)
            lag(company, steady)
        finally:
            company.books.call("POST", "/_sim/webhooks/endpoint", {"url": ""})


def _chosen(company: Company, count: int) -> list[tuple[str, int]]:
    """Customers with their versions."""
    rows = RemoteObject.objects.filter(
        connection=company.connection, stream="customers", active=True
    )
    found = rows.order_by("-pk").values_list("remote_id", "version")[:count]
    assert len(found) == count, f"only {len(found)} customers: raise BENCH_CUSTOMERS"
    return [(remote_id, int(version)) for remote_id, version in found]


@contextmanager
def server(home: Path) -> Iterator[str]:
    """The web server as ``counterfoil serve`` runs it, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["-c", "from counterfoil.config.cli import main; main()", "serve"]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *command, "--port", str(port), "--workers", "1"],
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: _answers(address), most=PATIENCE)
            yield address
        finally:
            process.terminate()
            process.wait(60)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code < 500
    except httpx.TransportError:
        return False


def calls(company: Company, chosen: Sequence[tuple[str, int]]) -> None:
    """Reads used when so many customers change at once."""
    say(f"a burst of {len(chosen)} changes")
    began = timezone.now().replace(second=0, microsecond=0)
    before = queries.calls(company.connection, since=began).reads
    bodies = [_edit(remote_id, version, 0) for remote_id, version in chosen]
    company.batch("update", "Customer", bodies)
    expected = {remote_id: version + 1 for remote_id, version in chosen}
    wait_until(lambda: not _behind(company, expected), most=PATIENCE)
    used = queries.calls(company.connection, since=began).reads - before
    figure(
        "calls_per_1000_changes",
        used * 1000 / len(chosen),
        "calls",
        changes=len(chosen),
        baseline="one read per webhook",
        baseline_value=1000.0,
    )


def _edit(remote_id: str, version: int, number: int) -> dict[str, Any]:
    return {
        "Id": remote_id,
        "SyncToken": str(version),
        "sparse": True,
        "PrimaryPhone": {"FreeFormNumber": f"(555) 777-{int(remote_id) % 10_000:04}"},
        "BillAddr": {"Line1": f"{number + 1} Moved Street", "City": "Elsewhere"},
    }


def _behind(company: Company, expected: Mapping[str, int]) -> set[str]:
    """Which of these are not here in that version yet."""
    links = Link.objects.filter(
        connection=company.connection,
        stream="customers",
        object_type="company",
        remote_id__in=list(expected),
    ).values_list("remote_id", "version")
    here = {remote_id for remote_id, at in links if int(at) >= expected[remote_id]}
    return set(expected) - here


def lag(company: Company, chosen: Sequence[tuple[str, int]]) -> None:
    """From the answer to a change there until its record is changed here."""
    warm, timed = chosen[:PER_SECOND], chosen[PER_SECOND:]
    say(f"{len(timed)} changes, {PER_SECOND} a second")
    _arrivals(company, warm)
    began = timezone.now().replace(second=0, microsecond=0)
    before = queries.calls(company.connection, since=began).reads
    seconds = sorted(_arrivals(company, timed))
    used = queries.calls(company.connection, since=began).reads - before
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        place = min(int(len(seconds) * share), len(seconds) - 1)
        figure(f"lag_{name}", seconds[place] * 1000, "ms", changes=len(seconds))
    figure("lag_mean", statistics.mean(seconds) * 1000, "ms", changes=len(seconds))
    figure("lag_calls_per_1000_changes", used * 1000 / len(seconds), "calls")


def _arrivals(company: Company, chosen: Sequence[tuple[str, int]]) -> list[float]:
    """How many seconds each took."""
    made: dict[str, float] = {}
    versions: dict[str, int] = {}
    poster = threading.Thread(target=_post, args=(company, chosen, made, versions))
    poster.start()
    found: dict[str, float] = {}
    until = time.perf_counter() + len(chosen) / PER_SECOND + PATIENCE
    while len(found) < len(chosen):
        pending = {key: versions[key] for key in list(made) if key not in found}
        arrived = set(pending) - (_behind(company, pending) if pending else set())
        at = time.perf_counter()
        found |= {each: at - made[each] for each in arrived}
        if at > until:
            raise RuntimeError(f"{len(chosen) - len(found)} changes did not arrive")
        time.sleep(0.01)
    poster.join()
    return list(found.values())


def _post(
    company: Company,
    chosen: Sequence[tuple[str, int]],
    made: dict[str, float],
    versions: dict[str, int],
) -> None:
    """Change a customer every so often; notes when each was answered."""
    token = company.keys["access_token"]
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    address, path = company.books.address, f"{company.root}/customer"
    began = time.perf_counter()
    with httpx.Client(base_url=address, headers=headers, timeout=60) as http:
        for number, (remote_id, version) in enumerate(chosen):
            time.sleep(max(began + number / PER_SECOND - time.perf_counter(), 0))
            body = _edit(remote_id, version, number)
            http.post(path, json=body).raise_for_status()
            versions[remote_id] = version + 1
            made[remote_id] = time.perf_counter()

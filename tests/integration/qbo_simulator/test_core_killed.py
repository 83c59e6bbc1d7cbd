"""Kill the served simulator with -9 amid writes: what it acknowledged, it kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from qbo_simulator.company import Company
from qbo_simulator.store import Store

COMMAND = [sys.executable, "-m", "qbo_simulator.cli"]
WRITERS = 4
SOLD = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve in a process of its own; give it and its address."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--empty", "--data", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().split(": ", 1)[1].strip()
    finally:
        process.kill()
        process.communicate()


def client_of(address: str) -> httpx.Client:
    """A client of the first company, with the simulator's limits out of the way."""
    httpx.post(f"{address}/_sim/switches", json={"throttle": False})
    keys = httpx.post(f"{address}/_sim/credentials", json={"company": 1}).json()
    headers = {
        "Authorization": f"Bearer {keys['access_token']}",
        "Accept": "application/json",
    }
    return httpx.Client(
        base_url=f"{keys['base_url']}/{keys['realm_id']}/", headers=headers
    )


def write_until_it_dies(http: httpx.Client, writer: int) -> dict[str, Any]:
    """Create invoices one after another; give those acknowledged, by `requestid`."""
    acknowledged: dict[str, Any] = {}
    body = {"CustomerRef": {"value": "1"}, "Line": [SOLD]}
    for number in range(10_000):
        requestid = f"{writer}-{number}"
        try:
            answer = http.post("invoice", json=body, params={"requestid": requestid})
        except httpx.TransportError:
            return acknowledged
        acknowledged[requestid] = answer.json()["Invoice"]
    raise AssertionError("The simulator was never killed")


def test_what_a_killed_simulator_acknowledged_is_there_and_repeats_find_it(
    tmp_path: Path,
) -> None:
    told: dict[str, Any] = {}
    with (
        served(tmp_path) as (process, address),
        client_of(address) as http,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        http.post("customer", json={"DisplayName": "Ada"}).raise_for_status()
        writing = [pool.submit(write_until_it_dies, http, n) for n in range(WRITERS)]
        time.sleep(1.5)
        process.kill()
        for each in writing:
            told |= each.result()
    assert told

    with served(tmp_path) as (_process, address), client_of(address) as http:
        for requestid, invoice in told.items():
            again = http.post("invoice", json={}, params={"requestid": requestid})
            assert again.json()["Invoice"] == invoice
            assert http.get(f"invoice/{invoice['Id']}").json()["Invoice"] == invoice
        listed = httpx.get(f"{address}/_sim/oracle", params={"entity": "Invoice"})
        accepted = listed.json()["accepted"]

    # A write that was under way may stand though nobody was told: one a writer.
    ids = [each["requestid"] for each in accepted]
    assert len(ids) == len(set(ids))
    assert set(told) <= set(ids)
    assert len(ids) - len(told) <= WRITERS
    store = Store(tmp_path / "simulator.sqlite3")
    company = Company(store, store.realms()[0])
    assert sum(company.trial_balance().values()) == 0
    assert company.read("Customer", "1")["Balance"] == 10 * len(ids)
    store.close()

"""What the simulator itself can do, on real processes: ``python -m benchmarks.simulator``.

Makes a small company and a large one, serves both, and pages through them. Prints one
JSON line per figure. A page of the large company is compared with the same page of the
small one, a durable create with a bare durable write of SQLite on the same disk. All of
it in one run on one machine; trust the ratios.

Variables: BENCH_SMALL (customers of the small company, 30000), BENCH_LARGE (of the
large one, 1000000; half as many invoices in both), BENCH_PAGES (pages per figure, 5),
BENCH_CREATES (customers created, 1000).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.figures import figure
from benchmarks.outside import Simulator, say, simulator

PAGE = 1000
WRITERS = 4
SINCE = "where MetaData.LastUpdatedTime >= '2000-01-01'"
PAGES = {
    "by_id": ("Customer", "", "orderby Id"),
    "by_time": ("Customer", SINCE, "orderby MetaData.LastUpdatedTime"),
    "by_name": ("Customer", "", ""),
    "with_inactive": ("Customer", "where Active in (true, false)", "orderby Id"),
    "owing": ("Customer", "where Balance > '0'", ""),
    "invoices": ("Invoice", "", ""),
    "invoices_since": ("Invoice", "where TxnDate >= '2000-01-01'", ""),
}
LOOKUPS = {
    "count": "select count(*) from Customer",
    "count_since": f"select count(*) from Customer {SINCE}",  # noqa: S608
    "name": "select * from Customer where DisplayName = 'Keller Yoga of Waco'",
    "address": "select * from Customer where PrimaryEmailAddr = 'a@b.example'",
    "number": "select * from Invoice where DocNumber = '1003'",
    "of_customer": "select * from Invoice where CustomerRef = '7'",
}


def wanted(name: str, usual: int) -> int:
    """A number from the environment."""
    return int(os.environ.get(name, usual))


def main() -> int:
    """Measure in folders of its own, which are gone afterwards."""
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__)
        return 0
    home = Path(tempfile.mkdtemp(prefix="bench-simulator-"))
    try:
        small = company(home / "small", wanted("BENCH_SMALL", 30_000))
        large = company(home / "large", wanted("BENCH_LARGE", 1_000_000))
        for name, (rate, unit) in large.items():
            figure(
                name,
                rate,
                unit,
                baseline="the small company",
                baseline_value=small[name][0],
            )
        creates(home / "small")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def company(folder: Path, customers: int) -> dict[str, tuple[float, str]]:
    """Make a company of that size and measure it: figures by name."""
    say(f"simulator: a company of {customers} customers")
    began = time.perf_counter()
    scale = f"customers={customers},items=5000,invoices={customers // 2}"
    command = [sys.executable, "-m", "qbo_simulator.cli", "reset", "--empty"]
    subprocess.run(  # noqa: S603
        [*command, "--data", str(folder), "--scale", scale],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    rows = customers * 18 // 10 + 5000  # three invoices of five are paid
    found = {"simulator_grows": (rows / (time.perf_counter() - began), "entities/s")}
    with served(folder) as (http, path):
        for name, (entity, where, order) in PAGES.items():
            say(f"simulator: pages {name}")
            whole = whole_pages(http, path, f"select count(*) from {entity} {where}")  # noqa: S608
            statement = f"select * from {entity} {where} {order}"  # noqa: S608
            for place, first in (("first", 0), ("last", whole - 1 - pages())):
                rate = paged(http, path, statement, max(first, 0))
                found[f"simulator_pages_{name}_{place}"] = (rate, "pages/s")
        for name, statement in LOOKUPS.items():
            rate = asked(http, path, statement)
            found[f"simulator_looks_up_{name}"] = (rate, "answers/s")
    return found


@contextmanager
def served(folder: Path) -> Iterator[tuple[httpx.Client, str]]:
    """Serve a folder; give a client of its first company and its address."""
    with simulator(folder) as books:
        books.call("POST", "/_sim/switches", {"throttle": False})
        yield client(books)


def client(books: Simulator) -> tuple[httpx.Client, str]:
    """A client of the first company, and the company's address."""
    keys = books.credentials(1)
    headers = {
        "authorization": f"Bearer {keys['access_token']}",
        "accept": "application/json",
        "accept-encoding": "identity",
    }
    http = httpx.Client(base_url=books.address, headers=headers, timeout=120)
    return http, f"/v3/company/{keys['realm_id']}"


def pages() -> int:
    """How many pages a figure is made of."""
    return wanted("BENCH_PAGES", 5)


def whole_pages(http: httpx.Client, path: str, statement: str) -> int:
    """How many full pages there are; too few of them are no measurement."""
    answer = http.get(f"{path}/query", params={"query": statement}).json()
    found: int = answer["QueryResponse"]["totalCount"] // PAGE
    assert found > pages(), f"too few rows for BENCH_PAGES: {statement}"
    return found


def paged(http: httpx.Client, path: str, statement: str, first: int) -> float:
    """Full pages a second, one after the other, after one that leads there."""
    began = 0.0
    for page in range(first, first + pages() + 1):
        query = f"{statement} startposition {page * PAGE + 1} maxresults {PAGE}"
        answer = http.get(f"{path}/query", params={"query": query})
        assert f'"maxResults":{PAGE}'.encode() in answer.content[-120:], query
        began = began or time.perf_counter()
    return pages() / (time.perf_counter() - began)


def asked(http: httpx.Client, path: str, statement: str) -> float:
    """Answers a second to the same question."""
    count = pages() * 20
    http.get(f"{path}/query", params={"query": statement}).raise_for_status()
    began = time.perf_counter()
    for _ in range(count):
        http.get(f"{path}/query", params={"query": statement})
    return count / (time.perf_counter() - began)


def creates(folder: Path) -> None:
    """Durable creates a second, by a few clients at once."""
    say("simulator: creates")
    count = wanted("BENCH_CREATES", 1000)
    with served(folder) as (http, path):
        began = time.perf_counter()
        threads = [
            threading.Thread(
                target=_create, args=(http, path, writer, count // WRITERS)
            )
            for writer in range(WRITERS)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        rate = count / (time.perf_counter() - began)
    figure(
        "simulator_creates",
        rate,
        "creates/s",
        baseline="bare durable writes of SQLite",
        baseline_value=bare_writes(folder / "bare.sqlite3"),
    )


def _create(http: httpx.Client, path: str, writer: int, count: int) -> None:
    for number in range(count):
        body = {"DisplayName": f"Bench {writer} {number}"}
        http.post(f"{path}/customer", json=body).raise_for_status()


def bare_writes(path: Path) -> float:
    """How many transactions of one row a second the disk takes."""
    count = 1000
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    began = time.perf_counter()
    for number in range(count):
        db.execute("INSERT INTO t VALUES (?, ?)", (number, "x" * 1000))
    rate = count / (time.perf_counter() - began)
    db.close()
    return rate


if __name__ == "__main__":
    sys.exit(main())

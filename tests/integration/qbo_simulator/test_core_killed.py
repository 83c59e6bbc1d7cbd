"""Kill the served simulator with -9 amid writes: what it acknowledged, it kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.storage.store import Store

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


Told = list[tuple[str, str, dict[str, Any]]]
"""What a writer was told, in order: request id, kind, and the entity as answered."""


class Writer:
    """One client that sells, collects, edits, voids and deletes until nobody answers."""

    def __init__(self, http: httpx.Client, number: int) -> None:
        self.http = http
        self.number = number
        self.told: Told = []
        self.gone: set[str] = set()

    def run(self) -> Told:
        """Write until the simulator is gone; gives what it acknowledged."""
        try:
            for turn in range(10_000):
                self._turn(turn)
        except httpx.TransportError:
            return self.told
        raise AssertionError("The simulator was never killed")

    def _turn(self, turn: int) -> None:
        name = f"Buyer {self.number}-{turn}"
        buyer = self._post("customer", {"DisplayName": name})
        invoice = self._post(
            "invoice", {"CustomerRef": {"value": buyer["Id"]}, "Line": [SOLD]}
        )
        link = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
        paid = {
            "CustomerRef": {"value": buyer["Id"]},
            "TotalAmt": 4,
            "Line": [{"Amount": 4, "LinkedTxn": link}],
        }
        payment = self._post("payment", paid)
        token = {"Id": invoice["Id"], "SyncToken": "1"}
        edit = {**token, "sparse": True, "PrivateNote": f"seen in turn {turn}"}
        edited = self._post("invoice", edit)
        if turn % 3 == 1:
            gone = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
            self._post("payment", gone, operation="delete")
        elif turn % 3 == 2:
            current = {"Id": edited["Id"], "SyncToken": edited["SyncToken"]}
            self._post("invoice", current, operation="void")

    def _post(self, kind: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
        requestid = f"{self.number}-{len(self.told)}"
        answer = self.http.post(
            kind, json=body, params={"requestid": requestid, **params}
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()[kind.capitalize()]
        self.told.append((requestid, kind, found))
        return found


def last_told(told: Told) -> dict[tuple[str, str], dict[str, Any]]:
    """The last answer about each entity; a payment's own writes change its invoice."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for _, kind, body in told:
        found[kind, body["Id"]] = body
    return found


@pytest.mark.parametrize("writes", [12, 150])
def test_what_a_killed_simulator_acknowledged_is_there_and_repeats_find_it(
    tmp_path: Path, writes: int
) -> None:
    with (
        served(tmp_path) as (process, address),
        client_of(address) as http,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        writers = [Writer(http, number) for number in range(WRITERS)]
        writing = [pool.submit(each.run) for each in writers]
        while sum(len(each.told) for each in writers) < writes:
            assert not any(each.done() for each in writing)
            time.sleep(0.01)
        process.kill()
        told = [entry for each in writing for entry in each.result()]
    assert len({kind for _, kind, _ in told}) == 3

    with served(tmp_path) as (_process, address), client_of(address) as http:
        for requestid, kind, body in told[:: max(len(told) // 60, 1)]:
            again = http.post(kind, json={}, params={"requestid": requestid})
            assert again.json()[kind.capitalize()] == body
        accepted = [
            each
            for entity in ("Customer", "Invoice", "Payment")
            for each in httpx.get(
                f"{address}/_sim/oracle", params={"entity": entity}
            ).json()["accepted"]
        ]
        fresh = http.post("customer", json={"DisplayName": "After"}).json()["Customer"]
        sold = {"CustomerRef": {"value": fresh["Id"]}, "Line": [SOLD]}
        invoice = http.post("invoice", json=sold).json()["Invoice"]

    # A write that was under way may stand though nobody was told: one a writer.
    ids = [each["requestid"] for each in accepted]
    assert len(ids) == len(set(ids))
    assert {requestid for requestid, _, _ in told} <= set(ids)
    assert len(ids) - len(told) <= WRITERS
    used = {(kind, int(body["Id"])) for _, kind, body in told}
    assert int(fresh["Id"]) > max(number for kind, number in used if kind == "customer")
    assert int(invoice["Id"]) > max(
        number for kind, number in used if kind != "customer"
    )
    check_books(tmp_path, told)


def check_books(folder: Path, told: Told) -> None:
    """Everything told is in the file, and its books agree with themselves."""
    store = Store(folder / "simulator.sqlite3")
    company = Company(store, store.realms()[0])
    under_way = 0  # deletions that nobody was told of any more
    for (kind, id_), body in last_told(told).items():
        if body.get("status") == "Deleted":
            with pytest.raises(Fault, match=r"^610 "):
                company.read(kind, id_)
            continue
        try:
            held = company.read(kind, id_)
        except Fault:
            assert kind == "payment"
            under_way += 1
            continue
        assert int(held["SyncToken"]) >= int(body["SyncToken"])
        assert body.get("PrivateNote", "") in held.get("PrivateNote", "")
    assert under_way <= WRITERS
    trial = company.trial_balance()
    assert sum(trial.values()) == 0
    owed = company.query(
        "select * from Account where AccountType = 'Accounts Receivable'"
    )
    open_balances = store.connection.execute(
        "SELECT SUM(balance) FROM entity WHERE kind = 'Invoice' AND realm = ? "
        "AND deleted = 0",
        (company.realm,),
    ).fetchone()[0]
    unapplied = sum(Decimal(each["UnappliedAmt"]) for each in rows(company, "Payment"))
    [receivable] = owed["Account"]
    assert receivable["CurrentBalance"] == Decimal(str(open_balances)) - unapplied
    for customer in rows(company, "Customer"):
        own = sum(
            Decimal(each["Balance"])
            for each in rows(company, "Invoice", customer["Id"])
        )
        spare = sum(
            Decimal(each["UnappliedAmt"])
            for each in rows(company, "Payment", customer["Id"])
        )
        assert customer["Balance"] == own - spare
    assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()


def rows(company: Company, entity: str, customer: str = "") -> list[dict[str, Any]]:
    """Every row of a kind, or those of one customer."""
    where = f"where CustomerRef = '{customer}'" if customer else ""
    found: list[dict[str, Any]] = []
    while True:
        page = company.query(
            f"select * from {entity} {where} orderby Id "  # noqa: S608
            f"startposition {len(found) + 1} maxresults 1000"
        )
        if not page:
            return found
        found += page[entity]


def test_who_is_killed_while_a_company_grows_has_the_books_as_they_were(
    tmp_path: Path,
) -> None:
    scale = "customers=300000,items=100,invoices=100000"
    process = subprocess.Popen(
        [*COMMAND, "reset", "--empty", "--scale", scale, "--data", str(tmp_path)]
    )
    file = tmp_path / "simulator.sqlite3"
    until = time.monotonic() + 240
    # The file grows beyond what is held in memory well before all of it is entered.
    while not (file.exists() and file.stat().st_size > 30_000_000):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    process.kill()
    process.wait()
    store = Store(file)
    company = Company(store, store.realms()[0])
    assert company.query("select count(*) from Customer") == {"totalCount": 0}
    assert company.query("select count(*) from Invoice") == {"totalCount": 0}
    assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    made = company.create("Customer", {"DisplayName": "Ada"}, now=datetime.now(UTC))
    assert company.query("select * from Customer")["Customer"] == [made]
    store.close()


KILLED = """
import sys, pathlib
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store
from qbo_simulator.clock import Clock
store = Store(pathlib.Path(sys.argv[1]))
now = Clock(store).now()
company = seed(store, now=now, empty=True)[0]
company.create("Customer", {"DisplayName": "Ada"}, now=now)
line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
while True:
    body = {"CustomerRef": {"value": "1"}, "Line": [line]}
    print(company.create("Invoice", body, now=now)["Id"], flush=True)
"""


def test_a_killed_simulator_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "simulator.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(40)]
    process.kill()
    told += process.stdout.read().split()
    process.stdout.close()
    process.wait()
    store = Store(path)
    company = Company(store, store.realms()[0])
    for number in told:
        assert company.read("Invoice", number)["TotalAmt"] == 10
    assert sum(company.trial_balance().values()) == 0
    store.close()

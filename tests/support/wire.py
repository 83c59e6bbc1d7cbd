"""A served simulator with one empty company and a client of it, for the wire tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from qbo_simulator.company import Company
from qbo_simulator.credentials import issue
from qbo_simulator.state import State
from qbo_simulator.switches import Switches
from qbo_simulator.testing import serve

Body = dict[str, Any]
LINE = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
INVOICE: Body = {"CustomerRef": {"value": "1"}, "Line": [LINE]}
XML = {"Accept": "application/xml", "Content-Type": "application/xml"}


@dataclass
class Wire:
    """An HTTP client of one served company that has one customer, Ada."""

    http: httpx.Client
    state: State
    realm: str
    base_url: str

    @property
    def company(self) -> Company:
        return self.state.company(self.realm)

    def post(self, path: str, body: Any, **params: str) -> httpx.Response:
        return self.http.post(path, json=body, params=params)

    def post_xml(self, path: str, text: str, **params: str) -> httpx.Response:
        return self.http.post(path, content=text, params=params, headers=XML)

    def query(self, statement: str) -> Body:
        answer = self.http.get("query", params={"query": statement}).json()
        found: Body = answer["QueryResponse"]
        return found

    def count(self, entity: str = "Invoice") -> int:
        found = self.query("select count(*) from " + entity)  # noqa: S608  names of the tests
        return int(found["totalCount"])

    def fault(self, answer: httpx.Response) -> Body:
        found: Body = answer.json()["Fault"]["Error"][0]
        return found


@contextmanager
def wired(folder: Path, **switches: Any) -> Iterator[Wire]:
    """Serve a company until the block ends."""
    chosen = Switches(throttle=False)
    chosen.change(switches)
    with serve(folder, switches=chosen, empty=True) as running:
        keys = issue(running.state.store, company=1, base=running.base_url)
        headers = {
            "Authorization": f"Bearer {keys['access_token']}",
            "Accept": "application/json",
        }
        url = f"{keys['base_url']}/{keys['realm_id']}/"
        with httpx.Client(base_url=url, headers=headers, timeout=60) as http:
            wire = Wire(http, running.state, keys["realm_id"], running.base_url)
            now = running.state.clock.now()
            wire.company.create("Customer", {"DisplayName": "Ada"}, now=now)
            yield wire

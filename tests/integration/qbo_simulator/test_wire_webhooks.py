"""An endpoint that fails for too long is disabled; what is done reaches one that answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.state import State
from qbo_simulator.storage.store import Store
from qbo_simulator.webhooks.delivery import Webhooks

DAY = 86_400
LINE = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
INVOICE = {"CustomerRef": {"value": "1"}, "Line": [LINE]}


class Endpoint:
    """Answers each post with one status and remembers what it was told."""

    def __init__(self) -> None:
        self.status = 200
        self.told: list[Any] = []

    async def __call__(
        self, url: str, *, body: bytes, headers: Mapping[str, str]
    ) -> int:
        self.told.append(json.loads(body))
        return self.status


class Hooked:
    """A company whose webhooks are delivered by hand."""

    def __init__(self, state: State, company: Company) -> None:
        self.state = state
        self.company = company
        self.endpoint = Endpoint()
        self.webhooks = Webhooks(state, self.endpoint)

    def register(self, **manner: Any) -> None:
        self.webhooks.log.set_manner(url="http://127.0.0.1:9/hook", **manner)

    def sell(self, **more: Any) -> str:
        body = {**INVOICE, **more}
        made = self.company.create("Invoice", body, now=self.state.clock.now())
        return str(made["Id"])

    def deliver(self) -> int:
        return asyncio.run(self.webhooks.deliver_due(force=True))


@pytest.fixture
def hooked(tmp_path: Path) -> Iterator[Hooked]:
    store = Store(tmp_path / "simulator.sqlite3")
    state = State(store)
    company, *_ = seed(store, now=state.clock.now(), empty=True)
    company.create("Customer", {"DisplayName": "Ada"}, now=state.clock.now())
    found = Hooked(state, company)
    found.deliver()
    yield found
    store.close()


def test_everything_done_to_an_invoice_is_told_in_the_words_of_the_wire(
    hooked: Hooked,
) -> None:
    hooked.register(format="cloudevents")
    number = hooked.sell(BillEmail={"Address": "ada@pier.example"})
    company, now = hooked.company, hooked.state.clock.now()
    company.send("Invoice", number, now=now)
    company.void("Invoice", {"Id": number, "SyncToken": "0"}, now=now)
    company.delete("Invoice", {"Id": number, "SyncToken": "1"}, now=now)
    hooked.deliver()
    told = {event["type"] for batch in hooked.endpoint.told for event in batch}
    assert {
        "qbo.invoice.created.v1",
        "qbo.invoice.emailed.v1",
        "qbo.invoice.void.v1",
        "qbo.invoice.deleted.v1",
    } <= told


def test_an_endpoint_is_disabled_after_failing_for_days(hooked: Hooked) -> None:
    hooked.register()
    hooked.endpoint.status = 500
    hooked.sell()
    assert hooked.deliver() == 1
    hooked.state.clock.advance(6 * DAY)
    assert hooked.deliver() == 1
    assert hooked.webhooks.log.disabled_at() is None
    hooked.state.clock.advance(2 * DAY)
    assert hooked.deliver() == 1
    last = hooked.webhooks.log.attempts(hooked.webhooks.log.recent(1)[0].id)[-1]
    assert hooked.webhooks.log.disabled_at() == last.at
    hooked.endpoint.status = 200
    assert hooked.deliver() == 0
    hooked.register()
    assert hooked.webhooks.log.disabled_at() is None
    assert hooked.deliver() == 1


def test_patience_may_be_endless(hooked: Hooked) -> None:
    hooked.register(give_up=0)
    hooked.endpoint.status = 500
    hooked.sell()
    for _ in range(3):
        assert hooked.deliver() == 1
        hooked.state.clock.advance(30 * DAY)
    assert hooked.webhooks.log.disabled_at() is None

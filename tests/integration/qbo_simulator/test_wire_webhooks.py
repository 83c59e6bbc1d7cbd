"""An endpoint that fails for too long is disabled; what is done reaches one that answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.wire import INVOICE, Wire, wired

from qbo_simulator.webhooks import Webhooks

DAY = 86_400


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
    """A wire whose webhooks are delivered by hand."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.endpoint = Endpoint()
        self.webhooks = Webhooks(wire.state, self.endpoint)

    def register(self, **manner: Any) -> None:
        self.webhooks.log.set_manner(url="http://127.0.0.1:9/hook", **manner)

    def deliver(self) -> int:
        return asyncio.run(self.webhooks.deliver_due(force=True))


@pytest.fixture
def hooked(wire: Wire) -> Hooked:
    return Hooked(wire)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with wired(tmp_path) as found:
        yield found


def test_everything_done_to_an_invoice_is_told_in_the_words_of_the_wire(
    hooked: Hooked,
) -> None:
    # The served simulator has a loop of its own; a far window leaves it to us.
    hooked.register(format="cloudevents", window=DAY, delay=DAY)
    wire = hooked.wire
    wire.post("invoice", {**INVOICE, "BillEmail": {"Address": "ada@pier.example"}})
    wire.http.post("invoice/1/send")
    wire.post("invoice", {"Id": "1", "SyncToken": "0"}, operation="void")
    wire.post("invoice", {"Id": "1", "SyncToken": "1"}, operation="delete")
    hooked.deliver()
    told = {event["type"] for batch in hooked.endpoint.told for event in batch}
    assert {
        "qbo.invoice.created.v1",
        "qbo.invoice.emailed.v1",
        "qbo.invoice.void.v1",
        "qbo.invoice.deleted.v1",
    } <= told


def test_an_endpoint_is_disabled_after_failing_for_days(hooked: Hooked) -> None:
    hooked.register(window=DAY, delay=DAY)
    hooked.endpoint.status = 500
    hooked.wire.post("invoice", INVOICE)
    assert hooked.deliver() == 1
    hooked.wire.state.clock.advance(6 * DAY)
    assert hooked.deliver() == 1
    assert hooked.webhooks.log.disabled_at() is None
    hooked.wire.state.clock.advance(2 * DAY)
    assert hooked.deliver() == 1
    assert hooked.webhooks.log.disabled_at() == hooked.webhooks.log.attempts(1)[-1].at
    hooked.endpoint.status = 200
    assert hooked.deliver() == 0
    hooked.register()
    assert hooked.webhooks.log.disabled_at() is None
    assert hooked.deliver() == 1


def test_patience_may_be_endless(hooked: Hooked) -> None:
    hooked.register(window=DAY, delay=DAY, give_up=0)
    hooked.endpoint.status = 500
    hooked.wire.post("invoice", INVOICE)
    for _ in range(3):
        assert hooked.deliver() == 1
        hooked.wire.state.clock.advance(30 * DAY)
    assert hooked.webhooks.log.disabled_at() is None

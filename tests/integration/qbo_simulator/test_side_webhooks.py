"""Delivery of webhooks on a virtual clock: windows, retries, order, loss, replay."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from qbo_simulator.oauth.tokens import Authority
from qbo_simulator.storage.store import Change, Store
from qbo_simulator.webhooks.delivery import Webhooks, post

START = datetime(2026, 3, 4, 10, tzinfo=UTC)
URL = "http://127.0.0.1:9/hook"


class VirtualClock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


class Receiver:
    """Answers each post with the next status; the last one is answered for ever."""

    def __init__(self) -> None:
        self.statuses: list[int | Exception] = [200]
        self.posts: list[tuple[bytes, Mapping[str, str]]] = []

    async def __call__(
        self, url: str, *, body: bytes, headers: Mapping[str, str]
    ) -> int:
        assert url == URL
        self.posts.append((body, headers))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(status, Exception):
            raise status
        return status

    @property
    def heard(self) -> list[str]:
        """What was told, in the order in which it arrived."""
        return [
            entity["id"]
            for body, _headers in self.posts
            for notification in json.loads(body)["eventNotifications"]
            for entity in notification["dataChangeEvent"]["entities"]
        ]


@dataclass
class World:
    store: Store
    clock: VirtualClock = field(default_factory=VirtualClock)
    receiver: Receiver = field(default_factory=Receiver)

    @property
    def webhooks(self) -> Webhooks:
        return Webhooks(self, self.receiver)  # type: ignore[arg-type]

    def change(self, number: str, operation: str = "Update", **more: Any) -> None:
        fields = {"realm": "9130", "entity": "Invoice", **more}
        with self.store.write():
            self.store.announce(
                Change(id=number, operation=operation, at=self.clock.now(), **fields)
            )

    def round(self, *, force: bool = False) -> int:
        return asyncio.run(self.webhooks.deliver_due(force=force))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = Store(tmp_path / "simulator.sqlite3")
    world = World(store)
    world.webhooks.log.set_manner(url=URL)
    yield world
    store.close()


def test_changes_within_the_window_travel_together(world):
    world.change("1")
    world.change("2")
    assert world.round() == 0
    world.clock.advance(seconds=1)
    assert world.round() == 1
    assert world.receiver.heard == ["1", "2"]


def test_each_change_is_told_once(world):
    world.change("1")
    world.clock.advance(seconds=1)
    world.round()
    world.clock.advance(days=1)
    assert world.round() == 0


def test_the_signature_is_made_of_the_raw_body_with_the_verifier_token(world):
    world.change("1", entity="Customer")
    world.round(force=True)
    body, headers = world.receiver.posts[0]
    verifier = Authority(world.store).app().webhook_verifier
    expected = hmac.new(verifier.encode(), body, hashlib.sha256).digest()
    assert headers["intuit-signature"] == base64.b64encode(expected).decode()
    assert headers["intuit-notification-schema-version"] == "0.1"
    assert headers["user-agent"] == "intuit_notification_server/0.1"
    assert headers["intuit-t-id"]
    assert headers["intuit-created-time"].startswith("2026-03-04T10:00")


def test_cloud_events_are_sent_when_the_switch_says_so(world):
    world.webhooks.log.set_manner(format="cloudevents")
    world.change("1", "Create")
    world.round(force=True)
    body, headers = world.receiver.posts[0]
    assert json.loads(body)[0]["type"] == "qbo.invoice.created.v1"
    assert headers["content-type"] == "application/cloudevents-batch+json"


def test_silent_entities_make_no_webhook(world):
    world.change("1", entity="TaxCode")
    assert world.round(force=True) == 0


def test_a_refused_webhook_is_repeated_on_intuits_schedule(world):
    world.receiver.statuses = [500]
    world.change("1")
    world.clock.advance(seconds=1)
    assert world.round() == 2  # the first wait is none
    for wait in ({"seconds": 10}, {"seconds": 20}, {"seconds": 30}, {"minutes": 5}):
        world.clock.advance(**wait, microseconds=-1)
        assert world.round() == 0
        world.clock.advance(microseconds=1)
        assert world.round() == 1
    world.receiver.statuses = [200]
    world.clock.advance(minutes=20)
    assert world.round() == 1
    world.clock.advance(days=2)
    assert world.round() == 0
    (delivery,) = world.webhooks.log.recent()
    assert delivery.state == "delivered"
    attempts = world.webhooks.log.attempts(delivery.id)
    assert [attempt.status for attempt in attempts] == [500] * 6 + [200]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (TimeoutError(), "No answer within 3 seconds"),
        (httpx.ConnectError("refused"), "refused"),
    ],
)
def test_an_endpoint_that_does_not_answer_is_tried_again(world, failure, words):
    world.receiver.statuses = [failure, 200]
    world.change("1")
    world.clock.advance(seconds=1)
    assert world.round() == 2
    (delivery,) = world.webhooks.log.recent()
    first, second = world.webhooks.log.attempts(delivery.id)
    assert (first.status, first.problem) == (None, words)
    assert second.status == 200


def test_a_redirect_is_no_acknowledgement(world):
    world.receiver.statuses = [302, 200]
    world.change("1")
    world.clock.advance(seconds=1)
    assert world.round() == 2


def test_a_failing_webhook_lets_later_ones_pass(world):
    world.receiver.statuses = [500, 500, 200]
    world.change("1")
    world.clock.advance(seconds=1)
    world.round()
    world.change("2")
    world.clock.advance(seconds=1)
    world.round()
    assert world.receiver.heard == ["1", "1", "2"]


def test_with_held_back_order_nothing_overtakes_the_oldest(world):
    world.webhooks.log.set_manner(hold_back=True)
    world.receiver.statuses = [500, 500, 200]
    world.change("1")
    world.clock.advance(seconds=1)
    world.round()
    world.change("2")
    world.clock.advance(seconds=1)
    assert world.round() == 0
    world.clock.advance(seconds=10)
    world.round()
    assert world.receiver.heard == ["1", "1", "1", "2"]


def test_duplicates_repeat_the_very_same_bytes(world):
    world.webhooks.log.set_manner(duplicate=2)
    world.change("1")
    world.round(force=True)
    bodies = [body for body, _headers in world.receiver.posts]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1


def test_reordered_webhooks_arrive_one_by_one_the_newest_first(world):
    world.webhooks.log.set_manner(reorder=True)
    for number in ("1", "2", "3", "4"):
        world.change(number)
    world.clock.advance(seconds=1)
    world.round()
    world.clock.advance(seconds=2)
    world.round()
    assert sorted(world.receiver.heard) == ["1", "2", "3", "4"]
    assert world.receiver.heard == ["4", "2", "3", "1"]


def test_lost_webhooks_never_arrive_and_later_ones_do(world):
    world.webhooks.log.set_manner(lose=True)
    world.change("1")
    world.round(force=True)
    world.webhooks.log.set_manner(lose=False)
    world.change("2")
    world.round(force=True)
    world.clock.advance(days=2)
    world.round()
    assert world.receiver.heard == ["2"]
    assert [each.state for each in world.webhooks.log.recent()] == ["delivered", "lost"]


def test_a_lost_webhook_can_be_replayed(world):
    world.webhooks.log.set_manner(lose=True)
    world.change("1")
    world.round(force=True)
    (lost,) = world.webhooks.log.recent()
    world.webhooks.log.replay(lost.id, now=world.clock.now())
    world.round()
    assert world.receiver.heard == ["1"]
    assert world.webhooks.log.recent()[0].replay_of == lost.id


def test_delayed_webhooks_wait_on_the_virtual_clock(world):
    world.webhooks.log.set_manner(delay=60.0)
    world.change("1")
    world.clock.advance(seconds=1)
    assert world.round() == 0
    world.clock.advance(seconds=59)
    assert world.round() == 0
    world.clock.advance(seconds=1)
    assert world.round() == 1


def test_without_an_endpoint_changes_pass_by_and_are_not_told_later(world):
    world.webhooks.log.set_manner(url="")
    world.change("1")
    world.round()
    world.webhooks.log.set_manner(url=URL)
    world.change("2")
    world.round(force=True)
    assert world.receiver.heard == ["2"]


def test_more_than_a_hundred_changes_are_split_into_several_payloads(world):
    for number in range(150):
        world.change(str(number))
    assert world.round(force=True) == 2
    assert len(world.receiver.heard) == 150


def test_flushing_tries_each_waiting_webhook_once(world):
    world.receiver.statuses = [500]
    world.change("1")
    world.round(force=True)
    world.change("2")
    assert world.round(force=True) == 2


def test_a_simulator_killed_in_the_middle_of_a_delivery_sends_it_again(world):
    world.change("1")
    world.clock.advance(seconds=1)
    log = world.webhooks.log
    log.collect(client_id="A", now=world.clock.now())
    assert log.claim(now=world.clock.now())
    assert world.round() == 0
    log.release()
    assert world.round() == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"format": "xml"},
        {"url": "ftp://x"},
        {"duplicate": -1},
        {"lose": "yes"},
        {"window": True},
        {"speed": 3},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_nothing_changes(world, wish):
    before = world.webhooks.log.manner()
    with pytest.raises(ValueError, match=r"is |Unknown|starts|negative"):
        world.webhooks.log.set_manner(**wish)
    assert world.webhooks.log.manner() == before


def test_posting_gives_up_after_three_seconds(monkeypatch):
    monkeypatch.setattr("qbo_simulator.webhooks.delivery.ANSWER_LIMIT", 0.2)

    async def scenario() -> None:
        tested, closed = asyncio.Event(), asyncio.Event()

        async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
            await tested.wait()
            writer.close()
            closed.set()

        async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(TimeoutError):
                await post(f"http://127.0.0.1:{port}/", body=b"{}", headers={})
            tested.set()
            await closed.wait()

    asyncio.run(scenario())


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(1, 5)),
        st.tuples(st.just("wait"), st.integers(1, 4000)),
        st.tuples(st.just("answer"), st.sampled_from([200, 200, 404, 500])),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    max_size=30,
)


@settings(max_examples=60)
@given(
    acts=ACTS, reorder=st.booleans(), hold_back=st.booleans(), copies=st.integers(0, 2)
)
def test_whatever_the_endpoint_does_every_change_arrives_in_the_end(
    acts, reorder, hold_back, copies
):
    world = World(Store(":memory:"))
    log = world.webhooks.log
    log.set_manner(url=URL, reorder=reorder, hold_back=hold_back, duplicate=copies)
    told = set()
    for act, value in acts:
        if act == "change":
            told.add(str(value))
            world.change(str(value))
        elif act == "wait":
            world.clock.advance(seconds=value)
            world.round()
        elif act == "answer":
            world.receiver.statuses = [value]
        else:
            log.release()
    world.receiver.statuses = [200]
    for _ in range(3):
        world.clock.advance(days=1)
        world.round()
    assert set(world.receiver.heard) == told
    deliveries = log.recent(1000)
    assert {each.state for each in deliveries} <= {"delivered"}
    acknowledged = [
        sum(attempt.status == 200 for attempt in log.attempts(each.id))
        for each in deliveries
    ]
    assert set(acknowledged) <= {1}
    world.store.close()

"""Limits, and the faults that are injected: dropped answers, late commits, lagging reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from support.wire import INVOICE, Wire

from qbo_simulator.injection import Rule


def test_limits_per_second_and_minute_are_kept(wire: Wire) -> None:
    wire.state.switches.change({"throttle": True, "per_second": 3, "service_time": 0})
    statuses = [wire.http.get("customer/1").status_code for _ in range(6)]
    assert statuses.count(429) >= 1
    wire.state.switches.change(
        {"per_second": 0, "per_minute": 1, "throttle_format": "xml"}
    )
    answer = wire.http.get("customer/1")
    assert answer.status_code == 429
    assert answer.headers["content-type"].startswith("application/xml")
    assert "errorCode=003001" in answer.text
    assert "retry-after" not in answer.headers


def test_who_waits_for_answers_is_not_held_to_the_second(wire: Wire) -> None:
    wire.state.switches.change({"throttle": True})
    statuses = {wire.http.get("customer/1").status_code for _ in range(25)}
    assert 429 not in statuses


def test_who_asks_for_much_at_once_is_held_to_the_second(wire: Wire) -> None:
    wire.state.switches.change({"throttle": True})
    wire.state.faults.add(Rule("delay", seconds=0.2, operation="read"))
    with ThreadPoolExecutor(9) as pool:
        answers = pool.map(lambda _n: wire.http.get("customer/1"), range(25))
        statuses = [answer.status_code for answer in answers]
    assert 429 in statuses


def inject(wire: Wire, kind: str, **more: Any) -> None:
    wire.state.faults.add(Rule(kind, count=1, operation="create", **more))


def refused_write(wire: Wire) -> httpx.Response:
    return wire.post("invoice", INVOICE, requestid="r1")


def test_an_error_after_the_commit_leaves_the_invoice(wire: Wire) -> None:
    inject(wire, "error_before")
    assert refused_write(wire).json()["Fault"]["Error"][0]["code"] == "10000"
    assert wire.count() == 0
    inject(wire, "error_after")
    assert refused_write(wire).status_code == 500
    assert wire.count() == 1
    assert refused_write(wire).json()["Invoice"]["Id"] == "1"


@pytest.mark.parametrize(
    ("kind", "left"), [("drop_before", 0), ("drop_after", 1), ("truncate", 1)]
)
def test_a_dropped_answer_is_no_answer(wire: Wire, kind: str, left: int) -> None:
    inject(wire, kind)
    with pytest.raises(httpx.TransportError):
        refused_write(wire)
    assert wire.count() == left
    assert refused_write(wire).status_code == 200
    assert wire.count() == 1


def test_a_late_commit_appears_after_its_time(wire: Wire) -> None:
    inject(wire, "late_commit", seconds=2)
    with pytest.raises(httpx.TransportError):
        refused_write(wire)
    assert wire.count() == 0
    wait_for(lambda: wire.count() == 1)
    assert refused_write(wire).json()["Invoice"]["Id"] == "1"
    assert wire.count() == 1


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_other_faults_hit_as_planned(wire: Wire) -> None:
    inject(wire, "throttle", format="xml")
    assert refused_write(wire).status_code == 429
    inject(wire, "expire_token")
    assert refused_write(wire).status_code == 401
    inject(wire, "delay", seconds=0.3)
    started = time.monotonic()
    assert refused_write(wire).status_code == 200
    assert time.monotonic() - started >= 0.3
    wire.post("invoice", {**INVOICE, "PrivateNote": "other"})
    wire.state.faults.add(Rule("wrong_entity", count=1, operation="read"))
    assert wire.http.get("invoice/1").json()["Invoice"]["Id"] == "2"
    assert wire.http.get("invoice/1").json()["Invoice"]["Id"] == "1"


def test_a_lagging_read_hides_what_is_new(wire: Wire) -> None:
    wire.state.clock.advance(60)
    wire.state.switches.change({"read_lag": 30})
    wire.post("invoice", INVOICE)
    assert wire.count() == 0
    assert wire.http.get("invoice/1").status_code == 200
    wire.state.clock.advance(31)
    assert wire.count() == 1

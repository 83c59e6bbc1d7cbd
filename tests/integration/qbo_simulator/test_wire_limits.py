"""How often a company may be called, and what is answered beyond."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from support.wire import INVOICE, Wire, wired

from qbo_simulator.injection import Rule

BATCH = {"BatchItemRequest": [{"bId": "1", "Query": "select * from Customer"}]}


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    limits = ("per_second", "per_minute", "concurrent", "batch_per_minute")
    with wired(tmp_path, **dict.fromkeys(limits, 0)) as found:
        found.state.switches.change({"throttle": True})
        yield found


def statuses(answers: list[httpx.Response]) -> list[int]:
    return [each.status_code for each in answers]


@pytest.mark.parametrize(
    ("switch", "path"),
    [
        ("per_minute", "customer/1"),
        ("combined_per_minute", "customer/1"),
        ("per_second", "customer/1"),
        ("reports_per_minute", "reports/TrialBalance"),
    ],
)
def test_a_call_too_many_is_refused_with_the_recorded_body(
    wire: Wire, switch: str, path: str
) -> None:
    wire.state.switches.change({switch: 2})
    answers = [wire.http.get(path) for _ in range(3)]
    assert statuses(answers) == [200, 200, 429]
    body = answers[2].json()
    assert body["fault"]["type"] == "SERVICE"
    assert body["fault"]["error"] == [
        {
            "message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
            "detail": "The request limit was reached.  Try again later",
            "code": "3001",
            "element": None,
        }
    ]
    assert "retry-after" not in answers[2].headers


@pytest.mark.parametrize("switch", ["batch_per_minute", "realm_batch_per_minute"])
def test_batches_have_limits_of_their_own(wire: Wire, switch: str) -> None:
    wire.state.switches.change({switch: 1})
    assert statuses([wire.post("batch", BATCH) for _ in range(2)]) == [200, 429]
    assert wire.http.get("customer/1").status_code == 200


def test_a_refusal_may_come_as_xml_although_json_was_asked_for(wire: Wire) -> None:
    wire.state.switches.change({"per_minute": 1, "throttle_format": "xml"})
    wire.http.get("customer/1")
    refused = wire.http.get("customer/1")
    assert refused.headers["content-type"].startswith("application/xml")
    assert '<Fault type="SERVICE"><Error code="3001">' in refused.text


def test_calls_at_the_same_time_are_counted(wire: Wire) -> None:
    wire.state.switches.change({"concurrent": 2})
    wire.state.faults.add(Rule("delay", seconds=2, operation="read"))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: wire.http.get("customer/1"), range(4)))
    assert sorted(statuses(answers)) == [200, 200, 429, 429]


def test_a_free_application_is_blocked_once_it_has_read_enough(wire: Wire) -> None:
    wire.state.switches.change({"builder_calls": 3})
    answers = [wire.http.get("customer/1") for _ in range(4)]
    assert statuses(answers) == [200, 200, 200, 429]
    assert wire.post("invoice", INVOICE).status_code == 200
    assert wire.http.get("customer/99").status_code == 429
    wire.state.clock.advance(32 * 86_400)
    fresh = wire.state.clock.now()
    wire.state.store.connection.execute(
        "UPDATE oauth_token SET expires_at = ?", (fresh.timestamp() + 3600,)
    )
    assert wire.http.get("customer/1").status_code == 200


def test_failed_calls_and_writes_are_not_metered(wire: Wire) -> None:
    wire.http.get("customer/99")
    wire.post("invoice", INVOICE)
    wire.http.get("customer/1")
    counted = wire.state.requests.metering()[wire.realm]
    assert (counted["core"], counted["core_plus"], counted["failed"]) == (1, 1, 1)


def test_a_sandbox_sends_so_many_e_mails_a_day(wire: Wire) -> None:
    wire.state.switches.change({"emails_per_day": 2})
    wire.post("invoice", INVOICE)
    send = "invoice/1/send?sendTo=ada@pier.example"
    headers = {"Content-Type": "application/octet-stream"}
    answers = [wire.http.post(send, headers=headers) for _ in range(3)]
    assert statuses(answers) == [200, 200, 400]
    assert wire.fault(answers[2])["code"] == "6000"

"""The control endpoints: what tests of other programs lean on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from qbo_simulator.api.metering import RequestLog, price_group, priced
from qbo_simulator.credentials import issue
from qbo_simulator.testing import Running, serve


class World:
    """A served simulator, and a client of its first company."""

    def __init__(self, running: Running) -> None:
        keys = issue(running.state.store, base=running.base_url)
        self.state = running.state
        self.realm = keys["realm_id"]
        self.sim = httpx.Client(base_url=f"{running.base_url}/_sim")
        self.api = httpx.Client(
            base_url=f"{keys['base_url']}/{self.realm}",
            headers={
                "authorization": f"Bearer {keys['access_token']}",
                "accept": "application/json",
            },
        )

    def close(self) -> None:
        self.sim.close()
        self.api.close()

    def create_customer(self, name: str, **parameters: str) -> httpx.Response:
        return self.api.post("/customer", json={"DisplayName": name}, params=parameters)

    def oracle(self, **filters: str) -> list[dict[str, Any]]:
        return self.sim.get("/oracle", params=filters).json()["accepted"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serve(tmp_path, empty=True) as running:
        world = World(running)
        yield world
        world.close()


@pytest.fixture
def hook() -> Iterator[list[bytes]]:
    """The bodies a webhook endpoint received; its address is the first."""
    received: list[bytes] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    received.append(f"http://127.0.0.1:{server.server_port}/hook".encode())
    yield received
    server.shutdown()
    thread.join()
    server.server_close()


def until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def delivered(world: Any) -> bool:
    """Whether the simulator, too, knows of an answer: the endpoint knows of it first."""
    deliveries = world.sim.get("/webhooks/log").json()["deliveries"]
    return any(attempt["status"] for each in deliveries for attempt in each["attempts"])


@pytest.mark.parametrize(
    "wish",
    [
        {"seconds": 1e30},
        {"seconds": -1e30},
        {"seconds": float("nan")},
        {"to": "9999-12-31T23:59:59+00:00"},
        {"to": "1066-10-14T09:00:00+00:00"},
    ],
)
def test_a_clock_that_no_date_can_show_is_refused_and_time_goes_on(
    world: World, wish: dict[str, Any]
) -> None:
    before = datetime.fromisoformat(world.sim.get("/clock").json()["now"])
    refused = world.sim.post("/clock", content=json.dumps(wish))
    assert refused.status_code == 400
    assert "2000" in refused.json()["error"]
    after = datetime.fromisoformat(world.sim.get("/clock").json()["now"])
    assert 0 <= (after - before).total_seconds() < 60
    assert world.create_customer("Still open").status_code == 200


def test_the_index_lists_every_endpoint(world):
    listed = world.sim.get("/").json()["endpoints"]
    assert "POST /_sim/faults" in listed
    assert "GET /_sim/oracle" in listed


def test_the_oracle_lists_accepted_writes_and_can_be_filtered(world):
    world.create_customer("Ada", requestid="r-1")
    world.create_customer("Bo", requestid="r-2")
    world.create_customer("Bo", requestid="r-3")
    names = [row["requestid"] for row in world.oracle(entity="Customer")]
    assert names == ["r-1", "r-2"]
    (row,) = world.oracle(requestid="r-2")
    assert (row["realm"], row["operation"]) == (world.realm, "create")
    assert world.oracle(realm="1") == []
    assert world.oracle(after=str(row["seq"])) == []


def test_a_fault_hits_as_often_as_planned_and_can_be_lifted(world):
    rule = {"kind": "error_before", "entity": "customer", "count": 1}
    shown = world.sim.post("/faults", json=rule).json()
    assert shown["rules"][0]["kind"] == "error_before"
    assert world.create_customer("Ada").status_code == 500
    assert world.create_customer("Ada").status_code == 200
    world.sim.post("/faults", json={"rules": [{"kind": "throttle"}], "seed": 7})
    assert world.create_customer("Bo").status_code == 429
    assert world.sim.request("DELETE", "/faults").json()["rules"] == []
    assert world.create_customer("Bo").status_code == 200


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("/faults", {"kind": "earthquake"}),
        ("/faults", {"kind": "throttle", "colour": "red"}),
        ("/faults", {"rules": "all"}),
        ("/faults", {"kind": "throttle", "seed": "x"}),
        ("/switches", {"requestid": "sometimes"}),
        ("/switches", {"throttle_format": "yaml"}),
        ("/switches", {"per_minute": -1}),
        ("/switches", {"read_lag": -1}),
        ("/switches", {"speed": 1}),
        ("/oauth", {"rotation": "hourly"}),
        ("/oauth", {"colour": "red"}),
        ("/oauth", {"redirect_uris": "https://a.example"}),
        ("/oauth", {"any_local_redirect": "no"}),
        ("/webhooks", {"format": "xml"}),
        ("/webhooks/endpoint", {"address": "http://x"}),
        ("/clock", {"seconds": "soon"}),
        ("/clock", {"hours": 1}),
        ("/clock", {"to": "2026-01-01"}),
        ("/credentials", {"company": 9}),
        ("/credentials", {"company": "one"}),
        ("/merge", {"realm": "9130350000000001", "loser": "1"}),
        ("/webhooks/replay", {"id": "first"}),
        ("/preferences", {"realm": "9130350000000001", "body": "x"}),
        ("/preferences", {"realm": "9130350000000001", "colour": "red"}),
        ("/reset", {"empty": "yes"}),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_with_a_sentence(world, path, wish):
    answer = world.sim.post(path, json=wish)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10


@pytest.mark.parametrize("path", ["/oracle", "/requests", "/webhooks/log"])
@pytest.mark.parametrize("limit", ["x", "-1", "1.5", "9" * 30])
def test_a_limit_that_is_no_count_is_refused(world, path, limit):
    answer = world.sim.get(path, params={"limit": limit})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "limit is a whole number and not negative."},
    )


def test_a_body_that_is_no_json_object_is_refused(world):
    assert world.sim.post("/faults", content=b"{").status_code == 400
    assert world.sim.post("/faults", content=b"[1]").status_code == 400


@pytest.mark.parametrize(
    "path", ["/preferences", "/oauth/revoke", "/oauth/expire", "/credentials"]
)
def test_a_company_that_does_not_exist_is_not_found(world, path):
    answer = world.sim.post(path, json={"realm": "1"})
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "There is no company 1 here."},
    )


def test_the_clock_moves_by_seconds_or_to_an_instant(world):
    def shown() -> datetime:
        return datetime.fromisoformat(world.sim.get("/clock").json()["now"])

    before = shown()
    world.sim.post("/clock", json={"seconds": 86400})
    assert (shown() - before).total_seconds() == pytest.approx(86400, abs=5)
    world.sim.post("/clock", json={"to": "2031-01-01T00:00:00+00:00"})
    assert shown().year == 2031


def test_access_tokens_of_a_company_can_be_ended(world):
    assert world.sim.post("/oauth/expire", json={"realm": world.realm}).json() == {
        "expired": 1
    }
    assert world.create_customer("Ada").status_code == 401


def test_a_company_can_be_disconnected_from_the_quickbooks_side(world):
    answer = world.sim.post("/oauth/revoke", json={"realm": world.realm})
    assert answer.json() == {"revoked": 1}
    assert world.create_customer("Ada").status_code == 401


def test_credentials_are_issued_by_number_or_by_company(world):
    second = world.sim.post("/credentials", json={"company": 2}).json()
    again = world.sim.post("/credentials", json={"realm": second["realm_id"]}).json()
    assert again["realm_id"] == second["realm_id"] != world.realm
    assert again["access_token"] != second["access_token"]


def test_switches_change_how_the_api_behaves(world):
    world.sim.post("/switches", json={"per_second": 1})
    codes = [world.create_customer(name).status_code for name in ("Ada", "Bo", "Cy")]
    assert codes == [200, 429, 429]
    assert world.sim.get("/switches").json()["per_second"] == 1


def test_preferences_are_switched_by_name(world):
    wish = {"realm": world.realm, "custom_txn_numbers": True}
    changed = world.sim.post("/preferences", json=wish).json()["Preferences"]
    assert changed["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    closed = {"realm": world.realm, "book_close_date": "2026-01-31"}
    changed = world.sim.post("/preferences", json=closed).json()["Preferences"]
    assert changed["AccountingInfoPrefs"]["BookCloseDate"] == "2026-01-31"
    opened = {"realm": world.realm, "book_close_date": None}
    changed = world.sim.post("/preferences", json=opened).json()["Preferences"]
    assert "BookCloseDate" not in changed["AccountingInfoPrefs"]


def test_requests_are_logged_with_their_bodies_and_counted_by_price(world):
    world.create_customer("Ada")
    world.create_customer("Ada")
    world.api.get("/query", params={"query": "select * from Customer"})
    requests = world.sim.get("/requests", params={"operation": "create"}).json()
    assert [each["status"] for each in requests["requests"]] == [200, 400]
    assert json.loads(requests["requests"][0]["request"]) == {"DisplayName": "Ada"}
    counted = world.sim.get("/metering").json()["realms"][world.realm]
    assert (counted["core"], counted["core_plus"], counted["failed"]) == (1, 1, 1)
    assert counted["operations"] == {"create": 2, "query": 1}
    assert world.sim.request("DELETE", "/metering").json() == {"realms": {}}
    assert world.sim.request("DELETE", "/requests").json() == {"requests": []}


def test_a_batch_of_writes_is_free_and_one_with_a_query_is_metered():
    entry = {"status": 200, "operation": "batch", "items": {"reads": 0, "writes": 2}}
    assert price_group(entry) == "core"
    mixed = {**entry, "items": {"reads": 1, "writes": 2}}
    assert price_group(mixed) == "core_plus"
    assert priced(mixed) == {"core": 2, "core_plus": 1}
    assert price_group({**entry, "status": None}) == "failed"


def test_counting_goes_on_beyond_what_the_log_keeps():
    log = RequestLog()
    for _ in range(1500):
        log.append({"realm": "1", "operation": "query", "status": 200})
    assert len(log) == 1000
    assert log.metering()["1"]["core_plus"] == 1500


def test_a_change_through_the_api_reaches_the_endpoint_by_itself(world, hook):
    address = hook.pop(0).decode()
    world.sim.post("/webhooks/endpoint", json={"url": address})
    number = world.create_customer("Ada").json()["Customer"]["Id"]
    until(lambda: delivered(world))
    (notification,) = json.loads(hook[0])["eventNotifications"]
    assert notification["realmId"] == world.realm
    (entity,) = notification["dataChangeEvent"]["entities"]
    assert (entity["name"], entity["id"]) == ("Customer", number)
    (delivery,) = world.sim.get("/webhooks/log").json()["deliveries"]
    assert delivery["attempts"][0]["status"] == 200


def test_webhooks_can_be_lost_replayed_flushed_and_forgotten(world, hook):
    address = hook.pop(0).decode()
    lossy = {"url": address, "lose": True, "window": 0}
    assert world.sim.post("/webhooks", json=lossy).json()["lose"] is True
    world.create_customer("Ada")
    until(lambda: world.sim.get("/webhooks/log").json()["deliveries"])
    (lost,) = world.sim.get("/webhooks/log").json()["deliveries"]
    assert (lost["state"], hook) == ("lost", [])
    world.sim.post("/webhooks", json={"lose": False, "delay": 3600})
    replayed = world.sim.post("/webhooks/replay", json={"id": lost["id"]})
    assert replayed.status_code == 200
    until(lambda: delivered(world))
    assert len(hook) == 1
    world.create_customer("Bo")
    assert world.sim.post("/webhooks/flush").json()["attempts"] == 1
    assert len(hook) == 2
    missing = world.sim.post("/webhooks/replay", json={"id": 9999})
    assert missing.json() == {"error": "There is no webhook 9999 here."}
    forgotten = world.sim.request("DELETE", "/webhooks/log").json()
    assert forgotten == {"deliveries": []}


def test_books_that_fail_are_told_of_in_json_too(world):
    with world.state.store.write() as db:
        db.execute("ALTER TABLE mail RENAME COLUMN subject TO topic")
    answer = world.sim.get("/outbox")
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("The books cannot be used (")


def test_a_company_that_was_added_is_gone_after_a_reset(world):
    added = world.sim.post("/companies", json={"empty": True}).json()["companies"][-1]
    wish = {"realm": added["realm"], "allow_discount": True}
    assert world.sim.post("/preferences", json=wish).status_code == 200
    world.sim.post("/reset", json={"empty": True})
    assert world.sim.post("/preferences", json=wish).status_code == 404


def test_reset_starts_the_books_afresh_and_keeps_the_applications_keys(world):
    before = world.sim.get("/oauth").json()
    world.create_customer("Ada")
    world.sim.post("/faults", json={"kind": "throttle"})
    world.sim.post("/webhooks", json={"url": "http://127.0.0.1:9/hook"})
    companies = world.sim.post("/reset", json={"empty": True}).json()["companies"]
    assert [company["number"] for company in companies] == [1, 2]
    assert world.sim.get("/oauth").json() == before
    assert world.oracle(entity="Customer", operation="create") == []
    assert world.sim.get("/faults").json()["rules"] == []
    assert world.create_customer("Ada").status_code == 401
    keys = world.sim.post("/credentials").json()
    world.api.headers["authorization"] = f"Bearer {keys['access_token']}"
    assert world.create_customer("Ada").status_code == 200

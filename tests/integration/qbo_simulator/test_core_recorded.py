"""The simulator's answers beside recorded ones: the same names, types and formats."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qbo_simulator.credentials import issue
from qbo_simulator.switches import Switches
from qbo_simulator.testing import serve

FIXTURE = Path(__file__).parents[2] / "fixtures" / "quickbooks" / "recorded.json"
RECORDED = json.loads(FIXTURE.read_text())
# Newer sandboxes answer it on every sales line.
NEWER = {"Invoice.Line[].SalesItemLineDetail.ItemAccountRef"}
FORMATS = {
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "milliseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d",
    "date": r"\d{4}-\d\d-\d\d",
    "digits": r"\d+",
}


def shape(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each path in a JSON value, with the type or format found there."""
    if path in NEWER:
        return
    if isinstance(value, dict):
        yield path, "object"
        for name, part in value.items():
            yield from shape(part, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        yield path, "array"
        for part in value:
            yield from shape(part, f"{path}[]")
    elif isinstance(value, str):
        yield (
            path,
            next((n for n, p in FORMATS.items() if re.fullmatch(p, value)), "text"),
        )
    else:
        yield path, type(value).__name__


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("simulator")
    with serve(folder, switches=Switches(throttle=False), empty=True) as running:
        keys = issue(running.state.store, company=1, base=running.base_url)
        company = running.state.company(keys["realm_id"])
        company.create(
            "Customer",
            {"DisplayName": "Amy's Bird Sanctuary"},
            now=running.state.clock.now(),
        )
        url = f"{keys['base_url']}/{keys['realm_id']}/"
        headers = {
            "Authorization": f"Bearer {keys['access_token']}",
            "Accept": "application/json",
        }
        with httpx.Client(base_url=url, headers=headers) as client:
            yield client


def assert_same_shape(name: str, answer: httpx.Response) -> None:
    assert set(shape(answer.json())) == set(shape(RECORDED[name]["answer"]))


def test_a_created_invoice_has_the_recorded_shape(http: httpx.Client) -> None:
    answer = http.post("invoice", json=RECORDED["invoice_create"]["request"])
    assert_same_shape("invoice_create", answer)
    assert list(answer.json()["Invoice"]) == list(
        RECORDED["invoice_create"]["answer"]["Invoice"]
    )
    body = {"Id": answer.json()["Invoice"]["Id"], "SyncToken": "0"}
    gone = http.post("invoice", json=body, params={"operation": "delete"})
    assert_same_shape("invoice_delete", gone)


def test_refusals_have_the_recorded_shape(http: httpx.Client) -> None:
    taken = http.post("customer", json={"DisplayName": "Amy's Bird Sanctuary"})
    assert_same_shape("duplicate_name", taken)
    assert_same_shape("bad_id", http.get("customer/1.5"))
    headers = {"Authorization": "Bearer AB01"}
    assert_same_shape("expired_token", http.get("customer/1", headers=headers))


def test_query_answers_have_the_recorded_shape(http: httpx.Client) -> None:
    def ask(statement: str) -> httpx.Response:
        return http.get("query", params={"query": statement})

    found = ask("select Id from Customer")
    recorded = set(shape(RECORDED["customers"]["answer"]))
    assert set(shape(found.json())) - recorded == {
        ("QueryResponse.Customer[].sparse", "bool")
    }
    assert_same_shape("nothing_found", ask("select * from Customer where Id = '9'"))
    assert_same_shape("count", ask("select count(*) from Customer"))


def test_the_change_feed_has_the_recorded_shape(http: httpx.Client) -> None:
    params = {"entities": "Customer,Vendor", "changedSince": "2020-01-01T00:00:00Z"}
    answer = http.get("cdc", params=params)
    recorded = set(shape(RECORDED["changes"]["answer"]))
    assert recorded <= set(shape(answer.json()))
    changed, unchanged = answer.json()["CDCResponse"][0]["QueryResponse"]
    assert set(changed) == {"Customer", "startPosition", "maxResults"}
    assert unchanged == {}

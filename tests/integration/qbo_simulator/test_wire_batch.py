"""Batches over HTTP: every kind of item, and how each one fails by itself."""

from __future__ import annotations

from typing import Any

import pytest
from support.wire import INVOICE, Body, Wire

from qbo_simulator.scaling.growing import Wanted, grow

PAYMENT = {"TotalAmt": 10, "CustomerRef": {"value": "1"}}


def run(wire: Wire, *items: Any, **params: str) -> list[Body]:
    answer = wire.post("batch", {"BatchItemRequest": list(items)}, **params)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"BatchItemResponse", "time"}
    found: list[Body] = answer.json()["BatchItemResponse"]
    return found


def code(item: Body) -> str:
    return str(item["Fault"]["Error"][0]["code"])


def test_items_of_every_kind_are_answered_in_their_order(wire: Wire) -> None:
    since = {"Entities": "Customer,Vendor", "ChangedSince": "2020-01-01T00:00:00Z"}
    found = run(
        wire,
        {"bId": "1", "operation": "create", "Invoice": INVOICE},
        {"bId": "2", "operation": "create", "Payment": PAYMENT},
        {"bId": "3", "Query": "select * from Customer"},
        {"bId": "4", "CDCQuery": since},
        {"bId": "5", "operation": "create", "Attachable": {"Note": "Hello"}},
    )
    assert [each["bId"] for each in found] == ["1", "2", "3", "4", "5"]
    assert found[0]["Invoice"]["TotalAmt"] == 10.0
    assert found[2]["QueryResponse"]["maxResults"] == 1
    assert len(found[3]["CDCResponse"][0]["QueryResponse"]) == 2
    voided, deleted, forgotten = run(
        wire,
        {
            "bId": "v",
            "operation": "update",
            "optionsData": "void",
            "Payment": {"Id": found[1]["Payment"]["Id"], "SyncToken": "0"},
        },
        {
            "bId": "d",
            "operation": "delete",
            "Invoice": {"Id": found[0]["Invoice"]["Id"], "SyncToken": "0"},
        },
        {
            "bId": "a",
            "operation": "delete",
            "Attachable": {"Id": found[4]["Attachable"]["Id"]},
        },
    )
    assert (voided["Payment"]["TotalAmt"], voided["Payment"]["PrivateNote"]) == (
        0,
        "Voided",
    )
    assert deleted["Invoice"]["status"] == "Deleted"
    assert forgotten["Attachable"]["status"] == "Deleted"


def test_an_item_without_an_operation_creates_and_one_without_an_id_has_none(
    wire: Wire,
) -> None:
    (made,) = run(wire, {"Customer": {"DisplayName": "Bo"}})
    assert made["Customer"]["DisplayName"] == "Bo"
    assert "bId" not in made


def test_each_item_fails_by_itself_and_the_rest_is_kept(wire: Wire) -> None:
    found = run(
        wire,
        {"bId": "a", "operation": "create", "Customer": {"DisplayName": "Bo"}},
        {"bId": "b", "operation": "create", "Customer": {"DisplayName": "Bo"}},
        {"bId": "c", "operation": "read", "Customer": {"Id": "1"}},
        {"bId": "d", "operation": "create"},
        {"bId": "e", "operation": "create", "Customer": {}, "Vendor": {}},
        {"bId": "f", "Query": "select everything"},
        {"bId": "g", "CDCQuery": {"Entities": "Customer"}},
        {"bId": "h", "operation": "create", "Customer": "Bo"},
        "nonsense",
        {"bId": "a", "operation": "create", "Customer": {"DisplayName": "Cy"}},
    )
    assert [("Fault" in each) for each in found] == [False, *[True] * 8, False]
    assert code(found[1]) == "6240"
    assert {code(found[n]) for n in (2, 3, 4, 7, 8)} == {"500"}
    assert found[9]["bId"] == "a"
    counted = wire.http.get(
        "query", params={"query": "select count(*) from Customer"}
    ).json()
    assert counted["QueryResponse"]["totalCount"] == 3


def test_a_failure_of_the_service_is_one_items_own(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.state.store.define("ALTER TABLE accepted RENAME TO lost")
    found = run(
        wire,
        {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Bo"}},
        {"bId": "2", "Query": "select count(*) from Customer"},
        requestid="r",
    )
    assert (code(found[0]), found[0]["Fault"]["type"]) == ("10000", "SystemFault")
    assert found[1]["QueryResponse"] == {"totalCount": 1}
    assert "no such table" in caplog.text
    wire.state.store.define("ALTER TABLE lost RENAME TO accepted")


def test_a_batch_that_is_none_is_refused_whole(wire: Wire) -> None:
    for body in ({}, {"BatchItemRequest": []}, {"BatchItemRequest": "x"}):
        error = wire.fault(wire.post("batch", body))
        assert (error["code"], error["Message"], error["Detail"]) == (
            "400",
            "MalformedRequest",
            "Batch Request is Empty",
        )
    items = [{"bId": str(n), "Query": "select * from Customer"} for n in range(31)]
    assert wire.fault(wire.post("batch", {"BatchItemRequest": items}))["code"] == "1040"


def test_queries_in_a_batch_know_the_switch_of_the_first_position(wire: Wire) -> None:
    item = {"bId": "1", "Query": "select * from Customer startposition 0"}
    assert run(wire, item)[0]["QueryResponse"]["startPosition"] == 1
    wire.state.switches.change({"zero_start_position": False})
    assert code(run(wire, item)[0]) == "4001"


def test_ids_of_request_and_item_are_one_id_for_the_service(wire: Wire) -> None:
    item = {"bId": "i" * 36, "operation": "create", "Invoice": INVOICE}
    (refused,) = run(wire, item, requestid="r" * 32)
    assert refused["Fault"]["Error"][0]["Detail"] == (
        "Business Validation Error: You cannot enter more than 50 characters in the "
        "request_id field. You tried entering rrrrrrrrrr..., which is 68 characters."
    )
    (fine,) = run(wire, {**item, "bId": "i" * 10}, requestid="s" * 36)
    assert fine["Invoice"]["Id"] == "1"


def test_a_repeated_batch_is_carried_out_once(wire: Wire) -> None:
    item = {"bId": "1", "operation": "create", "Invoice": INVOICE}
    first = run(wire, item, requestid="once")
    assert run(wire, item, requestid="once") == first
    counted = wire.http.get("query", params={"query": "select count(*) from Invoice"})
    assert counted.json()["QueryResponse"] == {"totalCount": 1}


def test_reads_in_a_batch_are_metered_one_by_one(wire: Wire) -> None:
    run(
        wire,
        {"bId": "1", "operation": "create", "Invoice": INVOICE},
        {"bId": "2", "Query": "select * from Customer"},
        {"bId": "3", "Query": "select * from Invoice"},
    )
    counted = wire.state.requests.metering()[wire.realm]
    assert (counted["core"], counted["core_plus"]) == (1, 2)


def test_the_queries_of_a_batch_find_a_thousand_objects_together(wire: Wire) -> None:
    grow(wire.company, Wanted(customers=700), now=wire.state.clock.now())
    page = "select Id from Customer maxresults 600"
    feed = {"Entities": "Customer", "ChangedSince": "2020-01-01T00:00:00Z"}
    first, second, third, fourth = run(
        wire,
        {"bId": "1", "Query": page},
        {"bId": "2", "Query": page},
        {"bId": "3", "Query": "select Id from Customer maxresults 400"},
        {"bId": "4", "CDCQuery": feed},
    )
    assert first["QueryResponse"]["maxResults"] == 600
    assert code(second) == code(fourth) == "10100"
    assert (second["bId"], fourth["bId"]) == ("2", "4")
    assert third["QueryResponse"]["maxResults"] == 400
    wire.state.switches.batch_objects = 0
    unlimited = run(wire, {"Query": page}, {"Query": page})
    assert [each["QueryResponse"]["maxResults"] for each in unlimited] == [600, 600]

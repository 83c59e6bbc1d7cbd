"""The webhook payloads, their signature and the retry schedule."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from qbo_simulator.webhooks.payloads import (
    Event,
    cloud_events,
    coalesced,
    is_told,
    legacy,
    retry_wait,
    sign,
)

AT = datetime(2026, 3, 4, 10, 0, 0, 123456, tzinfo=UTC)


def an_event(**changes: object) -> Event:
    fields = {
        "seq": 7,
        "realm": "9130",
        "entity": "Invoice",
        "id": "145",
        "operation": "Create",
        "at": AT,
        **changes,
    }
    return Event(**fields)  # type: ignore[arg-type]


def test_the_signature_is_the_published_hmac_test_vector_in_base64():
    # RFC 4231, test case 2.
    body = b"what do ya want for nothing?"
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign("Jefe", body) == base64.b64encode(bytes.fromhex(digest)).decode()


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=5))
def test_a_changed_body_has_another_signature(body, tail):
    assert sign("verifier", body) != sign("verifier", body + tail)


def test_the_legacy_payload_groups_the_changes_of_each_company():
    events = [
        an_event(),
        an_event(realm="9131", id="2"),
        an_event(entity="Vendor", id="1", operation="Merge", deleted_id="2"),
    ]
    payload = json.loads(legacy(events))
    first, second = payload["eventNotifications"]
    assert first["realmId"] == "9130"
    assert first["dataChangeEvent"]["entities"] == [
        {
            "name": "Invoice",
            "id": "145",
            "operation": "Create",
            "lastUpdated": "2026-03-04T10:00:00.123Z",
        },
        {
            "name": "Vendor",
            "id": "1",
            "operation": "Merge",
            "lastUpdated": "2026-03-04T10:00:00.123Z",
            "deletedId": "2",
        },
    ]
    assert second["realmId"] == "9131"


def test_cloud_events_are_an_array_with_one_event_for_each_change():
    merge = an_event(entity="Customer", id="1", operation="Merge", deleted_id="27")
    events = json.loads(cloud_events([an_event(), merge], client_id="AB1"))
    assert [event["type"] for event in events] == [
        "qbo.invoice.created.v1",
        "qbo.customer.merged.v1",
    ]
    assert events[0]["intuitentityid"] == "145"
    assert events[0]["intuitaccountid"] == "9130"
    assert events[0]["time"] == "2026-03-04T10:00:00.123456007Z"
    assert events[0]["data"] == {}
    assert events[1]["data"] == {"deletedid": "27"}


@pytest.mark.parametrize(
    ("operation", "word"),
    [("Void", "void"), ("Emailed", "emailed"), ("Update", "updated")],
)
def test_cloud_events_name_operations_in_the_words_of_the_wire(operation, word):
    (event,) = json.loads(cloud_events([an_event(operation=operation)], client_id="A"))
    assert event["type"] == f"qbo.invoice.{word}.v1"


def test_a_cloud_event_keeps_its_id_in_every_delivery_and_shares_it_with_no_other():
    again = json.loads(cloud_events([an_event()], client_id="A"))[0]["id"]
    assert json.loads(cloud_events([an_event()], client_id="A"))[0]["id"] == again
    assert json.loads(cloud_events([an_event(seq=8)], client_id="A"))[0]["id"] != again
    assert json.loads(cloud_events([an_event()], client_id="B"))[0]["id"] != again


def test_tax_codes_and_the_company_itself_change_in_silence():
    assert not is_told("TaxCode", "Create")
    assert not is_told("CompanyInfo", "Update")
    assert not is_told("Preferences", "Create")
    assert is_told("Preferences", "Update")
    assert is_told("Payment", "Void")
    assert not is_told("Customer", "Void")


def test_equal_changes_to_one_object_become_the_latest_of_them():
    early = an_event(seq=1, operation="Update")
    late = an_event(seq=3, operation="Update")
    between = an_event(seq=2, entity="Customer", operation="Update")
    assert coalesced([early, between, late]) == [between, late]


def test_failed_deliveries_are_repeated_at_intuits_times_and_then_every_six_hours():
    waits = [retry_wait(failures) for failures in range(1, 12)]
    assert waits == [
        timedelta(0),
        timedelta(seconds=10),
        timedelta(seconds=20),
        timedelta(seconds=30),
        timedelta(minutes=5),
        timedelta(minutes=20),
        timedelta(hours=2),
        timedelta(hours=4),
        timedelta(hours=6),
        timedelta(hours=6),
        timedelta(hours=6),
    ]

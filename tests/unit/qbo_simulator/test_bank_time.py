"""Time activities: who worked how long, and for whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


@pytest.fixture
def emily(us: Company, now: datetime) -> str:
    body = {"GivenName": "Emily", "FamilyName": "Platt"}
    return str(us.create("Employee", body, now=now)["Id"])


def worked(us: Company, now: datetime, employee: str, **more: Any) -> Body:
    body = {"NameOf": "Employee", "EmployeeRef": {"value": employee}, **more}
    return us.create("TimeActivity", body, now=now)


def test_hours_are_served_as_recorded(
    us: Company, now: datetime, emily: str, ada: str
) -> None:
    body = worked(
        us,
        now,
        emily,
        CustomerRef={"value": ada},
        ItemRef={"value": "1"},
        Hours=4,
        Minutes=45,
        Description="Kneading",
    )
    head = {"Id": "1", "SyncToken": "0", "MetaData": body["MetaData"]}
    assert body == {
        "TxnDate": "2026-03-10",
        "NameOf": "Employee",
        "EmployeeRef": {"value": emily, "name": "Emily Platt"},
        "CustomerRef": {"value": ada, "name": "Ada"},
        "ItemRef": {"value": "1", "name": "Services"},
        "BillableStatus": "NotBillable",
        "Taxable": False,
        "HourlyRate": 0,
        "Hours": 4,
        "Minutes": 45,
        "Description": "Kneading",
        "domain": "QBO",
        "sparse": False,
        **head,
    }
    assert us.trial_balance() == {}


def test_start_and_end_stand_for_hours(us: Company, now: datetime, emily: str) -> None:
    span = {
        "StartTime": "2026-03-09T08:00:00-07:00",
        "EndTime": "2026-03-09T16:30:00-07:00",
    }
    body = worked(us, now, emily, **span, BreakMinutes=30)
    assert body["StartTime"] == span["StartTime"]
    assert "Hours" not in body
    with refused("6390"):
        worked(us, now, emily, **span, Hours=8)
    with refused("6360"):
        worked(us, now, emily, **span, BreakHours=9)
    with refused("6360"):
        worked(us, now, emily, StartTime=span["StartTime"])
    with refused("6370"):
        backwards = {"StartTime": span["EndTime"], "EndTime": span["StartTime"]}
        worked(us, now, emily, **backwards)
    with refused("6350"):
        worked(us, now, emily)
    with refused("6380"):
        worked(us, now, emily, Hours=8760, Minutes=1)


def test_the_worker_is_an_employee_or_a_vendor(
    us: Company, now: datetime, emily: str
) -> None:
    vendor = us.create("Vendor", {"DisplayName": "Mill"}, now=now)["Id"]
    by_vendor = {"NameOf": "Vendor", "VendorRef": {"value": vendor}, "Hours": 1}
    body = us.create("TimeActivity", by_vendor, now=now)
    assert body["VendorRef"]["name"] == "Mill"
    with refused("2020"):
        us.create("TimeActivity", {"NameOf": "Vendor", "Hours": 1}, now=now)
    with refused("6290"):
        both = {**by_vendor, "EmployeeRef": {"value": emily}}
        us.create("TimeActivity", both, now=now)
    with refused("6300"):
        us.create("TimeActivity", {"NameOf": "Other", "Hours": 1}, now=now)
    with refused("2170"):
        us.create("TimeActivity", {"NameOf": "Cat", "Hours": 1}, now=now)


def test_billable_time_needs_a_customer_and_a_rate(
    us: Company, now: datetime, emily: str, ada: str
) -> None:
    with refused("6310"):
        worked(us, now, emily, Hours=1, BillableStatus="Billable", HourlyRate=20)
    more = {"Hours": 1, "BillableStatus": "Billable", "CustomerRef": {"value": ada}}
    with refused("6330"):
        worked(us, now, emily, **more)
    assert worked(us, now, emily, **more, HourlyRate=20)["HourlyRate"] == 20
    with refused("6320"):
        worked(us, now, emily, **{**more, "BillableStatus": "HasBeenBilled"})


def test_time_is_edited_queried_and_deleted(
    us: Company, now: datetime, emily: str
) -> None:
    body = worked(us, now, emily, Hours=2, TxnDate="2026-03-01")
    changed = {"Id": body["Id"], "SyncToken": "0", "sparse": True, "Hours": 3}
    body = us.update("TimeActivity", changed, now=now)
    assert (body["Hours"], body["Minutes"], body["SyncToken"]) == (3, 0, "1")
    found = us.query("select * from TimeActivity where TxnDate < '2026-03-02'")
    assert found["TimeActivity"] == [body]
    us.delete("TimeActivity", body, now=now)
    with refused("610"):
        us.read("TimeActivity", body["Id"])

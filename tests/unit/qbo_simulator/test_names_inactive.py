"""Names of what is made inactive, and of what is made active again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def set_active(
    company: Company, entity: str, held_id: str, now: datetime, *, to: bool, **more: Any
) -> Body:
    held = company.read(entity, held_id)
    head = {"Id": held_id, "SyncToken": held["SyncToken"], "sparse": True, "Active": to}
    return company.update(entity, {**head, **more}, now=now)


def test_a_customer_made_active_again_has_its_name_back(
    us: Company, now: datetime
) -> None:
    made = us.create("Customer", {"DisplayName": "Emily Platt"}, now=now)
    gone = set_active(us, "Customer", made["Id"], now, to=False)
    assert gone["DisplayName"] == gone["FullyQualifiedName"] == "Emily Platt (deleted)"
    assert gone["PrintOnCheckName"] == "Emily Platt"
    back = set_active(us, "Customer", made["Id"], now, to=True)
    for name in ("DisplayName", "FullyQualifiedName", "PrintOnCheckName"):
        assert back[name] == "Emily Platt"


def test_what_is_echoed_whole_and_active_again_has_its_name_back(
    us: Company, now: datetime
) -> None:
    made = us.create("Vendor", {"DisplayName": "Brosnahan"}, now=now)
    gone = set_active(us, "Vendor", made["Id"], now, to=False)
    back = us.update("Vendor", {**gone, "Active": True}, now=now)
    assert back["DisplayName"] == back["PrintOnCheckName"] == "Brosnahan"


def test_a_name_that_another_has_taken_meanwhile_must_be_changed_to_come_back(
    us: Company, now: datetime
) -> None:
    made = us.create("Customer", {"DisplayName": "Emily Platt"}, now=now)
    set_active(us, "Customer", made["Id"], now, to=False)
    us.create("Customer", {"DisplayName": "Emily Platt"}, now=now)
    with pytest.raises(Fault) as refused:
        set_active(us, "Customer", made["Id"], now, to=True)
    assert refused.value.code == "6240"
    back = set_active(us, "Customer", made["Id"], now, to=True, DisplayName="E. Platt")
    assert back["DisplayName"] == "E. Platt"


def test_a_second_deleted_name_comes_back_without_its_number(
    us: Company, now: datetime
) -> None:
    first, second = (
        set_active(
            us,
            "Item",
            us.create(
                "Item",
                {"Name": "Pump", "Type": "Service", "IncomeAccountRef": {"value": "1"}},
                now=now,
            )["Id"],
            now,
            to=False,
        )
        for _ in range(2)
    )
    assert first["Name"] == "Pump (deleted)"
    assert second["Name"] == "Pump (deleted 1)"
    back = set_active(us, "Item", second["Id"], now, to=True)
    assert back["Name"] == back["FullyQualifiedName"] == "Pump"


def test_what_stands_below_is_renamed_with_it_both_ways(
    us: Company, now: datetime
) -> None:
    top = us.create("Class", {"Name": "North"}, now=now)
    below = us.create(
        "Class", {"Name": "Shop", "ParentRef": {"value": top["Id"]}}, now=now
    )
    set_active(us, "Class", top["Id"], now, to=False)
    assert us.read("Class", below["Id"])["FullyQualifiedName"] == "North (deleted):Shop"
    set_active(us, "Class", top["Id"], now, to=True)
    assert us.read("Class", below["Id"])["FullyQualifiedName"] == "North:Shop"


def test_a_customer_for_whom_something_is_still_to_be_billed_stays_active(
    us: Company, now: datetime
) -> None:
    customer = us.create("Customer", {"DisplayName": "Ada"}, now=now)
    detail = {
        "AccountRef": {"value": "7"},
        "CustomerRef": {"value": customer["Id"]},
        "BillableStatus": "Billable",
    }
    line = {
        "Amount": 30,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    body = {
        "PaymentType": "Cash",
        "AccountRef": {"value": "35"},
        "Line": [line],
    }
    expense = us.create("Purchase", body, now=now)
    with pytest.raises(Fault) as refused:
        set_active(us, "Customer", customer["Id"], now, to=False)
    assert refused.value.code == "6280"
    us.delete("Purchase", expense, now=now)
    assert not set_active(us, "Customer", customer["Id"], now, to=False)["Active"]


def test_no_customers_address_has_the_id_of_the_companys(
    us: Company, now: datetime
) -> None:
    address = {"Line1": "4581 Finch St."}
    made = us.create("Customer", {"DisplayName": "Ada", "BillAddr": address}, now=now)
    own = us.read("CompanyInfo", "1")["CompanyAddr"]["Id"]
    assert made["BillAddr"]["Id"] != own

"""Queries of kinds that are looked up in their own ways."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.books.work import Work
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def attachment(number: int, *refs: tuple[str, str]) -> Body:
    links = [{"EntityRef": {"type": kind, "value": held}} for kind, held in refs]
    return {"FileName": f"{number}.png", "Note": "x", "AttachableRef": links}


@pytest.fixture
def filed(us: Company, now: datetime) -> Company:
    """Attachables as they are kept, linked to bills, invoices, several, none."""
    kind = us.kind("Attachable")
    rows = [
        attachment(1, ("Bill", "42")),
        attachment(2, ("Invoice", "42"), ("Bill", "7")),
        attachment(3, ("Bill", "41"), ("Invoice", "7")),
        {**attachment(4), "AttachableRef": []},
        {"FileName": "5.png"},
    ]
    with us.store.write():
        work = Work(us.store, {}, us.realm, now)
        for number, row in enumerate(rows, start=1):
            meta = {"CreateTime": "", "LastUpdatedTime": ""}
            head = {"Id": str(number), "SyncToken": "0", "MetaData": meta}
            work.put(kind, {**row, **head})
    return us


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (
            "AttachableRef.EntityRef.Type = 'bill' and "
            "AttachableRef.EntityRef.value = '42'",
            ["1"],
        ),
        ("AttachableRef.EntityRef.value = '42'", ["1", "2"]),
        ("attachableref.entityref.type in ('Invoice')", ["2", "3"]),
        ("AttachableRef.EntityRef.Type = 'Bill' and FileName = '3.png'", ["3"]),
        ("AttachableRef.EntityRef.Type = 'Estimate'", []),
        ("FileName like '%.png'", ["1", "2", "3", "4", "5"]),
    ],
)
def test_attachables_are_found_by_what_they_are_attached_to(
    filed: Company, where: str, found: list[str]
) -> None:
    statement = f"select Id from Attachable where {where} orderby Id"  # noqa: S608
    rows = filed.query(statement).get("Attachable", [])
    assert [each["Id"] for each in rows] == found
    count = filed.query(f"select count(*) from Attachable where {where}")  # noqa: S608
    assert count == {"totalCount": len(found)}


def test_one_entry_of_a_list_has_to_fulfil_all_conditions_on_it(
    filed: Company,
) -> None:
    statement = (
        "select * from Attachable where AttachableRef.EntityRef.Type = 'bill' "
        "and AttachableRef.EntityRef.value = '7' "
    )
    assert [each["Id"] for each in filed.query(statement)["Attachable"]] == ["2"]


def test_a_reference_may_be_asked_for_by_its_value(us: Company, now: datetime) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    line = {"Amount": 1, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    body = {"CustomerRef": {"value": "1"}, "Line": [line]}
    us.create("Invoice", body, now=now)
    for name in ("CustomerRef", "CustomerRef.value", "customerref.Value"):
        found = us.query(f"select * from Invoice where {name} = '1'")  # noqa: S608
        assert found["maxResults"] == 1


def test_tax_codes_may_be_asked_for_by_names_that_stand_for_ids(us: Company) -> None:
    assert (
        us.query("select * from TaxCode where Id in ('2', 'NONE')")["maxResults"] == 1
    )
    assert us.query("select * from TaxCode where Id = 'nowhere'") == {}
    with pytest.raises(Fault, match=r"^2030 "):
        us.query("select * from TaxCode where Id = ''")
    with pytest.raises(Fault, match=r"^2030 "):
        us.query("select * from Customer where Id = 'TAX'")


def test_the_id_is_compared_by_equality_only(us: Company) -> None:
    with pytest.raises(Fault, match=r"^4001 "):
        us.query("select * from Customer where Id > '5'")


@pytest.mark.parametrize("entity", ["CompanyInfo", "Preferences"])
def test_a_company_tells_of_itself_once(us: Company, entity: str) -> None:
    found = us.query(f"select * from {entity}")  # noqa: S608
    assert (found["maxResults"], found[entity][0]["Id"]) == (1, "1")
    assert us.query(f"select count(*) from {entity}") == {"totalCount": 1}  # noqa: S608


def test_purchase_orders_and_invoices_count_their_pages_and_others_do_not(
    us: Company,
) -> None:
    counting = {
        name
        for name in ("Invoice", "PurchaseOrder", "Customer", "SalesReceipt", "Vendor")
        if us.kind(name).counts_rows
    }
    assert counting == {"Invoice", "PurchaseOrder"}


def test_the_codes_of_lines_in_the_united_states_are_among_the_codes(
    us: Company,
) -> None:
    found = us.query("select * from TaxCode where Id in ('TAX', 'NON') orderby Name")
    assert [each["Id"] for each in found["TaxCode"]] == ["NON", "TAX"]

"""What public clients in other languages send, request by request, and must get back."""

from __future__ import annotations

import gzip
from typing import Any
from xml.etree import ElementTree as ET

import httpx
from support.wire import Wire

Body = dict[str, Any]
SPACE = "{http://schema.intuit.com/finance/v3}"
IN_XML = {"Accept": "application/xml", "Content-Type": "application/xml"}
ANNOUNCED = (
    '<?xml version="1.0" encoding="utf-8"?><{0} xmlns:xsi='
    '"http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd='
    '"http://www.w3.org/2001/XMLSchema" xmlns="http://schema.intuit.com/finance/v3"'
    "{1}>{2}</{0}>"
)


def tree(answer: httpx.Response) -> ET.Element:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/xml")
    return ET.fromstring(answer.content)  # noqa: S314 - our own


def made(wire: Wire, path: str, body: object) -> str:
    answer = wire.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    (inner,) = (each for key, each in answer.json().items() if key != "time")
    return str(inner["Id"])


def test_a_query_may_be_posted_as_application_text(wire: Wire) -> None:
    made(wire, "customer", {"DisplayName": "Cool Cars"})
    root = tree(
        wire.http.post(
            "query?minorversion=75",
            content="select * from Customer where DisplayName = 'Cool Cars'",
            headers={"Accept": "application/xml", "Content-Type": "application/text"},
        )
    )
    response = root.find(f"{SPACE}QueryResponse")
    assert response is not None
    assert response.attrib == {"startPosition": "1", "maxResults": "1"}
    assert response.findtext(f"{SPACE}Customer/{SPACE}DisplayName") == "Cool Cars"


def test_an_entity_may_be_packed_and_carry_the_namespaces_of_a_serializer(
    wire: Wire,
) -> None:
    text = ANNOUNCED.format(
        "Vendor",
        ' domain="QBO" sparse="false"',
        "<DisplayName>Bessie &amp; Sons</DisplayName>"
        "<Active>true</Active><Vendor1099>false</Vendor1099>",
    )
    root = tree(
        wire.http.post(
            "vendor",
            content=gzip.compress(text.encode()),
            headers={**IN_XML, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"},
        )
    )
    vendor = root.find(f"{SPACE}Vendor")
    assert vendor is not None
    assert [each.tag.removeprefix(SPACE) for each in vendor][:2] == ["Id", "SyncToken"]
    assert vendor.findtext(f"{SPACE}DisplayName") == "Bessie & Sons"


def test_a_batch_in_xml_creates_and_asks_in_the_order_of_its_items(wire: Wire) -> None:
    text = ANNOUNCED.format(
        "IntuitBatchRequest",
        "",
        '<BatchItemRequest bId="one" operation="create"><Customer><DisplayName>Amy'
        "</DisplayName></Customer></BatchItemRequest>"
        '<BatchItemRequest bId="two"><Query>select count(*) from Item</Query>'
        "</BatchItemRequest>"
        '<BatchItemRequest bId="three" operation="create"><Customer><DisplayName>Amy'
        "</DisplayName></Customer></BatchItemRequest>",
    )
    root = tree(wire.http.post("batch", content=text, headers=IN_XML))
    items = root.findall(f"{SPACE}BatchItemResponse")
    assert [each.attrib["bId"] for each in items] == ["one", "two", "three"]
    assert items[0].findtext(f"{SPACE}Customer/{SPACE}DisplayName") == "Amy"
    counted = items[1].find(f"{SPACE}QueryResponse")
    assert counted is not None
    assert counted.attrib == {"totalCount": "2"}
    error = items[2].find(f"{SPACE}Fault/{SPACE}Error")
    assert error is not None
    assert error.attrib["code"] == "6240"
    assert error.findtext(f"{SPACE}Message") == "Duplicate Name Exists Error"


def test_what_is_deleted_in_xml_says_so_in_an_attribute(wire: Wire) -> None:
    customer = made(wire, "customer", {"DisplayName": "Amy"})
    line = {
        "Amount": 10,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    body = {"CustomerRef": {"value": customer}, "Line": [line]}
    invoice = made(wire, "invoice", body)
    text = ANNOUNCED.format(
        "Invoice", "", f"<Id>{invoice}</Id><SyncToken>0</SyncToken>"
    )
    headers = {"Accept": "application/xml", "Content-Type": "text/xml"}
    answer = wire.http.post("invoice?operation=delete", content=text, headers=headers)
    (gone,) = tree(answer).findall(f"{SPACE}Invoice[@status='Deleted']")
    assert gone.findtext(f"{SPACE}Id") == invoice


def test_a_fault_in_xml_has_type_code_message_and_detail(wire: Wire) -> None:
    answer = wire.http.get("customer/987654", headers=IN_XML)
    assert answer.status_code == 400
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    fault = root.find(f"{SPACE}Fault")
    assert fault is not None
    assert fault.attrib["type"] == "ValidationFault"
    error = fault.find(f"{SPACE}Error")
    assert error is not None
    assert error.attrib["code"] == "610"
    assert error.findtext(f"{SPACE}Message") == "Object Not Found"
    assert error.findtext(f"{SPACE}Detail", "").startswith("Object Not Found : ")


def test_objects_left_empty_by_a_typed_client_mean_nothing(wire: Wire) -> None:
    """A struct of Go that holds nothing is sent as an empty object."""
    phones = ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax", "ParentRef")
    empty: Body = {name: {} for name in phones}
    nothing = dict.fromkeys(("Title", "MiddleName", "CompanyName", "Job"))
    customer = made(wire, "customer", {"DisplayName": "Amy", **empty, **nothing})
    detail = {"ItemRef": {"value": "1"}, "ClassRef": {}, "TaxCodeRef": {}, "Qty": 2}
    line = {
        "Amount": 10,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {**detail, "UnitPrice": 5, "ItemAccountRef": {}},
    }
    stamped = "0001-01-01T00:00:00Z"
    body = {
        "MetaData": {"CreateTime": stamped, "LastUpdatedTime": stamped},
        "TxnDate": "2026-11-15T00:00:00Z",
        "Line": [line],
        "CustomerRef": {"value": customer},
        "TxnTaxDetail": {"TxnTaxCodeRef": {}},
        **{name: {} for name in ("CustomerMemo", "BillAddr", "ShipAddr", "BillEmail")},
        **{name: {} for name in ("SalesTermRef", "ClassRef", "ShipMethodRef")},
    }
    answer = wire.http.post("invoice", json=body)
    assert answer.status_code == 200, answer.text
    invoice = answer.json()["Invoice"]
    assert invoice["TxnDate"] == "2026-11-15"
    assert {"SalesTermRef", "ShipMethodRef", "BillEmail"}.isdisjoint(invoice)
    assert not invoice["MetaData"]["CreateTime"].startswith("0001")


def test_a_tap_asks_for_everything_since_in_one_batch_of_queries(wire: Wire) -> None:
    made(wire, "customer", {"DisplayName": "Amy"})
    since = "WHERE Metadata.LastUpdatedTime >= '2015-01-01T00:00:00Z'"
    paged = "ORDER BY Metadata.LastUpdatedTime ASC STARTPOSITION 1 MAXRESULTS 200"
    asked = ("Customer", "Invoice", "Term")
    queries = [
        {"bId": each, "Query": f"SELECT * FROM {each} {since} {paged}"}  # noqa: S608
        for each in asked
    ]
    answer = wire.http.post("batch", json={"BatchItemRequest": queries})
    found = {each["bId"]: each for each in answer.json()["BatchItemResponse"]}
    assert found["Customer"]["QueryResponse"]["Customer"][-1]["DisplayName"] == "Amy"
    assert found["Invoice"]["QueryResponse"] == {}
    assert found["Term"]["QueryResponse"]["maxResults"] == 5

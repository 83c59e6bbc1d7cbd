"""XML both ways: for clients in Ruby, PHP and .NET, which know nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import httpx
import pytest
from support.wire import INVOICE, XML, Wire, wired

NAMESPACE = "http://schema.intuit.com/finance/v3"
NS = {"i": NAMESPACE}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with wired(tmp_path_factory.mktemp("simulator")) as found:
        yield found


def tree(answer: httpx.Response) -> ET.Element:
    assert answer.headers["content-type"] == "application/xml;charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314 - the simulator's own words
    assert root.tag == f"{{{NAMESPACE}}}IntuitResponse"
    assert re.fullmatch(r".*\.\d{3}-0[78]:00", root.attrib["time"])
    return root


def test_a_customer_is_created_read_and_updated_in_xml(wire: Wire) -> None:
    made = wire.post_xml(
        "customer",
        f'<Customer xmlns="{NAMESPACE}"><DisplayName>Bo &amp; Co</DisplayName>'
        "<Taxable>false</Taxable><PrimaryEmailAddr><Address>bo@pier.example</Address>"
        "</PrimaryEmailAddr></Customer>",
    )
    assert made.status_code == 200, made.text
    customer = tree(made).find("i:Customer", NS)
    assert customer is not None
    assert customer.attrib == {"domain": "QBO", "sparse": "false"}
    assert [each.tag.partition("}")[2] for each in customer][:3] == [
        "Id",
        "SyncToken",
        "MetaData",
    ]
    number = customer.findtext("i:Id", namespaces=NS)
    assert customer.findtext("i:Taxable", namespaces=NS) == "false"
    currency = customer.find("i:CurrencyRef", NS)
    assert currency is not None
    assert (currency.text, currency.attrib) == ("USD", {"name": "United States Dollar"})
    changed = wire.post_xml(
        "customer",
        f'<?xml version="1.0" encoding="utf-8"?>\n<ns0:Customer xmlns:ns0="{NAMESPACE}"'
        f' domain="QBO" sparse="true"><ns0:Id>{number}</ns0:Id><ns0:SyncToken>0'
        "</ns0:SyncToken><ns0:Notes>Pays late</ns0:Notes></ns0:Customer>",
        operation="update",
    )
    assert tree(changed).findtext(".//i:Notes", namespaces=NS) == "Pays late"
    assert tree(changed).findtext(".//i:SyncToken", namespaces=NS) == "1"
    read = wire.http.get(f"customer/{number}").json()["Customer"]
    assert read["PrimaryEmailAddr"] == {"Address": "bo@pier.example"}


def test_an_invoice_in_xml_is_the_one_in_json(wire: Wire) -> None:
    text = (
        f'<Invoice xmlns="{NAMESPACE}"><Line><Amount>62.50</Amount>'
        "<DetailType>SalesItemLineDetail</DetailType><SalesItemLineDetail>"
        '<ItemRef name="Services">1</ItemRef><UnitPrice>25</UnitPrice><Qty>2.5</Qty>'
        "</SalesItemLineDetail></Line><Line><Amount>62.50</Amount><DetailType>"
        "SubTotalLineDetail</DetailType><SubTotalLineDetail/></Line>"
        "<CustomerRef>1</CustomerRef><CustomerMemo>Thanks</CustomerMemo></Invoice>"
    )
    made = tree(wire.post_xml("invoice", text)).find("i:Invoice", NS)
    assert made is not None
    lines = made.findall("i:Line", NS)
    assert len(lines) == 2
    assert lines[0].findtext("i:Amount", namespaces=NS) == "62.50"
    assert lines[0].findtext(".//i:UnitPrice", namespaces=NS) == "25"
    assert lines[0].findtext(".//i:Qty", namespaces=NS) == "2.5"
    assert made.findtext("i:TotalAmt", namespaces=NS) == "62.50"
    assert made.findtext("i:CustomerMemo", namespaces=NS) == "Thanks"
    assert made.find("i:CustomerRef", NS).attrib == {"name": "Ada"}  # type: ignore[union-attr]
    number = made.findtext("i:Id", namespaces=NS)
    read = wire.http.get(f"invoice/{number}").json()["Invoice"]
    assert (read["TotalAmt"], read["CustomerMemo"]) == (62.5, {"value": "Thanks"})
    assert [each["DetailType"] for each in read["Line"]] == [
        "SalesItemLineDetail",
        "SubTotalLineDetail",
    ]


def test_a_deletion_in_xml_says_so_in_an_attribute(wire: Wire) -> None:
    number = wire.post("invoice", INVOICE).json()["Invoice"]["Id"]
    gone = wire.post_xml(
        "invoice",
        f'<Invoice xmlns="{NAMESPACE}"><Id>{number}</Id><SyncToken>0</SyncToken></Invoice>',
        operation="delete",
    )
    invoice = tree(gone).find("i:Invoice", NS)
    assert invoice is not None
    assert invoice.attrib == {"domain": "QBO", "status": "Deleted"}
    assert invoice.findtext("i:Id", namespaces=NS) == number


def test_queries_counts_and_the_change_feed_come_as_xml(wire: Wire) -> None:
    wire.post("invoice", INVOICE)

    def ask(statement: str) -> ET.Element:
        params = {"query": statement}
        answer = wire.http.get("query", params=params, headers=XML)
        found = tree(answer).find("i:QueryResponse", NS)
        assert found is not None
        return found

    page = ask("select * from Invoice maxresults 1")
    assert page.attrib == {"startPosition": "1", "maxResults": "1", "totalCount": "1"}
    assert len(page.findall("i:Invoice", NS)) == 1
    assert int(ask("select count(*) from Invoice").attrib["totalCount"]) >= 1
    assert len(ask("select * from Customer where DisplayName = 'nobody'")) == 0
    part = ask("select DisplayName from Customer where Id = '1'").find("i:Customer", NS)
    assert part is not None
    assert part.attrib == {"sparse": "true"}
    params = {"entities": "Invoice,Vendor", "changedSince": "2020-01-01T00:00:00Z"}
    feed = tree(wire.http.get("cdc", params=params, headers=XML))
    changed, unchanged = feed.findall("i:CDCResponse/i:QueryResponse", NS)
    assert changed.find("i:Invoice", NS) is not None
    assert (len(unchanged), unchanged.attrib) == (0, {})


def test_a_batch_in_xml_is_answered_item_by_item(wire: Wire) -> None:
    answer = wire.post_xml(
        "batch",
        f'<IntuitBatchRequest xmlns="{NAMESPACE}">'  # noqa: S608 - no SQL database
        '<BatchItemRequest bId="1" operation="create"><Customer><DisplayName>Cy'
        "</DisplayName></Customer></BatchItemRequest>"
        '<BatchItemRequest bId="2" operation="create"><Customer><DisplayName>Ada'
        "</DisplayName></Customer></BatchItemRequest>"
        '<BatchItemRequest bId="3"><Query>select count(*) from Vendor</Query>'
        "</BatchItemRequest></IntuitBatchRequest>",
    )
    items = tree(answer).findall("i:BatchItemResponse", NS)
    assert [each.attrib["bId"] for each in items] == ["1", "2", "3"]
    assert items[0].findtext("i:Customer/i:DisplayName", namespaces=NS) == "Cy"
    fault = items[1].find("i:Fault", NS)
    assert fault is not None
    assert fault.attrib == {"type": "ValidationFault"}
    assert fault.find("i:Error", NS).attrib["code"] == "6240"  # type: ignore[union-attr]
    counted = items[2].find("i:QueryResponse", NS)
    assert counted is not None
    assert counted.attrib == {"totalCount": "0"}


def test_refusals_come_as_xml_from_both_tiers(wire: Wire) -> None:
    fault = tree(wire.http.get("customer/1.5", headers=XML)).find("i:Fault", NS)
    assert fault is not None
    error = fault.find("i:Error", NS)
    assert error is not None
    assert error.attrib == {"code": "2030", "element": "Id"}
    assert error.findtext("i:Message", namespaces=NS) == "Invalid ID"
    expired = wire.http.get("customer/1", headers={**XML, "Authorization": "Bearer x"})
    assert expired.status_code == 401
    gateway = tree(expired).find("i:Fault", NS)
    assert gateway is not None
    assert gateway.attrib == {"type": "AUTHENTICATION"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<Customer",
        "<Vendor><DisplayName>Dot</DisplayName></Vendor>",
        '<!DOCTYPE x [<!ENTITY a "boom">]><Customer><DisplayName>&a;</DisplayName></Customer>',
        "<Customer><DisplayName>&undeclared;</DisplayName></Customer>",
        "<Customer>" * 500 + "</Customer>" * 500,
        '<!DOCTYPE x SYSTEM "file:///etc/hostname"><Customer/>',
    ],
)
def test_broken_and_hostile_documents_are_refused(wire: Wire, text: str) -> None:
    answer = wire.post_xml("customer", text)
    assert answer.status_code == 400
    assert '<Error code="2010">' in answer.text
    assert "boom" not in answer.text


def test_numbers_that_are_none_are_refused_in_xml_as_in_json(wire: Wire) -> None:
    text = "<Payment><TotalAmt>much</TotalAmt><CustomerRef>1</CustomerRef></Payment>"
    assert '<Error code="2080"' in wire.post_xml("payment", text).text


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        ("application/json", "{"),
        ("text/json", "{"),
        ("application/json, text/plain, */*", "{"),
        ("application/xml;q=0.5, application/json", "{"),
        ("application/xml", "<"),
        ("text/xml", "<"),
        ("*/*", "<"),
        ("", "<"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "<"),
    ],
)
def test_the_format_is_the_one_asked_for_and_xml_otherwise(
    wire: Wire, accept: str, first: str
) -> None:
    answer = wire.http.get("customer/1", headers={"Accept": accept})
    assert answer.text[0] == first


def test_the_format_parameter_and_a_switch_decide_where_no_header_does(
    wire: Wire,
) -> None:
    anything = {"Accept": "*/*"}
    address = "customer/1?format=json"
    assert wire.http.get(address, headers=anything).json()["Customer"]["Id"] == "1"
    wire.state.switches.change({"unasked_format": "json"})
    assert wire.http.get("customer/1", headers=anything).json()["Customer"]
    wire.state.switches.change({"unasked_format": "xml"})


def test_a_card_payment_is_sent_and_answered_under_its_long_name(wire: Wire) -> None:
    accounts = wire.company.query("select * from Account")["Account"]
    ids = {each["AccountType"]: each["Id"] for each in accounts}
    made = wire.post_xml(
        "creditcardpayment",
        f'<CreditCardPaymentTxn xmlns="{NAMESPACE}" sparse="false" domain="QBO">'
        f'<BankAccountRef name="Checking">{ids["Bank"]}</BankAccountRef>'
        f"<CreditCardAccountRef>{ids['Credit Card']}</CreditCardAccountRef>"
        "<Amount>320.00</Amount></CreditCardPaymentTxn>",
    )
    assert made.status_code == 200, made.text
    payment = tree(made).find("i:CreditCardPaymentTxn", NS)
    assert payment is not None
    assert payment.findtext("i:Amount", namespaces=NS) == "320.00"
    number = payment.findtext("i:Id", namespaces=NS)
    answer = wire.http.get(f"creditcardpayment/{number}").json()
    assert answer["CreditCardPaymentTxn"]["Amount"] == 320

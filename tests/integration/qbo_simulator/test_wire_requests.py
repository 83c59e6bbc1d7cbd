"""What the edge of the API answers: headers, methods, ids of requests, broken bodies."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from support.wire import INVOICE, Wire

from qbo_simulator.injection import Rule


def test_a_success_tells_what_served_it_and_a_fault_does_not(wire: Wire) -> None:
    good = wire.http.get("customer/1").headers
    bad = wire.http.get("customer/99").headers
    for name in ("qbo-version", "service-time", "expires", "cache-control"):
        assert name in good
        assert name not in bad
    assert good["service-time"].startswith("total=")
    for answer in (good, bad):
        assert answer["server"] == "nginx"
        assert answer["intuit_tid"].startswith("1-")
        assert answer["x-amzn-trace-id"] == f"Root={answer['intuit_tid']}"
        assert answer["strict-transport-security"] == "max-age=15552000"
    assert good["content-type"] == "application/json;charset=utf-8"
    assert bad["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("PUT", "customer/1", "Operation No resource method found for PUT,"),
        ("DELETE", "customer/1", "Operation No resource method found for DELETE,"),
        ("GET", "batch", "Operation No resource method found for GET,"),
        ("POST", "customer/1", "Operation No resource method found for POST,"),
        ("GET", "customer/1/pdf", "Operation Could not find resource for relative : "),
        ("GET", "nothing/1", "Operation Could not find resource for relative : "),
        ("POST", "customer?operation=fly", "Operation fly is not supported."),
    ],
)
def test_what_an_address_does_not_do_is_an_unsupported_operation(
    wire: Wire, method: str, path: str, detail: str
) -> None:
    answer = wire.http.request(method, path)
    assert answer.status_code == 400
    assert wire.fault(answer)["code"] == "500"
    assert wire.fault(answer)["Detail"].startswith(detail)


def test_the_fault_for_an_address_quotes_it_with_its_parameters(wire: Wire) -> None:
    detail = wire.fault(wire.http.get("customer/1/5?minorversion=8"))["Detail"]
    path = f"/v3/company/{wire.realm}/customer/1/5"
    assert detail == (
        f"Operation Could not find resource for relative : {path} of full path: "
        f"https://c50.sandbox.qbo.intuit.com/qbo50{path}?minorversion=8 is not supported."
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"DisplayName=Bo"),
        ("text/plain", b'{"DisplayName": "Bo"}'),
        ("application/octet-stream", b'{"DisplayName": "Bo"}'),
    ],
)
def test_a_body_of_another_type_is_not_consumed(
    wire: Wire, content_type: str, body: bytes
) -> None:
    headers = {"Content-Type": content_type}
    answer = wire.http.post("customer", content=body, headers=headers)
    assert wire.fault(answer)["Detail"] == (
        "Operation Cannot consume content type is not supported."
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe", b"nul"])
def test_what_cannot_be_read_is_refused_in_the_recorded_words(
    wire: Wire, body: bytes
) -> None:
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    answer = wire.http.post("customer", content=body, headers=headers)
    error = wire.fault(answer)
    assert (answer.status_code, error["code"]) == (400, "2010")
    assert error["Detail"] == (
        "Property Name:failed to parse json object; a property specified is "
        "unsupported or invalid"
    )


def test_a_body_in_another_character_set_is_read_in_it(wire: Wire) -> None:
    headers = {"Content-Type": "application/json; charset=ISO-8859-1"}
    body = '{"DisplayName": "Zoë Café"}'.encode("latin-1")
    made = wire.http.post("customer", content=body, headers=headers).json()
    assert made["Customer"]["DisplayName"] == "Zoë Café"
    headers = {"Content-Type": "application/json; charset=nonsense"}
    refused = wire.http.post("customer", content=body, headers=headers)
    assert wire.fault(refused)["code"] == "2010"


def test_a_mark_of_byte_order_is_passed_over(wire: Wire) -> None:
    headers = {"Content-Type": "application/json"}
    body = b"\xef\xbb\xbf" + b'{"DisplayName": "Marked"}'
    made = wire.http.post("customer", content=body, headers=headers).json()
    assert made["Customer"]["DisplayName"] == "Marked"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_answers_are_compressed_for_those_who_can_read_them_so(
    wire: Wire, encoding: str
) -> None:
    for number in range(5):
        wire.post("customer", {"DisplayName": f"Customer {number}"})
    params = {"query": "select * from Customer"}
    headers = {"Accept-Encoding": encoding}
    with wire.http.stream("GET", "query", params=params, headers=headers) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == encoding
        assert int(answer.headers["content-length"]) == len(raw)
    plain = gzip.decompress(raw) if encoding == "gzip" else zlib.decompress(raw)
    assert json.loads(plain)["QueryResponse"]["maxResults"] == 6
    refused = {"Accept-Encoding": "gzip;q=0, identity"}
    answer = wire.http.get("query", params=params, headers=refused)
    assert "content-encoding" not in answer.headers


def test_a_compressed_bomb_is_refused(wire: Wire) -> None:
    bomb = gzip.compress(b" " * 60_000_000)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = wire.http.post("customer", content=bomb, headers=headers)
    assert wire.fault(answer)["code"] == "6030"
    broken = wire.http.post("customer", content=b"no gzip", headers=headers)
    assert wire.fault(broken)["code"] == "2010"


def test_a_huge_body_is_refused_at_the_gate(wire: Wire) -> None:
    headers = {"Content-Type": "application/json"}
    answer = wire.http.post("customer", content=b" " * 21_000_000, headers=headers)
    assert answer.status_code == 413
    assert wire.http.get("customer/1").status_code == 200


@pytest.mark.parametrize("version", ["1", "40", "74", "75", "99", "many", ""])
def test_every_minor_version_is_the_same(wire: Wire, version: str) -> None:
    plain = wire.http.get("customer/1").json()["Customer"]
    answer = wire.http.get("customer/1", params={"minorversion": version})
    assert answer.json()["Customer"] == plain


def test_names_of_parameters_and_entities_are_read_in_any_case(wire: Wire) -> None:
    first = wire.post("Invoice", INVOICE, requestId="one").json()["Invoice"]
    again = wire.post("INVOICE", INVOICE, requestid="one").json()["Invoice"]
    assert again == first
    assert wire.http.get("iNvOiCe/1").json()["Invoice"]["Id"] == "1"


def test_an_update_wants_an_id_and_a_creation_gives_one(wire: Wire) -> None:
    answer = wire.post("customer", {"DisplayName": "Bo"}, operation="update")
    assert wire.fault(answer)["code"] == "2020"
    made = wire.post("customer", {"DisplayName": "Bo", "Id": ""}).json()
    assert made["Customer"]["Id"] == "2"


def test_ids_of_requests_have_their_lengths(wire: Wire) -> None:
    assert wire.post("invoice", INVOICE, requestid="x" * 50).status_code == 200
    error = wire.fault(wire.post("invoice", INVOICE, requestid="x" * 51))
    assert error["code"] == "2130"
    items = [{"bId": "1", "operation": "create", "Invoice": INVOICE}]
    batch = {"BatchItemRequest": items}
    assert wire.post("batch", batch, requestid="x" * 36).status_code == 200
    assert wire.fault(wire.post("batch", batch, requestid="x" * 37))["code"] == "2130"


def test_an_id_that_is_under_way_is_a_duplicate(wire: Wire) -> None:
    rule = Rule("delay", count=1, seconds=2, operation="create")
    wire.state.faults.add(rule)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(wire.post, "invoice", INVOICE, requestid="r")
        while not rule.hits:
            time.sleep(0.01)
        error = wire.fault(wire.post("invoice", INVOICE, requestid="r"))
        assert (error["code"], error["Message"]) == ("600", "Duplicate Request ID")
        first = slow.result()
    assert first.status_code == 200
    assert wire.post("invoice", INVOICE, requestid="r").content == first.content


def test_an_answer_that_takes_too_long_is_cut_off_and_carried_out(wire: Wire) -> None:
    wire.state.switches.change({"cut_off": 0.2})
    wire.state.faults.add(Rule("delay", count=1, seconds=120, operation="create"))
    answer = wire.post("invoice", INVOICE, requestid="slow")
    assert answer.status_code == 504
    assert "text/html" in answer.headers["content-type"]
    again = wire.post("invoice", INVOICE, requestid="slow").json()["Invoice"]
    assert again["Id"] == "1"


def test_entitlements_are_told_in_xml_to_who_may_open_the_company(wire: Wire) -> None:
    address = f"{wire.base_url}/manage/entitlements/v3/{wire.realm}"
    told = httpx.get(address, headers=dict(wire.http.headers))
    assert told.headers["content-type"].startswith("application/xml")
    assert "<EntitlementsResponse><QboCompany>true</QboCompany>" in told.text
    assert httpx.get(address).status_code == 401
    other = address.replace(wire.realm, "9130350000000002")
    assert httpx.get(other, headers=dict(wire.http.headers)).status_code == 403


def test_reports_come_without_time_and_unknown_ones_are_refused(wire: Wire) -> None:
    found = wire.http.get("reports/TrialBalance").json()
    assert list(found) == ["Header", "Columns", "Rows"]
    as_xml = wire.http.get("reports/TrialBalance?format=xml")
    assert '<Report xmlns="http://schema.intuit.com/finance/v3"><Header>' in as_xml.text
    assert '<ColData value="TOTAL"/>' in as_xml.text
    assert wire.http.get("reports/Nonsense").status_code == 400


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("forbidden", 403, "ApplicationAuthorizationFailed; errorCode=003100"),
        ("unavailable", 503, "503 Service Temporarily Unavailable"),
        ("gateway_error", 500, "InternalServerError; errorCode=003100; statusCode=500"),
    ],
)
def test_the_gateway_fails_as_recorded_where_it_is_told_to(
    wire: Wire, kind: str, status: int, words: str
) -> None:
    wire.state.faults.add(Rule(kind, count=1))
    refused = wire.post("invoice", INVOICE)
    assert (refused.status_code, words in refused.text) == (status, True)
    assert wire.post("invoice", INVOICE).json()["Invoice"]["Id"] == "1"


def test_a_tax_code_is_made_by_the_tax_service_and_answered_bare(wire: Wire) -> None:
    agency = wire.post("taxagency", {"DisplayName": "Port Authority"}).json()
    rate = {
        "TaxRateName": "Harbour",
        "RateValue": "7.5",
        "TaxAgencyId": agency["TaxAgency"]["Id"],
        "TaxApplicableOn": "Sales",
    }
    wish = {"TaxCode": "Harbour", "TaxRateDetails": [rate]}
    made = wire.post("taxservice/taxcode", wish).json()
    assert set(made) == {"TaxCode", "TaxCodeId", "TaxRateDetails"}
    read = wire.http.get(f"taxcode/{made['TaxCodeId']}").json()["TaxCode"]
    assert read["Name"] == "Harbour"
    assert wire.fault(wire.post("taxservice/taxrate", wish))["code"] == "500"


def test_exchange_rates_need_several_currencies(wire: Wire) -> None:
    asked = wire.http.get("exchangerate?sourcecurrencycode=EUR&asofdate=2026-01-01")
    assert wire.fault(asked)["code"] == "6000"
    rate = {"SourceCurrencyCode": "EUR", "Rate": 1.1, "AsOfDate": "2026-01-01"}
    assert wire.fault(wire.post("exchangerate", rate))["code"] == "6000"


@pytest.mark.parametrize("name", [{}, [], 1, None])
def test_a_named_preference_has_a_word_for_its_name(wire: Wire, name: object) -> None:
    held = wire.http.get("preferences").json()["Preferences"]
    pairs = [{"Name": name, "Value": "1"}]
    sent = {**held, "sparse": True, "OtherPrefs": {"NameValue": pairs}}
    assert wire.fault(wire.post("preferences", sent))["code"] == "2120"

"""The API over HTTP: tokens, addresses, both fault shapes, batches, the log of requests."""

from __future__ import annotations

import pytest
from support.wire import INVOICE, Body, Wire


def test_an_object_comes_wrapped_with_the_recorded_headers(wire: Wire) -> None:
    answer = wire.post("invoice", INVOICE)
    assert answer.status_code == 200
    assert set(answer.json()) == {"Invoice", "time"}
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["intuit_tid"].startswith("1-")
    assert answer.headers["qbo-version"]
    assert b'"Amount":10.0,' in answer.content
    assert b'"TotalTax":0}' in answer.content
    fault = wire.post("invoice", {})
    assert fault.status_code == 400
    assert fault.json()["Fault"]["type"] == "ValidationFault"
    assert fault.json()["Fault"]["Error"][0]["element"] == "CustomerRef"
    assert fault.headers["intuit_tid"]
    assert "qbo-version" not in fault.headers


def test_reading_by_id_in_any_case_gives_inactive_ones_too(wire: Wire) -> None:
    wish = {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}
    wire.post("customer", wish)
    found = wire.http.get("Customer/1").json()["Customer"]
    assert found["DisplayName"] == "Ada (deleted)"
    assert wire.http.get(f"companyinfo/{wire.realm}").json()["CompanyInfo"]["Id"] == "1"
    assert wire.http.get("preferences").json()["Preferences"]["TaxPrefs"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("invoice/1.5", "2030"),
        ("invoice/999", "610"),
        ("customer/1/5", "500"),
        ("nonsense/1", "500"),
        ("invoice", "500"),
        ("cdc?entities=Invoice&changedSince=soon", "2060"),
        ("query?query=select", "4000"),
    ],
)
def test_bad_addresses_give_a_fault_and_never_a_404(
    wire: Wire, path: str, code: str
) -> None:
    answer = wire.http.get(path)
    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == code


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'"x"', b'{"Line": 1e999}']
)
def test_broken_bodies_are_refused(wire: Wire, body: bytes) -> None:
    answer = wire.http.post("invoice", content=body)
    assert answer.status_code == 400
    assert answer.json()["Fault"]["type"] == "ValidationFault"


def test_a_bad_token_is_told_by_the_gateway(wire: Wire) -> None:
    answer = wire.http.get("customer/1", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.json()["fault"]["type"] == "AUTHENTICATION"
    assert answer.json()["fault"]["error"][0]["code"] == "3200"
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_token_opens_one_company_only(wire: Wire) -> None:
    url = str(wire.http.base_url).replace(wire.realm, "9130350000000002")
    answer = wire.http.get(f"{url}customer/1")
    assert answer.status_code == 403
    error = answer.json()["fault"]["error"][0]
    assert (error["code"], "errorCode=003100" in error["message"]) == ("3100", True)


def test_what_cannot_be_read_as_json_is_refused_in_json(wire: Wire) -> None:
    deep = b'{"DisplayName":' + b"[" * 5000 + b"]" * 5000 + b"}"
    for content in (deep, b"{", b"\xff\xfe", b"[1]", b""):
        answer = wire.http.post("customer", content=content)
        assert answer.status_code == 400
        assert answer.json()["Fault"]["Error"][0]["code"] == "2010"


def test_a_failure_of_its_own_is_answered_as_the_service_does_and_logged(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.post("invoice", {**INVOICE, "BillEmail": {"Address": "a@b.example"}})
    wire.state.store.define("ALTER TABLE mail RENAME TO lost_mail")
    answer = wire.http.post("invoice/1/send")
    assert answer.status_code == 500
    fault = answer.json()["Fault"]
    assert (fault["type"], fault["Error"][0]["code"]) == ("SystemFault", "10000")
    assert wire.state.requests[-1]["fault"] == "10000"
    assert "no such table" in caplog.text
    wire.state.store.define("ALTER TABLE lost_mail RENAME TO mail")
    sent = wire.http.post("invoice/1/send").json()["Invoice"]
    assert sent["EmailStatus"] == "EmailSent"


def test_queries_come_by_get_and_by_post(wire: Wire) -> None:
    statement = "select * from Customer where DisplayName = 'Ada'"
    by_get = wire.query(statement)
    by_post = wire.http.post(
        "query", content=statement, headers={"Content-Type": "application/text"}
    )
    assert by_post.json()["QueryResponse"] == by_get
    assert by_get["maxResults"] == 1


def test_a_batch_answers_each_item_and_keeps_what_succeeded(wire: Wire) -> None:
    items: list[Body] = [
        {"bId": "a", "operation": "create", "Invoice": INVOICE},
        {"bId": "b", "operation": "create", "Customer": {"DisplayName": "Ada"}},
        {"bId": "c", "Query": "select count(*) from Customer"},
        {
            "bId": "d",
            "operation": "update",
            "optionsData": "void",
            "Invoice": {"Id": "1", "SyncToken": "0"},
        },
        {"bId": "e", "operation": "fly", "Invoice": INVOICE},
        {
            "bId": "f",
            "CDCQuery": {"Entities": "Customer", "ChangedSince": "2020-01-01"},
        },
    ]
    answer = wire.post("batch", {"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert [each["bId"] for each in answer] == list("abcdef")
    assert answer[0]["Invoice"]["Id"] == "1"
    assert answer[1]["Fault"]["Error"][0]["code"] == "6240"
    assert answer[2]["QueryResponse"] == {"totalCount": 1}
    assert answer[3]["Invoice"]["PrivateNote"] == "Voided"
    assert answer[4]["Fault"]["Error"][0]["code"] == "500"
    assert answer[5]["CDCResponse"][0]["QueryResponse"][0]["Customer"]
    empty = wire.post("batch", {"BatchItemRequest": []})
    assert "Batch Request is Empty" in empty.text
    too_many = wire.post("batch", {"BatchItemRequest": items * 6})
    assert too_many.json()["Fault"]["Error"][0]["code"] == "1040"


def test_the_change_feed_has_one_element_per_entity(wire: Wire) -> None:
    wire.post("invoice", INVOICE)
    params = {"entities": "Invoice,Vendor", "changedSince": "2020-01-01T00:00:00+00:00"}
    answer = wire.http.get("cdc", params=params).json()
    invoices, vendors = answer["CDCResponse"][0]["QueryResponse"]
    assert (invoices["maxResults"], vendors) == (1, {})


def test_void_delete_send_and_pdf_have_their_addresses(wire: Wire) -> None:
    wire.post("invoice", INVOICE)
    sent = wire.http.post("invoice/1/send", params={"sendTo": "ada@pier.example"})
    assert sent.json()["Invoice"]["EmailStatus"] == "EmailSent"
    pdf = wire.http.get("invoice/1/pdf", headers={"Accept": "application/pdf"})
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    body = {"Id": "1", "SyncToken": "0"}
    assert (
        wire.post("invoice", body, operation="void").json()["Invoice"]["TotalAmt"] == 0
    )
    payment = {"TotalAmt": 5, "CustomerRef": {"value": "1"}}
    held = wire.post("payment", payment).json()["Payment"]
    voided = wire.post(
        "payment", {**held, "sparse": True}, operation="update", include="void"
    )
    assert voided.json()["Payment"]["UnappliedAmt"] == 0
    body["SyncToken"] = "1"
    gone = wire.post("invoice", body, operation="delete").json()["Invoice"]
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": "1"}


def test_xml_is_served_where_it_is_asked_for(wire: Wire) -> None:
    answer = wire.http.get("customer/1", headers={"Accept": "application/xml"})
    assert answer.headers["content-type"].startswith("application/xml")
    assert '<Customer domain="QBO" sparse="false"><Id>1</Id><SyncToken>0' in answer.text
    fault = wire.http.get("customer/9", headers={"Accept": "application/xml"})
    assert '<Error code="610">' in fault.text


def test_requests_are_logged_with_their_ids(wire: Wire) -> None:
    answer = wire.post("invoice", INVOICE, requestid="seen")
    entry = wire.state.requests[-1]
    assert entry["intuit_tid"] == answer.headers["intuit_tid"]
    assert (entry["entity"], entry["operation"], entry["status"]) == (
        "Invoice",
        "create",
        200,
    )
    assert entry["requestid"] == "seen"
    with wire.state.store.read() as db:
        row = db.execute("SELECT * FROM accepted ORDER BY seq DESC LIMIT 1").fetchone()
    assert (row["entity"], row["requestid"], row["amount"]) == (
        "Invoice",
        "seen",
        "10.0",
    )

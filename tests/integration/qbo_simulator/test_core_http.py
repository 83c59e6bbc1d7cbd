"""The API over HTTP: tokens, both fault shapes, requestid, limits, injected faults."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from qbo_simulator.company import Company
from qbo_simulator.credentials import issue
from qbo_simulator.injection import Rule
from qbo_simulator.state import State
from qbo_simulator.storage.store import Store
from qbo_simulator.switches import Switches
from qbo_simulator.testing import serve

Body = dict[str, Any]
LINE = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
INVOICE = {"CustomerRef": {"value": "1"}, "Line": [LINE]}


@dataclass
class Client:
    """An HTTP client of one served company."""

    http: httpx.Client
    state: State
    realm: str

    @property
    def company(self) -> Company:
        return self.state.company(self.realm)

    def post(self, path: str, body: Any, **params: str) -> httpx.Response:
        return self.http.post(path, json=body, params=params)

    def query(self, statement: str) -> Body:
        answer = self.http.get("query", params={"query": statement}).json()
        found: Body = answer["QueryResponse"]
        return found

    def count(self, entity: str = "Invoice") -> int:
        found = self.query("select count(*) from " + entity)  # noqa: S608
        return int(found["totalCount"])


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serve(tmp_path, switches=Switches(throttle=False), empty=True) as running:
        keys = issue(running.state.store, company=1, base=running.base_url)
        headers = {
            "Authorization": f"Bearer {keys['access_token']}",
            "Accept": "application/json",
        }
        url = f"{keys['base_url']}/{keys['realm_id']}/"
        with httpx.Client(base_url=url, headers=headers, timeout=10) as http:
            found = Client(http, running.state, keys["realm_id"])
            now = running.state.clock.now()
            found.company.create("Customer", {"DisplayName": "Ada"}, now=now)
            yield found


def test_an_object_comes_wrapped_with_the_recorded_headers(client: Client) -> None:
    answer = client.post("invoice", INVOICE)
    assert answer.status_code == 200
    assert set(answer.json()) == {"Invoice", "time"}
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["intuit_tid"].startswith("1-")
    assert answer.headers["qbo-version"]
    assert b'"Amount":10.0,' in answer.content
    assert b'"TotalTax":0}' in answer.content
    fault = client.post("invoice", {})
    assert fault.status_code == 400
    assert fault.json()["Fault"]["type"] == "ValidationFault"
    assert fault.json()["Fault"]["Error"][0]["element"] == "CustomerRef"
    assert fault.headers["intuit_tid"]
    assert "qbo-version" not in fault.headers


def test_reading_by_id_in_any_case_gives_inactive_ones_too(client: Client) -> None:
    wish = {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}
    client.post("customer", wish)
    found = client.http.get("Customer/1").json()["Customer"]
    assert found["DisplayName"] == "Ada (deleted)"
    assert (
        client.http.get(f"companyinfo/{client.realm}").json()["CompanyInfo"]["Id"]
        == "1"
    )
    assert client.http.get("preferences").json()["Preferences"]["TaxPrefs"]


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
    client: Client, path: str, code: str
) -> None:
    answer = client.http.get(path)
    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == code


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'"x"', b'{"Line": 1e999}']
)
def test_broken_bodies_are_refused(client: Client, body: bytes) -> None:
    answer = client.http.post("invoice", content=body)
    assert answer.status_code == 400
    assert answer.json()["Fault"]["type"] == "ValidationFault"


def test_a_bad_token_is_told_by_the_gateway(client: Client) -> None:
    answer = client.http.get("customer/1", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.json()["fault"]["type"] == "AUTHENTICATION"
    assert answer.json()["fault"]["error"][0]["code"] == "3200"
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_token_opens_one_company_only(client: Client) -> None:
    url = str(client.http.base_url).replace(client.realm, "9130350000000002")
    answer = client.http.get(f"{url}customer/1")
    assert answer.status_code == 403
    error = answer.json()["fault"]["error"][0]
    assert (error["code"], "errorCode=003100" in error["message"]) == ("3100", True)


def test_the_same_requestid_gives_the_same_answer(client: Client) -> None:
    first = client.post("invoice", INVOICE, requestid="abc")
    again = client.post("invoice", INVOICE, requestid="abc")
    assert first.content == again.content
    assert client.count() == 1
    assert (
        client.post("invoice", INVOICE, requestid="x" * 51).json()["Fault"]["Error"][0][
            "code"
        ]
        == "2130"
    )


def test_requestid_may_be_ignored_or_forgotten(client: Client) -> None:
    client.state.switches.change({"requestid": "ignored"})
    for _ in range(2):
        client.post("invoice", INVOICE, requestid="abc")
    assert client.count() == 2
    client.state.switches.change({"requestid": "forgotten", "requestid_ttl": 60})
    for _ in range(2):
        client.post("invoice", INVOICE, requestid="def")
    assert client.count() == 3
    client.state.clock.advance(61)
    client.post("invoice", INVOICE, requestid="def")
    assert client.count() == 4


def test_a_refused_request_may_be_corrected_under_its_id(client: Client) -> None:
    assert client.post("invoice", {}, requestid="abc").status_code == 400
    assert client.post("invoice", INVOICE, requestid="abc").status_code == 200
    client.state.switches.change({"replay_faults": True})
    assert client.post("invoice", {}, requestid="def").status_code == 400
    replayed = client.post("invoice", INVOICE, requestid="def")
    assert replayed.json()["Fault"]["Error"][0]["code"] == "2020"


def test_a_repeated_answer_is_the_first_one_with_its_type(client: Client) -> None:
    for accept in ("application/xml", "application/json"):
        first, second = (
            client.http.post(
                "customer",
                json={"DisplayName": accept},
                params={"requestid": accept},
                headers={"Accept": accept},
            )
            for _ in range(2)
        )
        assert first.headers["content-type"].startswith(accept)
        assert second.headers["content-type"] == first.headers["content-type"]
        assert second.content == first.content


def test_a_replayed_refusal_is_the_refusal_word_for_word(client: Client) -> None:
    client.state.switches.change({"replay_faults": True})
    for path, body in (("invoice", {}), ("batch", {}), ("invoice/1/5", {})):
        first, second = (client.post(path, body, requestid=path) for _ in range(2))
        assert first.status_code == second.status_code == 400
        assert first.json()["Fault"] == second.json()["Fault"]


def test_what_cannot_be_read_as_json_is_refused_in_json(client: Client) -> None:
    deep = b'{"DisplayName":' + b"[" * 5000 + b"]" * 5000 + b"}"
    for content in (deep, b"{", b"\xff\xfe", b"[1]", b""):
        answer = client.http.post("customer", content=content)
        assert answer.status_code == 400
        assert answer.json()["Fault"]["Error"][0]["code"] == "2010"


def test_a_failure_of_its_own_is_answered_as_the_service_does_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.post("invoice", {**INVOICE, "BillEmail": {"Address": "a@b.example"}})
    client.state.store.define("ALTER TABLE mail RENAME TO lost_mail")
    answer = client.http.post("invoice/1/send")
    assert answer.status_code == 500
    fault = answer.json()["Fault"]
    assert (fault["type"], fault["Error"][0]["code"]) == ("SystemFault", "10000")
    assert client.state.requests[-1]["fault"] == "10000"
    assert "no such table" in caplog.text
    client.state.store.define("ALTER TABLE lost_mail RENAME TO mail")
    sent = client.http.post("invoice/1/send").json()["Invoice"]
    assert sent["EmailStatus"] == "EmailSent"


def test_parallel_requests_with_one_id_create_once(client: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: client.post("invoice", INVOICE, requestid="p"), range(8))
        )
    assert len({answer.json()["Invoice"]["Id"] for answer in answers}) == 1
    assert client.count() == 1


def test_queries_come_by_get_and_by_post(client: Client) -> None:
    statement = "select * from Customer where DisplayName = 'Ada'"
    by_get = client.query(statement)
    by_post = client.http.post(
        "query", content=statement, headers={"Content-Type": "application/text"}
    )
    assert by_post.json()["QueryResponse"] == by_get
    assert by_get["maxResults"] == 1


def test_a_batch_answers_each_item_and_keeps_what_succeeded(client: Client) -> None:
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
    answer = client.post("batch", {"BatchItemRequest": items}).json()[
        "BatchItemResponse"
    ]
    assert [each["bId"] for each in answer] == list("abcdef")
    assert answer[0]["Invoice"]["Id"] == "1"
    assert answer[1]["Fault"]["Error"][0]["code"] == "6240"
    assert answer[2]["QueryResponse"] == {"totalCount": 1}
    assert answer[3]["Invoice"]["PrivateNote"] == "Voided"
    assert answer[4]["Fault"]["Error"][0]["code"] == "500"
    assert answer[5]["CDCResponse"][0]["QueryResponse"][0]["Customer"]
    empty = client.post("batch", {"BatchItemRequest": []})
    assert "Batch Request is Empty" in empty.text
    too_many = client.post("batch", {"BatchItemRequest": items * 6})
    assert too_many.json()["Fault"]["Error"][0]["code"] == "1040"


def test_the_change_feed_has_one_element_per_entity(client: Client) -> None:
    client.post("invoice", INVOICE)
    params = {"entities": "Invoice,Vendor", "changedSince": "2020-01-01T00:00:00+00:00"}
    answer = client.http.get("cdc", params=params).json()
    invoices, vendors = answer["CDCResponse"][0]["QueryResponse"]
    assert (invoices["maxResults"], vendors) == (1, {})


def test_void_delete_send_and_pdf_have_their_addresses(client: Client) -> None:
    client.post("invoice", INVOICE)
    sent = client.http.post("invoice/1/send", params={"sendTo": "ada@pier.example"})
    assert sent.json()["Invoice"]["EmailStatus"] == "EmailSent"
    pdf = client.http.get("invoice/1/pdf", headers={"Accept": "application/pdf"})
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    body = {"Id": "1", "SyncToken": "0"}
    assert (
        client.post("invoice", body, operation="void").json()["Invoice"]["TotalAmt"]
        == 0
    )
    payment = {"TotalAmt": 5, "CustomerRef": {"value": "1"}}
    held = client.post("payment", payment).json()["Payment"]
    voided = client.post(
        "payment", {**held, "sparse": True}, operation="update", include="void"
    )
    assert voided.json()["Payment"]["UnappliedAmt"] == 0
    body["SyncToken"] = "1"
    gone = client.post("invoice", body, operation="delete").json()["Invoice"]
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": "1"}


def test_xml_is_served_where_it_is_asked_for(client: Client) -> None:
    answer = client.http.get("customer/1", headers={"Accept": "application/xml"})
    assert answer.headers["content-type"].startswith("application/xml")
    assert '<Customer domain="QBO" sparse="false"><Id>1</Id><SyncToken>0' in answer.text
    fault = client.http.get("customer/9", headers={"Accept": "application/xml"})
    assert '<Error code="610">' in fault.text


def test_limits_per_second_and_minute_are_kept(client: Client) -> None:
    client.state.switches.change({"throttle": True, "per_second": 3, "service_time": 0})
    statuses = [client.http.get("customer/1").status_code for _ in range(6)]
    assert statuses.count(429) >= 1
    client.state.switches.change(
        {"per_second": 0, "per_minute": 1, "throttle_format": "xml"}
    )
    answer = client.http.get("customer/1")
    assert answer.status_code == 429
    assert answer.headers["content-type"].startswith("application/xml")
    assert "errorCode=003001" in answer.text
    assert "retry-after" not in answer.headers


def test_who_waits_for_answers_is_not_held_to_the_second(client: Client) -> None:
    client.state.switches.change({"throttle": True})
    statuses = {client.http.get("customer/1").status_code for _ in range(25)}
    assert 429 not in statuses


def test_who_asks_for_much_at_once_is_held_to_the_second(client: Client) -> None:
    client.state.switches.change({"throttle": True})
    client.state.faults.add(Rule("delay", seconds=0.2, operation="read"))
    with ThreadPoolExecutor(5) as pool:
        answers = pool.map(lambda _n: client.http.get("customer/1"), range(25))
        statuses = [answer.status_code for answer in answers]
    assert 429 in statuses


def inject(client: Client, kind: str, **more: Any) -> None:
    client.state.faults.add(Rule(kind, count=1, operation="create", **more))


def refused_write(client: Client) -> httpx.Response:
    return client.post("invoice", INVOICE, requestid="r1")


def test_an_error_after_the_commit_leaves_the_invoice(client: Client) -> None:
    inject(client, "error_before")
    assert refused_write(client).json()["Fault"]["Error"][0]["code"] == "10000"
    assert client.count() == 0
    inject(client, "error_after")
    assert refused_write(client).status_code == 500
    assert client.count() == 1
    assert refused_write(client).json()["Invoice"]["Id"] == "1"


@pytest.mark.parametrize(
    ("kind", "left"), [("drop_before", 0), ("drop_after", 1), ("truncate", 1)]
)
def test_a_dropped_answer_is_no_answer(client: Client, kind: str, left: int) -> None:
    inject(client, kind)
    with pytest.raises(httpx.TransportError):
        refused_write(client)
    assert client.count() == left
    assert refused_write(client).status_code == 200
    assert client.count() == 1


def test_a_late_commit_appears_after_its_time(client: Client) -> None:
    inject(client, "late_commit", seconds=0.4)
    with pytest.raises(httpx.TransportError):
        refused_write(client)
    assert client.count() == 0
    wait_for(lambda: client.count() == 1)
    assert refused_write(client).json()["Invoice"]["Id"] == "1"
    assert client.count() == 1


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_other_faults_hit_as_planned(client: Client) -> None:
    inject(client, "throttle", format="xml")
    assert refused_write(client).status_code == 429
    inject(client, "expire_token")
    assert refused_write(client).status_code == 401
    inject(client, "delay", seconds=0.3)
    started = time.monotonic()
    assert refused_write(client).status_code == 200
    assert time.monotonic() - started >= 0.3
    client.post("invoice", {**INVOICE, "PrivateNote": "other"})
    client.state.faults.add(Rule("wrong_entity", count=1, operation="read"))
    assert client.http.get("invoice/1").json()["Invoice"]["Id"] == "2"
    assert client.http.get("invoice/1").json()["Invoice"]["Id"] == "1"


def test_a_lagging_read_hides_what_is_new(client: Client) -> None:
    client.state.clock.advance(60)
    client.state.switches.change({"read_lag": 30})
    client.post("invoice", INVOICE)
    assert client.count() == 0
    assert client.http.get("invoice/1").status_code == 200
    client.state.clock.advance(31)
    assert client.count() == 1


def test_requests_are_logged_with_their_ids(client: Client) -> None:
    answer = client.post("invoice", INVOICE, requestid="seen")
    entry = client.state.requests[-1]
    assert entry["intuit_tid"] == answer.headers["intuit_tid"]
    assert (entry["entity"], entry["operation"], entry["status"]) == (
        "Invoice",
        "create",
        200,
    )
    assert entry["requestid"] == "seen"
    with client.state.store.read() as db:
        row = db.execute("SELECT * FROM accepted ORDER BY seq DESC LIMIT 1").fetchone()
    assert (row["entity"], row["requestid"], row["amount"]) == (
        "Invoice",
        "seen",
        "10.0",
    )


KILLED = """
import sys, pathlib
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store
from qbo_simulator.clock import Clock
store = Store(pathlib.Path(sys.argv[1]))
now = Clock(store).now()
company = seed(store, now=now, empty=True)[0]
company.create("Customer", {"DisplayName": "Ada"}, now=now)
line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
while True:
    body = {"CustomerRef": {"value": "1"}, "Line": [line]}
    print(company.create("Invoice", body, now=now)["Id"], flush=True)
"""


def test_a_killed_simulator_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "simulator.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(40)]
    os.kill(process.pid, signal.SIGKILL)
    told += process.stdout.read().split()
    process.stdout.close()
    process.wait()
    store = Store(path)
    company = Company(store, store.realms()[0])
    for number in told:
        assert company.read("Invoice", number)["TotalAmt"] == 10
    assert sum(company.trial_balance().values()) == 0
    store.close()

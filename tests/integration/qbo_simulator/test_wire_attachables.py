"""Attachables over HTTP: notes, files, their links and what is refused."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.shapes import differences, entity_shape
from support.wire import INVOICE, XML, Wire, wired

from qbo_simulator.storage.store import Store

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with wired(tmp_path) as found:
        found.post("invoice", INVOICE)
        yield found


def upload(
    wire: Wire, content: bytes = PICTURE, metadata: Any = None, **headers: str
) -> httpx.Response:
    told = metadata if metadata is not None else {"FileName": "a.png"}
    files = {
        "file_metadata_01": ("attachment.json", json.dumps(told), "application/json"),
        "file_content_01": ("a.png", content, "image/png"),
    }
    return wire.http.post("upload", files=files, headers=headers)


def uploaded(wire: Wire, **metadata: Any) -> dict[str, Any]:
    answer = upload(wire, metadata={"FileName": "a.png", **metadata})
    found: dict[str, Any] = answer.json()["AttachableResponse"][0]["Attachable"]
    return found


def test_an_uploaded_file_has_the_recorded_shape_and_is_what_was_sent(
    wire: Wire,
) -> None:
    made = uploaded(
        wire, AttachableRef=[{"EntityRef": {"type": "Invoice", "value": "1"}}]
    )
    assert list(made)[:5] == [
        "FileName",
        "FileAccessUri",
        "TempDownloadUri",
        "Size",
        "ContentType",
    ]
    assert made["FileAccessUri"] == f"/v3/company/{wire.realm}/download/{made['Id']}"
    assert (made["Size"], made["ContentType"]) == (len(PICTURE), "image/png")
    assert made["AttachableRef"] == [
        {"EntityRef": {"value": "1", "type": "Invoice"}, "IncludeOnSend": False}
    ]
    got = httpx.get(made["TempDownloadUri"])
    assert got.content == PICTURE
    assert got.headers["content-type"] == "image/png"


def test_files_meant_for_the_customer_go_out_with_the_form(wire: Wire) -> None:
    def hung(kind: str, name: str, *, sends: bool = True) -> str:
        entity = {"type": kind, "value": "1"}
        ref = {"EntityRef": entity, "IncludeOnSend": sends}
        return str(uploaded(wire, FileName=name, AttachableRef=[ref])["Id"])

    first, second = (hung("Invoice", name) for name in ("a.png", "b.png"))
    hung("Invoice", "secret.png", sends=False)
    hung("Customer", "other.png")
    note = {"EntityRef": {"type": "Invoice", "value": "1"}, "IncludeOnSend": True}
    wire.post("attachable", {"Note": "For us", "AttachableRef": [note]})
    wire.http.post("invoice/1/send", params={"sendTo": "ada@client.example"})
    mails = f"{wire.base_url}/_sim/outbox"
    (mail,) = httpx.get(mails).json()["mails"]
    told = {"content_type": "image/png", "size": len(PICTURE)}
    assert mail["files"] == [
        {"id": first, "name": "a.png", **told},
        {"id": second, "name": "b.png", **told},
    ]
    assert httpx.get(f"{mails}/{mail['number']}").json() == mail
    assert httpx.get(f"{mails}/99").status_code == 404


def test_a_link_is_good_for_fifteen_minutes_and_made_anew_by_each_reading(
    wire: Wire,
) -> None:
    made = uploaded(wire)
    wire.state.clock.advance(14 * 60)
    assert httpx.get(made["TempDownloadUri"]).status_code == 200
    wire.state.clock.advance(61)
    over = httpx.get(made["TempDownloadUri"])
    assert (over.status_code, "Request has expired" in over.text) == (403, True)
    read = wire.http.get(f"attachable/{made['Id']}").json()["Attachable"]
    assert read["TempDownloadUri"] != made["TempDownloadUri"]
    assert httpx.get(read["TempDownloadUri"]).content == PICTURE
    found = wire.http.get("query", params={"query": "select * from Attachable"}).json()
    row = found["QueryResponse"]["Attachable"][0]
    assert httpx.get(row["TempDownloadUri"]).content == PICTURE
    address = wire.http.get(f"download/{made['Id']}")
    assert address.headers["content-type"].startswith("text/plain")
    assert httpx.get(address.text).content == PICTURE


def test_a_forged_link_opens_nothing(wire: Wire) -> None:
    address = uploaded(wire)["TempDownloadUri"]
    forged = address[:-4] + ("0000" if address[-4:] != "0000" else "1111")
    assert httpx.get(forged).status_code == 403
    assert httpx.get(address.replace("a.png", "b.png")).status_code == 403


def test_a_note_is_created_changed_and_deleted_without_its_token(wire: Wire) -> None:
    made = wire.post("attachable", {"Note": "Call Ada", "Tag": "calls"}).json()
    number = made["Attachable"]["Id"]
    assert "FileAccessUri" not in made["Attachable"]
    sent = {"Id": number, "SyncToken": "0", "sparse": True, "Note": "Called Ada"}
    changed = wire.post("attachable", sent).json()["Attachable"]
    assert (changed["Note"], changed["Tag"]) == ("Called Ada", "calls")
    gone = wire.post("attachable", {"Id": number}, operation="delete").json()
    assert gone["Attachable"] == {"domain": "QBO", "status": "Deleted", "Id": number}
    assert wire.fault(wire.http.get(f"attachable/{number}"))["code"] == "610"
    assert wire.fault(wire.post("attachable", {}))["code"] == "2020"


def test_the_ids_of_attachables_have_nineteen_digits(wire: Wire) -> None:
    made = [wire.post("attachable", {"Note": note}).json() for note in "ab"]
    first, second = (each["Attachable"]["Id"] for each in made)
    assert (len(first), int(second)) == (19, int(first) + 1)
    assert wire.http.get(f"attachable/{second}").json()["Attachable"]["Note"] == "b"
    found = wire.company.query(f"select * from Attachable where Id = '{first}'")  # noqa: S608
    assert [each["Note"] for each in found["Attachable"]] == ["a"]
    ordered = wire.company.query("select Id from Attachable orderby Id desc")
    assert [each["Id"] for each in ordered["Attachable"]] == [second, first]
    beyond = wire.http.get(f"attachable/{1 << 63}")
    assert wire.fault(beyond)["code"] == "610"


def test_references_are_replaced_and_not_merged(wire: Wire) -> None:
    wire.post("invoice", INVOICE)
    first = {"EntityRef": {"type": "invoice", "value": "1"}, "IncludeOnSend": True}
    made = wire.post("attachable", {"Note": "n", "AttachableRef": [first]}).json()
    assert made["Attachable"]["AttachableRef"] == [
        {"EntityRef": {"value": "1", "type": "Invoice"}, "IncludeOnSend": True}
    ]
    second = {"EntityRef": {"type": "Customer", "value": "1"}}
    sent = {**made["Attachable"], "sparse": True, "AttachableRef": [second]}
    changed = wire.post("attachable", sent).json()["Attachable"]
    assert [each["EntityRef"]["type"] for each in changed["AttachableRef"]] == [
        "Customer"
    ]


def test_a_refused_upload_is_a_fault_within_an_answer_of_200(wire: Wire) -> None:
    lost = {"EntityRef": {"type": "Invoice", "value": "75"}}
    answer = upload(wire, metadata={"FileName": "a.png", "AttachableRef": [lost]})
    assert answer.status_code == 200
    error = answer.json()["AttachableResponse"][0]["Fault"]["Error"][0]
    assert error["Detail"] == (
        "Business Validation Error: The entity Invoice 75 that you are trying to link "
        "does not exist. Invoice 75"
    )
    assert (error["code"], error["element"]) == ("6000", "")
    found = wire.http.get(
        "query", params={"query": "select count(*) from Attachable"}
    ).json()
    assert found["QueryResponse"] == {"totalCount": 0}
    kept = wire.state.store.connection.execute("SELECT count(*) FROM attachment")
    assert kept.fetchone()[0] == 0


def test_several_files_come_in_one_call_and_each_stands_for_itself(wire: Wire) -> None:
    files = [
        ("file_metadata_01", ("m.json", '{"FileName": "1.txt"}', "application/json")),
        ("file_content_01", ("1.txt", b"one", "text/plain")),
        ("file_metadata_02", ("m.json", "no json", "application/json")),
        ("file_content_02", ("2.txt", b"two", "text/plain")),
        ("file_content_03", ("3.txt", b"three", "text/plain")),
    ]
    found = wire.http.post("upload", files=files).json()["AttachableResponse"]
    assert found[0]["Attachable"]["FileName"] == "1.txt"
    assert found[1]["Fault"]["Error"][0]["code"] == "6040"
    assert (found[2]["Attachable"]["FileName"], found[2]["Attachable"]["Size"]) == (
        "3.txt",
        5,
    )
    many = [(f"file_content_{n:02}", (f"{n}", b"x", "text/plain")) for n in range(21)]
    assert wire.fault(wire.http.post("upload", files=many))["code"] == "6030"


def test_bodies_of_public_clients_are_understood(wire: Wire) -> None:
    boundary = "-------------PythonMultipartPost"
    content = base64.b64encode(PICTURE).decode()
    body = (
        f"\n--{boundary}\n"
        'Content-Disposition: form-data; name="file_metadata_01"\n'
        "Content-Type: application/json\n\n"
        '{"FileName": "p.png", "ContentType": "image/png"}\n\n'
        f"--{boundary}\n"
        'Content-Disposition: form-data; name="file_content_01"\n'
        "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
        f"{content}\n\n--{boundary}--\n"
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = wire.http.post("upload", content=body.encode(), headers=headers)
    made = answer.json()["AttachableResponse"][0]["Attachable"]
    assert (made["FileName"], made["Size"]) == ("p.png", len(PICTURE))
    assert httpx.get(made["TempDownloadUri"]).content == PICTURE


def test_the_answer_to_an_upload_comes_as_xml_too(wire: Wire) -> None:
    answer = upload(wire, Accept=XML["Accept"])
    assert "<AttachableResponse><Attachable domain" in answer.text
    assert "<TempDownloadUri>http://127.0.0.1" in answer.text


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b"{}", "application/json", "500"),
        (b"--x--", "multipart/form-data", "6041"),
        (b"nothing", "multipart/form-data; boundary=x", "6041"),
        (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x", "2020"),
    ],
)
def test_what_is_no_form_is_refused(
    wire: Wire, content: bytes, content_type: str, code: str
) -> None:
    headers = {"Content-Type": content_type}
    answer = wire.http.post("upload", content=content, headers=headers)
    assert (answer.status_code, wire.fault(answer)["code"]) == (400, code)


def test_a_file_lasts_as_long_as_its_row(wire: Wire, tmp_path: Path) -> None:
    made = uploaded(wire)
    other = Store(tmp_path / "simulator.sqlite3")
    row = other.connection.execute("SELECT content FROM attachment").fetchone()
    other.close()
    assert bytes(row[0]) == PICTURE
    wire.post("attachable", {"Id": made["Id"]}, operation="delete")
    assert httpx.get(made["TempDownloadUri"]).status_code == 404


def test_deleting_a_transaction_leaves_what_was_attached_to_it(wire: Wire) -> None:
    made = uploaded(
        wire, AttachableRef=[{"EntityRef": {"type": "Invoice", "value": "1"}}]
    )
    wire.post("invoice", {"Id": "1", "SyncToken": "0"}, operation="delete")
    assert wire.http.get(f"attachable/{made['Id']}").status_code == 200


def test_a_packed_request_is_unpacked(wire: Wire) -> None:
    body = gzip.compress(b'{"Note": "packed"}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    made = wire.http.post("attachable", content=body, headers=headers)
    assert made.json()["Attachable"]["Note"] == "packed"


def test_a_picture_has_a_thumbnail_and_a_text_has_none(wire: Wire) -> None:
    picture = uploaded(wire)
    place = f"/v3/company/{wire.realm}/attachable-thumbnail/{picture['Id']}"
    assert picture["ThumbnailFileAccessUri"] == place
    assert httpx.get(picture["ThumbnailTempDownloadUri"]).content == PICTURE
    address = wire.http.get(f"attachable-thumbnail/{picture['Id']}").text
    assert httpx.get(address).content == PICTURE
    files = {"file_content_01": ("notes.txt", b"Two tiers", "text/plain")}
    text = wire.http.post("upload", files=files).json()["AttachableResponse"][0]
    assert "ThumbnailFileAccessUri" not in text["Attachable"]


def test_attachables_have_the_recorded_shape(wire: Wire) -> None:
    linked = [{"EntityRef": {"type": "Invoice", "value": "1"}}]
    made = uploaded(wire, AttachableRef=linked)
    # Nothing was recorded of pictures but their documentation.
    besides = ("ThumbnailTempDownloadUri",)
    assert differences(made, entity_shape("Attachable"), besides=besides) == []

"""What every answer has to be: well formed, no failure, a fault as the service tells it."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import httpx

from qbo_simulator.wire import decode
from support.picks import Body


def told(body: Any) -> bytes:
    """A body as JSON; what no encoding can hold is left as an escape."""
    return json.dumps(body, default=float).encode()


def head(body: Body) -> Body:
    """Where Id and SyncToken stand: inside, in a template of a transaction."""
    if "Id" in body or len(body) != 1:
        return body
    (inside,) = body.values()
    assert isinstance(inside, dict)
    return inside


def stable(body: Body | None) -> Body:
    """A body without the address of a file, which is another one every time."""
    return {k: v for k, v in (body or {}).items() if not k.endswith("DownloadUri")}


def bare(body: Body) -> Body:
    """A body without what tells when it was written."""
    return {
        name: part
        for name, part in stable(head(body)).items()
        if name not in {"SyncToken", "MetaData", "sparse"}
    }


def opened(answer: httpx.Response, kind: str) -> Body | None:
    """The entity in an answer, None for a refusal."""
    if answer.status_code != 200:
        return None
    body = decode(answer.content)
    assert set(body) == {kind, "time"}, body
    found: Body = body[kind]
    return found


def check_answer(answer: httpx.Response) -> None:
    """An answer is well formed, and no failure."""
    assert answer.status_code in {200, 400, 403}, answer.text
    kind = answer.headers["content-type"]
    if kind.startswith("application/json"):
        body = answer.json()
        refused = "Fault" in body
        assert refused is (answer.status_code != 200), body
        if refused:
            check_fault(body)
    elif kind.startswith("application/xml"):
        root = ET.fromstring(answer.content)  # noqa: S314 - the simulator's own words
        assert root.tag.endswith(("IntuitResponse", "Report"))
    else:
        assert kind.startswith("application/pdf")
        assert answer.content.startswith(b"%PDF")


def check_fault(body: Body) -> None:
    """A fault as the service tells it."""
    fault = body["Fault"]
    assert set(fault) == {"Error", "type"}
    assert fault["type"] in {"ValidationFault", "SystemFault"}
    for error in fault["Error"]:
        assert set(error) <= {"Message", "Detail", "code", "element"}
        assert error["Message"]
        assert error["code"].isdecimal()
        assert error["code"] != "10000", error

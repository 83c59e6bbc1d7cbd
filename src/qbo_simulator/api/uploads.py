"""Files in and out: the upload, the address of a download, and the download itself."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from qbo_simulator import faults
from qbo_simulator.api.attachments import Attachments, File, is_over
from qbo_simulator.api.exchange import Answer, Call
from qbo_simulator.api.multipart import NotMultipartError, Part, parts_of
from qbo_simulator.api.served import served
from qbo_simulator.api.xml_reading import NotXmlError, parse
from qbo_simulator.books.intake import entity_id
from qbo_simulator.faults import Fault
from qbo_simulator.wire import NOT_JSON, decode, encode

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from qbo_simulator.company import Company
    from qbo_simulator.state import State

MOST_FILES = 20
LARGEST = 100_000_000
METADATA, CONTENT = "file_metadata_", "file_content_"
UNKNOWN = "application/octet-stream"


def upload(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """POST …/upload: each file stands or falls by itself, the answer is 200 either way."""
    results = []
    for number, parts in _files(call).items():
        try:
            stored = Attachments(state.store).receive(
                company,
                _metadata(parts.get(METADATA)),
                _file(parts.get(CONTENT), number),
                now=now,
                requestid=call.param("requestid"),
            )
            results.append({"Attachable": stored})
        except Fault as fault:
            results.append({"Fault": fault.body()})
    return served(state, call, "AttachableResponse", encode(results), now)


def _files(call: Call) -> dict[str, dict[str, Part]]:
    """The parts of each file, by the number in their names."""
    if call.content_type != "multipart/form-data":
        raise faults.not_consumable()
    try:
        parts = parts_of(call.body, call.headers.get("content-type", ""))
    except NotMultipartError as problem:
        raise Fault(6041, "Invalid Uploaded File", f"{problem}.") from None
    found: dict[str, dict[str, Part]] = {}
    for part in parts:
        for prefix in (METADATA, CONTENT):
            if part.name.startswith(prefix):
                found.setdefault(part.name[len(prefix) :], {})[prefix] = part
    if not found:
        raise faults.required("file_content_01")
    if len(found) > MOST_FILES:
        detail = f"At most {MOST_FILES} files. Supplied value:{len(found)}"
        raise Fault(6030, "Upload size exceeds limit", detail)
    return found


def _metadata(part: Part | None) -> dict[str, Any]:
    if part is None or not part.content.strip():
        return {}
    try:
        if part.content.lstrip()[:1] == b"<":
            name, body = parse(part.content)
        else:
            name, body = "Attachable", decode(part.content)
    except (*NOT_JSON, NotXmlError):
        name, body = "", None
    if name != "Attachable" or not isinstance(body, dict):
        raise Fault(
            6040, "File metadata must be Attachable", "Metadata must be an Attachable"
        )
    return body


def _file(part: Part | None, number: str) -> File:
    if part is None:
        raise faults.required(f"{CONTENT}{number}")
    if len(part.content) > LARGEST:
        raise Fault(
            6030, "Upload size exceeds limit", f"Max:{LARGEST} bytes supported."
        )
    guessed, _ = mimetypes.guess_type(part.filename)
    name = part.filename or f"attachment{number}"
    return File(name, part.content_type or guessed or UNKNOWN, part.content)


def download(state: State, company: Company, call: Call, now: datetime) -> Answer:
    """GET …/download/{id}: the address of the content, as plain text."""
    body = company.read("Attachable", call.parts[1])
    address = Attachments(state.store).link(
        company.realm, entity_id(body["Id"]), root=call.root, now=now
    )
    if address is None:
        raise faults.made_inactive()
    return Answer(200, address.encode(), b"text/plain;charset=utf-8")


def _denied(code: str, message: str, status: int) -> Response:
    """A refusal as the storage behind QuickBooks words it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    )
    return Response(body, status, media_type="application/xml")


def routes(state: State) -> list[Route]:
    """The address of the files themselves; a signature opens it, no token does."""
    files = Attachments(state.store)

    async def content(request: Request) -> Response:
        realm = request.path_params["realm"]
        params = request.query_params
        if not files.is_signed(request.url.path, params) and not files.is_signed(
            request.scope["path"], params
        ):
            return _denied(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature "
                "you provided.",
                403,
            )
        if is_over(params, state.clock.now()):
            return _denied("AccessDenied", "Request has expired", 403)
        key = request.path_params["key"]
        found = await run_in_threadpool(files.file_of, realm, key)
        if found is None:
            return _denied("NoSuchKey", "The specified key does not exist.", 404)
        return Response(
            found.content,
            headers={
                "content-type": found.content_type,
                # Whatever was uploaded is data: the bookkeeper's pages are next door.
                "content-security-policy": "sandbox",
                "x-content-type-options": "nosniff",
            },
        )

    return [Route("/{realm}/attachments/{key:path}", content)]

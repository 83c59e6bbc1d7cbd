"""What a request carries, read: unpacked, in JSON or XML, or refused as recorded."""

from __future__ import annotations

import codecs
import zlib
from typing import TYPE_CHECKING, Any

from qbo_simulator.api.xml_reading import NotXmlError, parse
from qbo_simulator.catalogue import BY_LOWER
from qbo_simulator.faults import Fault, not_consumable, unreadable
from qbo_simulator.wire import NOT_JSON, decode

if TYPE_CHECKING:
    from qbo_simulator.api.exchange import Call

LARGEST = 20_000_000
JSON_TYPES = frozenset({"application/json", "text/json"})
XML_TYPES = frozenset({"application/xml", "text/xml"})
WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
RAW = -15


def unpacked(body: bytes, encoding: str) -> bytes:
    """A body that came compressed; a bomb or nonsense is refused."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in WINDOWS:
        raise not_consumable()
    window = WINDOWS[name]
    if name == "deflate" and not _has_zlib_header(body):
        window = RAW
    unpacker = zlib.decompressobj(window)
    try:
        plain = unpacker.decompress(body, LARGEST)
    except zlib.error:
        raise unreadable("json") from None
    if unpacker.unconsumed_tail:
        raise Fault(6030, "Upload size exceeds limit", f"Limit : {LARGEST} bytes")
    return plain


def _has_zlib_header(body: bytes) -> bool:
    """Whether deflated bytes came as the standard says, and not bare as from .NET."""
    return len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0


def is_xml(call: Call) -> bool:
    """Whether the body is XML: by its type, or by its first sign where none is given."""
    if call.content_type:
        return call.content_type in XML_TYPES
    return call.body.lstrip()[:1] == b"<"


def parsed_body(call: Call) -> dict[str, Any]:
    """The object of a request; a fault if it is none. It is read once."""
    if call.parsed is None:
        call.parsed = _parsed(call)
    return call.parsed


def _parsed(call: Call) -> dict[str, Any]:
    if is_xml(call):
        return _from_xml(call)
    if call.content_type and call.content_type not in JSON_TYPES:
        raise not_consumable()
    try:
        body = decode(_in_utf8(call))
    except NOT_JSON:
        raise unreadable("json") from None
    if not isinstance(body, dict):
        raise unreadable("json")
    return body


def _in_utf8(call: Call) -> bytes:
    charset = call.headers.get("content-type", "").lower().partition("charset=")[2]
    name = charset.partition(";")[0].strip(' "')
    if name in ("", "utf-8", "utf8"):
        return call.body.removeprefix(codecs.BOM_UTF8)
    try:
        return call.body.decode(name).encode()
    except (LookupError, UnicodeDecodeError):
        raise unreadable("json") from None


def _from_xml(call: Call) -> dict[str, Any]:
    try:
        name, body = parse(call.body)
    except NotXmlError:
        raise unreadable("xml") from None
    if not isinstance(body, dict) or not _belongs(name, call.entity):
        raise unreadable("xml")
    return body


def _belongs(name: str, entity: str) -> bool:
    """Whether a document of that name may be sent to this address."""
    return entity.lower() not in BY_LOWER or name.lower() == entity.lower()

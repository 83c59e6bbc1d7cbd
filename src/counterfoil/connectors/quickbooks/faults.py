"""Reads Intuit's faults in all the shapes in which they come, without judging them.

The application answers ``{"Fault": {"Error": [...]}}``, the gateway lower case with a
message such as ``message=ThrottleExceeded; errorCode=003001; statusCode=429``, and
either may answer XML although JSON was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import msgspec

MAX_XML_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """The first error of an answer, in its own words. ``code`` has no leading zeros."""

    status: int
    code: str = ""
    message: str = ""
    detail: str = ""
    element: str = ""
    kind: str = ""
    correlation_id: str = ""


def read(status: int, body: bytes, *, correlation_id: str = "") -> Fault | None:
    """The fault that ``body`` holds, or nothing when it holds none.

    An answer of another status than 200 is always a fault, if an empty one.
    """
    found = _from_json(body)
    if found is None and body.lstrip()[:1] == b"<":
        found = _from_xml(body)
    if found is None:
        return None if status == 200 else Fault(status, correlation_id=correlation_id)
    return Fault(status, correlation_id=correlation_id, **found)


def _from_json(body: bytes) -> dict[str, str] | None:
    if body.lstrip()[:1] != b"{" or b"ault" not in body:
        return None
    try:
        document = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    lowered = {str(key).lower(): value for key, value in document.items()}
    return of_mapping(lowered.get("fault"))


def of_mapping(fault: object) -> dict[str, str] | None:
    """The fields of a decoded fault, whichever case its keys have."""
    if not isinstance(fault, Mapping):
        return None
    outer = {str(key).lower(): value for key, value in fault.items()}
    errors = outer.get("error")
    first = errors[0] if isinstance(errors, list) and errors else {}
    inner = {str(key).lower(): value for key, value in dict(first).items()}
    return _named(
        code=_text(inner.get("code")),
        message=_text(inner.get("message")),
        detail=_text(inner.get("detail")),
        element=_text(inner.get("element")),
        kind=_text(outer.get("type")),
    )


def _from_xml(body: bytes) -> dict[str, str] | None:
    """Read XML that declares nothing: no DTD, so no entities to expand."""
    if len(body) > MAX_XML_BYTES or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return None
    try:
        root = ET.fromstring(body)  # noqa: S314  (declarations are refused above)
    except ET.ParseError:
        return None
    fault = next((node for node in root.iter() if _tag(node) == "fault"), None)
    if fault is None:
        return None
    texts = {_tag(node): (node.text or "").strip() for node in fault.iter()}
    attributes = {
        name: value for node in fault.iter() for name, value in node.attrib.items()
    }
    return _named(
        code=attributes.get("code", texts.get("code", "")),
        message=texts.get("message", ""),
        detail=texts.get("detail", ""),
        element=attributes.get("element", ""),
        kind=attributes.get("type", ""),
    )


def _tag(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2].lower()


def _named(
    *, code: str, message: str, detail: str, element: str, kind: str
) -> dict[str, str]:
    if not code and (found := re.search(r"errorCode=(\d+)", message)):
        code = found[1]
    return {
        "code": code.lstrip("0") or code,
        "message": message,
        "detail": detail,
        "element": element,
        "kind": kind,
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)

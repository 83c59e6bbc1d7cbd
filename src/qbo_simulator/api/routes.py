"""What an address of the API asks for: the operation, the entity and the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.api import bodies
from qbo_simulator.catalogue import BY_LOWER
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.api.exchange import Call
    from qbo_simulator.books.kind import Kind

METHODS: dict[tuple[str, int], dict[str, str]] = {
    ("query", 1): {"GET": "query", "POST": "query"},
    ("cdc", 1): {"GET": "cdc"},
    ("batch", 1): {"POST": "batch"},
    ("upload", 1): {"POST": "upload"},
    ("download", 2): {"GET": "download"},
    ("attachable-thumbnail", 2): {"GET": "thumbnail"},
    ("reports", 2): {"GET": "report"},
    ("taxservice", 2): {"POST": "tax_service"},
    ("exchangerate", 1): {"GET": "exchange_rate", "POST": "set_rate"},
}
SINGLE = frozenset({"companyinfo", "preferences"})
LAST_PARTS = {"pdf": {"GET": "pdf"}, "send": {"POST": "send"}}
VERBS = frozenset({"", "create", "update", "delete", "void"})
JSON, XML = "json", "xml"
MEDIA = {
    "application/json": JSON,
    "text/json": JSON,
    "application/xml": XML,
    "text/xml": XML,
}


def name(call: Call, *, unasked: str) -> None:
    """Set the call's entity, operation and format, for limits, faults and the log.

    The operation stays empty where the address or its method means nothing.
    """
    call.wants_xml = (asked_format(call) or unasked) == XML
    first = call.parts[0].lower() if call.parts else ""
    kind = BY_LOWER.get(first)
    call.entity = kind.entity if kind else first
    if first == "upload":
        call.entity = "Attachable"
    found = _methods(call).get(call.method, "")
    call.operation = _write_operation(call) if found == "write" else found


def check(call: Call) -> None:
    """Refuse an address or a method that means nothing."""
    if call.operation:
        return
    methods = _methods(call)
    if not methods:
        raise faults.no_such_resource(call.address)
    if call.method in methods:
        wished = call.param("operation")
        raise faults.unsupported(f"Operation {wished} is not supported.")
    raise faults.no_such_method(call.method)


def asked_format(call: Call) -> str | None:
    """The format a client asks for, None if it takes any."""
    wished = (call.param("format") or "").lower()
    if wished in (JSON, XML):
        return wished
    ranked = []
    for each in call.headers.get("accept", "").lower().split(","):
        media, *parameters = (part.strip() for part in each.split(";"))
        ranked.append((-_weight(parameters), media))
    for _, media in sorted(ranked, key=lambda pair: pair[0]):
        if media in MEDIA:
            return MEDIA[media]
    return None


def _weight(parameters: list[str]) -> float:
    for each in parameters:
        key, _, value = each.partition("=")
        if key.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _methods(call: Call) -> dict[str, str]:
    """What each method does at this address; empty if there is nothing."""
    if not call.parts:
        return {}
    first = call.parts[0].lower()
    known = METHODS.get((first, len(call.parts)))
    if known is not None:
        return known
    kind = BY_LOWER.get(first)
    return _of_kind(kind, call) if kind is not None else {}


def _of_kind(kind: Kind, call: Call) -> dict[str, str]:
    count = len(call.parts)
    if count == 1:
        read = {"GET": "read"} if kind.entity.lower() in SINGLE else {}
        return {**read, "POST": "write"}
    if count == 2:
        return {"GET": "read"}
    last = call.parts[2].lower()
    if count == 3 and last in kind.operations:
        return LAST_PARTS.get(last, {})
    return {}


def _write_operation(call: Call) -> str:
    wished = (call.param("operation") or "").lower()
    if "void" in call.include or wished == "void":
        return "void"
    if wished not in VERBS:
        return ""
    if wished in ("delete", "update"):
        return wished
    return "update" if _has_id(call) else "create"


def _has_id(call: Call) -> bool:
    try:
        body = bodies.parsed_body(call)
    except Fault:
        return False
    kind = BY_LOWER.get(call.parts[0].lower())
    opened = kind.opened(body) if kind is not None else body
    return opened.get("Id") not in (None, "")

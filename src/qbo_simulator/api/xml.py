"""Answers as XML: the same objects as in JSON, in the order and style of Intuit's schema.

The differences are recorded ones: an entity begins with its Id, a reference is an
element with its name as attribute, amounts have two decimals where JSON has one, and a
report stands alone without `IntuitResponse` around it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from qbo_simulator.api.xml_names import NAMESPACE, TRIMMED

HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHOWN_AS_ATTRIBUTES = {
    "QueryResponse": ("startPosition", "maxResults", "totalCount"),
    "BatchItemResponse": ("bId",),
    "Fault": ("type",),
    "Error": ("code", "element"),
    "Row": ("id", "parentId", "type", "group"),
    "ColData": ("value", "id", "href"),
}
ENTITY_ATTRIBUTES = ("domain", "status", "sparse")
REFERENCE = frozenset({"value", "name", "type"})
CENTS = -2
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def answer(body: dict[str, Any], at: str) -> bytes:
    """An `IntuitResponse` that holds what the JSON answer would hold."""
    root = f'IntuitResponse xmlns="{NAMESPACE}" time="{at}"'
    return _document(root, body)


def report(body: dict[str, Any]) -> bytes:
    """A report, which is a document of its own."""
    return _document(f'Report xmlns="{NAMESPACE}"', body)


def _document(root: str, body: dict[str, Any]) -> bytes:
    """A whole document, in which what no XML can hold is marked as lost."""
    inner = "".join(_element(name, value) for name, value in body.items())
    name = root.partition(" ")[0]
    text = f"{HEADER}<{root}>{inner}</{name}>"
    return FORBIDDEN.sub("\ufffd", text).encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if isinstance(value, dict):
        return _object(name, value)
    text = _text(name, value)
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal | float):
        return _number(name, Decimal(str(value)))
    return str(value)


def _number(name: str, value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    if name in TRIMMED or (isinstance(exponent, int) and exponent < CENTS):
        return format(value, "f")
    return format(value, ".2f")


def _object(name: str, value: dict[str, Any]) -> str:
    if "value" in value and name != "ColData" and value.keys() <= REFERENCE:
        return _reference(name, value)
    shown = SHOWN_AS_ATTRIBUTES.get(name, ())
    if "domain" in value or "sparse" in value:
        shown = (*shown, *ENTITY_ATTRIBUTES)
    attributes = "".join(
        f" {key}={quoteattr(_text(key, value[key]))}"
        for key in shown
        if value.get(key) is not None
    )
    inner = "".join(
        _generic(value[key]) if key == "any" else _element(key, value[key])
        for key in _in_schema_order(value)
        if key not in shown
    )
    return (
        f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"
    )


def _reference(name: str, value: dict[str, Any]) -> str:
    attributes = "".join(
        f" {key}={quoteattr(str(value[key]))}"
        for key in ("name", "type")
        if value.get(key)
    )
    return f"<{name}{attributes}>{escape(str(value['value']))}</{name}>"


def _in_schema_order(value: dict[str, Any]) -> list[str]:
    """The names of an entity as the schema orders them: what JSON has first comes last."""
    names = list(value)
    start = next((at for at, name in enumerate(names) if name == "Id"), 0)
    if not ("domain" in value or "sparse" in value):
        return names
    return names[start:] + names[:start]


def _generic(parts: Any) -> str:
    """What JSON shows as a Java object in `any`: a list of elements with their names."""
    return "".join(
        _element(str(part.get("name", "")).rpartition("}")[2], part.get("value"))
        for part in parts
        if isinstance(part, dict)
    )

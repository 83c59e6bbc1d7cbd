"""Answers as XML, for clients that ask for it and for gateway faults that come so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from qbo_simulator.faults import Fault, GatewayFault

NAMESPACE = "http://schema.intuit.com/finance/v3"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def response(name: str, body: dict[str, Any], at: str) -> bytes:
    """An `IntuitResponse` with one object in it."""
    return _document(_element(name, body), at)


def fault(fault: Fault, at: str) -> bytes:
    """An application fault."""
    element = f" element={quoteattr(fault.element)}" if fault.element else ""
    return _document(
        f'<Fault type="{fault.type}"><Error code="{fault.code}"{element}>'
        f"<Message>{escape(fault.message)}</Message>"
        f"<Detail>{escape(fault.detail)}</Detail></Error></Fault>",
        at,
    )


def gateway_fault(fault: GatewayFault, at: str) -> bytes:
    """A fault of the gateway."""
    return _document(
        f'<Fault type="{fault.type}"><Error code="{fault.code}">'
        f"<Message>{escape(fault.message)}</Message>"
        f"<Detail>{escape(fault.detail)}</Detail></Error></Fault>",
        at,
    )


def _document(inner: str, at: str) -> bytes:
    return (
        f'{HEADER}<IntuitResponse xmlns="{NAMESPACE}" time="{at}">'
        f"{inner}</IntuitResponse>"
    ).encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if isinstance(value, dict):
        return _object(name, value)
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"


def _object(name: str, value: dict[str, Any]) -> str:
    attributes = ""
    inner = dict(value)
    if name.endswith("Ref") and "value" in inner:
        label = inner.get("name")
        shown = f" name={quoteattr(str(label))}" if label else ""
        return f"<{name}{shown}>{escape(str(inner['value']))}</{name}>"
    for key in ("domain", "sparse", "startPosition", "maxResults", "totalCount"):
        if key in inner:
            held = inner.pop(key)
            text = str(held).lower() if isinstance(held, bool) else str(held)
            attributes += f" {key}={quoteattr(text)}"
    parts = "".join(_element(key, each) for key, each in inner.items())
    return f"<{name}{attributes}>{parts}</{name}>"

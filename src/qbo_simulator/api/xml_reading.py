"""Request bodies in XML, read into what the same request would be in JSON.

Nothing but elements, attributes and text is read: a document type or an entity of its
own is refused, and so is a document that is nested deeper than any request needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.parsers import expat

from qbo_simulator.api.xml_names import (
    ATTRIBUTES,
    BOOLEANS,
    LISTS,
    NUMBERS,
    REFERENCES,
)

DEEPEST = 64
TRUTHS = {"true": True, "false": False, "1": True, "0": False}
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
NOT_REFERENCES = frozenset({"AttachableRef"})


class NotXmlError(ValueError):
    """The body is not XML, or more than a request may hold."""


@dataclass
class _Element:
    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    children: dict[str, Any] = field(default_factory=dict)


class _Builder:
    """Collects what the parser meets; the stack holds the open elements."""

    def __init__(self) -> None:
        self.stack: list[_Element] = []
        self.root: tuple[str, Any] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= DEEPEST:
            raise NotXmlError("The document is nested too deeply")
        self.stack.append(_Element(_local(name), attributes))

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1].text.append(text)

    def end(self, _name: str) -> None:
        done = self.stack.pop()
        value = _value(done)
        if not self.stack:
            self.root = (done.name, value)
            return
        held = self.stack[-1].children
        if done.name in LISTS:
            # An empty element is how a client without lists says that there is none.
            held.setdefault(done.name, []).extend([value] if value else [])
        elif isinstance(held.get(done.name), list):
            held[done.name].append(value)
        elif done.name in held:
            held[done.name] = [held[done.name], value]
        else:
            held[done.name] = value

    def refuse(self, *_declared: Any) -> int:
        raise NotXmlError("A document type is not allowed")


def parse(body: bytes) -> tuple[str, Any]:
    """The name of the document's element and what it holds; raises NotXmlError."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.ExternalEntityRefHandler = builder.refuse
    try:
        parser.Parse(body, True)  # noqa: FBT003 - the parser's own signature
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotXmlError(str(error)) from None
    if builder.root is None:
        raise NotXmlError("The document is empty")
    return builder.root


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _value(element: _Element) -> Any:
    text = "".join(element.text)
    if element.attributes.get(f"{INSTANCE} nil", "").lower() in ("true", "1"):
        return None
    attributes = {
        _local(name): value
        for name, value in element.attributes.items()
        if not name.startswith(INSTANCE)
    }
    if element.children:
        kept = {name: attributes[name] for name in attributes if name in ATTRIBUTES}
        return {**{name: _told(name, kept[name]) for name in kept}, **element.children}
    return _leaf(element.name, attributes, text)


def _told(name: str, value: str) -> Any:
    return TRUTHS.get(value.lower(), value) if name == "sparse" else value


def _leaf(name: str, attributes: dict[str, str], text: str) -> Any:
    bare = text.strip()
    if _is_reference(name, attributes):
        label = {key: attributes[key] for key in ("name", "type") if key in attributes}
        return {"value": bare, **label} if bare or label else {}
    if not bare:
        known = {key: attributes[key] for key in attributes if key in ATTRIBUTES}
        return known or ({} if name.endswith(("Detail", "Prefs")) else "")
    if name in BOOLEANS:
        return TRUTHS.get(bare.lower(), text)
    return _number(bare) if name in NUMBERS else text


def _is_reference(name: str, attributes: dict[str, str]) -> bool:
    if name in REFERENCES or (name.endswith("Ref") and name not in NOT_REFERENCES):
        return True
    return name == "Entity" and bool(attributes)


def _number(text: str) -> Any:
    """A number as JSON would have brought it; what is none stays text, to be refused."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return value if value.is_finite() else text

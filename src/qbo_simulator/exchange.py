"""One request and its answer, as the parts of the API hand them on."""

from __future__ import annotations

from dataclasses import dataclass, field

JSON_TYPE = b"application/json;charset=UTF-8"
XML_TYPE = b"application/xml;charset=UTF-8"


@dataclass
class Call:
    """One request, read."""

    method: str
    realm: str
    parts: tuple[str, ...]
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    path: str
    entity: str = ""
    operation: str = ""
    wants_xml: bool = False

    @property
    def include(self) -> frozenset[str]:
        """The `include` parameter, in lower case."""
        return frozenset(self.params.get("include", "").lower().split(","))


@dataclass
class Answer:
    """One response, before the headers that all have."""

    status: int
    body: bytes
    content_type: bytes = JSON_TYPE
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    fault: str | None = None

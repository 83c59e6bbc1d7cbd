"""One request and its answer, as the parts of the API hand them on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = b"application/json;charset=utf-8"
XML_TYPE = b"application/xml;charset=utf-8"


@dataclass
class Call:
    """One request, read.

    `root` is the address under which the client knows the simulator, `items` counts
    the reads and the writes of a batch.
    """

    method: str
    realm: str
    parts: tuple[str, ...]
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    path: str
    query: str = ""
    root: str = ""
    entity: str = ""
    operation: str = ""
    wants_xml: bool = False
    client_id: str = ""
    items: dict[str, int] = field(default_factory=dict)
    parsed: dict[str, Any] | None = None

    def param(self, name: str) -> str | None:
        """A parameter of the address; its name may be written in any case."""
        if name in self.params:
            return self.params[name]
        wanted = name.lower()
        return next(
            (value for key, value in self.params.items() if key.lower() == wanted), None
        )

    @property
    def include(self) -> frozenset[str]:
        """The `include` parameter, in lower case."""
        wished = (self.param("include") or "").lower().split(",")
        return frozenset(each.strip() for each in wished)

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def address(self) -> str:
        """The path with its parameters, as faults quote it."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass
class Answer:
    """One response, before the headers that all have."""

    status: int
    body: bytes
    content_type: bytes = JSON_TYPE
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    fault: str | None = None

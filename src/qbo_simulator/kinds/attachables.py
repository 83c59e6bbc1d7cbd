"""Notes and files attached to anything in the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.books.fields import (
    Choice,
    Field,
    Lines,
    Number,
    Text,
    both,
    unknown_property,
    wrong_type,
)
from qbo_simulator.books.kind import Body, Draft, Kind, words
from qbo_simulator.faults import (
    Fault,
    no_such_link,
    required,
    unknown_entity_type,
)
from qbo_simulator.wire import id_of

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

CATEGORIES = (
    "Contact Photo",
    "Document",
    "Image",
    "Receipt",
    "Signature",
    "Sound",
    "Other",
)
REF_PARTS = ("EntityRef", "LineInfo", "IncludeOnSend", "Inactive", "NoRefOnly")
UNATTACHABLE = frozenset(
    {"Attachable", "CompanyInfo", "Preferences", "ExchangeRate", "Budget"}
)


class Attachable(Kind):
    """A note, or a file with its content in a table beside; see `attachments`."""

    entity = "Attachable"
    list_name = "Attachable"
    sequence = "attachables"
    operations = frozenset({"create", "update", "delete"})
    is_name_list = False
    default_order = "updated"
    head = (
        both("FileName", Text(1000), keep=True),
        Field("FileAccessUri", Text(), read_only=True),
        Field("TempDownloadUri", Text(), read_only=True),
        both("Size", Number(), read_only=True),
        both("ContentType", Text(100), keep=True),
        both("Category", Choice(CATEGORIES)),
        both("Lat", Text(100)),
        both("Long", Text(100)),
        both("PlaceName", Text(2000)),
        both("Note", Text(2000)),
        both("Tag", Text(2000)),
        Field("ThumbnailFileAccessUri", Text(), read_only=True),
        Field("ThumbnailTempDownloadUri", Text(), read_only=True),
    )
    tail = (
        Field("CustomField", Lines()),
        Field("AttachableRef", Lines(), filterable=True),
    )
    tolerated = words("AttachableEx documentId")

    def label(self, body: Body) -> str:
        return str(body.get("FileName") or body.get("Note") or "")

    def columns(self, body: Body) -> dict[str, Any]:
        return {"name": self.label(body)[:100]}

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not (new.get("FileName") or new.get("Note")):
            raise required("Note")
        if "AttachableRef" in new:
            new["AttachableRef"] = [
                _reference(work, each) for each in new["AttachableRef"]
            ]


def _reference(work: Work, sent: Body) -> Body:
    """What an attachment hangs on, checked; whether it goes out with it is said always."""
    for name in sent:
        if name not in (*REF_PARTS, "CustomField"):
            raise unknown_property(name, "AttachableRef", REF_PARTS)
    found: Body = {}
    if sent.get("EntityRef"):
        found["EntityRef"] = _entity(work, sent["EntityRef"])
    if sent.get("LineInfo"):
        found["LineInfo"] = str(sent["LineInfo"])
    found["IncludeOnSend"] = _is_true(sent.get("IncludeOnSend", False))
    return found


def _entity(work: Work, ref: Any) -> Body:
    if not isinstance(ref, dict):
        raise wrong_type("EntityRef", ref)
    wished, value = str(ref.get("type") or ""), str(ref.get("value") or "")
    if not wished or not value:
        raise required("AttachableRef.EntityRef")
    kinds = {name.lower(): name for name in work.kinds}
    name = kinds.get(wished.lower())
    if name in UNATTACHABLE:
        raise unknown_entity_type(wished)
    held = id_of(value)
    if name is None or held is None or work.fetch(name, held) is None:
        raise no_such_link(wished, value, "")
    return {"value": value, "type": name}


def _is_true(value: Any) -> bool:
    known = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in known:
        raise Fault(
            2230, "Invalid Boolean", f"Invalid Boolean : {value}", "IncludeOnSend"
        )
    return known[str(value).lower()]

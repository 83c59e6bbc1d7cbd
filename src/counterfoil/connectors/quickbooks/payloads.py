"""Reads Intuit's webhooks: both payloads, and the signature over the raw bytes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from counterfoil.sync.ports import Told

SIGNATURE_HEADER = "intuit-signature"
MOST_ID = 64
CLOUD_TYPE = re.compile(r"qbo\.([a-z]+)\.([a-z]+)\.v\d+")
OPERATIONS = {
    "create": "create",
    "created": "create",
    "update": "update",
    "updated": "update",
    "delete": "delete",
    "deleted": "delete",
    "void": "void",
    "voided": "void",
    "merge": "merge",
    "merged": "merge",
    "emailed": "emailed",
}
STREAMS = {
    "customer": "customers",
    "vendor": "vendors",
    "item": "items",
    "account": "accounts",
    "term": "terms",
    "paymentmethod": "payment_methods",
    "employee": "employees",
    "class": "classes",
    "department": "departments",
    "estimate": "estimates",
    "invoice": "invoices",
    "creditmemo": "credit_memos",
    "salesreceipt": "sales_receipts",
    "refundreceipt": "refund_receipts",
    "payment": "payments",
    "deposit": "deposits",
    "preferences": "facts",
    "companycurrency": "facts",
}


class _Change(Struct, rename="camel"):
    name: str
    id: str
    operation: str
    last_updated: str = ""
    deleted_id: str = ""


class _DataChange(Struct):
    entities: list[_Change] = []


class _Notification(Struct, rename="camel"):
    realm_id: str
    data_change_event: _DataChange = msgspec.field(default_factory=_DataChange)


class _Legacy(Struct, rename="camel"):
    event_notifications: list[_Notification]


class _Data(Struct):
    deletedid: str = ""


class _CloudEvent(Struct):
    type: str
    intuitentityid: str
    intuitaccountid: str
    time: str = ""
    data: _Data | None = None


def is_genuine(body: bytes, signature: str, verifier: str) -> bool:
    """Whether ``signature`` is that of exactly these bytes.

    ``verifier`` may hold several tokens with commas, so that they can be changed
    without a gap.
    """
    try:
        given = base64.b64decode(signature.encode("ascii"), validate=True)
    except (ValueError, UnicodeEncodeError):
        return False
    right = False
    for token in filter(None, verifier.replace(",", " ").split()):
        wanted = hmac.new(token.encode(), body, hashlib.sha256).digest()
        right |= hmac.compare_digest(given, wanted)
    return right


def read(body: bytes) -> Sequence[Told]:
    """What a webhook says, of the streams that are read here.

    Raises ``ValueError`` when it is neither payload.
    """
    try:
        if body.lstrip()[:1] == b"[":
            events = msgspec.json.decode(body, type=list[_CloudEvent])
            return list(_of_cloud_events(events))
        legacy = msgspec.json.decode(body, type=_Legacy)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return list(_of_legacy(legacy))


def _of_cloud_events(events: Sequence[_CloudEvent]) -> Iterator[Told]:
    for event in events:
        known = CLOUD_TYPE.fullmatch(event.type)
        if known is None:
            continue
        change = _Change(
            name=known[1],
            id=event.intuitentityid,
            operation=known[2],
            last_updated=event.time,
            deleted_id=event.data.deletedid if event.data else "",
        )
        yield from _told(event.intuitaccountid, change)


def _of_legacy(legacy: _Legacy) -> Iterator[Told]:
    for notification in legacy.event_notifications:
        for change in notification.data_change_event.entities:
            yield from _told(notification.realm_id, change)


def _told(realm: str, change: _Change) -> Iterator[Told]:
    if not (_is_id(realm) and _is_id(change.id)):
        return
    stream = STREAMS.get(change.name.lower())
    operation = OPERATIONS.get(change.operation.lower())
    if stream is None or operation is None:
        return
    at = moment(change.last_updated)
    if _is_id(change.deleted_id):
        yield Told(realm, stream, change.deleted_id, "merge", at, survivor=change.id)
    yield Told(realm, stream, change.id, operation, at)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= MOST_ID


def moment(text: str) -> datetime | None:
    """A time in any of the styles that are sent: no colon in the zone, nanoseconds."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo else None

"""What a webhook says and how it is signed: both of Intuit's payloads, purely made.

The entities and operations that are told of are the wire lists of Intuit's payloads;
the rest (TaxCode, TaxRate, CompanyInfo, ...) changes in silence.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

OPERATIONS: Mapping[str, str] = {
    "c": "Create",
    "u": "Update",
    "d": "Delete",
    "m": "Merge",
    "v": "Void",
    "e": "Emailed",
}
CLOUD_OPERATIONS: Mapping[str, str] = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Void": "void",
    "Emailed": "emailed",
}
TOLD: Mapping[str, str] = {
    "Account": "cudm",
    "Bill": "cud",
    "BillPayment": "cudv",
    "Budget": "cu",
    "Class": "cudm",
    "CompanyCurrency": "cud",
    "CreditMemo": "cudve",
    "Customer": "cudm",
    "Department": "cum",
    "Deposit": "cud",
    "Employee": "cudm",
    "Estimate": "cude",
    "Invoice": "cudve",
    "Item": "cudm",
    "JournalCode": "cu",
    "JournalEntry": "cud",
    "Payment": "cudve",
    "PaymentMethod": "cum",
    "Preferences": "u",
    "Purchase": "cudv",
    "PurchaseOrder": "cude",
    "RefundReceipt": "cudve",
    "SalesReceipt": "cudve",
    "TaxAgency": "cu",
    "Term": "cu",
    "TimeActivity": "cud",
    "Transfer": "cudv",
    "Vendor": "cudm",
    "VendorCredit": "cud",
}
_NAMESPACE = uuid.UUID("6f1f4a60-6a6e-4b56-9a57-0c2f6a3b9d11")
RETRY_WAITS: Sequence[timedelta] = (
    timedelta(0),
    timedelta(seconds=10),
    timedelta(seconds=20),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One change that is told of; `seq` is its place in the change log."""

    seq: int
    realm: str
    entity: str
    id: str
    operation: str
    at: datetime
    deleted_id: str | None = None


def is_told(entity: str, operation: str) -> bool:
    """Say whether QuickBooks notifies of this operation on this entity at all."""
    return operation in {OPERATIONS[letter] for letter in TOLD.get(entity, "")}


def retry_wait(failures: int) -> timedelta:
    """Return how long Intuit waits after so many failed attempts in a row (1 and up)."""
    return RETRY_WAITS[min(failures, len(RETRY_WAITS)) - 1]


def sign(verifier: str, body: bytes) -> str:
    """Return the `intuit-signature` of a body: base64 of its HMAC-SHA256."""
    digest = hmac.new(verifier.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def coalesced(events: Iterable[Event]) -> list[Event]:
    """Drop the earlier of two equal changes to the same object."""
    latest: dict[tuple[str, str, str, str, str | None], Event] = {}
    for event in events:
        key = (event.realm, event.entity, event.id, event.operation, event.deleted_id)
        latest.pop(key, None)
        latest[key] = event
    return list(latest.values())


def legacy(events: Sequence[Event]) -> bytes:
    """Write the payload that was the only one until the cut-over."""
    by_realm: dict[str, list[dict[str, str]]] = {}
    for event in events:
        entity = {
            "name": event.entity,
            "id": event.id,
            "operation": event.operation,
            "lastUpdated": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.")
            + f"{event.at.microsecond // 1000:03d}Z",
        }
        if event.deleted_id is not None:
            entity["deletedId"] = event.deleted_id
        by_realm.setdefault(event.realm, []).append(entity)
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}}
        for realm, entities in by_realm.items()
    ]
    return _compact({"eventNotifications": notifications})


def _cloud_event(event: Event, client_id: str) -> dict[str, Any]:
    operation = CLOUD_OPERATIONS[event.operation]
    told: dict[str, Any] = {}
    if event.deleted_id is not None:
        told["deletedid"] = event.deleted_id
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    digest = hashlib.sha256(client_id.encode()).digest()
    name = f"{client_id}/{event.realm}/{event.seq}"
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "source": f"intuit.{base64.b64encode(digest).decode()}",
        "type": f"qbo.{event.entity.lower()}.{operation}.v1",
        "datacontenttype": "application/json",
        "time": f"{at}{event.seq % 1000:03d}Z",
        "intuitentityid": event.id,
        "intuitaccountid": event.realm,
        "data": told,
    }


def cloud_events(events: Sequence[Event], *, client_id: str) -> bytes:
    """Write the CloudEvents payload: an array, ids stable over every delivery."""
    return _compact([_cloud_event(event, client_id) for event in events])


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

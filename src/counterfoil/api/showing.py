"""What the API tells of a document."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from counterfoil.core.money import rounded
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.posting import acts, post
from counterfoil.posting.models import Act

COLUMNS = (
    "number",
    "customer_name",
    "vendor_name",
    "currency",
    "total",
    "amount",
    "tax",
    "balance",
    "remaining",
    "unapplied",
    "issued_on",
    "paid_on",
    "spent_on",
    "due_on",
    "expires_on",
    "stage",
    "status",
    "email_status",
    "sent_at",
    "voided",
    "deleted_remotely",
    "posting_state",
    "posting_message",
)


def document(record: Record) -> dict[str, object]:
    """A document, how far it is on its way into the books, and every answer of theirs."""
    workspace_id = record.workspace_id
    address = reverse("record", args=[workspace_id, type_of(record).slug, record.pk])
    currency = getattr(record, "currency", "")
    properties = {
        name: plain(getattr(record, name), currency)
        for name in COLUMNS
        if hasattr(record, name)
    }
    return {
        "id": str(record.pk),
        "type": record.object_type,
        "createdAt": plain(record.created_at),
        "updatedAt": plain(record.updated_at),
        "connection": getattr(record, "connection_id", None),
        "properties": properties,
        "posting": _posting(record),
        "acts": [act(each) for each in acts.of_record(Ref.of(record))],
        "url": address,
    }


def _posting(record: Record) -> dict[str, object] | None:
    intent = post.of_record(Ref.of(record))
    if intent is None:
        return None
    return {
        "id": str(intent.pk),
        "state": intent.state,
        "quickbooksId": intent.remote_id,
        "message": intent.message,
        "code": intent.code,
        "askedBy": intent.actor_label,
        "attempts": [
            {
                "action": each.action,
                "outcome": each.outcome,
                "startedAt": plain(each.started_at),
                "intuitTid": each.correlation_id,
                "message": each.message,
            }
            for each in intent.attempts.order_by("started_at", "id")
        ],
    }


def act(held: Act) -> dict[str, object]:
    """Something that is to be done with a document."""
    return {
        "id": str(held.pk),
        "action": held.action,
        "state": held.state,
        "message": held.message,
        "intuitTid": held.correlation_id,
    }


def plain(value: Any, currency: str = "") -> object:
    """As JSON has it: days as text, and amounts with the decimals of their currency."""
    if isinstance(value, Decimal):
        shown = rounded(value, currency)
        return f"{shown if shown == value else value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value

"""What became of sending, voiding and deleting: written onto the record, and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.crm import records
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import PostingState, Record
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor
from counterfoil.invoicing import outcome, staging, telling
from counterfoil.invoicing.cause import actor_of, origin_of
from counterfoil.posting import acts

ANSWERS = (
    "document_sent",
    "document_voided",
    "document_removed",
    "act_refused",
    "act_unclear",
)
# Of an invoice this is told where its stage is kept.
NEWS = (
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "payment",
    "expense",
)
TOLD_BY = frozenset({"email_status", "sent_at", "voided", "deleted_remotely"})
UNDONE = {"act_refused": "refused", "act_unclear": "unclear"}


def take(event: Event, now: datetime) -> None:
    """Write what was done onto the record; tell what was not done, and why."""
    made = _document(event)
    if made is None or event.payload.get("kind") != event.object_type:
        return
    actor = _asked_by(event)
    if event.kind in UNDONE:
        _tell_undone(event, made, actor)
        return
    records.write(
        workspace=event.workspace,
        changes=[Change(event.object_type, _values(event, made), record_id=made.pk)],
        actor=actor,
        origin=origin_of(event),
        now=now,
    )


def tell_news(event: Event) -> None:
    """Tell that a document was sent, voided or deleted, by us or by somebody there."""
    made = _document(event)
    if made is None:
        return
    changed = event.payload.get("changed") or {}
    actor = actor_of(event)
    sent_at = getattr(made, "sent_at", None)
    if {"email_status", "sent_at"} & set(changed) and staging.is_sent(made):
        telling.tell(
            event.workspace,
            made,
            f"{event.object_type}_sent",
            actor=actor,
            at=sent_at or event.at,
            occasion=sent_at.isoformat() if sent_at else "",
            more={"recipient": getattr(made, "recipient", "")},
        )
    for name, came in (("voided", "voided"), ("deleted_remotely", "deleted")):
        if name in changed and getattr(made, name):
            kind = f"{event.object_type}_{came}"
            telling.tell(event.workspace, made, kind, actor=actor, at=event.at)


def is_news(object_type: str, payload: Mapping[str, Any]) -> bool:
    """Whether a change may be one of those."""
    return not TOLD_BY.isdisjoint(payload.get("changed") or ())


def is_of_posting(object_type: str, payload: Mapping[str, Any]) -> bool:
    """Whether a document got on, or was given up, on its way into the books."""
    return "posting_state" in (payload.get("changed") or ())


def drop_waiting(event: Event, now: datetime) -> None:
    """What will not come into the books is not sent either."""
    made = _document(event)
    if made is None or getattr(made, "posting_state", "") != PostingState.CANCELLED:
        return
    message = _("The document was given up before it was sent.")
    acts.cancel_waiting(record=Ref.of(made), message=message, now=now)


def _values(event: Event, made: Any) -> dict[str, object]:
    if event.kind == "document_removed":
        return {"deleted_remotely": True}
    held = event.payload.get("document")
    document: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
    if event.kind == "document_voided":
        return {"voided": True, **outcome.amounts(made, document)}
    values: dict[str, object] = {}
    if document.get("email_status"):
        values["email_status"] = str(document["email_status"])
    if document.get("sent_at"):
        values["sent_at"] = datetime.fromisoformat(str(document["sent_at"]))
    if not values:
        values["sent_at"] = event.at
    if document.get("email"):
        values["recipient"] = str(document["email"])
    return values


def _tell_undone(event: Event, made: Record, actor: Actor) -> None:
    action = str(event.payload.get("action"))
    telling.tell(
        event.workspace,
        made,
        f"{event.object_type}_act_{UNDONE[event.kind]}",
        actor=actor,
        at=event.at,
        occasion=str(event.pk),
        more={
            "action": action,
            "message": str(event.payload.get("message") or ""),
            "recipient": str(event.payload.get("recipient") or ""),
            "act": event.payload.get("act"),
        },
    )


def _document(event: Event) -> Any:
    rows = object_types[event.object_type].model._default_manager.all()
    return rows.filter(workspace=event.workspace, pk=event.record_id or 0).first()


def _asked_by(event: Event) -> Actor:
    """Who wanted it; the books only answered. What somebody did there is theirs."""
    given = str(event.payload.get("act") or "")
    act = acts.identified(UUID(given), workspace=event.workspace) if given else None
    if act is None or act.was_so:
        return actor_of(event)
    return Actor(act.actor_kind, act.actor_id, act.actor_label)

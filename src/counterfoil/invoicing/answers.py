"""What became of a document in the books: written onto its record, and told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.connections.models import Link
from counterfoil.crm import records
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Booked, PostingState, Record
from counterfoil.crm.records import Change
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor
from counterfoil.invoicing import outcome, telling
from counterfoil.invoicing.cause import actor_of, origin_of
from counterfoil.posting import documents, post

KINDS = {
    "document_confirmed": "created",
    "document_rejected": "rejected",
    "document_renumbered": "renumbered",
    "document_settled": "settled",
}
# What the timeline says of some of them, as the event has it.
SAID = ("from", "to", "settled_by")
NOUNS = (
    "invoice",
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "payment",
    "expense",
)


def take(event: Event, now: datetime) -> None:
    """Write the answer onto the document's record, and tell it where it belongs."""
    made = _document(event)
    if made is None or event.payload.get("kind") != event.object_type:
        return
    records.write(
        workspace=event.workspace,
        changes=[Change(event.object_type, _values(event, made), record_id=made.pk)],
        actor=actor_of(event),
        origin=origin_of(event),
        now=now,
    )
    made.refresh_from_db()
    _tell(event, made)


def _document(event: Event) -> Record | None:
    rows = object_types[event.object_type].model._default_manager.all()
    return rows.filter(workspace=event.workspace, pk=event.record_id or 0).first()


def _values(event: Event, made: Record) -> dict[str, object]:
    if event.kind == "document_confirmed":
        at = _written_at(made) or event.at
        assert isinstance(made, Booked)  # noqa: S101  the nouns of ``NOUNS`` are
        return outcome.confirmed(made, event.payload, updated_at=at)
    if event.kind == "document_rejected":
        return outcome.troubled(PostingState.REJECTED, event.payload)
    if event.kind == "document_renumbered":
        return _renumbered(event, made)
    if event.kind == "document_settled":
        return _settled(event)
    values = outcome.troubled(PostingState.ATTENTION, event.payload)
    if event.kind == "document_duplicated":
        values["posting_message"] = _(
            "QuickBooks holds it more than once. Compare them there and void or delete "
            "the one too many."
        )
    return values


def _renumbered(event: Event, made: Record) -> dict[str, object]:
    """The number that it goes by from now on, unless the books have answered since."""
    if getattr(made, "posting_state", "") == PostingState.CONFIRMED:
        return {}
    return {"number": str(event.payload.get("to") or "")}


def _settled(event: Event) -> dict[str, object]:
    """A person has looked, or it has come right by itself: nothing is asked any more."""
    is_cancelled = bool(event.payload.get("is_cancelled"))
    state = PostingState.CANCELLED if is_cancelled else PostingState.CONFIRMED
    return {"posting_state": state.value, "posting_message": ""}


def _written_at(made: Record) -> datetime | None:
    """When the books wrote it, by their own clock."""
    link = Link.objects.filter(
        connection=getattr(made, "connection_id", None),
        stream=documents.stream(made.object_type),
        object_type=made.object_type,
        record_id=made.pk,
    ).first()
    return link.remote_updated_at if link else None


def _asked_by(event: Event) -> Actor:
    """Who wanted the document; the books only answered."""
    given = str(event.payload.get("intent") or "")
    try:
        intent = post.identified(UUID(given), workspace=event.workspace)
    except ValueError:
        intent = None
    if intent is None:
        return actor_of(event)
    return Actor(intent.actor_kind, intent.actor_id, intent.actor_label)


def _tell(event: Event, made: Record) -> None:
    came = KINDS.get(event.kind, "attention")
    occasion = "" if came == "created" else str(event.pk)
    telling.tell(
        event.workspace,
        made,
        f"{event.object_type}_{came}",
        actor=_asked_by(event),
        at=event.at,
        occasion=occasion,
        nouns=telling.ASKERS,
        more={
            "message": getattr(made, "posting_message", ""),
            "intent": event.payload.get("intent"),
            **{name: event.payload[name] for name in SAID if name in event.payload},
        },
    )

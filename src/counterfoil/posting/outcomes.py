"""What follows from an outcome, in the transaction that records it.

Every function here must run inside a transaction and raises ``LeaseLost`` (undoing all)
when another worker owns the intent by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from counterfoil.connections.models import Link
from counterfoil.core.errors import Rejected
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.events.wake import wake
from counterfoil.posting import documents, keys, numbers, revisions, standing
from counterfoil.posting.installation import instance_key, limits
from counterfoil.posting.models import Finding, Intent, Problem
from counterfoil.posting.ports import Receipt
from counterfoil.posting.state import DONE, Standing, State, afresh, resolved
from counterfoil.posting.wording import CALLED

DRAIN = "posting"
PARENT_REJECTED = "parent_rejected"
# It met somebody's edit: worth asking again, so often at most.
CONFLICT, MOST_CONFLICTS = "5010", 5

log = structlog.get_logger()


def tell(
    intent: Intent, kind: str, now: datetime, extra: Mapping[str, object] | None = None
) -> None:
    """Publish what became of an intent, on the record that it is for."""
    connection = intent.connection
    payload: dict[str, object] = {
        "intent": str(intent.pk),
        "kind": intent.kind,
        "connection": connection.pk,
        "remote_id": intent.remote_id,
        "number": intent.number,
        "message": intent.message,
        "field": intent.field,
        "code": intent.code,
        **(extra or {}),
    }
    publish(
        workspace=intent.workspace,
        kind=kind,
        ref=ref_of(intent),
        payload=payload,
        actor=Actor.connection(connection.pk, connection.name),
        origin=Origin.connection(connection.pk),
        now=now,
    )


def ref_of(intent: Intent) -> Ref | None:
    """The record that the document is for."""
    if intent.record_id is None:
        return None
    return Ref(intent.object_type, intent.record_id)


def confirm(
    intent: Intent,
    before: Standing,
    receipt: Receipt,
    *,
    state: State,
    now: datetime,
) -> None:
    """The document exists: take its id and number, link it, let go what waited."""
    after = resolved(before, state, now)
    expected = receipt.expectation
    standing.keep(
        intent,
        before,
        after,
        remote_id=receipt.remote_id,
        version=receipt.version,
        number=receipt.number,
        total=expected.total,
        remote_created_at=receipt.created_at,
        confirmed_at=now,
        correlation_id=receipt.correlation_id or intent.correlation_id,
        message=_difference(intent) if state == State.DIVERGED else "",
        field="",
        code="",
        detail="",
    )
    intent.refresh_from_db(fields=["revision"])  # asked for while it was on its way
    _link(intent, receipt, now)
    Finding.objects.filter(
        connection=intent.connection_id,
        kind=intent.kind,
        remote_id=receipt.remote_id,
        problem=Problem.ORPHAN,
        resolved_at=None,
    ).update(intent=intent, resolved_at=now)
    late = revisions.differing(intent.document, intent.revision or intent.document)
    extra = {"document": dict(receipt.body), "is_revision_pending": bool(late)}
    tell(intent, "document_confirmed", now, extra)
    if late:
        message = revisions.sentence(intent, receipt.number)
        extra = {"message": message, "fields": late, "is_revision_pending": True}
        tell(intent, "document_diverged", now, extra)
    elif state == State.DIVERGED:
        tell(intent, "document_diverged", now)
    if state in DONE and children_of(intent).exists():
        wake(DRAIN)


def reject(
    intent: Intent,
    before: Standing,
    error: Rejected,
    *,
    now: datetime,
) -> None:
    """Refused for good in this form: tell, and stop what waited for it.

    A revision that came in meanwhile, or the next number when only that was in the way,
    is tried at once instead; what met an edit of somebody's, a little later.
    """
    after = resolved(before, State.REJECTED, now)
    standing.keep(
        intent,
        before,
        after,
        message=error.message,
        field=error.field[:100],
        code=error.code[:40],
        detail=error.detail,
        correlation_id=error.correlation_id or intent.correlation_id,
    )
    intent.refresh_from_db(fields=["revision"])  # asked for while it was on its way
    if intent.revision is not None:
        renew(intent, intent.revision, now, message="")
        wake(DRAIN)
        return
    if error.code == numbers.TAKEN and _renumbered(intent, now):
        wake(DRAIN)
        return
    if error.code == CONFLICT and _asked_again(intent, error, now):
        return
    tell(intent, "document_rejected", now)
    reject_children(intent, now)


def _asked_again(intent: Intent, error: Rejected, now: datetime) -> bool:
    """Whether it is sent anew: a refused request id may keep its answer for ever."""
    before = intent.attempts.filter(code=CONFLICT).count()
    if before >= MOST_CONFLICTS - 1:
        return False
    at = now + limits().backoff(before)
    renew(
        intent,
        intent.document,
        now,
        message=error.message,
        renumbered=intent.renumbered,
        at=at,
    )
    wake(DRAIN, at=at)
    return True


def _renumbered(intent: Intent, now: datetime) -> bool:
    """Whether it goes on under the next number; else the message says why not."""
    document = numbers.replacement(intent, now)
    if document is None:
        if intent.renumbered:
            intent.message = numbers.exhausted(intent)
            Intent.objects.filter(pk=intent.pk).update(message=intent.message)
        return False
    change = {"from": intent.document.get("number"), "to": document["number"]}
    renew(intent, document, now, message="", renumbered=intent.renumbered + 1)
    log.info("posting_renumbered", intent=str(intent.pk), **change)
    tell(intent, "document_renumbered", now, change)
    return True


def reject_children(parent: Intent, now: datetime) -> None:
    """What waits for a document that will not come is refused, naming it."""
    for child in children_of(parent).filter(state=State.INTENDED):
        reject(
            child,
            standing.of(child),
            parent_refusal(parent),
            now=now,
        )


def renew(
    intent: Intent,
    document: Mapping[str, object],
    now: datetime,
    *,
    message: str,
    renumbered: int = 0,
    at: datetime | None = None,
) -> None:
    """A new generation: new request id, same marker, bytes to be frozen anew.

    What was refused only because of this one waits for it again.
    """
    before = standing.of(intent)
    after = replace(afresh(before, now), next_at=at or now)
    dedup = bytes(intent.dedup_hash)
    standing.keep(
        intent,
        before,
        after,
        request_id=keys.request_id(instance_key(), dedup, after.generation),
        document=dict(document),
        lane=documents.lane(intent.kind, document),
        revision=None,
        renumbered=renumbered,
        payload=None,
        payload_digest=b"",
        expectation={},
        message=message,
        field="",
        code="",
        detail="",
    )
    refused = children_of(intent).filter(state=State.REJECTED, code=PARENT_REJECTED)
    for child in refused:
        renew(child, child.document, now, message="")


def parent_refusal(parent: Intent) -> Rejected:
    """Why a document cannot be created: the one that it needs was not."""
    name = documents.title(parent.kind, parent.document)
    called = f"{CALLED[parent.kind]} {name}".strip()
    sentence = _("%(called)s was not created in %(company)s.")
    text = sentence % {"called": called, "company": parent.connection.name}
    return Rejected(
        f"{text} {parent.message}".strip(), code=PARENT_REJECTED, detail=parent.detail
    )


def escalate(intent: Intent, before: Standing, after: Standing, now: datetime) -> None:
    """Neither found nor clearly absent in time: a person has to look."""
    sentence = _(
        "%(company)s did not say whether this was created. Look for %(marker)s there."
    )
    names = {"company": intent.connection.name, "marker": intent.marker}
    standing.keep(intent, before, after, message=sentence % names)
    tell(intent, "document_escalated", now)


def duplicated(intent: Intent, others: Sequence[Receipt], now: datetime) -> None:
    """More than one document carries the marker: record all, tell once, void none."""
    fresh = [
        receipt for receipt in others if found(intent, Problem.DUPLICATE, receipt, now)
    ]
    if fresh:
        twins = [
            {"remote_id": receipt.remote_id, "number": receipt.number}
            for receipt in fresh
        ]
        tell(intent, "document_duplicated", now, {"others": twins})


def found(intent: Intent, problem: Problem, receipt: Receipt, now: datetime) -> bool:
    """Record what does not agree; whether it is news."""
    _finding, is_new = Finding.objects.get_or_create(
        connection_id=intent.connection_id,
        kind=intent.kind,
        remote_id=receipt.remote_id,
        problem=problem,
        defaults={
            "intent": intent,
            "marker": intent.marker,
            "number": receipt.number,
            "found_at": now,
            "remote_created_at": receipt.created_at,
        },
    )
    return is_new


def children_of(parent: Intent) -> QuerySet[Intent]:
    """What waits for a document, ready to be decided upon."""
    return parent.children.select_related("workspace", "connection").order_by(
        "created_at"
    )


def has_waiting_parents() -> Exists:
    """For a query of intents: whether one that it needs is not there yet."""
    parents = Intent.parents.through.objects.filter(from_intent_id=OuterRef("pk"))
    return Exists(parents.exclude(to_intent__state__in=DONE))


def _difference(intent: Intent) -> str:
    sentence = _(
        "%(company)s holds other amounts or another customer than were sent."
        " Compare both before sending it."
    )
    return sentence % {"company": intent.connection.name}


def _link(intent: Intent, receipt: Receipt, now: datetime) -> None:
    """Say that the record is this document.

    The document's own link wins over one that reading the books has made meanwhile for
    a record of its own: the marker proves which record it is for.
    """
    ref = ref_of(intent)
    if ref is None:
        return
    stream = documents.stream(intent.kind)
    row = Link.objects.filter(connection_id=intent.connection_id, stream=stream)
    mine = row.filter(object_type=ref.object_type, record_id=ref.record_id)
    if (other := mine.exclude(remote_id=receipt.remote_id).first()) is not None:
        log.warning("posting_link_kept", intent=str(intent.pk), remote=other.remote_id)
        return
    Link.objects.update_or_create(
        connection_id=intent.connection_id,
        stream=stream,
        remote_id=receipt.remote_id,
        object_type=ref.object_type,
        defaults={
            "record_id": ref.record_id,
            "version": receipt.version,
            "remote_updated_at": receipt.updated_at,
            "reason": "posted",
        },
        create_defaults={
            "record_id": ref.record_id,
            "version": receipt.version,
            "remote_updated_at": receipt.updated_at,
            "reason": "posted",
            "created_at": now,
        },
    )

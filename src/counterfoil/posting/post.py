"""The door: ask for a document, and say what shall become of one that was asked for.

``submit`` belongs in the transaction that records why the document is wanted; the rest
are a person's decisions about an intent, and what reading the books reveals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid, invariant
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.events.wake import wake
from counterfoil.posting import (
    documents,
    keys,
    outcomes,
    recovery,
    sightings,
    standing,
)
from counterfoil.posting.installation import instance_key
from counterfoil.posting.models import Finding, Gate, Intent, Problem
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.ports import Receipt
from counterfoil.posting.state import (
    CANCELLABLE,
    UNCERTAIN,
    State,
    looked_again,
    resolved,
)
from counterfoil.workspaces.models import Workspace

ABANDONED = (State.REJECTED, State.CANCELLED)


@transaction.atomic
def submit(  # noqa: PLR0913  the contract between the rooms
    *,
    workspace: Workspace,
    connection: Connection,
    kind: str,
    document: Mapping[str, object],
    business_key: Sequence[str],
    record: Ref | None,
    after: Sequence[Intent] = (),
    actor: Actor,
    now: datetime,
) -> Intent:
    """Ask for a document in the books, in the caller's transaction.

    Asked again with the same business key, it returns the intent that exists already,
    whatever it holds: the second click is no second invoice. ``document`` is neutral
    (see ``ports``) and may refer to other intents by ``{"$intent": "<id>"}``; it is
    created once those, and all in ``after``, are.
    """
    invariant(connection.workspace_id == workspace.pk, "books belong to one workspace")
    invariant(kind in documents.KINDS, f"there is no document kind {kind!r}")
    intent = _intent(connection, kind, document, business_key, now)
    intent.workspace = workspace
    intent.actor_kind, intent.actor_id = actor.kind, actor.actor_id
    intent.actor_label = actor.label[:200]
    if record is not None:
        intent.object_type, intent.record_id = record
    _recall(intent, now)
    Intent.objects.bulk_create([intent], ignore_conflicts=True)
    kept = Intent.objects.select_related("workspace", "connection").get(
        workspace=workspace, dedup_hash=intent.dedup_hash
    )
    if kept.pk == intent.pk:
        gate = Gate(connection=connection, recovery=recovery.of_new(now))
        Gate.objects.bulk_create([gate], ignore_conflicts=True)
        _wait_for_parents(kept, after, now)
        wake(DRAIN)
    return kept


@transaction.atomic
def cancel(*, intent: Intent, actor: Actor, now: datetime) -> Intent:
    """Do not create it. Only what is certainly not on its way can be cancelled."""
    locked = _locked(intent)
    if locked.state not in CANCELLABLE:
        raise Invalid({"": [_not_now(locked)]})
    before = standing.of(locked)
    sentence = _("Cancelled by %(name)s.") % {"name": actor.label}
    standing.keep(
        locked, before, resolved(before, State.CANCELLED, now), message=sentence
    )
    outcomes.reject_children(locked, now)
    return locked


@transaction.atomic
def retry(
    *, intent: Intent, actor: Actor, now: datetime, create_again: str = ""
) -> Intent:
    """Try once more what was rejected or escalated.

    What was rejected is sent anew, under a new request id. What was escalated is looked
    for again first; only with ``create_again``, a person's reason, is it created anew
    although the first may exist.
    """
    locked = _locked(intent)
    before = standing.of(locked)
    is_escalated = locked.state == State.ESCALATED
    if locked.state == State.REJECTED:
        _require_parents(locked)
        outcomes.renew(locked, locked.document, now, message="")
    elif is_escalated and (create_again or locked.last_byte_at is None):
        sentence = _("Created again by %(name)s: %(reason)s")
        message = sentence % {"name": actor.label, "reason": create_again}
        document = locked.revision or locked.document
        outcomes.renew(locked, document, now, message=message)
    elif is_escalated:
        standing.keep(locked, before, looked_again(before, now), message="")
    else:
        raise Invalid({"": [_not_now(locked)]})
    wake(DRAIN)
    return locked


@transaction.atomic
def revise(
    *,
    intent: Intent,
    document: Mapping[str, object],
    after: Sequence[Intent] = (),
    now: datetime,
) -> Intent:
    """Change what is asked for; created documents are changed in the books instead.

    Bytes are frozen per generation: the change makes a new one. While it is not clear
    whether the document exists, the change waits; it is used when the first form turns
    out refused. When it turns out created, a person is told what differs, and says by
    ``settling.settle`` that the books have been put right.
    """
    locked = _locked(intent)
    if locked.state in UNCERTAIN:
        Intent.objects.filter(pk=locked.pk).update(revision=document)
        locked.revision = dict(document)
        return locked
    if locked.state not in {State.INTENDED, State.REJECTED}:
        raise Invalid({"": [_not_now(locked)]})
    outcomes.renew(locked, document, now, message="")
    _wait_for_parents(locked, after, now)
    wake(DRAIN)
    return locked


@transaction.atomic
def record_sighting(
    *,
    connection: Connection,
    kind: str,
    receipts: Sequence[Receipt],
    now: datetime,
) -> list[Intent]:
    """Documents that were read and carry a marker of ours: adopt what is still open.

    Returns the intents they belong to, by now linked to their records; call it before
    making records of what was read. A second document with one marker is reported.
    """
    return sightings.record(connection, kind, receipts, now)


def of_key(
    connection: Connection, kind: str, business_key: Sequence[str]
) -> Intent | None:
    """The intent that was asked for with this business key before."""
    asked = keys.dedup_hash(keys.business_key(_scope(connection, kind), business_key))
    return (
        Intent.objects.select_related("workspace", "connection")
        .filter(workspace=connection.workspace_id, dedup_hash=asked)
        .first()
    )


def under_way(
    connection: Connection, kind: str, *, record: Ref | None, name: str
) -> Intent | None:
    """What is being created for a record, or under a name where it is for none."""
    rows = Intent.objects.filter(
        connection=connection, kind=kind, state__in={State.INTENDED, *UNCERTAIN}
    )
    if record is not None:
        rows = rows.filter(object_type=record.object_type, record_id=record.record_id)
    else:
        rows = rows.filter(record_id=None, document__name__iexact=name)
    return rows.order_by("created_at", "id").first()


def of_record(ref: Ref, *, connection: Connection | None = None) -> Intent | None:
    """The newest intent for a record; cancelled ones do not count."""
    rows = Intent.objects.filter(object_type=ref.object_type, record_id=ref.record_id)
    if connection is not None:
        rows = rows.filter(connection=connection)
    return (
        rows.exclude(state=State.CANCELLED)
        .select_related("workspace", "connection")
        .order_by("-created_at")
        .first()
    )


def _intent(
    connection: Connection,
    kind: str,
    document: Mapping[str, object],
    business_key: Sequence[str],
    now: datetime,
) -> Intent:
    key = keys.business_key(_scope(connection, kind), business_key)
    dedup = keys.dedup_hash(key)
    return Intent(
        id=uuid4(),
        connection=connection,
        account=connection.account,
        environment=connection.environment,
        kind=kind,
        business_key=key,
        dedup_hash=dedup,
        request_id=keys.request_id(instance_key(), dedup, 0),
        marker=keys.marker(instance_key(), dedup),
        lane=documents.lane(kind, document),
        document=dict(document),
        created_at=now,
        state=State.INTENDED,
        state_at=now,
        next_at=now,
    )


def _scope(connection: Connection, kind: str) -> keys.Scope:
    return keys.Scope(
        workspace_id=connection.workspace_id,
        service=connection.service,
        account=connection.account,
        environment=connection.environment,
        kind=kind,
    )


def _recall(intent: Intent, now: datetime) -> None:
    """After a restore the books may hold what this database has forgotten.

    A sweep has then recorded the document as an orphan: look it up before sending, also
    when a person has seen to that, or it is gone there by now.
    """
    orphans = Finding.objects.filter(
        connection=intent.connection, marker=intent.marker, problem=Problem.ORPHAN
    )
    orphan = orphans.order_by("remote_created_at").first()
    if orphan is not None:
        at = min(now, orphan.remote_created_at or now)
        intent.state = State.UNKNOWN
        intent.unknown_since = now
        intent.first_byte_at = intent.last_byte_at = at


def _wait_for_parents(intent: Intent, after: Sequence[Intent], now: datetime) -> None:
    """Record what must exist first, and refuse at once when it cannot.

    The rows are locked: a parent that is refused meanwhile either sees this child, or
    is seen here as refused.
    """
    wanted = {parent.pk for parent in after} | documents.references(intent.document)
    parents = list(
        Intent.objects.select_for_update(of=("self",))
        .select_related("connection")
        .filter(pk__in=wanted, workspace=intent.workspace, connection=intent.connection)
        .order_by("pk")
    )
    invariant(len(parents) == len(wanted), "a document waits for intents of its books")
    intent.parents.set(parents)
    for parent in parents:
        if parent.state in ABANDONED and intent.state == State.INTENDED:
            refusal = outcomes.parent_refusal(parent)
            outcomes.reject(intent, standing.of(intent), refusal, now=now)
            return


def _require_parents(intent: Intent) -> None:
    """Nothing is tried again before what it needs is."""
    parents = intent.parents.select_related("connection").filter(state__in=ABANDONED)
    if (parent := parents.first()) is not None:
        raise Invalid({"": [outcomes.parent_refusal(parent).message]})


def _locked(intent: Intent) -> Intent:
    return (
        Intent.objects.select_for_update(of=("self",))
        .select_related("workspace", "connection")
        .get(pk=intent.pk, workspace=intent.workspace_id)
    )


def _not_now(intent: Intent) -> str:
    company = intent.connection.name
    if intent.state in UNCERTAIN:
        return _("It is being sent to %(company)s. Wait for the answer.") % {
            "company": company
        }
    if intent.state == State.CANCELLED:
        return _("It was cancelled.")
    if intent.state in {State.INTENDED, State.REJECTED}:
        return _("It has not been created in %(company)s yet.") % {"company": company}
    return _("It exists in %(company)s as %(number)s. Change it there.") % {
        "company": company,
        "number": intent.number or intent.remote_id,
    }


def identified(intent_id: UUID, *, workspace: Workspace) -> Intent | None:
    """The intent of this workspace with that id."""
    return (
        Intent.objects.select_related("workspace", "connection")
        .filter(pk=intent_id, workspace=workspace)
        .first()
    )

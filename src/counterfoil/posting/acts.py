"""The door: ask that something be done once with the document of a record.

``ask`` belongs in the transaction that records why it is wanted; the rest are a person's
decisions about an act, and what pages want to know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid, invariant
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.events.wake import wake
from counterfoil.posting import act_outcomes, documents, keys, recovery, standing
from counterfoil.posting.act_state import CANCELLABLE, Deed
from counterfoil.posting.installation import instance_key
from counterfoil.posting.models import Act, Gate
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.state import Standing, State, afresh, looked_again
from counterfoil.workspaces.models import Workspace

# It is still to come, or nobody knows yet.
OPEN = (State.INTENDED, State.SENDING, State.UNKNOWN, State.ESCALATED)


@transaction.atomic
def ask(  # noqa: PLR0913  the contract between the rooms
    *,
    workspace: Workspace,
    connection: Connection,
    kind: str,
    action: str,
    record: Ref,
    remote_id: str = "",
    to: str = "",
    not_before: datetime | None = None,
    again: str = "",
    business_key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Act:
    """Ask that a document be sent, voided or deleted, in the caller's transaction.

    Asked again with the same business key, it returns the act that exists already.
    Without a ``remote_id`` it is that of the record's link, or else of the document that
    is being made for the record: the act waits for it. ``again`` is a person's reason to
    send what was sent before.
    """
    invariant(connection.workspace_id == workspace.pk, "books belong to one workspace")
    invariant(kind in documents.KINDS, f"there is no document kind {kind!r}")
    act = _act(connection, kind, Deed(action), business_key, now)
    act.workspace = workspace
    act.object_type, act.record_id = record
    act.actor_kind, act.actor_id = actor.kind, actor.actor_id
    act.actor_label = actor.label[:200]
    act.recipient, act.not_before = to, not_before
    act.is_insisted, act.reason = bool(again), again
    act.next_at = max(now, not_before or now)
    stream = documents.stream(kind)
    act.remote_id = remote_id or links.remote_for(connection, stream, record) or ""
    Act.objects.bulk_create([act], ignore_conflicts=True)
    kept = Act.objects.select_related("workspace", "connection").get(
        workspace=workspace, dedup_hash=act.dedup_hash
    )
    if kept.pk == act.pk:
        gate = Gate(connection=connection, recovery=recovery.of_new(now))
        Gate.objects.bulk_create([gate], ignore_conflicts=True)
        wake(DRAIN, at=not_before)
    return kept


@transaction.atomic
def cancel(*, act: Act, actor: Actor, now: datetime) -> Act:
    """Do not do it, or leave it as it is. Not while it may be on its way."""
    locked = _locked(act)
    if locked.state not in CANCELLABLE:
        raise Invalid({"": [_not_now(locked)]})
    sentence = _("Cancelled by %(name)s.") % {"name": actor.label}
    act_outcomes.cancel(locked, standing.of(locked), sentence, now)
    return locked


@transaction.atomic
def cancel_waiting(*, record: Ref, message: str, now: datetime) -> int:
    """Drop what waits for a document that will not come; returns how much there was."""
    waiting = Act.objects.select_for_update(of=("self",)).filter(
        object_type=record.object_type,
        record_id=record.record_id,
        state=State.INTENDED,
    )
    dropped = list(waiting)
    for each in dropped:
        act_outcomes.cancel(each, standing.of(each), message, now)
    return len(dropped)


@transaction.atomic
def retry(*, act: Act, actor: Actor, now: datetime, reason: str = "") -> Act:
    """Try once more what was refused, or what nobody knows the end of.

    In both cases the document is read first. What was in doubt and shows as done is
    settled thereby; an e-mail that does not show is sent again: this is the person's
    word for it, and ``reason`` is kept.
    """
    locked = _locked(act)
    before = standing.of(locked)
    is_mail = locked.action == Deed.SEND
    if locked.state == State.REJECTED or (locked.state == State.ESCALATED and is_mail):
        if locked.state == State.ESCALATED and not reason.strip():
            raise Invalid({"reason": [_("Say why it is to be sent again.")]})
        after = afresh(before, now)
        dedup = bytes(locked.dedup_hash)
        request_id = keys.request_id(instance_key(), dedup, after.generation)
        sentence = _("Tried again by %(name)s.") % {"name": actor.label}
        columns = {"request_id": request_id, "reason": reason or locked.reason}
        standing.keep(locked, before, after, message=sentence, **columns)
    elif locked.state == State.ESCALATED:
        standing.keep(locked, before, _reopened(locked, now), message="")
    else:
        raise Invalid({"": [_not_now(locked)]})
    wake(DRAIN)
    return locked


@transaction.atomic
def vouch(*, act: Act, actor: Actor, now: datetime) -> Act:
    """A person has seen that an e-mail went out, of which the books do not tell."""
    locked = _locked(act)
    if locked.action != Deed.SEND or locked.state != State.ESCALATED:
        raise Invalid({"": [_not_now(locked)]})
    sentence = _("%(name)s says that it was sent.") % {"name": actor.label}
    act_outcomes.believe_sent(locked, standing.of(locked), sentence, now)
    return locked


def of_record(ref: Ref) -> list[Act]:
    """All that was asked for a record's document, newest first."""
    rows = Act.objects.filter(object_type=ref.object_type, record_id=ref.record_id)
    return list(
        rows.select_related("workspace", "connection").order_by("-created_at", "-id")
    )


def open_of(workspace: Workspace, refs: Sequence[Ref]) -> dict[Ref, list[Act]]:
    """What is asked for and has not ended, of many records in one query."""
    if not refs:
        return {}
    by_type: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        by_type[ref.object_type].append(ref.record_id)
    asked = Q()
    for object_type, ids in by_type.items():
        asked |= Q(object_type=object_type, record_id__in=ids)
    rows = Act.objects.filter(asked, workspace=workspace, state__in=OPEN)
    found: dict[Ref, list[Act]] = defaultdict(list)
    for act in rows.select_related("connection").order_by("-created_at", "-id"):
        found[Ref(act.object_type, act.record_id)].append(act)
    return dict(found)


def identified(act_id: UUID, *, workspace: Workspace) -> Act | None:
    """The act of this workspace with that id."""
    return (
        Act.objects.select_related("workspace", "connection")
        .filter(pk=act_id, workspace=workspace)
        .first()
    )


def _reopened(act: Act, now: datetime) -> Standing:
    """From the readings on; from the beginning when nothing was ever done."""
    before = standing.of(act)
    if before.last_byte_at is None:
        return afresh(before, now)
    return looked_again(before, now)


def _act(
    connection: Connection,
    kind: str,
    deed: Deed,
    business_key: Sequence[str],
    now: datetime,
) -> Act:
    scope = keys.Scope(
        workspace_id=connection.workspace_id,
        service=connection.service,
        account=connection.account,
        environment=connection.environment,
        kind=f"{deed} {kind}",
    )
    key = keys.business_key(scope, business_key)
    dedup = keys.dedup_hash(key)
    return Act(
        id=uuid4(),
        connection=connection,
        account=connection.account,
        environment=connection.environment,
        action=deed,
        kind=kind,
        business_key=key,
        dedup_hash=dedup,
        request_id=keys.request_id(instance_key(), dedup, 0),
        created_at=now,
        state=State.INTENDED,
        state_at=now,
    )


def _locked(act: Act) -> Act:
    return (
        Act.objects.select_for_update(of=("self",))
        .select_related("workspace", "connection")
        .get(pk=act.pk, workspace=act.workspace_id)
    )


def _not_now(act: Act) -> str:
    company = {"company": act.connection.name}
    if act.state == State.CANCELLED:
        return _("It was cancelled.")
    if act.state == State.CONFIRMED:
        return _("It has been done in %(company)s.") % company
    if act.state == State.INTENDED:
        return _("It has not been done yet.")
    return _("It is on its way to %(company)s. Wait for the answer.") % company

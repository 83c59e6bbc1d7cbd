"""People say what belongs together, and what does not; it is told on the record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import links, mirror
from counterfoil.connections.links import NewLink
from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.core.errors import Invalid
from counterfoil.crm import records, timeline
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import turns
from counterfoil.sync.models import Review
from counterfoil.sync.pairs import disputes, incoming, others, returning
from counterfoil.sync.pairs.keeping import CREATED
from counterfoil.sync.ports import Pairing
from counterfoil.sync.settings import choices

PICKED = "picked"
LINKED, UNLINKED, IGNORED = "linked", "unlinked", "link_ignored"


@transaction.atomic
def link(
    connection: Connection,
    pairing: Pairing,
    *,
    remote_id: str,
    record_id: int,
    by: Actor,
    now: datetime,
) -> Link:
    """Say that a record is an object there, and bring the two in step.

    Raises :class:`Invalid` when either is somebody else already, archived or gone.
    """
    turns.take(connection, [pairing.stream])
    ref = Ref(pairing.object_type, record_id)
    row = mirror.get(connection, pairing.stream, remote_id)
    if row is None or not row.active:
        raise _wrong(_("This no longer exists in %(name)s.") % {"name": connection})
    require_record(connection, ref)
    _require_free(connection, pairing, row, ref)
    new = NewLink(pairing.stream, remote_id, *ref, reason=PICKED, version=row.version)
    links.make_many(connection, [new], now=now)
    Review.objects.filter(
        connection=connection,
        name=pairing.name,
        side="out",
        record_id=record_id,
        answered_at=None,
    ).delete()
    _tell(connection, ref, LINKED, row, by, now)
    follow(connection, pairing, row, now=now)
    return Link.objects.get(
        connection=connection,
        stream=pairing.stream,
        object_type=ref.object_type,
        record_id=record_id,
    )


@transaction.atomic
def unlink(link: Link, *, ignore: bool, by: Actor, now: datetime) -> None:
    """Say that a record is not the object: neither side changes the other any more.

    With ``ignore`` they are never recognised as one again; without it the next news of
    either may match them anew.
    """
    turns.take(link.connection, [link.stream])
    held = Link.objects.select_for_update().filter(pk=link.pk).first()
    if held is None:
        return
    connection = held.connection
    ref = Ref(held.object_type, held.record_id)
    row = mirror.get(connection, held.stream, held.remote_id)
    if ignore:
        disputes.part([held.pk], by=by.label, now=now)
        held.state = LinkState.IGNORED
        if returning.is_undone(held.run_id):
            held.run_id = None  # it is a person's word now
        held.save(update_fields=["state", "run_id"])
    else:
        held.delete()
    _tell(connection, ref, IGNORED if ignore else UNLINKED, row, by, now)


@transaction.atomic
def follow_again(link: Link, *, by: Actor, now: datetime) -> None:
    """A link that was left alone is followed again.

    Where an undo had left it, the record that it had archived is restored.
    """
    turns.take(link.connection, [link.stream])
    held = Link.objects.select_for_update().filter(pk=link.pk).first()
    if held is None or held.state == LinkState.OK:
        return
    if held.reason == CREATED and returning.is_undone(held.run_id):
        _restore(held, by, now)
    held.state = LinkState.OK
    held.save(update_fields=["state"])
    connection = held.connection
    row = mirror.get(connection, held.stream, held.remote_id)
    _tell(connection, Ref(held.object_type, held.record_id), LINKED, row, by, now)
    pairing = others.of_type(connection, held.stream, held.object_type)
    if row is not None and pairing is not None:
        follow(connection, pairing, row, now=now)


def _restore(link: Link, by: Actor, now: datetime) -> None:
    noun = object_types[link.object_type]
    archived = noun.model._default_manager.filter(
        workspace=link.connection.workspace_id,
        pk=link.record_id,
        archived_at__isnull=False,
    )
    if archived.exists():
        records.write(
            workspace=link.connection.workspace,
            changes=[Change(link.object_type, {}, link.record_id, archived=False)],
            actor=by,
            origin=Origin(by.kind, by.actor_id),
            now=now,
        )


def follow(
    connection: Connection, pairing: Pairing, row: RemoteObject, *, now: datetime
) -> None:
    """Bring one object and its record in step, if they are synced."""
    settings = choices.of(connection, pairing.name)
    incoming.apply_rows(
        connection, pairing, settings, [row], historical=False, run=None, now=now
    )


def require_record(connection: Connection, ref: Ref) -> None:
    """Raise :class:`Invalid` unless it is here, and not archived."""
    rows = object_types[ref.object_type].model._default_manager.filter(
        workspace=connection.workspace_id, pk=ref.record_id
    )
    record = rows.first()
    if record is None:
        raise _wrong(_("This record does not exist any more."))
    if record.archived_at is not None:
        raise _wrong(
            _("Restore “%(title)s” first: it is archived.") % {"title": record}
        )


def _require_free(
    connection: Connection, pairing: Pairing, row: RemoteObject, ref: Ref
) -> None:
    rows = Link.objects.filter(
        connection=connection, stream=pairing.stream, object_type=ref.object_type
    )
    if rows.filter(record_id=ref.record_id).exists():
        raise _wrong(
            _("This record is linked in %(name)s already. Unlink it there first.")
            % {"name": connection}
        )
    if rows.filter(remote_id=row.remote_id).exists():
        raise _wrong(
            _("“%(title)s” is linked to another record already. Unlink that one first.")
            % {"title": pairing.title(row.content)}
        )


def _tell(
    connection: Connection,
    ref: Ref,
    kind: str,
    row: RemoteObject | None,
    by: Actor,
    now: datetime,
) -> None:
    timeline.tell(
        workspace=connection.workspace,
        on=[ref],
        kind=kind,
        content={
            "company": connection.name,
            "there": row.name if row is not None else "",
            "remote_id": row.remote_id if row is not None else "",
        },
        actor=by,
        at=now,
    )


def _wrong(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})

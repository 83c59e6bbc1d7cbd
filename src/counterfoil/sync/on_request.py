"""What a person asks for one record: sync it now, leave it alone, follow it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.sync import inbound, marking
from counterfoil.sync.models import FieldWrite, Issue, IssueState, Quarantine, Review
from counterfoil.sync.pairs import linking
from counterfoil.sync.ports import Pairing, Told
from counterfoil.sync.settings import choices

OUT = "out"


@transaction.atomic
def sync_now(
    connection: Connection, pairing: Pairing, ref: Ref, *, now: datetime
) -> None:
    """Look at both sides: the record may have to go out, its object is read again."""
    settings = choices.of(connection, pairing.name)
    if settings.goes_out:
        marking.mark(connection, pairing.name, [ref.record_id], now=now)
    link = link_of(connection, pairing, ref)
    if link is not None:
        read_again(connection, link.stream, link.remote_id, now=now)


def read_again(
    connection: Connection, stream: str, remote_id: str, *, now: datetime
) -> None:
    """Have an object read, as if its service had told of a change."""
    told = Told(connection.account, stream, remote_id, "update", None)
    inbound.hint(connection.service, [told], now=now)


def link_of(connection: Connection, pairing: Pairing, ref: Ref) -> Link | None:
    """What a record is at a connection."""
    return Link.objects.filter(
        connection=connection,
        stream=pairing.stream,
        object_type=ref.object_type,
        record_id=ref.record_id,
    ).first()


@transaction.atomic
def leave(
    connection: Connection, pairing: Pairing, ref: Ref, *, by: Actor, now: datetime
) -> None:
    """Sync it no more: neither side hears of the other, until it is followed again."""
    link = link_of(connection, pairing, ref)
    if link is not None:
        linking.unlink(link, ignore=True, by=by, now=now)
        return
    left = {
        "stream": pairing.stream,
        "object_type": ref.object_type,
        "answer": {"ignore": True},
        "answered_at": now,
        "answered_by": by.label[:200],
    }
    Review.objects.update_or_create(
        connection=connection,
        name=pairing.name,
        side=OUT,
        record_id=ref.record_id,
        defaults=left,
        create_defaults={**left, "opened_at": now},
    )


@transaction.atomic
def follow(
    connection: Connection, pairing: Pairing, ref: Ref, *, by: Actor, now: datetime
) -> None:
    """Take back that it is left alone, whoever said so and wherever, and sync it."""
    link = link_of(connection, pairing, ref)
    answered = Review.objects.filter(connection=connection, name=pairing.name)
    answered.filter(side=OUT, record_id=ref.record_id).delete()
    Issue.objects.filter(
        connection=connection,
        object_type=ref.object_type,
        record_id=ref.record_id,
        state=IssueState.IGNORED,
    ).delete()
    if link is not None:
        linking.follow_again(link, by=by, now=now)
    sync_now(connection, pairing, ref, now=now)


@transaction.atomic
def link_to(
    connection: Connection,
    pairing: Pairing,
    ref: Ref,
    remote_id: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Link a record to another object than the one it is now, if any."""
    held = link_of(connection, pairing, ref)
    if held is not None and held.remote_id != remote_id:
        linking.unlink(held, ignore=False, by=by, now=now)
    if held is None or held.remote_id != remote_id:
        linking.link(
            connection,
            pairing,
            remote_id=remote_id,
            record_id=ref.record_id,
            by=by,
            now=now,
        )


@transaction.atomic
def release(
    connection: Connection, pairing: Pairing, ref: Ref, field: str, *, now: datetime
) -> bool:
    """Let a field be written again; its history of flips is forgotten."""
    link = link_of(connection, pairing, ref)
    if link is None:
        return False
    found, _per_model = Quarantine.objects.filter(link=link, field=field).delete()
    if found:
        FieldWrite.objects.filter(link=link, field=field).delete()
        sync_now(connection, pairing, ref, now=now)
    return bool(found)

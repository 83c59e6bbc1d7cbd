"""Which record is which remote object, both ways, one at a time and in bulk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Invalid


class Pointer(Protocol):
    """What points at a record: ``crm.refs.Ref`` does."""

    @property
    def object_type(self) -> str: ...

    @property
    def record_id(self) -> int: ...


@transaction.atomic
def link(
    connection: Connection,
    *,
    stream: str,
    remote_id: str,
    ref: Pointer,
    now: datetime,
    version: str = "",
) -> Link:
    """Say that ``ref`` is this remote object; saying it again renews the version.

    A record that was another object of the stream is so no longer. Raises ``Invalid``
    when the object is already another record.
    """
    Link.objects.filter(
        connection=connection,
        stream=stream,
        object_type=ref.object_type,
        record_id=ref.record_id,
    ).exclude(remote_id=remote_id).delete()
    found, created = Link.objects.get_or_create(
        connection=connection,
        stream=stream,
        remote_id=remote_id,
        object_type=ref.object_type,
        defaults={
            "record_id": ref.record_id,
            "version": version,
            "created_at": now,
        },
    )
    if found.record_id != ref.record_id:
        sentence = _("%(name)s already links this to another record.")
        raise Invalid({"": [sentence % {"name": connection.name}]})
    if not created and version and version != found.version:
        found.version = version
        found.save(update_fields=["version"])
    return found


def records_for(
    connection: Connection, stream: str, remote_ids: Collection[str], object_type: str
) -> dict[str, int]:
    """Record ids by remote id, of those that are linked."""
    rows = Link.objects.filter(
        connection=connection,
        stream=stream,
        remote_id__in=remote_ids,
        object_type=object_type,
    )
    return dict(rows.values_list("remote_id", "record_id"))


def remote_for(connection: Connection, stream: str, ref: Pointer) -> str | None:
    """The remote id of a record."""
    found = remotes_for(connection, stream, ref.object_type, [ref.record_id])
    return found.get(ref.record_id)


def remotes_for(
    connection: Connection, stream: str, object_type: str, record_ids: Collection[int]
) -> dict[int, str]:
    """Remote ids by record id, of those that are linked."""
    rows = Link.objects.filter(
        connection=connection,
        stream=stream,
        object_type=object_type,
        record_id__in=record_ids,
    )
    return dict(rows.values_list("record_id", "remote_id"))


def of(ref: Pointer) -> list[Link]:
    """Everything that a record is, at any connection."""
    return list(
        Link.objects.filter(object_type=ref.object_type, record_id=ref.record_id)
        .select_related("connection")
        .order_by("id")
    )


def unlink(connection: Connection, *, stream: str, ref: Pointer) -> None:
    """Forget what a record was."""
    Link.objects.filter(
        connection=connection,
        stream=stream,
        object_type=ref.object_type,
        record_id=ref.record_id,
    ).delete()

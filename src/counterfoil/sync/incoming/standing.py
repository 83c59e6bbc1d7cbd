"""What is here of objects there, as digests: what differs is news."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.sync import linked
from counterfoil.sync.among import among
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.ports import Observed


def digests(
    connection: Connection, stream: str, remote_ids: Collection[str]
) -> dict[str, bytes]:
    """By remote id, of those that are here: of documents their links know it."""
    if stream in kinds:
        rows = Link.objects.filter(object_type=kinds[stream].object_type)
    else:
        rows = RemoteObject.objects.all()  # type: ignore[assignment]
    found = rows.filter(
        among("remote_id", remote_ids), connection=connection, stream=stream
    ).values_list("remote_id", "digest")
    return {remote_id: bytes(digest) for remote_id, digest in found}


def present(
    connection: Connection, stream: str
) -> QuerySet[Link] | QuerySet[RemoteObject]:
    """The rows of what is here and not known to be gone there."""
    if stream in kinds:
        links = Link.objects.filter(object_type=kinds[stream].object_type)
        return links.filter(connection=connection, stream=stream).exclude(
            digest=linked.GONE
        )
    rows = RemoteObject.objects.filter(connection=connection, stream=stream)
    return rows.exclude(digest=b"", active=False)


def different(
    connection: Connection, stream: str, observed: Sequence[Observed]
) -> list[Observed]:
    """Those that are otherwise than what is here, or not here at all."""
    held = digests(connection, stream, [each.remote_id for each in observed])
    return [each for each in observed if held.get(each.remote_id) != expected(each)]


def expected(observed: Observed) -> bytes | None:
    """The digest that an object has here once it has been applied.

    Of what is gone there, a document says so; a row of reference data loses its own.
    """
    if not observed.deleted:
        return observed.digest
    return linked.GONE if observed.stream in kinds else b""

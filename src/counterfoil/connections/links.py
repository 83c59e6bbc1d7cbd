"""Which record is which remote object, both ways, one at a time and in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core import rows
from counterfoil.core.errors import Invalid, Stale


class Pointer(Protocol):
    """What points at a record: ``crm.refs.Ref`` does."""

    @property
    def object_type(self) -> str: ...

    @property
    def record_id(self) -> int: ...


@dataclass(slots=True)  # not frozen: an import makes two of them per object
class NewLink:
    """A link to be made; the bases are what each side holds now that they agree."""

    stream: str
    remote_id: str
    object_type: str
    record_id: int
    reason: str = ""
    version: str = ""
    remote_updated_at: datetime | None = None
    digest: bytes = b""
    base_remote: Mapping[str, Any] = field(default_factory=dict)
    base_local: Mapping[str, Any] = field(default_factory=dict)
    state: str = LinkState.OK.value
    run_id: int | None = None
    pulled_at: datetime | None = None
    pushed_at: datetime | None = None


_NEW = tuple(each.name for each in fields(NewLink))
_new_row = attrgetter(*_NEW)


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


def make_many(connection: Connection, new: Sequence[NewLink], *, now: datetime) -> None:
    """Make links of what is not linked yet: all of them or none, in one statement.

    Raises :class:`Stale` when one of the objects or records has been linked meanwhile.
    """
    if not new:
        return
    made = [(connection.pk, now, *_new_row(each)) for each in new]
    try:
        with transaction.atomic():
            rows.insert(Link, ("connection", "created_at", *_NEW), made)
    except IntegrityError as error:
        raise _linked_meanwhile() from error


def renew_many(connection: Connection, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write columns of links, by the key of the link and the name of the column.

    One statement for all links that name the same columns. Raises :class:`Stale` when a
    link is no longer there, or would point where another one does.
    """
    if not values:
        return
    alike: dict[tuple[str, ...], list[rows.Row]] = defaultdict(list)
    for key in sorted(values):
        names = tuple(sorted(values[key]))
        alike[names].append((key, *(values[key][name] for name in names)))
    within = ("connection", connection.pk)
    with transaction.atomic():
        for names, changed in alike.items():
            if not names:
                continue
            try:
                found = rows.update(Link, names, changed, within=within)
            except IntegrityError as error:
                raise _linked_meanwhile() from error
            if found < len(changed):
                raise _linked_meanwhile()


def _linked_meanwhile() -> Stale:
    return Stale(_("Links of these records have been changed meanwhile."))


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

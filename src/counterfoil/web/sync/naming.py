"""What records and objects are called that rows speak of, in two queries for any number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.connections.wording import stream_label
from counterfoil.crm.catalogue import object_types
from counterfoil.sync.ports import writers

Named = tuple[str, int]
Remote = tuple[str, str]


@dataclass(frozen=True)
class Called:
    """A record, or an object of the other side: its name, and where its pages are."""

    title: str
    address: str = ""
    sync: str = ""  # the page that explains its sync
    there: str = ""  # the page in the other side's own pages


@dataclass
class Names:
    """Names by record and by object; what is gone keeps its number."""

    connection: Connection
    records: dict[Named, str] = field(default_factory=dict)
    remotes: dict[Remote, str] = field(default_factory=dict)

    def record(self, object_type: str, record_id: int) -> Called:
        title = self.records.get((object_type, record_id))
        if title is None or object_type not in object_types:
            return Called(_("A record that is gone"))
        noun = object_types[object_type]
        route = [self.connection.workspace_id, noun.slug, record_id]
        return Called(
            title or f"{noun.label[0]} {record_id}",
            reverse("record", args=route),
            reverse("sync_record", args=route),
        )

    def remote(self, stream: str, remote_id: str) -> Called:
        words = {"kind": stream_label(stream), "number": remote_id}
        title = self.remotes.get((stream, remote_id))
        here = [self.connection.workspace_id, self.connection.pk, stream, remote_id]
        writer = writers.get(self.connection.service)
        return Called(
            title or _("%(kind)s, number %(number)s") % words,
            sync=reverse("sync_remote", args=here),
            there=writer.page_address(self.connection, stream, remote_id)
            if writer
            else "",
        )


def names(
    connection: Connection, records: Iterable[Named], remotes: Iterable[Remote] = ()
) -> Names:
    """The names of what is asked for, of the connection's workspace only."""
    found = Names(connection)
    by_type: dict[str, list[int]] = {}
    for object_type, record_id in records:
        by_type.setdefault(object_type, []).append(record_id)
    arms = [
        object_types[key]
        .model._default_manager.filter(workspace=connection.workspace_id, pk__in=ids)
        .order_by()
        .values_list(Value(key, CharField()), "pk", "title")
        for key, ids in by_type.items()
        if key in object_types
    ]
    if arms:
        rows = arms[0].union(*arms[1:], all=True)
        found.records = {(key, pk): title for key, pk, title in rows}
    wanted = Q()
    by_stream: dict[str, list[str]] = {}
    for stream, remote_id in remotes:
        by_stream.setdefault(stream, []).append(remote_id)
    for stream, ids in by_stream.items():
        wanted |= Q(stream=stream, remote_id__in=ids)
    if by_stream:
        held = RemoteObject.objects.filter(wanted, connection=connection)
        rows_there = held.values_list("stream", "remote_id", "name")
        found.remotes = {(stream, rid): name for stream, rid, name in rows_there}
    return found

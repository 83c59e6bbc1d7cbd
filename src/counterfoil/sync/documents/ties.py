"""Ties documents to the records that their customers are, whenever those come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.sync.among import among
from counterfoil.sync.documents import names, news
from counterfoil.sync.documents.kinds import DocumentKind, kinds
from counterfoil.sync.documents.writing import write_all

PEOPLE = ("contact", "company")
DEEPEST = 5  # sub-customers nest no deeper
BATCH = 1000


def records_of(
    connection: Connection, customer_ids: Collection[str]
) -> dict[str, list[Ref]]:
    """The contact and company that each customer is, or its nearest ancestor's."""
    found: dict[str, list[Ref]] = {}
    asked = {remote_id: remote_id for remote_id in customer_ids if remote_id}
    for _level in range(DEEPEST):
        if not asked:
            break
        linked = _linked(connection, set(asked.values()))
        found |= {
            customer: linked[current]
            for customer, current in asked.items()
            if current in linked
        }
        left = {key: at for key, at in asked.items() if key not in found}
        parents = _parents(connection, set(left.values()))
        asked = {key: parents[at] for key, at in left.items() if at in parents}
    return found


def _linked(
    connection: Connection, customer_ids: Collection[str]
) -> dict[str, list[Ref]]:
    rows = Link.objects.filter(
        connection=connection,
        stream="customers",
        remote_id__in=customer_ids,
        object_type__in=PEOPLE,
    )
    found: dict[str, list[Ref]] = defaultdict(list)
    for link in rows.order_by("id").only("remote_id", "object_type", "record_id"):
        found[link.remote_id].append(Ref(link.object_type, link.record_id))
    return dict(found)


def _parents(connection: Connection, customer_ids: Collection[str]) -> dict[str, str]:
    rows = mirror.get_many(connection, "customers", customer_ids)
    parents = {
        key: str(row.content.get("parent_id") or "") for key, row in rows.items()
    }
    return {key: parent for key, parent in parents.items() if parent}


def tie(
    connection: Connection,
    documents: Mapping[Ref, str],
    *,
    origin: Origin,
    now: datetime,
) -> int:
    """Tie documents to who their customers are; returns how many found somebody.

    ``documents`` gives each one's customer by the other side's id.
    """
    people = records_of(connection, set(documents.values()))
    pairs = [
        (document, person)
        for document, customer_id in documents.items()
        for person in people.get(customer_id, ())
    ]
    if pairs:
        associations.associate_many(
            workspace=connection.workspace, pairs=pairs, origin=origin, now=now
        )
    return len({document for document, _person in pairs})


def move(
    connection: Connection,
    documents: Mapping[Ref, tuple[str, str]],
    *,
    origin: Origin,
    now: datetime,
) -> None:
    """Documents got another customer: from whom they had to whom they have."""
    before = records_of(connection, {old for old, _new in documents.values()})
    after = records_of(connection, {new for _old, new in documents.values()})
    for document, (old, new) in documents.items():
        for person in before.get(old, ()):
            if person not in after.get(new, ()):
                associations.dissociate(
                    workspace=connection.workspace,
                    left=document,
                    right=person,
                    now=now,
                )
    customers = {document: new for document, (_old, new) in documents.items()}
    tie(connection, customers, origin=origin, now=now)


def tie_documents(
    connection: Connection,
    remote_ids: Iterable[str],
    now: datetime,
    *,
    historical: bool = False,
) -> int:
    """Customers were linked to records: their documents that are here are tied to them.

    Those of their sub-customers too, where these are no records of their own. Returns
    how many documents belong to them.
    """
    origin = Origin.connection(connection.pk, historical=historical)
    present = [kind for kind in kinds if _all(connection, kind).exists()]
    if not present:
        return 0
    customers = _with_children(connection, set(remote_ids))
    tied = 0
    for kind in present:
        rows = _all(connection, kind).filter(customer_remote_id__in=customers)
        for batch in _batches(rows):
            documents = {Ref(kind.object_type, pk): who for pk, who in batch}
            tied += tie(connection, documents, origin=origin, now=now)
            if historical:
                ids = [pk for pk, _who in batch]
                news.imported(connection, kind.object_type, ids, origin, now)
    return tied


def follow_merge(
    connection: Connection, loser: str, survivor: str, *, now: datetime
) -> int:
    """The documents of a customer that became part of another are the other's now.

    They carry the other's name, too, as the books show it from then on.
    """
    origin = Origin.connection(connection.pk)
    values = {"customer_remote_id": survivor, **_named(connection, survivor)}
    moved = 0
    for kind in kinds:
        rows = _all(connection, kind).filter(customer_remote_id=loser)
        for batch in _batches(rows):
            changes = [Change(kind.object_type, values, pk) for pk, _who in batch]
            write_all(connection, changes, origin=origin, now=now)
            moved += len(changes)
    tie_documents(connection, [survivor], now)
    return moved


def _named(connection: Connection, customer_id: str) -> dict[str, object]:
    """The name that documents give this customer; nothing where it was never read."""
    name = names.of_customer(connection, customer_id)
    return {"customer_name": name} if name else {}


def _all(connection: Connection, kind: DocumentKind) -> QuerySet[Any]:
    return cast(
        "QuerySet[Any]", kind.model._default_manager.filter(connection=connection)
    )


def _batches(rows: QuerySet[Any]) -> Iterable[Sequence[tuple[int, str]]]:
    """By key, so that what changes meanwhile is neither left out nor seen twice."""
    last = 0
    while batch := list(
        rows.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", "customer_remote_id")[:BATCH]
    ):
        last = batch[-1][0]
        yield batch


def _with_children(connection: Connection, remote_ids: set[str]) -> set[str]:
    """The customers, and below them those that are nobody's record of their own."""
    found, level = set(remote_ids), set(remote_ids)
    own = Link.objects.filter(
        connection=connection,
        stream="customers",
        object_type__in=PEOPLE,
        remote_id=OuterRef("remote_id"),
    )
    for _level in range(DEEPEST):
        rows = RemoteObject.objects.annotate(
            parent=KeyTextTransform("parent_id", "content")
        ).filter(
            ~Exists(own),
            among("parent", level),
            connection=connection,
            stream="customers",
            content__parent_id__gt="",
        )
        level = set(rows.values_list("remote_id", flat=True)) - found
        if not level:
            break
        found |= level
    return found

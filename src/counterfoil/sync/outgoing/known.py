"""What is known of records that may go out: loaded for many in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from counterfoil.connections import mirror
from counterfoil.connections.models import Link, RemoteObject
from counterfoil.crm.models import Record
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State
from counterfoil.sync.models import Issue, IssueState, Quarantine, Review
from counterfoil.sync.pairs import returning
from counterfoil.sync.pairs.ground import Ground


@dataclass
class Known:
    """By record: its link, its newest document that was asked for, a person's word.

    ``rows`` are by remote id; ``held`` are properties in quarantine, by link.
    ``ignored`` are records of which a person said so, ``undone`` links that an undo left
    alone.
    """

    records: dict[int, Record] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    rows: dict[str, RemoteObject] = field(default_factory=dict)
    held: dict[int, set[str]] = field(default_factory=dict)
    intents: dict[int, Intent] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    ignored: set[int] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)

    @property
    def unlinked(self) -> list[Record]:
        return [each for pk, each in self.records.items() if pk not in self.links]


def of(ground: Ground, record_ids: Sequence[int]) -> Known:
    """Everything that is known of these records; those of others are left out."""
    records = ground.model._default_manager.filter(
        workspace=ground.workspace, pk__in=record_ids
    )
    known = Known({record.pk: record for record in records})
    links = Link.objects.filter(
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
        record_id__in=list(known.records),
    )
    known.links = {link.record_id: link for link in links.order_by("id")}
    if known.links:
        _load_linked(ground, known)
    if len(known.links) < len(known.records):
        _load_unlinked(ground, known)
    known.ignored = _ignored(ground, known)
    return known


def subject(object_type: str, record_id: int) -> str:
    """What an issue about a record that was to go out is filed under."""
    return f"out:{object_type}:{record_id}"


def _ignored(ground: Ground, known: Known) -> set[int]:
    kind = ground.pairing.object_type
    rows = Issue.objects.filter(
        connection=ground.connection,
        subject__in=[subject(kind, pk) for pk in known.records],
        state=IssueState.IGNORED,
    )
    return {pk for pk in rows.values_list("record_id", flat=True) if pk is not None}


def _load_linked(ground: Ground, known: Known) -> None:
    links = list(known.links.values())
    known.rows = mirror.get_many(
        ground.connection, ground.pairing.stream, [link.remote_id for link in links]
    )
    held: dict[int, set[str]] = defaultdict(set)
    rows = Quarantine.objects.filter(link__in=links)
    for link_id, name in rows.values_list("link_id", "field"):
        held[link_id].add(name)
    known.held = dict(held)
    known.undone = returning.left_by_undo(ground, links)


def _load_unlinked(ground: Ground, known: Known) -> None:
    ids = [record.pk for record in known.unlinked]
    intents = Intent.objects.filter(
        connection=ground.connection,
        kind=ground.pairing.kind,
        object_type=ground.pairing.object_type,
        record_id__in=ids,
    ).exclude(state=State.CANCELLED)
    for intent in intents.order_by("created_at"):
        if intent.record_id is not None:
            known.intents[intent.record_id] = intent
    reviews = Review.objects.filter(
        connection=ground.connection,
        name=ground.pairing.name,
        side="out",
        record_id__in=ids,
    )
    known.reviews = {row.record_id: row for row in reviews if row.record_id}

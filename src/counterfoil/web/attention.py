"""What needs a person: documents, what was done to them, connections, sync's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import PostingState
from counterfoil.invoicing.answers import NOUNS
from counterfoil.invoicing.deciding import answers
from counterfoil.posting import recovery
from counterfoil.posting.models import Intent
from counterfoil.posting.recovery import Standstill
from counterfoil.posting.settling import STUCK
from counterfoil.web import doubts, waiting
from counterfoil.web.doubts import Doubt
from counterfoil.web.waiting import Waiting
from counterfoil.workspaces.models import Workspace

SHOWN = 100
ACT = "act"
TROUBLED = (PostingState.REJECTED, PostingState.ATTENTION)


@dataclass(frozen=True)
class Troubled:
    """A document that needs a person, and what may be said of it."""

    document: Any
    slug: str
    label: str
    who: str
    amount: Any
    intent: Intent | None
    answers: Sequence[str]


@dataclass(frozen=True)
class Attention:
    """Rows for the page; each has its sentence and its button there."""

    documents: list[Troubled]
    doubts: list[Doubt]
    connections: list[Connection]
    sync: Waiting
    stand: Standstill | None
    fitness: str

    @property
    def is_empty(self) -> bool:
        asked = self.sync.companies or self.sync.followups
        held = self.stand or self.fitness != recovery.Fitness.FIT.value
        documents = self.documents or self.doubts
        return not (documents or self.connections or asked or held)


def _documents(workspace: Workspace, noun: str) -> QuerySet[Any]:
    model: Any = object_types[noun].model
    rows: QuerySet[Any] = model.objects.filter(
        workspace=workspace, posting_state__in=TROUBLED, archived_at__isnull=True
    )
    return rows.order_by()


def _dead(workspace: Workspace) -> Q:
    return Q(workspace=workspace, state=ConnectionState.RECONNECT)


def count(workspace: Workspace, now: datetime) -> int:
    """How many things wait, in one query, counted up to a hundred."""
    documents = [_documents(workspace, noun).values("pk") for noun in NOUNS]
    troubled = _dead(workspace) | waiting.ending(workspace, now)
    connections = Connection.objects.filter(troubled).values("pk")
    held = recovery.held().filter(connection__workspace=workspace).values("pk")
    doubtful = doubts.rows(workspace).values("record_id")
    arms = [*documents[1:], doubtful, connections, held, *waiting.arms(workspace)]
    return len(documents[0].union(*arms, all=True)[:SHOWN])


def of(workspace: Workspace, now: datetime) -> Attention:
    """The documents, newest first, the connections, and what sync asks."""
    sync = waiting.of(workspace, now)
    found = _found(workspace)
    asked = any(noun == ACT for noun, _pk, _at in found)
    return Attention(
        _troubled(workspace, [row for row in found if row[0] != ACT]),
        doubts.newest(workspace, SHOWN) if asked else [],
        list(sync.dead),
        sync,
        recovery.standstill(workspace),
        recovery.known_fitness().value,
    )


def _found(workspace: Workspace) -> list[tuple[str, int, datetime]]:
    """Documents in trouble and acts in doubt, in one query: (noun, key, since)."""
    arms = [
        _documents(workspace, noun).values_list(
            Value(noun, CharField()), "pk", "created_at"
        )
        for noun in NOUNS
    ]
    acts = doubts.rows(workspace).values_list(
        Value(ACT, CharField()), "record_id", "created_at"
    )
    return list(arms[0].union(*arms[1:], acts, all=True))


def _troubled(
    workspace: Workspace, found: Sequence[tuple[str, int, datetime]]
) -> list[Troubled]:
    """Documents of every kind, the newest first: a query for each kind that there is."""
    newest = sorted(found, key=lambda row: (row[2], row[1]))[: -SHOWN - 1 : -1]
    by_noun: dict[str, list[int]] = {}
    for noun, pk, _at in newest:
        by_noun.setdefault(noun, []).append(pk)
    rows = {
        (noun, each.pk): each
        for noun, ids in by_noun.items()
        for each in _documents(workspace, noun)
        .filter(pk__in=ids)
        .select_related("connection")
    }
    intents = _intents(workspace, by_noun)
    return [
        _row(noun, rows[noun, pk], intents.get((noun, pk)))
        for noun, pk, _at in newest
        if (noun, pk) in rows
    ]


def _intents(
    workspace: Workspace, by_noun: Mapping[str, Sequence[int]]
) -> dict[tuple[str, int], Intent]:
    """The newest intent of each document, if it waits for a person."""
    if not by_noun:
        return {}
    meant = Q()
    for noun, ids in by_noun.items():
        meant |= Q(object_type=noun, record_id__in=ids)
    rows = Intent.objects.filter(meant, workspace=workspace)
    stuck = rows.filter(Q(state__in=STUCK) | Q(revision__isnull=False))
    return {
        (each.object_type, each.record_id or 0): each
        for each in stuck.order_by("created_at")
    }


def _row(noun: str, document: Any, intent: Intent | None) -> Troubled:
    kind = object_types[noun]
    who = getattr(document, "vendor_name", "") or document.customer_name
    amount = document.amount if noun == "payment" else document.total
    label = str(kind.label[0])
    return Troubled(
        document,
        kind.slug,
        f"{label} {document.number}".strip(),
        who,
        amount,
        intent,
        [each.value for each in answers(intent)] if intent else [],
    )

"""What was asked for documents and nobody knows the end of, for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from counterfoil.crm.catalogue import object_types
from counterfoil.invoicing.offers import PERMISSIONS
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act
from counterfoil.posting.state import State
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class Doubt:
    """An act, the document that it is about, and what it takes to decide."""

    act: Act
    document: Any
    slug: str
    label: str
    permission: str


def rows(workspace: Workspace) -> QuerySet[Act]:
    """All of a workspace; void, deletion and e-mail alike."""
    return Act.objects.filter(workspace=workspace, state=State.ESCALATED).order_by()


def newest(workspace: Workspace, most: int) -> list[Doubt]:
    """The newest first: a query for all, and one for each kind that there is."""
    found = rows(workspace).select_related("connection")
    asked = list(found.order_by("-created_at", "-id")[:most])
    documents = _documents(workspace, asked)
    return [
        _doubt(act, documents[act.object_type, act.record_id])
        for act in asked
        if (act.object_type, act.record_id) in documents
    ]


def _documents(
    workspace: Workspace, asked: Sequence[Act]
) -> Mapping[tuple[str, int], Any]:
    by_noun: dict[str, set[int]] = defaultdict(set)
    for act in asked:
        by_noun[act.object_type].add(act.record_id)
    return {
        (noun, each.pk): each
        for noun, ids in by_noun.items()
        for each in object_types[noun].model._default_manager.filter(
            workspace=workspace, pk__in=ids
        )
    }


def _doubt(act: Act, document: Any) -> Doubt:
    noun = object_types[act.object_type]
    return Doubt(
        act,
        document,
        noun.slug,
        f"{noun.label[0]} {document.number}".strip(),
        PERMISSIONS[Deed(act.action)].value,
    )

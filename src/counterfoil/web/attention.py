"""What needs a person: refused documents, dead connections, and what sync asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.models import Invoice, PostingState
from counterfoil.web import waiting
from counterfoil.web.waiting import Waiting
from counterfoil.workspaces.models import Workspace

SHOWN = 100
TROUBLED = (PostingState.REJECTED, PostingState.ATTENTION)


@dataclass(frozen=True)
class Attention:
    """Rows for the page; each has its sentence and its button there."""

    documents: list[Invoice]
    connections: list[Connection]
    sync: Waiting

    @property
    def is_empty(self) -> bool:
        asked = self.sync.companies or self.sync.followups
        return not (self.documents or self.connections or asked)


def _documents(workspace: Workspace) -> QuerySet[Invoice]:
    return Invoice.objects.filter(
        workspace=workspace, posting_state__in=TROUBLED, archived_at=None
    )


def _dead(workspace: Workspace) -> Q:
    return Q(workspace=workspace, state=ConnectionState.RECONNECT)


def count(workspace: Workspace, now: datetime) -> int:
    """How many things wait, in one query, counted up to a hundred."""
    documents = _documents(workspace).values("pk")
    troubled = _dead(workspace) | waiting.ending(workspace, now)
    connections = Connection.objects.filter(troubled).values("pk")
    asked = documents.union(connections, *waiting.arms(workspace), all=True)
    return len(asked[:SHOWN])


def of(workspace: Workspace, now: datetime) -> Attention:
    """The documents, newest first, the connections, and what sync asks."""
    documents = _documents(workspace).select_related("connection").order_by("-id")
    return Attention(
        list(documents[:SHOWN]),
        list(Connection.objects.filter(_dead(workspace))),
        waiting.of(workspace, now),
    )

"""What needs a person: documents that did not get through, connections that are dead."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.models import Invoice, PostingState
from counterfoil.workspaces.models import Workspace

SHOWN = 100
TROUBLED = (PostingState.REJECTED, PostingState.ATTENTION)


@dataclass(frozen=True)
class Attention:
    """Rows for the page; each has its sentence and its button there."""

    documents: list[Invoice]
    connections: list[Connection]


def _documents(workspace: Workspace) -> QuerySet[Invoice]:
    return Invoice.objects.filter(
        workspace=workspace, posting_state__in=TROUBLED, archived_at=None
    )


def _connections(workspace: Workspace) -> QuerySet[Connection]:
    return Connection.objects.filter(
        workspace=workspace, state=ConnectionState.RECONNECT
    )


def count(workspace: Workspace) -> int:
    """How many things wait, in one query, counted up to a hundred."""
    documents = _documents(workspace).values("pk")
    connections = _connections(workspace).values("pk")
    return len(documents.union(connections, all=True)[:SHOWN])


def of(workspace: Workspace) -> Attention:
    """The documents, newest first, and the connections."""
    documents = _documents(workspace).select_related("connection").order_by("-id")
    return Attention(list(documents[:SHOWN]), list(_connections(workspace)))

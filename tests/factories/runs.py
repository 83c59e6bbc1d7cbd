"""Runs and proposals, as rows: what the pages of sync show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from counterfoil.connections.models import Connection
from counterfoil.sync.engine.settings import packed
from counterfoil.sync.models import Proposal, ProposalState, Run, RunState, StreamRun
from counterfoil.sync.settings import choices


def make_run(connection: Connection, *, parts: int = 1, **values: Any) -> Run:
    """A run that has ended, unless told otherwise."""
    now = datetime.now(UTC)
    known = {
        "kind": "import",
        "state": RunState.DONE,
        "began_at": now,
        "ended_at": now,
        **values,
    }
    run = Run.objects.create(connection=connection, **known)
    streams = ("customers", "items", "invoices", "payments")[:parts]
    StreamRun.objects.bulk_create(
        StreamRun(
            run=run,
            stream=stream,
            position=position,
            rows=10,
            began_at=now,
            ended_at=run.ended_at,
        )
        for position, stream in enumerate(streams)
    )
    return run


def make_proposal(
    connection: Connection, name: str = "invoices", **values: Any
) -> Proposal:
    """A proposal that has been counted; it wants what is in force already."""
    known = {
        "values": packed(choices.of(connection, name)),
        "state": ProposalState.READY,
        "created_at": datetime.now(UTC),
        **values,
    }
    return Proposal.objects.create(connection=connection, name=name, **known)

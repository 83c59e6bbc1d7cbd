"""What could not be taken over, one issue per object, so that it holds up no others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog

from counterfoil.connections.models import Connection
from counterfoil.sync.models import Issue, IssueState
from counterfoil.sync.ports import Observed

CATEGORY = "unreadable"

log = structlog.get_logger()


def note(
    connection: Connection, observed: Observed, error: Exception | str, *, now: datetime
) -> None:
    """Keep why an object was left out until it is read again and fits."""
    is_bug = isinstance(error, Exception)
    log.error(
        "observation_refused",
        connection=connection.pk,
        stream=observed.stream,
        remote_id=observed.remote_id,
        exc_info=error if is_bug else None,
    )
    Issue.objects.update_or_create(
        connection=connection,
        subject=subject(observed.stream, observed.remote_id),
        defaults={
            "stream": observed.stream,
            "remote_id": observed.remote_id[:64],
            "category": CATEGORY,
            "sentence": str(error)[:1000],
            "last_at": now,
        },
        create_defaults={
            "stream": observed.stream,
            "remote_id": observed.remote_id[:64],
            "category": CATEGORY,
            "sentence": str(error)[:1000],
            "first_at": now,
            "last_at": now,
        },
    )


def subject(stream: str, remote_id: str) -> str:
    """What an issue about an object that was read is filed under."""
    return f"in:{stream}:{remote_id}"[:140]


def forget(connection: Connection, stream: str, remote_ids: Collection[str]) -> None:
    """What was taken over after all is refused no longer."""
    rows = Issue.objects.filter(connection=connection, category=CATEGORY)
    if rows.exists():
        subjects = [subject(stream, each) for each in remote_ids]
        rows.filter(subject__in=subjects).delete()


def count(connection: Connection, stream: str, remote_ids: Collection[str]) -> int:
    """How many of these objects could not be taken over, or into a record."""
    rows = Issue.objects.filter(
        connection=connection, state=IssueState.OPEN, subject__startswith="in:"
    )
    if not rows.exists():
        return 0
    of_these = rows.filter(stream=stream, remote_id__in=remote_ids)
    return of_these.values("remote_id").distinct().count()

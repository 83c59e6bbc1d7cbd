"""The timeline: what a person wants to see on a record's page, newest first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from counterfoil.crm.models import TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True)
class TimelinePage:
    """Entries, newest first; ``next`` is the cursor of the page before them in time."""

    entries: list[TimelineEntry]
    next: str


def tell(  # noqa: PLR0913  all of it is said by name
    *,
    workspace: Workspace,
    on: Sequence[Ref],
    kind: str,
    content: Mapping[str, object],
    about: Ref | None = None,
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> None:
    """Put one entry on each of the records; with a ``key`` it appears there once."""
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                workspace=workspace,
                object_type=ref[0],
                record_id=ref[1],
                kind=kind,
                content=dict(content),
                about_type=about[0] if about else "",
                about_id=about[1] if about else None,
                actor_kind=actor.kind,
                actor_label=actor.label[:200],
                key=key,
                at=at,
            )
            for ref in dict.fromkeys(on)
        ],
        ignore_conflicts=True,
    )


def read(
    *,
    workspace: Workspace,
    ref: Ref,
    before: str = "",
    size: int = 30,
    kinds: Sequence[str] | None = None,
) -> TimelinePage:
    """A page of a record's timeline; an unreadable cursor starts at the newest."""
    rows = TimelineEntry.objects.filter(
        workspace=workspace, object_type=ref.object_type, record_id=ref.record_id
    )
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    if (cursor := _decode(before)) is not None:
        at, last_id = cursor
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last_id))
    entries = list(rows.order_by("-at", "-id")[: size + 1])
    has_more = len(entries) > size
    entries = entries[:size]
    return TimelinePage(entries, _encode(entries[-1]) if has_more else "")


def _encode(entry: TimelineEntry) -> str:
    text = json.dumps([entry.at.isoformat(), entry.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, int] | None:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, last_id = json.loads(raw)
        return datetime.fromisoformat(at), int(last_id)
    except (binascii.Error, ValueError, TypeError, OverflowError):
        return None

"""What is here of a kind of document, for the preview of its settings.

What is not here yet is not held anywhere before QuickBooks is read: the comparison that
looks for it counts it, writes nothing before, and waits for a yes where it is much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from counterfoil.connections.models import Connection
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.runs import changing
from counterfoil.sync.settings import choices


@dataclass(frozen=True, slots=True)
class Here:
    """How many there are, and of these are dated before the day from which they come in.

    ``is_followed``: what changes there changes them. ``is_read``: others are looked for.
    """

    count: int
    older: int
    is_followed: bool
    is_read: bool


def here(connection: Connection, wanted: Settings) -> Here:
    """What a change of settings finds, and whether it looks for more."""
    kind = kinds[wanted.name]
    model: Any = kind.model
    rows = model._default_manager.filter(
        connection=connection, deleted_remotely=False, archived_at=None
    )
    before = Q(pk=None)
    if wanted.since is not None:
        before = Q(**{f"{kind.dated_by}__lt": wanted.since})
    found = rows.aggregate(count=Count("pk"), older=Count("pk", filter=before))
    former = choices.of(connection, wanted.name)
    is_followed = wanted.comes_in and wanted.incoming is not Taking.NOTHING
    is_read = is_followed and changing.reads_more(connection, former, wanted)
    return Here(found["count"], found["older"], is_followed, is_read)

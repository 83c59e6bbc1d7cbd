"""News that only tell of what we wrote ourselves: dropped without reading them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from counterfoil.connections.models import Connection, Link
from counterfoil.sync.models import Hint

# Of a deletion or a merge there is always something to learn, also where an edit was
# told of the same moment.
EDITS = frozenset({"create", "update", "emailed"})


def of(connection: Connection, hints: Iterable[Hint]) -> list[Hint]:
    """The hints of changes that are not later than our own last write of the object.

    What somebody else changed within the same second is dropped with them; the poll's
    overlap finds it.
    """
    by_stream: dict[str, list[Hint]] = defaultdict(list)
    for hint in hints:
        if hint.at is not None and hint.operation in EDITS and not hint.survivor:
            by_stream[hint.stream].append(hint)
    found: list[Hint] = []
    for stream, told in by_stream.items():
        written = _written(connection, stream, [hint.remote_id for hint in told])
        found += [
            hint
            for hint in told
            if hint.at is not None
            and hint.remote_id in written
            and hint.at <= written[hint.remote_id]
        ]
    return found


def _written(
    connection: Connection, stream: str, remote_ids: list[str]
) -> dict[str, datetime]:
    """The other side's time of our last write, where that was the last of all."""
    rows = Link.objects.filter(
        Q(pulled_at=None) | Q(pushed_at__gte=F("pulled_at")),
        connection=connection,
        stream=stream,
        remote_id__in=remote_ids,
        pushed_at__isnull=False,
        remote_updated_at__isnull=False,
    )
    times: dict[str, datetime] = {}
    for remote_id, at in rows.values_list("remote_id", "remote_updated_at"):
        if at is not None:
            times[remote_id] = min(at, times.get(remote_id, at))
    return times

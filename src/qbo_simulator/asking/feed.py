"""The change feed (CDC): what changed since an instant, deletions last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qbo_simulator.faults import unsupported
from qbo_simulator.wire import encode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from qbo_simulator.books.kind import Kind

MOST_OBJECTS = 1000


def feed(
    db: sqlite3.Connection,
    realm: str,
    kinds: Sequence[Kind],
    since: datetime,
    *,
    hidden_since: float | None = None,
) -> bytes:
    """One `CDCResponse` element: a QueryResponse per kind, in the order asked.

    At most 1,000 objects are given in all; the oldest changes come first, and there
    is no mark that more were left out. For kinds that the feed does not know: 500.
    """
    for kind in kinds:
        if not kind.in_change_feed:
            raise unsupported(f"Operation cdc for {kind.entity} is not supported.")
    left = MOST_OBJECTS
    parts = []
    for kind in kinds:
        rows = db.execute(
            "SELECT CAST(body AS BLOB) FROM entity INDEXED BY entity_updated "
            "WHERE realm = ? AND kind = ? AND deleted IN (0, 1) "
            "AND updated >= ? AND created <= ? "
            "ORDER BY deleted, updated, id LIMIT ?",
            (
                realm,
                kind.entity,
                since.timestamp(),
                hidden_since if hidden_since is not None else 1 << 40,
                left,
            ),
        ).fetchall()
        left -= len(rows)
        parts.append(_element(kind, [row[0] for row in rows]))
    return b'{"QueryResponse":[%b]}' % b",".join(parts)


def check_age(since: datetime, now: datetime, days: int) -> None:
    """500 for changes older than so many days; 0 is no limit."""
    if days and now - since > timedelta(days=days):
        raise unsupported(
            f"Operation cdc with changedSince date {since.isoformat()} which is older "
            "than fixed days is not supported."
        )


def _element(kind: Kind, bodies: list[bytes]) -> bytes:
    if not bodies:
        return b"{}"
    tail = {"startPosition": 1, "maxResults": len(bodies)}
    if kind.counts_rows:
        tail["totalCount"] = len(bodies)
    rows = b'{"%b":[%b],' % (kind.entity.encode(), b",".join(bodies))
    return rows + encode(tail)[1:]

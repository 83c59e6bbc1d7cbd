"""What nobody asks for any more is dropped, so that a file that is served does not grow."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.storage.store import Store

KEPT = (
    ("answer", "at", "", 30),
    ("webhook_attempt", "at", "", 30),
    (
        "webhook_delivery",
        "made_at",
        " AND state NOT IN ('waiting', 'sending')"
        " AND id NOT IN (SELECT delivery FROM webhook_attempt)",
        30,
    ),
    ("oauth_code", "expires_at", "", 30),
    ("oauth_token", "expires_at", "", 400),
)


def prune(store: Store, now: datetime) -> int:
    """Drop answers, webhooks and tokens of long ago; gives how many rows went."""
    dropped = 0
    with store.write() as db:
        known = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        for table, column, more, days in KEPT:
            if table not in known:
                continue
            oldest = (now - timedelta(days=days)).timestamp()
            sql = f"DELETE FROM {table} WHERE {column} < ?{more}"  # noqa: S608
            dropped += db.execute(sql, (oldest,)).rowcount
    return dropped

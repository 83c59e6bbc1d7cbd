"""Who may bring what is linked of a stream in step: one transaction at a time.

An import, news of the day, a write there and a person's answer all lock links and records,
each beginning at another end. Whoever does so has the stream's turn first, so that nobody
waits for somebody who waits for them. Locks are taken in this order: the lane or the
part with its run; turns, by name where they are several; links; records; the hour.
"""

from __future__ import annotations

from collections.abc import Iterable

from counterfoil.connections.models import Connection
from counterfoil.crm.turns import take_turn


def take(connection: Connection, streams: Iterable[str]) -> None:
    """Have these streams to ourselves until our transaction ends."""
    for stream in sorted(set(streams)):
        take_turn(f"sync {connection.pk} {stream}")

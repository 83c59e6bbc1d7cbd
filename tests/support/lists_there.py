"""Reads lists of a company at the simulator into the mirror, without a whole import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.sync import reference
from counterfoil.sync.ports import sources

SELLING = ("tax_rates", "tax_codes", "accounts", "customers", "items")


def read_lists(
    connection: Connection, streams: Sequence[str], *, now: datetime
) -> None:
    """Read each stream to its end, as an import would."""
    source = sources[connection.service]
    for stream in streams:
        cursor: Mapping[str, object] | None = {}
        while cursor is not None:
            page = source.page(connection, stream, cursor, now=now)
            reference.keep(connection, stream, page.observed, now=now)
            cursor = page.after

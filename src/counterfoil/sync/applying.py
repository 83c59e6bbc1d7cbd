"""Applies what was observed of any stream, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from counterfoil.connections.models import Connection
from counterfoil.posting import post, sightings
from counterfoil.sync import invoices, payments, reference
from counterfoil.sync.ports import Observed

# Streams whose objects may carry a marker of ours, with posting's name for them.
MARKED = {"invoices": "invoice", "customers": "customer"}


@transaction.atomic
def apply(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    *,
    historical: bool = False,
    now: datetime,
) -> int:
    """Returns how many records or rows changed.

    What carries a marker of ours is handed to posting first: it may be the answer to a
    document that is still on its way, and must not become a second record.
    """
    if not observed:
        return 0
    ours = _adopted(connection, stream, observed, now)
    if stream == invoices.STREAM:
        linked_now = invoices.linked_ids(connection, ours)
        fit = [
            each
            for each in observed
            if each.remote_id not in ours or each.remote_id in linked_now
        ]
        return invoices.apply(connection, fit, historical=historical, now=now)
    if stream == payments.STREAM:
        return payments.apply(connection, observed, historical=historical, now=now)
    return reference.keep(connection, stream, observed, now=now)


def _adopted(
    connection: Connection, stream: str, observed: Sequence[Observed], now: datetime
) -> set[str]:
    """The remote ids of documents that belong to an intent of ours."""
    kind = MARKED.get(stream)
    if kind is None:
        return set()
    receipts = [each.receipt for each in observed if each.receipt is not None]
    ours: set[str] = set()
    if receipts:
        intents = post.record_sighting(
            connection=connection, kind=kind, receipts=receipts, now=now
        )
        markers = {intent.marker for intent in intents}
        ours = {one.remote_id for one in receipts if one.marker in markers}
    deleted = [each.remote_id for each in observed if each.deleted]
    if deleted:
        sightings.record_deleted(connection, kind, deleted, now)
    return ours

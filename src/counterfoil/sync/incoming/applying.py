"""Applies what was observed of any stream, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import psycopg
from django.db import DataError, transaction

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.posting import documents as made, post, sightings
from counterfoil.sync import reference, turns
from counterfoil.sync.documents import applying as documents, deposits, ties
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.incoming import refusals
from counterfoil.sync.models import Run
from counterfoil.sync.pairs import incoming as pairs, survivors
from counterfoil.sync.ports import Observed

# Streams whose objects may carry a marker of ours, with posting's name for them.
MARKED = {made.stream(kind): kind for kind in made.KINDS}
CUSTOMERS = "customers"
# What an object may be that we cannot keep; all else is no fault of a single one.
UNFIT = (
    Invalid,
    DataError,
    psycopg.DataError,  # of a COPY, which Django does not translate
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
)


@transaction.atomic
def apply(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    *,
    historical: bool = False,
    run: Run | None = None,
    now: datetime,
) -> int:
    """Returns how many records or rows changed; ``run`` is on whose behalf.

    What does not fit is left out and noted, so that it stops no others. What carries a
    marker of ours is handed to posting first: it may be the answer to a document that
    is still on its way, and must not become a second record. Of one stream one page at
    a time is applied: an import and news of the day may come by at once.
    """
    turns.take(connection, [stream])
    fit = [each for each in observed if not each.problem]
    for each in observed:
        if each.problem:
            refusals.note(connection, each, each.problem, now=now)
    return _apply_fit(connection, stream, fit, historical=historical, run=run, now=now)


def _apply_fit(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    *,
    historical: bool,
    run: Run | None,
    now: datetime,
) -> int:
    """All in one go; where something does not fit, by halves until it stands alone."""
    if not observed:
        return 0
    try:
        with transaction.atomic():
            done = _apply(
                connection, stream, observed, historical=historical, run=run, now=now
            )
    except UNFIT as error:
        if len(observed) == 1:
            refusals.note(connection, observed[0], error, now=now)
            return 0
    else:
        refusals.forget(connection, stream, [each.remote_id for each in observed])
        return done
    middle = len(observed) // 2
    return sum(
        _apply_fit(connection, stream, half, historical=historical, run=run, now=now)
        for half in (observed[:middle], observed[middle:])
    )


def _apply(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    *,
    historical: bool,
    run: Run | None,
    now: datetime,
) -> int:
    ours = _adopted(connection, stream, observed, now)
    if stream in kinds:
        fit = _not_ours(connection, stream, observed, ours)
        return documents.apply(
            connection, stream, fit, historical=historical, run=run, now=now
        )
    if stream == deposits.STREAM:
        return deposits.apply(connection, observed, historical=historical, now=now)
    observed = survivors.followed(connection, stream, observed, now=now)
    kept = reference.keep(connection, stream, observed, now=now)
    if stream == CUSTOMERS:
        for each in observed:
            if each.merged_into:
                ties.follow_merge(connection, each.remote_id, each.merged_into, now=now)
    pairs.apply(
        connection,
        stream,
        observed,
        kept=kept,
        historical=historical,
        run=run,
        now=now,
    )
    return kept.changed


def _not_ours(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    ours: Collection[str],
) -> Sequence[Observed]:
    """Without the documents of ours that posting has not linked to their records."""
    if not ours:
        return observed
    object_type = kinds[stream].object_type
    linked = links.records_for(connection, stream, ours, object_type)
    return [
        each
        for each in observed
        if each.remote_id not in ours or each.remote_id in linked
    ]


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

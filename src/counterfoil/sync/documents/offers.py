"""Ties estimates to the invoices that were made of them, whichever is read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.sync.ports import Observed

# By stream: the field that names the others, their stream, both nouns.
_OTHERS = {
    "estimates": ("invoice_ids", "invoices", "estimate", "invoice"),
    "invoices": ("estimate_ids", "estimates", "invoice", "estimate"),
}


def tie(
    connection: Connection,
    stream: str,
    here: Sequence[Observed],
    ids: Mapping[str, int],
    *,
    origin: Origin,
    now: datetime,
) -> None:
    """Each names the others that it is tied to; those that are here are tied.

    An estimate names all of its invoices: one of the same books that it names no longer
    is not of it.
    """
    if stream not in _OTHERS:
        return
    field, other_stream, own, other = _OTHERS[stream]
    named = {each.remote_id: others_of(each, field) for each in here}
    wanted = {remote_id for others in named.values() for remote_id in others}
    known = links.records_for(connection, other_stream, wanted, other) if wanted else {}
    pairs = [
        (Ref(own, ids[remote_id]), Ref(other, known[each]))
        for remote_id, others in named.items()
        for each in others
        if each in known
    ]
    if pairs:
        associations.associate_many(
            workspace=connection.workspace, pairs=pairs, origin=origin, now=now
        )
    if own == "estimate" and not origin.historical:
        mine = [Ref(own, ids[remote_id]) for remote_id in named]
        _loosen(connection, other_stream, mine, set(pairs), now)


def _loosen(
    connection: Connection,
    stream: str,
    estimates: Sequence[Ref],
    named: Set[tuple[Ref, Ref]],
    now: datetime,
) -> None:
    """Of an invoice that is not in these books they have nothing to say."""
    held = associations.of_many(connection.workspace, estimates, "invoice")
    ids = {invoice.record_id for invoices in held.values() for invoice in invoices}
    booked = links.remotes_for(connection, stream, "invoice", ids) if ids else {}
    for estimate, invoices in held.items():
        for invoice in invoices:
            if invoice.record_id in booked and (estimate, invoice) not in named:
                associations.dissociate(
                    workspace=connection.workspace,
                    left=estimate,
                    right=invoice,
                    now=now,
                )


def others_of(observed: Observed, field: str) -> list[str]:
    """The remote ids that a document names."""
    named: Any = observed.content.get(field) or ()
    return [str(each) for each in named]

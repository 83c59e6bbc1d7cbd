"""What one document's change has moved on others, which nobody may tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import PaymentAllocation
from counterfoil.sync.documents.allocations import OWN, parts_of
from counterfoil.sync.documents.offers import others_of
from counterfoil.sync.ports import Observed


def touched(
    connection: Connection, observed: Mapping[str, Sequence[Observed]]
) -> dict[str, set[str]]:
    """By stream: what must be read again, because it was read before the change.

    A payment moves the balances of what it is on or was on; an invoice closes the
    estimate that it was made of.
    """
    found: dict[str, set[str]] = {"invoices": set(), "credit_memos": set()}
    for payment in observed.get("payments", ()):
        for stream, ids in _paid(connection, payment).items():
            found[stream] |= ids
    found["estimates"] = set()
    for invoice in observed.get("invoices", ()):
        closed = others_of(invoice, "estimate_ids")
        found["estimates"] |= _older(
            connection, "estimates", closed, invoice.updated_at
        )
    for stream, ids in found.items():
        ids -= {each.remote_id for each in observed.get(stream, ())}
    return {stream: ids for stream, ids in found.items() if ids}


def _paid(connection: Connection, payment: Observed) -> dict[str, set[str]]:
    """What a payment is or was on, and that is older here than it is."""
    named = {(kind, remote_id) for kind, remote_id, _amount in parts_of(payment)}
    before = PaymentAllocation.objects.filter(
        connection=connection, payment__number=payment.remote_id
    )
    named.update(before.values_list("document_kind", "document_remote_id"))
    return {
        stream: _older(
            connection,
            stream,
            {remote_id for kind, remote_id in named if kind == object_type},
            payment.updated_at,
        )
        for object_type, (stream, _column) in OWN.items()
    }


def _older(
    connection: Connection,
    stream: str,
    remote_ids: Iterable[str],
    changed_at: datetime | None,
) -> set[str]:
    """Those that were read before then; of what is not known to be younger, all."""
    ids = set(remote_ids)
    if changed_at is None or not ids:
        return ids
    fresh = Link.objects.filter(
        connection=connection,
        stream=stream,
        remote_id__in=ids,
        remote_updated_at__gte=changed_at,
    )
    return ids - set(fresh.values_list("remote_id", flat=True))

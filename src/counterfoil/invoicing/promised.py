"""What payments that are on their way will take of invoices: no balance tells of it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, PaymentAllocation
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

NOT_COMING = (State.REJECTED, State.CANCELLED)


def of(connection: Connection, invoices: Sequence[Invoice]) -> Mapping[int, Decimal]:
    """By invoice: what was asked for and has not been read back from the books."""
    taken: dict[int, Decimal] = defaultdict(Decimal)
    called = _called(connection, invoices)
    for part in _parts(connection, invoices):
        held = part.get("id")
        key = str(held.get("$intent")) if isinstance(held, Mapping) else str(held)
        if part.get("kind") == "invoice" and key in called:
            taken[called[key]] += Decimal(str(part.get("amount") or 0))
    return taken


def _called(connection: Connection, invoices: Sequence[Invoice]) -> dict[str, int]:
    """The invoices by their remote ids, and by the intents that made them."""
    found = {}
    for each in invoices:
        remote_id = links.remote_for(connection, "invoices", Ref.of(each))
        if remote_id is not None:
            found[remote_id] = each.pk
    ids = [each.pk for each in invoices]
    intents = Intent.objects.filter(object_type="invoice", record_id__in=ids)
    for pk, record_id in intents.values_list("pk", "record_id"):
        found[str(pk)] = record_id or 0
    return found


def _parts(
    connection: Connection, invoices: Sequence[Invoice]
) -> Iterator[Mapping[str, object]]:
    refs = [Ref.of(each) for each in invoices]
    tied = associations.of_many(connection.workspace, refs, "payment")
    ids = {ref.record_id for each in tied.values() for ref in each}
    known = PaymentAllocation.objects.filter(payment__in=ids)
    coming = Intent.objects.filter(
        connection=connection,
        kind="payment",
        object_type="payment",
        record_id__in=ids - set(known.values_list("payment_id", flat=True)),
    )
    for intent in coming.exclude(state__in=NOT_COMING):
        yield from intent.document.get("applied") or ()

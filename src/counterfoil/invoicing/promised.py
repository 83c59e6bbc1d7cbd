"""What payments that are on their way will take: no balance tells of it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.db.models import F, QuerySet

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import CreditMemo, Invoice, Payment
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

NOT_COMING = (State.REJECTED, State.CANCELLED)


def of(connection: Connection, invoices: Sequence[Invoice]) -> Mapping[int, Decimal]:
    """By invoice: what was asked for and has not been read back from the books."""
    refs = [Ref.of(each) for each in invoices]
    tied = associations.of_many(connection.workspace, refs, "payment")
    ids = {ref.record_id for each in tied.values() for ref in each}
    payments = Payment.objects.filter(pk__in=ids)
    return _taken(connection, "invoice", _called(connection, invoices), payments)


def of_credits(
    connection: Connection, memos: Sequence[CreditMemo]
) -> Mapping[int, Decimal]:
    """By credit memo, the same; its payments are known by the customer."""
    called = {}
    for each in memos:
        remote_id = links.remote_for(connection, "credit_memos", Ref.of(each))
        if remote_id is not None:
            called[remote_id] = each.pk
    payments = Payment.objects.filter(
        connection=connection,
        customer_remote_id__in={each.customer_remote_id for each in memos},
    )
    return _taken(connection, "credit_memo", called, payments.exclude(posting_state=""))


def _taken(
    connection: Connection,
    kind: str,
    called: Mapping[str, int],
    payments: QuerySet[Payment],
) -> Mapping[int, Decimal]:
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for part in _parts(connection, payments):
        held = part.get("id")
        key = str(held.get("$intent")) if isinstance(held, Mapping) else str(held)
        if part.get("kind") == kind and key in called:
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
    connection: Connection, payments: QuerySet[Payment]
) -> Iterator[Mapping[str, object]]:
    """Of those whose parts no balance has yet.

    A payment that was voided or deleted takes nothing any more, nor does one of which
    the books say that all of it is unapplied.
    """
    taking = payments.filter(
        allocations=None, voided=False, deleted_remotely=False
    ).exclude(amount__gt=0, unapplied=F("amount"))
    coming = Intent.objects.filter(
        connection=connection,
        kind="payment",
        object_type="payment",
        record_id__in=list(taking.values_list("pk", flat=True)),
    )
    for intent in coming.exclude(state__in=NOT_COMING):
        yield from intent.document.get("applied") or ()

"""Which part of a payment went to which document, whatever order the news came in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.core import rows
from counterfoil.crm import associations
from counterfoil.crm.models import Payment, PaymentAllocation
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, is_heard, publish_many
from counterfoil.sync.documents.reading import decimal
from counterfoil.sync.ports import Observed

Part = tuple[str, str, Decimal]  # document kind, its remote id, the amount
# The kinds of documents that are records here: their stream and their column.
OWN = {
    "invoice": ("invoices", "invoice_id"),
    "credit_memo": ("credit_memos", "credit_memo_id"),
}
_COLUMNS = (
    "payment",
    "connection",
    "document_kind",
    "document_remote_id",
    "invoice",
    "credit_memo",
    "amount",
)


def parts_of(observed: Observed) -> list[Part]:
    """What a voided or deleted payment gave is given back."""
    if observed.deleted or observed.content.get("voided"):
        return []
    held: Any = observed.content.get("allocations") or ()
    return [
        (part["kind"], part["remote_id"], decimal(part["amount"]) or Decimal(0))
        for part in held
    ]


def replace(
    connection: Connection,
    parts: Mapping[int, Sequence[Part]],
    *,
    fresh: Collection[int],
) -> dict[int, set[int]]:
    """Set the allocations of payments; gives the invoices each had before.

    ``fresh`` payments have none yet.
    """
    before: dict[int, set[int]] = {payment_id: set() for payment_id in parts}
    old = [payment_id for payment_id in parts if payment_id not in fresh]
    if old:
        held = PaymentAllocation.objects.filter(payment_id__in=old)
        for payment_id, invoice_id in held.values_list("payment_id", "invoice_id"):
            if invoice_id is not None:
                before[payment_id].add(invoice_id)
        held.delete()
    known = _known(connection, [part for each in parts.values() for part in each])
    rows.insert(
        PaymentAllocation,
        _COLUMNS,
        [
            (
                payment_id,
                connection.pk,
                kind,
                remote_id,
                known.get(("invoice", remote_id)) if kind == "invoice" else None,
                known.get((kind, remote_id)) if kind == "credit_memo" else None,
                amount,
            )
            for payment_id, each in parts.items()
            for kind, remote_id, amount in each
        ],
    )
    return before


def _known(connection: Connection, parts: Sequence[Part]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for object_type, (stream, _column) in OWN.items():
        wanted = {
            remote_id for kind, remote_id, _amount in parts if kind == object_type
        }
        if wanted:
            records = links.records_for(connection, stream, wanted, object_type)
            found |= {(object_type, key): pk for key, pk in records.items()}
    return found


def resolve(
    connection: Connection,
    object_type: str,
    documents: Mapping[str, int],
    *,
    origin: Origin,
    now: datetime,
) -> None:
    """Payments that came before their document find it now."""
    if object_type not in OWN or not documents:
        return
    column = OWN[object_type][1]
    waiting = PaymentAllocation.objects.select_for_update().filter(
        connection=connection,
        document_kind=object_type,
        document_remote_id__in=list(documents),
        **{column: None},
    )
    found = list(waiting.order_by("id"))
    if not found:
        return
    rows.update(
        PaymentAllocation,
        [object_type],
        [(row.pk, documents[row.document_remote_id]) for row in found],
    )
    tell(connection, {row.payment_id for row in found}, {}, origin=origin, now=now)


def tell(
    connection: Connection,
    payment_ids: Collection[int],
    before: Mapping[int, Collection[int]],
    *,
    origin: Origin,
    now: datetime,
) -> None:
    """Tie payments to their documents and publish ``payment_applied`` for each.

    The payload names the invoices with their amounts, and in ``previous`` those that
    had a part of it before and may have none now.
    """
    parts: dict[int, list[PaymentAllocation]] = {pk: [] for pk in payment_ids}
    held = PaymentAllocation.objects.filter(payment_id__in=payment_ids)
    for row in held.order_by("payment_id", "id"):
        parts[row.payment_id].append(row)
    pairs = [
        (Ref("payment", row.payment_id), ref)
        for each in parts.values()
        for row in each
        for ref in _documents(row)
    ]
    if pairs:
        associations.associate_many(
            workspace=connection.workspace, pairs=pairs, origin=origin, now=now
        )
    if not is_heard("payment_applied", "payment", origin):
        return
    payments = Payment.objects.filter(pk__in=payment_ids).order_by("pk")
    publish_many(
        workspace=connection.workspace,
        facts=[
            _applied(payment, parts[payment.pk], before.get(payment.pk, ()))
            for payment in payments
        ],
        actor=Actor.connection(connection.pk, connection.name),
        origin=origin,
        now=now,
    )


def _documents(row: PaymentAllocation) -> list[Ref]:
    found = [("invoice", row.invoice_id), ("credit_memo", row.credit_memo_id)]
    return [Ref(object_type, pk) for object_type, pk in found if pk is not None]


def _applied(
    payment: Payment, rows: Sequence[PaymentAllocation], before: Collection[int]
) -> Fact:
    parts = [
        {"invoice": row.invoice_id, "amount": str(row.amount)}
        for row in rows
        if row.invoice_id is not None
    ]
    return Fact(
        kind="payment_applied",
        ref=("payment", payment.pk),
        payload={
            "allocations": parts,
            "previous": sorted(before),
            "amount": str(payment.amount),
            "currency": payment.currency,
            "paid_on": payment.paid_on.isoformat() if payment.paid_on else "",
            "voided": payment.voided,
            "deleted": payment.deleted_remotely,
        },
    )

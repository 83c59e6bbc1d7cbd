"""Which part of a payment went to which document, whatever order the news came in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.crm import associations
from counterfoil.crm.models import Payment, PaymentAllocation
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import Fact, publish_many

Part = tuple[str, str, Decimal]  # document kind, its remote id, the amount


def replace(
    connection: Connection, parts: Mapping[int, Sequence[Part]]
) -> dict[int, set[int]]:
    """Set the allocations of payments; gives the invoices each had before."""
    before: dict[int, set[int]] = {payment_id: set() for payment_id in parts}
    rows = PaymentAllocation.objects.filter(payment_id__in=list(parts))
    for payment_id, invoice_id in rows.values_list("payment_id", "invoice_id"):
        if invoice_id is not None:
            before[payment_id].add(invoice_id)
    rows.delete()
    wanted = {
        remote_id
        for each in parts.values()
        for kind, remote_id, _amount in each
        if kind == "invoice"
    }
    known = links.records_for(connection, "invoices", wanted, "invoice")
    PaymentAllocation.objects.bulk_create(
        PaymentAllocation(
            payment_id=payment_id,
            connection=connection,
            document_kind=kind,
            document_remote_id=remote_id,
            invoice_id=known.get(remote_id) if kind == "invoice" else None,
            amount=amount,
        )
        for payment_id, each in parts.items()
        for kind, remote_id, amount in each
    )
    return before


def resolve(
    connection: Connection,
    invoices: Mapping[str, int],
    *,
    origin: Origin,
    now: datetime,
) -> None:
    """Payments that came before their invoice find it now."""
    waiting = PaymentAllocation.objects.select_for_update().filter(
        connection=connection,
        document_kind="invoice",
        document_remote_id__in=list(invoices),
        invoice=None,
    )
    found = list(waiting)
    if not found:
        return
    for row in found:
        row.invoice_id = invoices[row.document_remote_id]
    PaymentAllocation.objects.bulk_update(found, ["invoice"])
    tell(connection, {row.payment_id for row in found}, {}, origin=origin, now=now)


def tell(
    connection: Connection,
    payment_ids: Collection[int],
    before: Mapping[int, Collection[int]],
    *,
    origin: Origin,
    now: datetime,
) -> None:
    """Tie payments to their invoices and publish ``payment_applied`` for each.

    The payload names the invoices with their amounts, and in ``previous`` those that
    had a part of it before and may have none now.
    """
    payments = Payment.objects.filter(pk__in=payment_ids).order_by("pk")
    rows: dict[int, list[PaymentAllocation]] = {pk: [] for pk in payment_ids}
    for row in PaymentAllocation.objects.filter(payment_id__in=payment_ids):
        rows[row.payment_id].append(row)
    pairs = [
        (Ref("payment", row.payment_id), Ref("invoice", row.invoice_id))
        for each in rows.values()
        for row in each
        if row.invoice_id is not None
    ]
    if pairs:
        associations.associate_many(
            workspace=connection.workspace, pairs=pairs, now=now
        )
    publish_many(
        workspace=connection.workspace,
        facts=[
            _applied(payment, rows[payment.pk], before.get(payment.pk, ()))
            for payment in payments
        ],
        actor=Actor.connection(connection.pk, connection.name),
        origin=origin,
        now=now,
    )


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

"""Tells the timeline of an invoice, and of every record it belongs to.

Everything is told once: entries carry keys, and what is told of a payment is compared
with what was told of it before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from counterfoil.crm import associations, timeline
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import Invoice, Payment, Record, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.workspaces.models import Workspace

AUDIENCE = ("deal", "contact", "company", "quote")
# What became of a document concerns the payment that it was made from, too.
ASKERS = (*AUDIENCE, "payment")
PAYMENT_KINDS = ("payment_received", "payment_changed", "payment_removed")
# What a record that gets an invoice later is told of it.
CAUGHT_UP = (*PAYMENT_KINDS, "invoice_sent")


def audience(
    workspace: Workspace, made: Record, nouns: Sequence[str] = AUDIENCE
) -> list[Ref]:
    """The document and every record on whose timeline its news belongs."""
    ref = Ref.of(made)
    found = [ref]
    for object_type in nouns:
        if object_type in type_of(made).associated:
            found += associations.refs_of(workspace, ref, object_type)
    return found


def about(made: Any) -> dict[str, object]:
    """What every entry about a document says."""
    total = str(made.amount if isinstance(made, Payment) else made.total)
    return {
        "number": made.number,
        f"{made.object_type}_id": made.pk,
        "customer": getattr(made, "customer_name", ""),
        "total": total,
        "amount": total,
        "currency": made.currency,
        "company": made.connection.name if made.connection else "",
    }


def tell(  # noqa: PLR0913  who, what, when and why
    workspace: Workspace,
    made: Record,
    kind: str,
    *,
    actor: Actor,
    at: datetime,
    occasion: str = "",
    more: dict[str, object] | None = None,
    nouns: Sequence[str] = AUDIENCE,
) -> None:
    """Tell one thing of a document everywhere; ``occasion`` sets apart what recurs."""
    timeline.tell(
        workspace=workspace,
        on=audience(workspace, made, nouns),
        kind=kind,
        content={**about(made), **(more or {})},
        about=Ref.of(made),
        actor=actor,
        at=at,
        key=f"{kind}:{made.pk}:{occasion}",
    )


def tell_payment(
    workspace: Workspace, payment: Payment, *, actor: Actor, at: datetime
) -> None:
    """Tell what a payment did to each invoice: received, changed or taken back."""
    amounts: dict[int, Decimal] = {}
    if not (payment.voided or payment.deleted_remotely):
        for part in payment.allocations.filter(invoice__isnull=False):
            held = amounts.get(part.invoice_id or 0, Decimal(0))
            amounts[part.invoice_id or 0] = held + part.amount
    told = _told_of(workspace, payment)
    wanted = Invoice.objects.select_related("connection").filter(
        workspace=workspace, pk__in={*amounts, *told}
    )
    for invoice in wanted.order_by("pk"):
        before, times = told.get(invoice.pk, (Decimal(0), 0))
        amount = amounts.get(invoice.pk, Decimal(0))
        if amount == before:
            continue
        _tell_part(workspace, payment, invoice, (before, amount, times), actor, at)


def _tell_part(
    workspace: Workspace,
    payment: Payment,
    invoice: Invoice,
    part: tuple[Decimal, Decimal, int],
    actor: Actor,
    at: datetime,
) -> None:
    before, amount, times = part
    kind = "payment_received" if not before else "payment_changed"
    if not amount:
        kind = "payment_removed"
    timeline.tell(
        workspace=workspace,
        on=audience(workspace, invoice),
        kind=kind,
        content=payment_content(payment, invoice, before, amount),
        about=Ref.of(invoice),
        actor=actor,
        at=at,
        key=payment_key(payment.pk, invoice.pk, times=times),
    )


def payment_content(
    payment: Payment, invoice: Invoice, before: Decimal, amount: Decimal
) -> dict[str, object]:
    """What an entry says of a payment's part for an invoice."""
    return {
        **about(invoice),
        "payment_id": payment.pk,
        "invoice_number": invoice.number,
        "amount": str(amount or before),
        "now": str(amount),
        "before": str(before),
        "currency": payment.currency or invoice.currency,
        "method": payment.method,
        "reference": payment.reference,
        "paid_on": payment.paid_on.isoformat() if payment.paid_on else "",
    }


def payment_key(payment_id: int, invoice_id: int, *, times: int) -> str:
    """Sets what is told of a payment's part apart by how often it was told of."""
    return f"payment:{payment_id}:{invoice_id}:{times}"


def _told_of(workspace: Workspace, payment: Payment) -> dict[int, tuple[Decimal, int]]:
    """Per invoice: the amount that was last told, and how often anything was."""
    entries = TimelineEntry.objects.filter(
        workspace=workspace,
        object_type="invoice",
        kind__in=PAYMENT_KINDS,
        content__payment_id=payment.pk,
    )
    # The invoices of a payment are few; look only at their timelines.
    ids = set(payment.allocations.values_list("invoice_id", flat=True))
    ids |= {
        ref.record_id
        for ref in associations.refs_of(workspace, Ref.of(payment), "invoice")
    }
    found: dict[int, tuple[Decimal, int]] = {}
    for entry in entries.filter(record_id__in=ids - {None}).order_by("id"):
        _amount, times = found.get(entry.record_id, (Decimal(0), 0))
        found[entry.record_id] = (Decimal(entry.content["now"]), times + 1)
    return found


def day_of(payment: Payment, workspace: Workspace, now: datetime) -> datetime:
    """When a payment of the past belongs on the timeline: at noon of its day."""
    if payment.paid_on is None:
        return now
    noon = datetime.combine(payment.paid_on, time(12), tzinfo=workspace.zone)
    return min(noon, now)


def catch_up(
    workspace: Workspace, invoice: Invoice, refs: Sequence[Ref], *, kinds: Sequence[str]
) -> None:
    """Copy what an invoice's timeline tells to records that have just got it."""
    entries = TimelineEntry.objects.filter(
        workspace=workspace,
        object_type="invoice",
        record_id=invoice.pk,
        kind__in=kinds,
        key__isnull=False,
    )
    for entry in entries.order_by("id"):
        timeline.tell(
            workspace=workspace,
            on=refs,
            kind=entry.kind,
            content=entry.content,
            about=Ref.of(invoice),
            actor=Actor(entry.actor_kind, "", entry.actor_label),
            at=entry.at,
            key=entry.key,
        )

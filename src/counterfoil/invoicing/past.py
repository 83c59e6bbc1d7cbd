"""What follows from documents of the past: a page at once, and nothing is started."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from counterfoil.core import rows
from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, Payment, PaymentAllocation, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import rollups, telling
from counterfoil.workspaces.models import Workspace

Parts = Mapping[tuple[int, int], Decimal]  # by payment and invoice
_ENTRY = (
    "workspace",
    "object_type",
    "record_id",
    "kind",
    "content",
    "about_type",
    "about_id",
    "actor_kind",
    "actor_label",
    "key",
    "at",
)


def follow(
    *,
    workspace: Workspace,
    object_type: str,
    ids: Sequence[int],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> None:
    """Tell of payments, tie them to whom their invoices concern, and sum up."""
    if object_type == "payment":
        _follow_payments(workspace, ids, actor, origin, now)
    if object_type == "invoice":
        _catch_up(workspace, ids)
    rollups.mark_tied(workspace, object_type, ids, origin=origin)


def _catch_up(workspace: Workspace, ids: Sequence[int]) -> None:
    """Who has got an invoice only now gets what its timeline tells, too."""
    told = list(
        TimelineEntry.objects.filter(
            workspace=workspace,
            object_type="invoice",
            record_id__in=ids,
            kind__in=telling.CAUGHT_UP,
            key__isnull=False,
        ).order_by("id")
    )
    if not told:
        return
    invoices = Invoice.objects.in_bulk({entry.record_id for entry in told})
    audiences = _audiences(workspace, invoices)
    rows.insert_missing(
        TimelineEntry,
        _ENTRY,
        [
            (
                workspace.pk,
                *ref,
                entry.kind,
                entry.content,
                entry.about_type,
                entry.about_id,
                entry.actor_kind,
                entry.actor_label,
                entry.key,
                entry.at,
            )
            for entry in told
            for ref in audiences[entry.record_id]
        ],
    )


def _follow_payments(
    workspace: Workspace,
    ids: Sequence[int],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> None:
    payments = Payment.objects.filter(workspace=workspace).in_bulk(ids)
    parts = _parts(payments)
    wanted = {invoice_id for _payment_id, invoice_id in parts}
    invoices = Invoice.objects.select_related("connection").in_bulk(wanted)
    audiences = _audiences(workspace, invoices)
    associations.associate_many(
        workspace=workspace,
        pairs=[
            (ref, Ref("payment", payment_id))
            for payment_id, invoice_id in parts
            for ref in audiences[invoice_id]
            if ref.object_type != "quote"
        ],
        origin=origin,
        now=now,
    )
    told = _told_before(workspace, parts)
    for payment_id in sorted({payment_id for payment_id, _invoice_id in told}):
        payment = payments[payment_id]
        at = telling.day_of(payment, workspace, now)
        telling.tell_payment(workspace, payment, actor=actor, at=at)
    entries = [
        entry
        for (payment_id, invoice_id), amount in parts.items()
        if (payment_id, invoice_id) not in told
        for entry in _entries(
            workspace,
            payments[payment_id],
            invoices[invoice_id],
            amount,
            audiences[invoice_id],
            actor,
            now,
        )
    ]
    rows.insert_missing(TimelineEntry, _ENTRY, entries)


def _parts(payments: Mapping[int, Payment]) -> Parts:
    """What each payment gave to each invoice; what was taken back gave nothing."""
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    given = PaymentAllocation.objects.filter(
        payment_id__in=list(payments), invoice__isnull=False
    )
    for part in given.order_by("payment_id", "id"):
        payment = payments[part.payment_id]
        if not (payment.voided or payment.deleted_remotely):
            found[part.payment_id, part.invoice_id or 0] += part.amount
    return {key: amount for key, amount in found.items() if amount}


def _audiences(
    workspace: Workspace, invoices: Mapping[int, Invoice]
) -> dict[int, list[Ref]]:
    """By invoice: itself and every record on whose timeline its news belongs."""
    refs = [Ref("invoice", pk) for pk in invoices]
    found = {ref.record_id: [ref] for ref in refs}
    for object_type in telling.AUDIENCE:
        for ref, others in associations.of_many(workspace, refs, object_type).items():
            found[ref.record_id] += others
    return found


def _told_before(workspace: Workspace, parts: Parts) -> set[tuple[int, int]]:
    """Those of which something was told already: what is told now depends on it."""
    keys = {telling.payment_key(*pair, times=0): pair for pair in parts}
    told = TimelineEntry.objects.filter(
        workspace=workspace,
        object_type="invoice",
        record_id__in={invoice_id for _payment_id, invoice_id in parts},
        key__in=list(keys),
    )
    return {keys[str(key)] for key in told.values_list("key", flat=True)}


def _entries(  # noqa: PLR0913, PLR0917  private: a row's worth
    workspace: Workspace,
    payment: Payment,
    invoice: Invoice,
    amount: Decimal,
    audience: Sequence[Ref],
    actor: Actor,
    now: datetime,
) -> Iterator[rows.Row]:
    content = telling.payment_content(payment, invoice, Decimal(0), amount)
    after = (
        "invoice",
        invoice.pk,
        actor.kind,
        actor.label[:200],
        telling.payment_key(payment.pk, invoice.pk, times=0),
        telling.day_of(payment, workspace, now),
    )
    for ref in dict.fromkeys(audience):
        yield (workspace.pk, *ref, "payment_received", content, *after)

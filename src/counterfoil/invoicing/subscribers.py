"""What invoicing hears of: invoices written, payments applied, answers of the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from counterfoil.crm import associations
from counterfoil.crm.models import Invoice, Payment
from counterfoil.crm.refs import Ref
from counterfoil.events.dispatch import subscribe
from counterfoil.events.models import Event
from counterfoil.invoicing import answers, delivered, past, rollups, staging, telling
from counterfoil.invoicing.cause import actor_of, origin_of

WRITTEN = ("record_created", "record_changed", "record_archived", "record_restored")
ANSWERS = (
    "document_confirmed",
    "document_rejected",
    "document_escalated",
    "document_diverged",
    "document_duplicated",
    "document_renumbered",
    "document_settled",
)


def _invoice(event: Event) -> Invoice | None:
    return (
        Invoice.objects.select_related("connection")
        .filter(workspace=event.workspace, pk=event.record_id or 0)
        .first()
    )


@subscribe("invoicing.documents", kinds=WRITTEN, object_types=rollups.DOCUMENTS)
def document_written(event: Event, now: datetime) -> None:
    """Bring whoever the document belongs to up to date."""
    if event.record_id is not None:
        rollups.mark_tied(
            event.workspace,
            event.object_type,
            [event.record_id],
            origin=origin_of(event),
        )


@subscribe("invoicing.imported", kinds=("documents_imported",), historical=True)
def documents_imported(event: Event, now: datetime) -> None:
    """Do for a page of the past what else is done for each document."""
    past.follow(
        workspace=event.workspace,
        object_type=str(event.payload["object_type"]),
        ids=[int(str(pk)) for pk in event.payload["ids"]],
        actor=actor_of(event),
        origin=origin_of(event),
        now=now,
    )


@subscribe("invoicing.written", kinds=WRITTEN, object_types=("invoice",))
def invoice_written(event: Event, now: datetime) -> None:
    """Stage the invoice, and tell that it was sent or voided."""
    invoice = _invoice(event)
    if invoice is None:
        return
    staging.restage(
        workspace=event.workspace, invoices=[invoice], origin=origin_of(event), now=now
    )
    invoice.refresh_from_db()
    _tell_news(event, invoice)


def _tell_news(event: Event, invoice: Invoice) -> None:
    changed = event.payload.get("changed") or {}
    news = {"email_status", "sent_at"} & set(changed)
    if news and staging.is_sent(invoice):
        when = invoice.sent_at
        telling.tell(
            event.workspace,
            invoice,
            "invoice_sent",
            actor=actor_of(event),
            at=when or event.at,
            occasion=when.isoformat() if when else "",
            more={"recipient": invoice.recipient},
        )
    for name, kind in (
        ("voided", "invoice_voided"),
        ("deleted_remotely", "invoice_deleted"),
    ):
        if name in changed and getattr(invoice, name):
            telling.tell(
                event.workspace, invoice, kind, actor=actor_of(event), at=event.at
            )


def _is_of_a_document(object_type: str, payload: Mapping[str, Any]) -> bool:
    pair = {object_type, str(next(iter(payload.get("with", ())), ""))}
    return not (pair.isdisjoint(rollups.DOCUMENTS) or pair.isdisjoint(telling.AUDIENCE))


@subscribe(
    "invoicing.tied",
    kinds=("associated", "dissociated"),
    object_types=(*rollups.DOCUMENTS, *telling.AUDIENCE),
    when=_is_of_a_document,
)
def document_tied(event: Event, now: datetime) -> None:
    """A document was added to a record, or taken off: the record follows."""
    pair = [(event.object_type, event.record_id), tuple(event.payload.get("with", ()))]
    refs = [Ref(str(each[0]), int(str(each[1]))) for each in pair if len(each) == 2]
    invoices = [ref for ref in refs if ref.object_type == "invoice"]
    others = [ref for ref in refs if ref.object_type in telling.AUDIENCE]
    rollups.mark(event.workspace, others, origin=origin_of(event))
    if not invoices:
        return
    invoice = Invoice.objects.filter(
        workspace=event.workspace, pk=invoices[0].record_id
    ).first()
    if invoice is not None and event.kind == "associated":
        telling.catch_up(event.workspace, invoice, others, kinds=telling.CAUGHT_UP)


@subscribe(
    "invoicing.paid",
    kinds=("payment_applied", "record_changed", "record_archived"),
    object_types=("payment",),
)
def payment_applied(event: Event, now: datetime) -> None:
    """Tell what the payment did to each invoice, and bring them up to date."""
    payment = Payment.objects.filter(
        workspace=event.workspace, pk=event.record_id or 0
    ).first()
    if payment is None:
        return
    workspace = event.workspace
    telling.tell_payment(workspace, payment, actor=actor_of(event), at=event.at)
    invoices = list(
        Invoice.objects.filter(
            workspace=workspace, allocations__payment=payment
        ).distinct()
    )
    for invoice in invoices:
        _tie_payment(event, payment, invoice, now)
    staging.restage(
        workspace=workspace, invoices=invoices, origin=origin_of(event), now=now
    )


def _tie_payment(
    event: Event, payment: Payment, invoice: Invoice, now: datetime
) -> None:
    """A payment belongs to its invoices, and to whatever those belong to."""
    mine = Ref.of(payment)
    wanted = [
        ref for ref in telling.audience(event.workspace, invoice) if ref[0] != "quote"
    ]
    associations.associate_many(
        workspace=event.workspace, pairs=[(ref, mine) for ref in wanted], now=now
    )


@subscribe("invoicing.answered", kinds=ANSWERS, object_types=answers.NOUNS)
def document_answered(event: Event, now: datetime) -> None:
    """Write what became of a document onto it, and tell of it."""
    answers.take(event, now)


@subscribe("invoicing.acted", kinds=delivered.ANSWERS, object_types=answers.NOUNS)
def document_acted_upon(event: Event, now: datetime) -> None:
    """Write that a document was sent, voided or deleted; tell what was not done."""
    delivered.take(event, now)


@subscribe(
    "invoicing.news",
    kinds=("record_changed",),
    object_types=delivered.NEWS,
    when=delivered.is_news,
)
def document_changed(event: Event, now: datetime) -> None:
    """Tell of a document that was sent, voided or deleted."""
    delivered.tell_news(event)


@subscribe(
    "invoicing.given_up",
    kinds=("record_changed",),
    object_types=answers.NOUNS,
    when=delivered.is_of_posting,
)
def document_given_up(event: Event, now: datetime) -> None:
    """Nothing is done any more with what will not be made."""
    delivered.drop_waiting(event, now)

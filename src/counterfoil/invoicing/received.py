"""What a payment allows to be made of it, read from its record and what it is tied to."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from counterfoil.core.money import rounded
from counterfoil.crm import associations
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Payment, PostingState, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import receiving
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.reckoning import reckon

NOT_MADE = (PostingState.REJECTED.value, PostingState.CANCELLED.value)
BOOKINGS = ("invoice", "sales_receipt")
RETURNS = ("refund_receipt", "credit_memo")
EXPENSES = ("expense",)


def is_booked(payment: Payment) -> bool:
    """Whether the books know of the money already, or are about to."""
    if payment.source in {"invoice", "books"}:
        return True
    return bool(payment.posting_state) and payment.posting_state not in NOT_MADE


def facts_of(
    payment: Payment,
    content: Content | None = None,
    company: Company | None = None,
    *,
    correcting: int | None = None,
) -> receiving.Received:
    """What the rules ask of it. ``correcting`` is a refused document made anew."""
    total = None
    if content is not None and company is not None:
        totals = reckon(content, company)
        total = None if totals.tax_is_left_to_books else totals.total
    booked = _made(payment, BOOKINGS, correcting)
    return receiving.Received(
        amount=rounded(payment.amount, payment.currency),
        currency=payment.currency,
        refunded=payment.refunded,
        fee=payment.fee,
        is_booked=booked or (correcting is None and is_booked(payment)),
        is_returned=_made(payment, RETURNS, correcting),
        is_fee_booked=_made(payment, EXPENSES, correcting),
        total=total,
    )


def refused(
    started: Record,
    content: Content,
    company: Company,
    *,
    correcting: int | None = None,
) -> list[Problem]:
    """What the payment that a document is made from does not allow."""
    if not isinstance(started, Payment):
        return []
    facts = facts_of(started, content, company, correcting=correcting)
    return [
        Problem("source", field, message)
        for field, message in receiving.refusals(content.kind, facts)
    ]


def why_not(payment: Payment, kind: str) -> str:
    """The first reason why nothing of a kind is made of it, whatever its lines are."""
    found = receiving.refusals(kind, facts_of(payment))
    return next((message for _field, message in found), "")


def header_of(kind: str, payment: Payment) -> dict[str, str]:
    """The day and the reference that a document has from its payment."""
    paid_on = payment.paid_on
    if kind in receiving.REFUNDS and payment.refunded_on:
        paid_on = payment.refunded_on
    return {
        "issued_on": paid_on.isoformat() if paid_on else "",
        "reference": payment.reference[:21],
    }


def _made(payment: Payment, nouns: tuple[str, ...], correcting: int | None) -> bool:
    """Whether such a document stands, or is on its way, for the payment."""
    for noun in nouns:
        refs = associations.refs_of(payment.workspace, Ref.of(payment), noun)
        ids = {ref.record_id for ref in refs} - {correcting}
        model: Any = object_types[noun].model
        alive = Q(pk__in=ids, archived_at=None, voided=False, deleted_remotely=False)
        if ids and model.objects.filter(alive).exclude(posting_state__in=NOT_MADE):
            return True
    return False

"""What a payment allows to be made of it, read from its record and what it is tied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from counterfoil.core.money import rounded
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Association, Payment, PostingState, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import receiving
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.kinds import kinds
from counterfoil.invoicing.reckoning import reckon
from counterfoil.invoicing.sources import put_away
from counterfoil.invoicing.totals import Totals
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

NOT_MADE = (PostingState.REJECTED.value, PostingState.CANCELLED.value)
BOOKINGS = ("invoice", "sales_receipt")
RETURNS = ("refund_receipt", "credit_memo")
EXPENSES = ("expense",)


def standing(noun: str, ids: Collection[int]) -> QuerySet[Any, Any]:
    """Those documents of a noun that the books have, or are about to."""
    model: Any = object_types[noun].model
    alive = Q(pk__in=ids, archived_at=None, voided=False, deleted_remotely=False)
    rows: QuerySet[Any, Any] = model.objects.filter(alive)
    return rows.exclude(posting_state__in=NOT_MADE)


def is_booked(payment: Payment) -> bool:
    """Whether the books know of the money already, or are about to."""
    if payment.source in {"invoice", "books"}:
        return True
    return bool(payment.posting_state) and payment.posting_state not in NOT_MADE


def has_receipt(payment: Payment) -> bool:
    """Whether a sales receipt tells the books of the money, or is about to."""
    return _Made(payment, None).any_of(("sales_receipt",))


def unbookable(payment: Payment) -> Iterator[str]:
    """Why a payment that is recorded here cannot be booked."""
    if reason := put_away(payment):
        yield reason
    if is_booked(payment) or has_receipt(payment):
        yield _("This payment is in QuickBooks already.")


def give_up_refused(payment: Payment, *, actor: Actor, now: datetime) -> None:
    """It is about to be asked for anew: what was refused of it must not be tried again."""
    refused_ones = Intent.objects.filter(
        workspace=payment.workspace_id,
        kind="payment",
        object_type=payment.object_type,
        record_id=payment.pk,
        state=State.REJECTED,
    )
    for intent in refused_ones.order_by("pk"):
        post.cancel(intent=intent, actor=actor, now=now)


def is_made_anew(intent: Intent) -> bool:
    """Whether of the same payment there is another such document since."""
    ties = Association.objects.filter(
        workspace=intent.workspace_id,
        from_type=intent.object_type,
        from_id=intent.record_id or 0,
        to_type="payment",
    )
    payments = Payment.objects.filter(
        workspace=intent.workspace_id, pk__in=ties.values("to_id")
    )
    nouns = (intent.object_type,)
    itself = Ref(intent.object_type, intent.record_id or 0)
    return any(_Made(each, itself).any_of(nouns) for each in payments)


def facts_of(
    payment: Payment,
    content: Content | None = None,
    company: Company | None = None,
    *,
    correcting: int | None = None,
) -> receiving.Received:
    """What the rules ask of it. ``correcting`` is a refused document made anew."""
    total, is_before_tax = None, False
    if content is not None and company is not None:
        totals = reckon(content, company)
        total, is_before_tax = totals.total, _may_be_taxed(totals, content, company)
    refused_one = None
    if content is not None and correcting is not None:
        refused_one = Ref(kinds[content.kind].object_type, correcting)
    made = _Made(payment, refused_one)
    return receiving.Received(
        amount=rounded(payment.amount, payment.currency),
        currency=payment.currency,
        refunded=payment.refunded,
        fee=payment.fee,
        is_booked=(correcting is None and is_booked(payment)) or made.any_of(BOOKINGS),
        is_returned=payment.refunded > 0 and made.any_of(RETURNS),
        is_fee_booked=payment.fee > 0 and made.any_of(EXPENSES),
        total=total,
        is_before_tax=is_before_tax,
    )


def _may_be_taxed(totals: Totals, content: Content, company: Company) -> bool:
    """Whether the books may add a tax that is not known here."""
    has_taxed = any(line.taxable for line in content.lines if not line.is_text)
    is_taxed = bool(totals.shipping) or (has_taxed and not company.takes_no_tax())
    return totals.tax_is_left_to_books and is_taxed


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


class _Made:
    """What was made of a payment; its ties are read once, when somebody asks."""

    def __init__(self, payment: Payment, correcting: Ref | None) -> None:
        self.payment = payment
        self.correcting = correcting

    @cached_property
    def ids(self) -> dict[str, set[int]]:
        ties = Association.objects.filter(
            workspace=self.payment.workspace_id,
            from_type=self.payment.object_type,
            from_id=self.payment.pk,
            to_type__in=(*BOOKINGS, *RETURNS, *EXPENSES),
        )
        found: dict[str, set[int]] = defaultdict(set)
        for noun, made_id in ties.order_by().values_list("to_type", "to_id"):
            if Ref(noun, made_id) != self.correcting:
                found[noun].add(made_id)
        return found

    def any_of(self, nouns: tuple[str, ...]) -> bool:
        """Whether such a document stands, or is on its way."""
        for noun in nouns:
            ids = self.ids[noun]
            if ids and standing(noun, ids).exists():
                return True
        return False
